"""Errors about the units of a reservation."""

from app.domain.errors.base import Conflict, ErrorCode, Field


class OrderIsShort(Conflict):
    """Reserved units of the order are gone, and older orders are served first.

    `there` are the units that are left for it.
    """

    code = ErrorCode.ORDER_IS_SHORT

    def __init__(
        self, *, sku: str, location: str, requested: int, there: int, short: int, field: Field = ("id",)
    ) -> None:
        self.sku, self.location, self.requested, self.there, self.short = sku, location, requested, there, short
        super().__init__(
            f"{requested} of {sku} at {location} requested, {there} there: {short} that this order holds "
            f"{'is' if short == 1 else 'are'} gone, and older orders are served first. Wait for more, or release "
            f"{'it' if short == 1 else 'them'}.",
            field=field,
            facts={"sku": sku, "location": location, "requested": requested, "there": there, "short": short},
        )

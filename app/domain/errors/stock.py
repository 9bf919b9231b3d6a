"""Errors about the units of a level: insufficient, or not as the caller expected."""

from app.domain.errors.base import Conflict, ErrorCode, Field

_SPOKEN_STATES = {
    None: "available",
    "DAMAGED": "damaged",
    "QUALITY_CONTROL": "in quality control",
    "SAFETY": "kept for safety",
    "OTHER": "unavailable for another reason",
}


class InsufficientStock(Conflict):
    """More units were requested than are available; `location` is empty where any location may supply them.

    Where unavailable units were requested, `reason` is why they are unavailable, and `available` counts those. The
    causes, in units: `waiting` are backordered, `missing` are a shortfall of reserved units, `taken` are used by other
    lines of the same request, and `oversold` is how far the record is below zero.
    """

    code = ErrorCode.INSUFFICIENT_STOCK

    def __init__(
        self,
        *,
        sku: str,
        location: str,
        requested: int,
        available: int,
        waiting: int = 0,
        missing: int = 0,
        taken: int = 0,
        oversold: int = 0,
        reason: str | None = None,
        field: Field = (),
    ) -> None:
        self.sku, self.location, self.requested, self.available = sku, location, requested, available
        self.waiting, self.missing, self.taken, self.reason = waiting, missing, taken, reason
        self.oversold = oversold
        causes = [
            f"{units} {'is' if units == 1 else 'are'} {cause}"
            for units, cause in (
                (waiting, "promised to orders that wait"),
                (missing, "missing for what is reserved"),
                (taken, "taken by other lines"),
                (oversold, "sold beyond the record, so count what is there"),
            )
            if units
        ]
        reasons_given = f" ({', '.join(causes)})" if causes else ""
        place = f" at {location}" if location else ""
        facts = {"sku": sku, "location": location, "requested": requested, "available": available}
        names = ("waiting", "missing", "taken", "oversold", "reason")
        reasons = {name: fact for name in names if (fact := getattr(self, name))}
        state = _SPOKEN_STATES[reason]
        super().__init__(
            f"{requested} requested, {available} {state} of {sku}{place}{reasons_given}.",
            field=field,
            facts=facts | reasons,
        )


class StaleLevel(Conflict):
    """The level is not as the caller expected. `expected` and `actual` are both units on hand or both versions."""

    code = ErrorCode.STALE_LEVEL

    def __init__(self, *, sku: str, location: str, expected: int, actual: int, field: Field = ()) -> None:
        self.sku, self.location, self.expected, self.actual = sku, location, expected, actual
        super().__init__(
            f"{sku} at {location} is at {actual}, not at the expected {expected}.",
            field=field,
            facts={"sku": sku, "location": location, "expected": expected, "actual": actual},
        )


class OversellUnconfirmed(Conflict):
    """A till sells more than the record has, and the location's oversell policy requires a confirmation."""

    code = ErrorCode.OVERSELL_UNCONFIRMED

    def __init__(self, *, sku: str, location: str, requested: int, available: int, field: Field = ()) -> None:
        self.sku, self.location, self.requested, self.available = sku, location, requested, available
        super().__init__(
            f"{requested} of {sku} sold, {available} available at {location} by the record. If they have left, send "
            "the sale again with confirmOversell: true.",
            field=field,
            facts={"sku": sku, "location": location, "requested": requested, "available": available},
        )

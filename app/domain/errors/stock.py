"""Errors about the units of a level: too few, or not those that the caller saw."""

from app.domain.errors.base import Conflict, ErrorCode, Field

_SPOKEN_STATES = {
    None: "available",
    "DAMAGED": "damaged",
    "QUALITY_CONTROL": "in quality control",
    "SAFETY": "kept for safety",
    "OTHER": "unavailable for another reason",
}


class InsufficientStock(Conflict):
    """More units were asked for than are available; `location` is empty where they may come from anywhere.

    Where units that are unavailable were asked for, `reason` is why they are, and `available` counts those. What stands
    in the way, in units: orders are `waiting` for them, they are `missing` for what is reserved already, or other lines
    of the same request have `taken` them. `oversold` says how many units below zero the record is.
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
    """The level is no longer what the caller believed. `expected` and `actual` are both on hand or both versions."""

    code = ErrorCode.STALE_LEVEL

    def __init__(self, *, sku: str, location: str, expected: int, actual: int, field: Field = ()) -> None:
        self.sku, self.location, self.expected, self.actual = sku, location, expected, actual
        super().__init__(
            f"{sku} at {location} is at {actual}, not at the expected {expected}.",
            field=field,
            facts={"sku": sku, "location": location, "expected": expected, "actual": actual},
        )


class OversellUnconfirmed(Conflict):
    """A till sells more than the record has, where the location asks whether that is right."""

    code = ErrorCode.OVERSELL_UNCONFIRMED

    def __init__(self, *, sku: str, location: str, requested: int, available: int, field: Field = ()) -> None:
        self.sku, self.location, self.requested, self.available = sku, location, requested, available
        super().__init__(
            f"{requested} of {sku} sold, {available} available at {location} by the record. If they have left, send "
            "the sale again with confirmOversell: true.",
            field=field,
            facts={"sku": sku, "location": location, "requested": requested, "available": available},
        )

"""How a connection with a subscription ends."""

from collections.abc import Mapping, Sequence
from typing import Any

PASSING = frozenset({"UNAVAILABLE", "OVERLOADED", "THROTTLED"})


class SubscriptionEnd(Exception):
    """The connection ended; `is_final` where a client is not to come back, which is a violation."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        self.reason, self.is_final = reason, is_final
        super().__init__(reason)


def end_of(errors: Sequence[Mapping[str, Any]]) -> SubscriptionEnd:
    """Return what errors of a subscription mean."""
    code = (errors[0].get("extensions") or {}).get("code", "UNKNOWN")
    return SubscriptionEnd(f"{code}: {errors[0].get('message')}", is_final=code not in PASSING)

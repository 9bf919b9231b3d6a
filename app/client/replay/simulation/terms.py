"""The terms of a simulation: the policy of each side, how long a delivery takes, and what the numbers aim at."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.replenishment.policy import ReplenishmentMethod

METHODS = {method.lower().replace("_", "-"): method for method in ReplenishmentMethod}  # as the command line has them


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationTerms:
    """The terms of all sides, in days. `service_level` is the share of order cycles that shall not run out.

    `warm_up_days` at the beginning of the file give the numbers, and `order_days` is how long an order shall last.
    `name` tells this simulation from others of the same location.
    """

    methods: tuple[ReplenishmentMethod, ...]
    lead_time_days: int
    warm_up_days: int
    order_days: int
    service_level: float
    name: str | None = None

    def places(self, location: str) -> dict[ReplenishmentMethod, str]:
        """Return the code of the location of each side."""
        return {method: f"{self.prefix(location)}-{name_of(method).upper()}" for method in self.methods}

    def prefix(self, location: str) -> str:
        """Return how the codes of all sides begin, which nothing else does."""
        return location if self.name is None else f"{location}-{self.name}"


def terms_of(
    policies: Iterable[str],
    *,
    lead_time_days: int,
    warm_up_days: int,
    order_days: int,
    service_level: float,
    run: str | None,
) -> SimulationTerms:
    """Return the terms that the command line names. The first side orders nothing; each policy is there once."""
    return SimulationTerms(
        methods=tuple(dict.fromkeys((ReplenishmentMethod.NONE, *(METHODS[policy] for policy in policies)))),
        lead_time_days=lead_time_days,
        warm_up_days=warm_up_days,
        order_days=order_days,
        service_level=service_level,
        name=run,
    )


def name_of(method: ReplenishmentMethod) -> str:
    """Return what the command line calls a method."""
    return method.lower().replace("_", "-")

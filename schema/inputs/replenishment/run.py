"""Inputs of replenishment runs, and of declining a need."""

from datetime import datetime

import strawberry

from app.domain.limits import MAX_NEED_SNOOZE_SECONDS
from app.domain.stock.level import LevelKey
from app.domain.time import Moment, moment_of
from schema.deprecations import former_input
from schema.inputs.mutation_input import LOCATION, SKU, MutationInput

_MAX_DAYS = MAX_NEED_SNOOZE_SECONDS // 86_400


@strawberry.input(
    description="Orders what levels need at once. The server does so automatically as soon as a level is short, and "
    "reviews each level once a day; this runs it now. Safe to repeat: what is on order is not needed "
    "again."
)
class ReplenishmentRunInput(MutationInput):
    locations: list[str] | None = strawberry.field(
        default=None, description="Levels at these locations: their codes; all where left out."
    )
    skus: list[str] | None = strawberry.field(
        default=None, description="Levels of these items: their SKUs; all where left out."
    )
    at_review: bool = strawberry.field(
        default=False,
        description="Whether to run the daily review: measure demand, update DEMAND_BASED levels, and order for "
        "PERIODIC levels whose review date is today. It takes longer for very many levels.",
    )
    review: bool | None = former_input("atReview")


@strawberry.input(
    description="Declines the need of a level for a while: nothing is ordered for it, neither from a supplier nor "
    "from another location. The latest snooze replaces earlier ones. Existing orders stay."
)
class ReplenishmentNeedSnoozeInput(MutationInput):
    sku: str = strawberry.field(description=SKU)
    location: str = strawberry.field(description=LOCATION)
    until: datetime | None = strawberry.field(
        default=None,
        description=f"When the snooze ends: in the future, at most {_MAX_DAYS} days from now. Left out, as long as "
        "the need lasts and does not get worse.",
    )
    even_if_worse: bool = strawberry.field(
        default=False,
        description="Whether it lasts until then even if the level gets worse. Otherwise it ends sooner: see "
        "`resumesAtPosition` of DeclinedNeed.",
    )

    def key(self) -> LevelKey:
        return LevelKey(self.sku, self.location)

    def end(self) -> Moment | None:
        return None if self.until is None else moment_of(self.until)


@strawberry.input(description="Resumes replenishment of a level whose need was declined.")
class ReplenishmentNeedResumeInput(MutationInput):
    sku: str = strawberry.field(description=SKU)
    location: str = strawberry.field(description=LOCATION)

    def key(self) -> LevelKey:
        return LevelKey(self.sku, self.location)

"""What is to be replenished now, as clients ask for it."""

from datetime import datetime

import strawberry

from app.domain.limits import MAX_NEED_SNOOZE_SECONDS
from app.domain.stock.level import LevelKey
from app.domain.time import Moment, moment_of
from schema.deprecations import former_input
from schema.inputs.mutation_input import LOCATION, SKU, MutationInput

_MAX_DAYS = MAX_NEED_SNOOZE_SECONDS // 86_400


@strawberry.input(
    description="Orders what levels need, at once. The server does so by itself as soon as a level is short, and "
    "reviews each level once a day; this is for those who do not want to wait. Safe to repeat: what is on order is not "
    "needed."
)
class ReplenishmentRunInput(MutationInput):
    """See Replenishment.run."""

    locations: list[str] | None = strawberry.field(
        default=None, description="The levels at these locations: their codes; all where left out."
    )
    skus: list[str] | None = strawberry.field(default=None, description="The levels of these items; all if left out.")
    at_review: bool = strawberry.field(
        default=False,
        description="Whether to measure demand first, let levels go by it, and order for PERIODIC levels whose review "
        "date is today: what is done each day. It takes a while for very many levels.",
    )
    review: bool | None = former_input("atReview")


@strawberry.input(
    description="Says that nothing shall be ordered for a level for a while: neither from a supplier nor from another "
    "location, and by no run. The last one counts. What was ordered already stays ordered."
)
class ReplenishmentNeedSnoozeInput(MutationInput):
    """See SnoozeNeed."""

    sku: str = strawberry.field(description=SKU)
    location: str = strawberry.field(description=LOCATION)
    until: datetime | None = strawberry.field(
        default=None,
        description=f"When it is over: in the future, at most {_MAX_DAYS} days from now. Left out, as long as the "
        "level needs something and is not worse off than now.",
    )
    even_if_worse: bool = strawberry.field(
        default=False,
        description="Whether only the time counts. Otherwise it is over sooner if the level gets worse off: see "
        "`resumesAtPosition` of DeclinedNeed.",
    )

    def key(self) -> LevelKey:
        """Convert."""
        return LevelKey(self.sku, self.location)

    def end(self) -> Moment | None:
        """Convert."""
        return None if self.until is None else moment_of(self.until)


@strawberry.input(description="Says that what a level needs is to be ordered again, whoever has declined it.")
class ReplenishmentNeedResumeInput(MutationInput):
    """See ResumeNeed."""

    sku: str = strawberry.field(description=SKU)
    location: str = strawberry.field(description=LOCATION)

    def key(self) -> LevelKey:
        """Convert."""
        return LevelKey(self.sku, self.location)

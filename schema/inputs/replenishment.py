"""What is to be replenished now, as clients ask for it."""

import strawberry

from schema.inputs.about import AboutInput


@strawberry.input(
    description="Orders what levels need, at once. The server does so by itself as soon as a level is short, and "
    "reviews each level once a day; this is for those who do not want to wait. Safe to repeat: what is on order is not "
    "needed."
)
class ReplenishmentRunInput(AboutInput):
    """See Replenishment.run."""

    locations: list[str] | None = strawberry.field(
        default=None, description="The levels at these locations: their codes; all where left out."
    )
    skus: list[str] | None = strawberry.field(default=None, description="The levels of these items; all if left out.")
    review: bool = strawberry.field(
        default=False,
        description="Whether to measure demand first, let levels go by it, and order for PERIODIC levels whose review "
        "date is today: what is done each day. It takes a while for very many levels.",
    )

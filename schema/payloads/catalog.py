"""Items and locations after a change."""

from typing import Self

import strawberry

from app.domain.fold import Outcome
from schema.payloads.payload import Payload
from schema.types.catalog import Item, Location
from schema.types.ledger import Operation


@strawberry.type(description="What became of `itemUpsert` or `itemArchive`.")
class ItemPayload(Payload):
    """An item after the change."""

    item: Item | None = strawberry.field(default=None, description="The item as it is now.")

    @classmethod
    def of(cls, outcome: Outcome, item: Item | None) -> Self:
        """Convert."""
        return cls(operation=Operation.from_domain(outcome.operation), replayed=outcome.replayed, item=item)


@strawberry.type(description="What became of `locationUpsert` or `locationArchive`.")
class LocationPayload(Payload):
    """A location after the change."""

    location: Location | None = strawberry.field(default=None, description="The location as it is now.")

    @classmethod
    def of(cls, outcome: Outcome, location: Location | None) -> Self:
        """Convert."""
        return cls(operation=Operation.from_domain(outcome.operation), replayed=outcome.replayed, location=location)

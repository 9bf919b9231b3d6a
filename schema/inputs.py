"""What clients send. Inputs convert to the words of the use cases; the domain decides whether they are right."""

from datetime import datetime

import strawberry

from app.domain.catalog import search_words
from app.domain.commands.adjust_many import Adjustment
from app.domain.commands.record_sale import SaleLine
from app.domain.level import LevelKey
from app.domain.time import moment_of
from app.services.filters import ItemFilter, LevelFilter, LocationFilter, MovementFilter
from app.services.request import About
from schema.enums import LevelStatus, LocationKind, MovementReason

_KEY = (
    "Names this request: repeating it with the same key and input returns the first result and changes nothing again. "
    "1 to 255 printable characters."
)
_REFERENCE = "Your document, for example an order number; 1 to 255 printable characters."
_NOTE = "What people should know of it; at most 2,000 characters."
_OCCURRED = "When it happened, where that was earlier than now. The ledger keeps its own order."
_SKU = "The item: its SKU."
_LOCATION = "The location: its code."


@strawberry.input
class AboutInput:
    """What every mutation's input may carry."""

    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)
    reference: str | None = strawberry.field(default=None, description=_REFERENCE)
    note: str | None = strawberry.field(default=None, description=_NOTE)
    occurred_at: datetime | None = strawberry.field(default=None, description=_OCCURRED)

    def about(self, actor: str) -> About:
        """Convert."""
        return About(
            actor=actor,
            idempotency_key=self.idempotency_key,
            reference=self.reference,
            note=self.note,
            occurred_at=self.occurred_at,
        )


@strawberry.input(description="Creates an item, or changes what is given of it.")
class ItemUpsertInput(AboutInput):
    """See UpsertItem."""

    sku: str = strawberry.field(description="Its SKU: 1 to 64 printable characters.")
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="What it is called: 1 to 200 characters. Required for a new item."
    )
    category: str | None = strawberry.field(
        default=strawberry.UNSET, description="The group it belongs to: 1 to 100 characters; null for none."
    )
    reorder_point: int | None = strawberry.field(
        default=strawberry.UNSET, description="In units: the reorder point that its new levels begin with. Default 0."
    )


@strawberry.input(description="Closes an item to stock changes, or opens it again.")
class ItemArchiveInput(AboutInput):
    """See ArchiveItem."""

    sku: str = strawberry.field(description=_SKU)
    is_archived: bool = strawberry.field(default=True, description="False opens it again.")


@strawberry.input(description="Creates a location, or changes what is given of it.")
class LocationUpsertInput(AboutInput):
    """See UpsertLocation."""

    code: str = strawberry.field(description="Its code: 1 to 32 letters, digits, dots, dashes or underscores.")
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="What it is called: 1 to 200 characters. Required for a new location."
    )
    kind: LocationKind | None = strawberry.field(
        default=strawberry.UNSET, description="What sort of place it is. A new location is a WAREHOUSE by default."
    )


@strawberry.input(description="Closes a location to stock changes, or opens it again.")
class LocationArchiveInput(AboutInput):
    """See ArchiveLocation."""

    code: str = strawberry.field(description=_LOCATION)
    is_archived: bool = strawberry.field(default=True, description="False opens it again.")


@strawberry.input(description="Adds units to a level, or removes them.")
class StockAdjustInput(AboutInput):
    """See AdjustStock."""

    sku: str = strawberry.field(description=_SKU)
    location: str = strawberry.field(description=_LOCATION)
    delta: int = strawberry.field(description="Units to add; below zero, units to remove. Not zero.")
    reason: MovementReason = strawberry.field(description="Why the units move.")


@strawberry.input(
    description="Sets the units on hand of a level. Say what you believe of it with exactly one of `expectedOnHand`, "
    "`expectedVersion` or `force: true`; a level that is different refuses."
)
class StockSetInput(AboutInput):
    """See SetStock."""

    sku: str = strawberry.field(description=_SKU)
    location: str = strawberry.field(description=_LOCATION)
    quantity: int = strawberry.field(description="The units that are on hand.")
    reason: MovementReason = strawberry.field(default=MovementReason.COUNT, description="Why the count is set.")
    expected_on_hand: int | None = strawberry.field(
        default=None, description="The units on hand that you believe are recorded; 0 where there is no level yet."
    )
    expected_version: int | None = strawberry.field(
        default=None, description="The version of the level that you have seen; 0 where there is no level yet."
    )
    force: bool = strawberry.field(default=False, description="Sets the count whatever is recorded.")


@strawberry.input(description="One line of a bulk change.")
class StockAdjustLineInput:
    """See Adjustment."""

    sku: str = strawberry.field(description=_SKU)
    location: str = strawberry.field(description=_LOCATION)
    delta: int = strawberry.field(description="Units to add; below zero, units to remove. Not zero.")
    reason: MovementReason = strawberry.field(description="Why the units move.")


@strawberry.input(description="Adds units to many levels, or removes them.")
class StockAdjustManyInput(AboutInput):
    """See AdjustMany."""

    lines: list[StockAdjustLineInput] = strawberry.field(description="1 to 1,000 lines, each of another level.")
    atomic: bool = strawberry.field(
        default=True, description="True: all lines or none. False: each line stands or falls alone."
    )

    def adjustments(self) -> list[Adjustment]:
        """Convert."""
        return [
            Adjustment(key=LevelKey(line.sku, line.location), delta=line.delta, reason=line.reason)
            for line in self.lines
        ]


@strawberry.input(description="One line of a sale.")
class SaleLineInput:
    """See SaleLine."""

    sku: str = strawberry.field(description=_SKU)
    quantity: int = strawberry.field(description="Units sold; below zero, units that came back. Not zero.")


@strawberry.input(description="Records a receipt or an invoice of one location, all lines or none.")
class SaleRecordInput(AboutInput):
    """See RecordSale."""

    location: str = strawberry.field(description=_LOCATION)
    lines: list[SaleLineInput] = strawberry.field(description="1 to 1,000 lines, each of another item.")
    channel: str | None = strawberry.field(
        default=None, description="Where it was sold, for example `web`; 1 to 64 printable characters."
    )

    def sale_lines(self) -> list[SaleLine]:
        """Convert."""
        return [SaleLine(sku=line.sku, quantity=line.quantity) for line in self.lines]


@strawberry.input(description="Sets what a level is measured against.")
class StockLevelConfigureInput(AboutInput):
    """See ConfigureLevel."""

    sku: str = strawberry.field(description=_SKU)
    location: str = strawberry.field(description=_LOCATION)
    reorder_point: int = strawberry.field(description="In units: at or below it, available stock is LOW.")


@strawberry.input(name="StockLevelFilter", description="Narrows a list of levels. What is left out narrows nothing.")
class StockLevelFilterInput:
    """See LevelFilter."""

    skus: list[str] | None = strawberry.field(default=None, description="Levels of these items.")
    locations: list[str] | None = strawberry.field(default=None, description="Levels at these locations.")
    status: list[LevelStatus] | None = strawberry.field(default=None, description="Levels that stand like this.")
    search: str | None = strawberry.field(
        default=None,
        description="Levels of items found by all of these words: words of the name, or the beginning of the SKU.",
    )

    def to_domain(self) -> LevelFilter:
        """Convert."""
        return LevelFilter(
            skus=None if self.skus is None else tuple(self.skus),
            locations=None if self.locations is None else tuple(self.locations),
            statuses=None if self.status is None else tuple(self.status),
            words=search_words(self.search or ""),
        )


@strawberry.input(name="MovementFilter", description="Narrows a list of movements. What is left out narrows nothing.")
class MovementFilterInput:
    """See MovementFilter."""

    sku: str | None = strawberry.field(default=None, description="Movements of this item.")
    location: str | None = strawberry.field(default=None, description="Movements at this location.")
    reason: MovementReason | None = strawberry.field(default=None, description="Movements for this reason.")
    reference: str | None = strawberry.field(default=None, description="Movements with this reference.")
    since: datetime | None = strawberry.field(default=None, name="from", description="Recorded at this time or later.")
    until: datetime | None = strawberry.field(default=None, name="to", description="Recorded before this time.")

    def to_domain(self) -> MovementFilter:
        """Convert."""
        return MovementFilter(
            sku=self.sku,
            location=self.location,
            reason=self.reason,
            reference=self.reference,
            since=None if self.since is None else moment_of(self.since),
            until=None if self.until is None else moment_of(self.until),
        )


@strawberry.input(name="ItemFilter", description="Narrows a list of items. What is left out narrows nothing.")
class ItemFilterInput:
    """See ItemFilter."""

    search: str | None = strawberry.field(
        default=None,
        description="Items found by all of these words: words of the name, or the beginning of the SKU.",
    )
    category: str | None = strawberry.field(default=None, description="Items of this category.")
    is_archived: bool | None = strawberry.field(default=None, description="Only archived items, or only the others.")

    def to_domain(self) -> ItemFilter:
        """Convert."""
        return ItemFilter(words=search_words(self.search or ""), category=self.category, is_archived=self.is_archived)


@strawberry.input(name="LocationFilter", description="Narrows a list of locations. What is left out narrows nothing.")
class LocationFilterInput:
    """See LocationFilter."""

    is_archived: bool | None = strawberry.field(
        default=None, description="Only archived locations, or only the others."
    )

    def to_domain(self) -> LocationFilter:
        """Convert."""
        return LocationFilter(is_archived=self.is_archived)

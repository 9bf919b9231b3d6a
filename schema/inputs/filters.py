"""Filters of lists."""

from datetime import datetime

import strawberry

from app.domain.catalog.search import search_words
from app.domain.failures import BadArgument
from app.domain.limits import MAX_SEARCH_LENGTH, MAX_TAGS
from app.domain.time import moment_of
from app.services.filters import MAX_SEARCH_WORDS, ItemFilter, LevelFilter, LocationFilter, MovementFilter
from schema.deprecations import former_input, one_of
from schema.enums.replenishment import ReplenishmentMethod
from schema.enums.stock import LevelStatus, MovementReason
from schema.inputs.given import each_once

_ALIKE = "upper and lower case are alike, and so is width."
_CASE = "upper and lower case differ."
_SEARCH = (
    f"all of these words, at most {MAX_SEARCH_WORDS} and {MAX_SEARCH_LENGTH} characters. Case, accents, width, the "
    "form of an apostrophe and signs between parts do not count. A word of three characters or more may be the "
    "beginning of one in the name, of the SKU from any of its parts on, or, from eight digits on, of a barcode; a "
    "shorter one is a whole word, or the beginning of the SKU. Of scripts without blanks between words any part is "
    "found. Signs alone find nothing."
)
_NUMBER = "in any spelling of its number: with or without zeros before it, ISBN-10 or ISBN-13."
_TAGS = f"all of these tags, at most {MAX_TAGS}; {_ALIKE}"


def words_of(search: str) -> tuple[str, ...]:
    """Return the words of a search. Raises BadArgument, before anything is computed on a text that is too long."""
    if len(search) > MAX_SEARCH_LENGTH:
        raise BadArgument(f"A search may have at most {MAX_SEARCH_LENGTH} characters, not {len(search):,}.")
    return search_words(search)


@strawberry.input(
    name="StockLevelFilter",
    description="Filters a list of levels. All conditions must hold; those left out do not restrict.",
)
class StockLevelFilterInput:
    skus: list[str] | None = strawberry.field(default=None, description="Levels of these items.")
    locations: list[str] | None = strawberry.field(default=None, description="Levels at these locations.")
    statuses: list[LevelStatus] | None = strawberry.field(
        default=None, description="Levels with one of these statuses; archived ones are OUT."
    )
    status: list[LevelStatus] | None = former_input("statuses")
    search: str | None = strawberry.field(default=None, description=f"Levels of items found by {_SEARCH}")
    sku_prefix: str | None = strawberry.field(
        default=None, description=f"Levels of items whose SKU begins like this; {_CASE}"
    )
    barcode: str | None = strawberry.field(
        default=None, description=f"Levels of the item that has this barcode, {_NUMBER}"
    )
    category: str | None = strawberry.field(default=None, description=f"Levels of items of this category; {_ALIKE}")
    tags: list[str] | None = strawberry.field(default=None, description=f"Levels of items that have {_TAGS}")
    is_archived: bool | None = strawberry.field(
        default=None, description="Only levels of archived items, or only the others."
    )
    methods: list[ReplenishmentMethod] | None = strawberry.field(
        default=None, description="Levels with one of these replenishment methods."
    )
    needs_reorder: bool | None = strawberry.field(
        default=None, description="True: levels whose policy orders something now. False is not supported."
    )
    is_declined: bool | None = strawberry.field(
        default=None,
        description="True: levels with a declined need. False is not supported.",
    )

    def to_domain(self) -> LevelFilter:
        """Convert. Raises BadArgument."""
        if self.needs_reorder is False:
            raise BadArgument("`needsReorder` may be true or left out.")
        if self.is_declined is False:
            raise BadArgument("`isDeclined` may be true or left out.")
        statuses = one_of(self.statuses, self.status, names=("statuses", "status"))
        return LevelFilter(
            skus=each_once(self.skus),
            locations=each_once(self.locations),
            statuses=each_once(statuses),
            words=words_of(self.search or ""),
            sku_prefix=self.sku_prefix,
            barcode=self.barcode,
            category=self.category,
            tags=each_once(self.tags) or (),
            is_archived=self.is_archived,
            methods=each_once(self.methods),
            needs_reorder=True if self.needs_reorder else None,
            is_declined=True if self.is_declined else None,
        )


@strawberry.input(
    name="MovementFilter",
    description="Filters a list of movements. All conditions must hold; those left out do not restrict.",
)
class MovementFilterInput:
    sku: str | None = strawberry.field(default=None, description="Movements of this item.")
    location: str | None = strawberry.field(default=None, description="Movements at this location.")
    reason: MovementReason | None = strawberry.field(default=None, description="Movements for this reason.")
    reasons: list[MovementReason] | None = strawberry.field(
        default=None, description="Movements for one of these reasons."
    )
    reference: str | None = strawberry.field(default=None, description="Movements with this reference.")
    since: datetime | None = strawberry.field(default=None, name="from", description="Recorded at this time or later.")
    until: datetime | None = strawberry.field(default=None, name="to", description="Recorded before this time.")

    def to_domain(self) -> MovementFilter:
        return MovementFilter(
            sku=self.sku,
            location=self.location,
            reason=self.reason,
            reasons=each_once(self.reasons),
            reference=self.reference,
            since=None if self.since is None else moment_of(self.since),
            until=None if self.until is None else moment_of(self.until),
        )


@strawberry.input(
    name="ItemFilter", description="Filters a list of items. All conditions must hold; those left out do not restrict."
)
class ItemFilterInput:
    search: str | None = strawberry.field(default=None, description=f"Items found by {_SEARCH}")
    sku_prefix: str | None = strawberry.field(default=None, description=f"Items whose SKU begins like this; {_CASE}")
    barcode: str | None = strawberry.field(default=None, description=f"The item that has this barcode, {_NUMBER}")
    category: str | None = strawberry.field(default=None, description=f"Items of this category; {_ALIKE}")
    tags: list[str] | None = strawberry.field(default=None, description=f"Items that have {_TAGS}")
    is_archived: bool | None = strawberry.field(default=None, description="Only archived items, or only the others.")

    def to_domain(self) -> ItemFilter:
        """Convert. Raises BadArgument."""
        return ItemFilter(
            words=words_of(self.search or ""),
            sku_prefix=self.sku_prefix,
            barcode=self.barcode,
            category=self.category,
            tags=each_once(self.tags) or (),
            is_archived=self.is_archived,
        )


@strawberry.input(
    name="LocationFilter",
    description="Filters a list of locations. All conditions must hold; those left out do not restrict.",
)
class LocationFilterInput:
    is_archived: bool | None = strawberry.field(
        default=None, description="Only archived locations, or only the others."
    )

    def to_domain(self) -> LocationFilter:
        return LocationFilter(is_archived=self.is_archived)

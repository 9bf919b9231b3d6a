"""Begin to count a location, or some of its items."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, ReadSet, View
from app.domain.counting.count import MAX_LISTED, Count, CountList
from app.domain.counting.count_line import CountMode
from app.domain.errors import Archived, InvalidValue, InventoryError, Refused, UnknownItem, UnknownLocation
from app.domain.limits import MAX_CATEGORY_LENGTH, MAX_SKU_LENGTH, MAX_TAG_LENGTH, MAX_TAGS
from app.domain.operation import CommandInfo
from app.domain.time import Moment
from app.domain.validation import info_errors, location_code_errors, text_errors, texts_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCount:
    """A count of the items that match all criteria, and of every item without criteria.

    `matching` is the number of levels in scope when it was looked up, for the count's progress only.
    """

    info: CommandInfo
    location: str
    category: str | None = None
    tags: tuple[str, ...] = ()
    skus: tuple[str, ...] | None = None
    is_blind: bool = False
    mode: CountMode = CountMode.LAST
    matching: int = 0

    def content(self) -> object:
        return (self.location, self.category, self.tags, self.skus, self.is_blind, self.mode.value)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from location_code_errors(self.location)
        if self.category is not None:
            yield from text_errors(
                self.category, what="A category", maximum=MAX_CATEGORY_LENGTH, field=("scope", "category")
            )
        yield from texts_errors(
            self.tags, what="A tag", maximum=MAX_TAG_LENGTH, count=MAX_TAGS, field=("scope", "tags")
        )
        if self.skus is not None:
            yield from texts_errors(
                self.skus,
                what="A SKU",
                maximum=MAX_SKU_LENGTH,
                count=MAX_LISTED,
                field=("scope", "skus"),
                is_code=True,
            )
            if not self.skus:
                yield InvalidValue(what="A SKU list", rule="must name at least one item", field=("scope", "skus"))
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(locations=(self.location,), items=self.skus or ())

    def decide(self, view: View) -> Decision:
        """Decide. Raises Refused with all that is unknown or archived."""
        refusals = tuple(self._refusals(view))
        if refusals:
            raise Refused(*refusals)
        count = Count(
            id=self.info.operation_id,
            created_at=view.now,
            location=self.location,
            category=self.category,
            tags=self.tags,
            is_listed=self.skus is not None,
            is_blind=self.is_blind,
            mode=self.mode,
            opened_by=self.info.author,
            reference=self.info.reference,
            note=self.info.note,
            matching=self.matching,
        )
        if self.skus is None:
            return Decision(documents=(count,))
        return Decision(documents=(count, CountList(id=count.id, created_at=view.now, skus=self.skus)))

    def _refusals(self, view: View) -> Iterator[InventoryError]:
        location = view.location(self.location)
        if location is None:
            yield UnknownLocation(location=self.location, field=("location",))
        elif location.is_archived:
            yield Archived(kind="location", name=self.location, field=("location",))
        for index, sku in enumerate(self.skus or ()):
            item, field = view.item(sku), ("scope", "skus", str(index))
            if item is None:
                yield UnknownItem(sku=sku, field=field)
            elif item.is_archived:
                yield Archived(kind="item", name=sku, field=field)

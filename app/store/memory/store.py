"""The same ports in memory, for tests: one process, nothing is kept. It decides with the same CommandBatch."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from operator import attrgetter
from typing import Any, TypeVar

from msgspec import structs

from app.domain.catalog.barcode import Barcode, barcode_key
from app.domain.catalog.catalog import Item, Location
from app.domain.catalog.labels import MAX_LABELS, LabelKind, label_entry, labels_of
from app.domain.command import Command
from app.domain.command_batch import BatchState, CommandBatch
from app.domain.document import Document, DocumentKey
from app.domain.errors import Refused
from app.domain.excerpt import Extent
from app.domain.failures import TooManyToSort
from app.domain.folding import alike, composed
from app.domain.operation import Operation
from app.domain.outcome import Outcome
from app.domain.reservations.arrivals import arrivals
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.movement import Movement
from app.domain.stock.summary import InventorySummary
from app.domain.time import Moment
from app.services.filters import (
    INDEXED_SORTS,
    MAX_SORTED_LEVELS,
    STATUS_RANKS,
    DocumentFilter,
    ItemFilter,
    ItemOrder,
    LevelFilter,
    LevelOrder,
    LevelSort,
    LocationFilter,
    MovementFilter,
    list_order,
)
from app.services.page_cursor import KeysetPosition
from app.services.paging import Page, PageRequest, Row
from app.services.ports import Clock
from app.store.memory.page import page_of
from app.store.memory.reservations import MemoryReservations
from app.store.memory.summary import summary_of
from app.store.writer.assign_backorders import MAX_CANDIDATES, assignment

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
D = TypeVar("D", bound=Document)


class MemoryStore(MemoryReservations):
    """Writer, and the readers of levels, the ledger, the catalogue and documents."""

    def __init__(self, *, clock: Clock, assigns_backorders: bool = True) -> None:
        super().__init__()
        self._clock = clock
        self._assigns_backorders = assigns_backorders
        self._last_moment = Moment(0)

    async def run(self, command: Command) -> Outcome:
        state = BatchState(
            levels=self._levels,
            items=self._items,
            locations=self._locations,
            archived_items=frozenset(sku for sku, item in self._items.items() if item.is_archived),
            operations=self._operations,
            documents=self._documents,
        )
        batch = CommandBatch(state, writer="memory", now=Moment(max(self._clock(), self._last_moment + 1)))
        outcome = batch.run(command)
        for _, key in tuple(arrivals(batch.movements)) if self._assigns_backorders else ():
            queue = await self.waiting(key, limit=MAX_CANDIDATES)
            if any(key.sku in self._reservation(each.id).waits_anywhere_for for each in queue):
                with suppress(Refused):  # no waiting order takes units there
                    batch.run(assignment(key, queue, now=batch.now))
        batch.seal()
        self._levels.update(batch.levels)
        self._items.update(batch.items)
        self._locations.update(batch.locations)
        self._documents.update(batch.documents)
        self._operations.update({operation.id: operation for operation in batch.operations})
        self._ledger.update({(line.after.key, line.after.version): line for line in batch.movements})
        self._last_moment = batch.last_moment
        if outcome.replayed:
            (lines,) = await self.movements_of([outcome.operation])
            return Outcome(operation=outcome.operation, movements=lines, replayed=True)
        return outcome

    async def levels_at(self, keys: Sequence[LevelKey]) -> Mapping[LevelKey, Level]:
        return {key: self._as_it_stands(level) for key, level in _some(self._levels, keys).items()}

    async def levels(self, where: LevelFilter, *, order: LevelOrder = LevelOrder.SKU, page: PageRequest) -> Page[Level]:
        def position(level: Level) -> KeysetPosition:
            return (
                (level.key.sku, level.key.location) if order is LevelOrder.SKU else (level.key.location, level.key.sku)
            )

        return page_of(self._matching_levels(where), page=page, order=order.value, position=position)

    async def level_rows(
        self, where: LevelFilter, *, order: LevelOrder, page: PageRequest, attributes: tuple[str, ...]
    ) -> Page[Row]:
        return _rows(await self.levels(where, order=order, page=page), attributes)

    async def sorted_levels(
        self, where: LevelFilter, *, sort: LevelSort, descending: bool, page: PageRequest
    ) -> Page[Level]:
        found = self._matching_levels(where)
        order = list_order(sort, descending=descending)
        if sort in INDEXED_SORTS:
            names = (
                attrgetter("key.sku", "key.location")
                if sort is LevelSort.SKU
                else attrgetter("key.location", "key.sku")
            )
            return page_of(found, page=page, order=order, position=names, newest_first=descending)
        if sort is not LevelSort.STATUS and len(found) > MAX_SORTED_LEVELS:
            raise TooManyToSort(sort.value, most=MAX_SORTED_LEVELS)
        sign = -1 if descending else 1

        def turned(position: KeysetPosition) -> KeysetPosition:
            return (sign * int(position[0]), *position[1:])

        def place(level: Level) -> KeysetPosition:
            number = STATUS_RANKS[level.status] if sort is LevelSort.STATUS else getattr(level, sort.value.lower())
            return turned((number, level.key.sku, level.key.location))

        asked = page if page.after is None else replace(page, after=turned(page.after))
        read = page_of(found, page=asked, order=order, position=place)
        return replace(read, positions=tuple(map(turned, read.positions)))

    async def resupplied_from(self, location: str, *, limit: int) -> Sequence[LevelKey]:
        found = sorted(key for key, level in self._levels.items() if level.policy.resupply_from == location)
        return found[:limit]

    async def count_levels(self, where: LevelFilter) -> int:
        return len(self._matching_levels(where))

    async def summary(self, where: LevelFilter, *, as_of: Moment) -> InventorySummary:
        return summary_of(self._matching_levels(where), items=self._items, as_of=as_of)

    async def movements_at(self, versions: Sequence[tuple[LevelKey, int]]) -> Mapping[tuple[LevelKey, int], Movement]:
        return _some(self._ledger, versions)

    async def movements(self, where: MovementFilter, *, page: PageRequest) -> Page[Movement]:
        return page_of(
            self._matching_movements(where),
            page=page,
            order="NEWEST",
            position=lambda line: (line.recorded_at, line.writer),
            newest_first=True,
        )

    async def count_movements(self, where: MovementFilter) -> int:
        return len(self._matching_movements(where))

    async def operations(
        self, ids: Sequence[str], *, extent: Extent | None = None, asked_by: str | None = None
    ) -> Mapping[str, Operation]:
        return _some(self._operations, ids)

    async def operations_of(
        self, document: DocumentKey, *, page: PageRequest, extent: Extent | None = None
    ) -> Page[Operation]:
        return page_of(
            self._operations_of(document),
            page=page,
            order="NEWEST",
            position=lambda operation: (operation.published_at,),
            newest_first=True,
        )

    async def count_operations_of(self, document: DocumentKey) -> int:
        return len(self._operations_of(document))

    async def movements_of(self, operations: Sequence[Operation]) -> Sequence[tuple[Movement, ...]]:
        return [tuple(self._ledger[key, version] for key, version in operation.levels) for operation in operations]

    async def items(self, skus: Sequence[str]) -> Mapping[str, Item]:
        return _some(self._items, skus)

    async def item_by_barcode(self, barcode: str) -> Item | None:
        known = self._documents.get(barcode_key(barcode))
        assert known is None or isinstance(known, Barcode)
        return self._items[known.sku] if known is not None and known.sku is not None else None

    async def uncomposed_skus(self) -> Sequence[str]:
        return [sku for sku in self._items if composed(sku) != sku]

    async def skus_in(self, categories: Collection[str], *, limit: int | None = None) -> frozenset[str]:
        where = ItemFilter(categories=frozenset(categories))
        return frozenset([item.sku for item in self._matching_items(where)][:limit])

    async def labels(self, kind: LabelKind, *, beginning: str, within: Collection[str] | None = None) -> Sequence[str]:
        where = ItemFilter(categories=None if within is None else frozenset(within))
        found = {
            label_entry(kind, label): label
            for item in sorted(self._matching_items(where), key=lambda item: item.sku, reverse=True)
            for label in labels_of(item, kind)
            if label_entry(kind, label).startswith(label_entry(kind, beginning))
        }
        return [found[entry] for entry in sorted(found)][:MAX_LABELS]

    async def items_alike(self, keys: Sequence[str]) -> Sequence[Item]:
        return [item for item in self._items.values() if alike(item.sku) in keys]

    async def item_with(self, entry: str, *, besides: Sequence[str]) -> Item | None:
        found = [item for sku, item in self._items.items() if sku not in besides and entry in item.entries]
        return min(found, key=lambda item: item.sku, default=None)

    async def locations_alike(self, code: str) -> Sequence[Location]:
        return [place for place in self._locations.values() if place.code.lower() == code.lower()]

    async def locations(self, codes: Sequence[str]) -> Mapping[str, Location]:
        return _some(self._locations, codes)

    async def page_of_items(
        self, where: ItemFilter, *, order: ItemOrder = ItemOrder.SKU, page: PageRequest
    ) -> Page[Item]:
        def position(item: Item) -> KeysetPosition:
            return (item.sku,) if order is ItemOrder.SKU else (item.name, item.sku)

        return page_of(self._matching_items(where), page=page, order=order.value, position=position)

    async def item_rows(
        self, where: ItemFilter, *, order: ItemOrder, page: PageRequest, attributes: tuple[str, ...]
    ) -> Page[Row]:
        return _rows(await self.page_of_items(where, order=order, page=page), attributes)

    async def page_of_locations(self, where: LocationFilter, *, page: PageRequest) -> Page[Location]:
        found = self._matching_locations(where)
        return page_of(found, page=page, order="CODE", position=lambda location: (location.code,))

    async def count_items(self, where: ItemFilter) -> int:
        return len(self._matching_items(where))

    async def count_locations(self, where: LocationFilter) -> int:
        return len(self._matching_locations(where))

    async def documents(self, kind: type[D], ids: Sequence[str], *, extent: Extent | None = None) -> Mapping[str, D]:
        return {document.id: document for document in self._of(kind.kind) if document.id in ids}

    async def page_of_documents(
        self, where: DocumentFilter[D], *, page: PageRequest, extent: Extent | None = None
    ) -> Page[D]:
        return page_of(
            filter(where.matches, self._of(where.kind)),
            page=page,
            order="NEWEST",
            position=lambda document: (document.created_at, document.id),
            newest_first=True,
        )

    async def count_documents(self, where: DocumentFilter[D]) -> int:
        return sum(map(where.matches, self._of(where.kind)))

    def _matching_levels(self, where: LevelFilter) -> list[Level]:
        return [
            level
            for level in map(self._as_it_stands, self._levels.values())
            if (where.skus is None or level.key.sku in where.skus)
            and (where.locations is None or level.key.location in where.locations)
            and where.matches_state(level)
            and where.matches_item(self._items[level.key.sku])
        ]

    def _as_it_stands(self, level: Level) -> Level:
        is_archived = self._items[level.key.sku].is_archived or self._locations[level.key.location].is_archived
        return level if is_archived == level.closed else structs.replace(level, archived=is_archived)

    def _matching_movements(self, where: MovementFilter) -> list[Movement]:
        return [line for line in self._ledger.values() if where.matches(line)]

    def _operations_of(self, document: DocumentKey) -> list[Operation]:
        return [each for each in self._operations.values() if document in [changed.key for changed in each.documents]]

    def _matching_items(self, where: ItemFilter) -> list[Item]:
        return [item for item in self._items.values() if where.matches_item(item)]

    def _matching_locations(self, where: LocationFilter) -> list[Location]:
        return [place for place in self._locations.values() if where.matches_location(place)]


def _some(entries: Mapping[K, T], names: Sequence[K]) -> Mapping[K, T]:
    return {name: entries[name] for name in names if name in entries}


def _rows(page: Page[Any], attributes: tuple[str, ...]) -> Page[Row]:
    rows = tuple(tuple(attrgetter(name)(entry) for name in attributes) for entry in page.nodes)
    return replace(page, nodes=rows)

"""Command batch (unit of work): decides commands one after the other, each on the state that the ones before it left.

All writers run this same code; they differ in where the state is read and where the result is written. A refused
command leaves the batch as it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from msgspec import structs

from app.domain.alerts.alert import changed_alerts
from app.domain.catalog.catalog import Item, Location
from app.domain.command import Command, Decision, Line
from app.domain.document import Document, DocumentKey
from app.domain.errors import (
    AnyInventoryError,
    Archived,
    InventoryError,
    Refused,
    UnknownItem,
    UnknownLocation,
)
from app.domain.idempotency import check_replay, fingerprint, recorded_operation
from app.domain.operation import CommandInfo, Operation
from app.domain.outcome import Outcome, Present
from app.domain.stock.level import Level, LevelKey, units_on_hand
from app.domain.stock.level_change import Allowance
from app.domain.stock.movement import Movement, MovementReason
from app.domain.time import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchState:
    """The state that was read for a batch. An item is read where its level does not exist yet, so that it can begin."""

    levels: dict[LevelKey, Level] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    locations: dict[str, Location] = field(default_factory=dict)
    archived_items: frozenset[str] = frozenset()
    operations: dict[str, Operation] = field(default_factory=dict)
    documents: dict[DocumentKey, Document] = field(default_factory=dict)
    on_hand_elsewhere: dict[str, int] = field(default_factory=dict)  # of an item, at levels that were not read


class CommandBatch:
    """The view of a batch of commands, and what they have decided to write."""

    def __init__(self, state: BatchState, *, writer: str, now: Moment) -> None:
        """Start at `now`, later than every moment that this writer has used.

        Each command is decided at the latest moment used so far, so that its changes come after those of the commands
        before it.

        The result gathers in `movements`, `operations`, `levels`, `items`, `locations` and `documents`; `allowances`
        are the levels that may exceed their free units, and how far.
        """
        self._levels = dict(state.levels)
        self._items = dict(state.items)
        self._locations = dict(state.locations)
        self._archived_items = set(state.archived_items)
        self._operations = dict(state.operations)
        self._documents = dict(state.documents)
        self._on_hand_elsewhere = state.on_hand_elsewhere
        self._keys_by_sku: dict[str, list[LevelKey]] | None = None
        self._writer = writer
        self._tick = now
        self.now = now
        self.movements: list[Movement] = []
        self.operations: list[Operation] = []
        self.levels: dict[LevelKey, Level] = {}
        self.allowances: dict[LevelKey, Allowance] = {}
        self.items: dict[str, Item] = {}
        self.locations: dict[str, Location] = {}
        self.documents: dict[DocumentKey, Document] = {}
        self._present = Present(
            levels=self.levels, documents=self.documents
        )  # complete once the whole batch is decided
        self._movements_by_operation: dict[str, tuple[Movement, ...]] = {}
        self._crossed: list[
            tuple[Level, Level]
        ] = []  # levels before and after movements of this operation that changed their alerts

    @property
    def last_moment(self) -> Moment:
        """The latest moment that the batch has used."""
        return self._tick

    def run(self, command: Command) -> Outcome:
        """Decide one command and apply its changes to the view.

        Raises Refused. The outcome of an operation recorded before the batch has no movements, which only the store can
        read.
        """
        known = recorded_operation(command.info, self._operations)
        if known is not None:
            check_replay(command, known)
            return Outcome(operation=known, movements=self._movements_by_operation.get(known.id, ()), replayed=True)
        self.now = self._tick
        try:
            decision = command.decide(self)
        except InventoryError as error:
            raise Refused(error) from error
        return self._apply(command, decision)

    def seal(self) -> None:
        """End the batch: give all levels that it changed one `changed_at`, the moment of its last line.

        So equal changes of several levels make equal documents. A level that its last line counted gets the same
        `counted_at`. The levels after earlier lines keep the moments of those lines: what a level was at a moment
        follows from `recorded_at`. Nothing may be run afterwards.
        """
        if not self.movements:
            return
        moment = self.movements[-1].recorded_at
        for level in self.levels.values():
            if level.changed_at != moment:
                if level.counted_at == level.changed_at:
                    structs.force_setattr(level, "counted_at", moment)
                structs.force_setattr(level, "changed_at", moment)  # not seen outside the batch yet

    def stock(self, key: LevelKey, *, even_archived: bool = False) -> Level:
        location = self._locations.get(key.location)
        if location is None:
            raise UnknownLocation(location=key.location, field=("location",))
        if location.is_archived and not even_archived:
            raise Archived(kind="location", name=key.location, field=("location",))
        level = self._levels.get(key)
        if level is None:
            item = self._items.get(key.sku)
            if item is None:
                raise UnknownItem(sku=key.sku, field=("sku",))
            level = Level(
                key=key,
                reorder_point=item.reorder_point,
                backorder_limit=item.backorder_limit,
                closed=location.is_archived or key.sku in self._archived_items,
            )
        if key.sku in self._archived_items and not even_archived:
            raise Archived(kind="item", name=key.sku, field=("sku",))
        return level

    def item(self, sku: str) -> Item | None:
        return self._items.get(sku)

    def check_item(self, item: Item) -> None:
        """Allow any item: only principals that see a part of the catalog may not have some."""

    def location(self, code: str) -> Location | None:
        return self._locations.get(code)

    def levels_of(self, sku: str) -> Sequence[Level]:
        if self._keys_by_sku is None:
            self._keys_by_sku = {}
            for key in self._levels:
                self._keys_by_sku.setdefault(key.sku, []).append(key)
        return [self._levels[key] for key in self._keys_by_sku.get(sku, ())]

    def on_hand_of(self, sku: str) -> int:
        """Return the sum over the levels in the batch, as changed so far, and over those that were not read."""
        return self._on_hand_elsewhere.get(sku, 0) + sum(units_on_hand(level) for level in self.levels_of(sku))

    def is_item_archived(self, sku: str) -> bool:
        return sku in self._archived_items

    def document(self, key: DocumentKey) -> Document | None:
        return self._documents.get(key)

    def known_item(self, sku: str) -> Item:
        """Return the item of a level that has just begun."""
        return self._items[sku]

    def _apply(self, command: Command, decision: Decision) -> Outcome:
        info = command.info
        movements = tuple([self._move(info, line) for line in decision.lines])
        documents = decision.documents
        if self._crossed:
            documents += changed_alerts(self._crossed, self._documents.get, by=info.operation_id)
            self._crossed = []
        for item in decision.items:
            self._take_item(item)
        for location in decision.locations:
            self.locations[location.code] = self._locations[location.code] = location
        published = self._file(documents)
        refusals: object = tuple(decision.refusals.items()) if decision.refusals else ()
        operation = Operation(
            info=info,
            recorded_at=self.now,
            fingerprint=fingerprint(command),
            levels=tuple([(movement.after.key, movement.after.version) for movement in movements]),
            refusals=cast("tuple[tuple[int, AnyInventoryError], ...]", refusals),
            documents=published,
            published_at=self._tick if published else None,
            writer=self._writer if published or not movements else None,  # else its movements name it
        )
        self.movements += movements
        self.operations.append(operation)
        self._operations[info.operation_id] = operation
        self._movements_by_operation[info.operation_id] = movements
        return Outcome(operation=operation, movements=movements, present=self._present)

    def _take_item(self, item: Item) -> None:
        old = self._items.get(item.sku)
        taken = replace(item, version=1 if old is None else old.version + 1)
        self.items[item.sku] = self._items[item.sku] = taken
        (self._archived_items.add if item.is_archived else self._archived_items.discard)(item.sku)

    def _file(self, documents: Sequence[Document]) -> tuple[Document, ...]:
        """Apply the documents, all changed at one new moment, and return those to be published."""
        if not documents:
            return ()
        known = [self._documents.get(document.key) for document in documents]
        latest = max((old.changed_at for old in known if old is not None), default=self._tick)
        self._tick = Moment(max(self._tick, latest) + 1)
        published = []
        for document, old in zip(documents, known, strict=True):
            version = 1 if old is None else old.version + 1
            filed = replace(document, version=version, changed_at=self._tick)
            self.documents[filed.key] = self._documents[filed.key] = filed
            if filed.is_published:
                published.append(filed)
        return tuple(published)

    def _move(self, info: CommandInfo, line: Line) -> Movement:
        key, reason = line.key, line.reason
        level = self._levels.get(key)
        if level is None:
            level = self.stock(key, even_archived=True)
            if self._keys_by_sku is not None:
                self._keys_by_sku.setdefault(key.sku, []).append(key)
        self._tick = Moment(max(self._tick, level.changed_at) + 1)
        after = level.changed(line.change, at=self._tick, is_count=reason is MovementReason.COUNT)
        if line.allowance:
            self.allowances[key] = max(line.allowance, self.allowances.get(key, Allowance.NONE))
        elif after.on_hand < after.reserved + after.unavailable:
            assert after.shortfall <= level.shortfall, (level, line)
            assert after.oversold <= level.oversold, (level, line)
        self.levels[key] = self._levels[key] = after
        if after.alerts is not level.alerts:
            self._crossed.append((level, after))
        return Movement(
            operation_id=info.operation_id,
            writer=self._writer,
            recorded_at=self._tick,
            reason=reason,
            change=line.change,
            after=after,
            reference=info.reference,
            channel=line.channel,
            trace=info.trace,
        )

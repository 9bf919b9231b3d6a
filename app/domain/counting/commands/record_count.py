"""Record counted units."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from app.domain.catalog.catalog import Item
from app.domain.catalog.scanned_code import code_in
from app.domain.command import Decision, ReadSet, View, required, unknown
from app.domain.counting.commands.count_checks import known_line, known_list
from app.domain.counting.count import Count, CountScope, CountState, count_key, count_list_key
from app.domain.counting.count_line import MAX_ENTRIES, CountEntry, CountLine, CountMode, count_line_key
from app.domain.errors import (
    DuplicateLine,
    InvalidValue,
    InventoryError,
    QuantityOutOfRange,
    Refused,
    UnknownItem,
)
from app.domain.limits import MAX_BARCODE_LENGTH, MAX_NAME_LENGTH, MAX_QUANTITY
from app.domain.operation import CommandInfo
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.past_level import PastLevel, level_at
from app.domain.time import Moment
from app.domain.validation import code_errors, info_errors, line_count_errors, quantity_errors, sku_errors, text_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedUnits:
    """Counted units of an item, named by its SKU or by a barcode.

    With `starts_over` the earlier entries of the item are superseded.
    """

    quantity: int
    sku: str | None = None
    barcode: str | None = None
    starts_over: bool = False

    def content(self) -> object:
        """Return the input for a fingerprint."""
        return (self.sku, self.barcode, self.quantity, self.starts_over)

    def plus(self, other: "CountedUnits") -> "CountedUnits":
        """Return it with the units of another line of the same item."""
        return replace(self, quantity=self.quantity + other.quantity)

    def validate(self) -> Iterator[InventoryError]:
        """Yield the errors that do not depend on the state."""
        yield from quantity_errors(self.quantity, field=("quantity",))
        if (self.sku is None) == (self.barcode is None):
            yield InvalidValue(what="An item", rule="must be named by exactly one of sku or barcode", field=("sku",))
            return
        if self.sku is not None:
            yield from sku_errors(self.sku)
        if self.barcode is not None:
            yield from code_errors(
                code_in(self.barcode), what="A barcode", maximum=MAX_BARCODE_LENGTH, field=("barcode",)
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCount:
    """Entries for items of an open count, all or none. Lines of the same item are one entry where entries add up.

    `location` is the count's, which never changes; None where there is no such count. `skus` are the items that the
    barcodes stand for. `past` are the levels as they were when the items were counted, where that was earlier than now.
    """

    info: CommandInfo
    count_id: str
    location: str | None
    lines: tuple[CountedUnits, ...]
    counted_by: str | None = None
    skus: Mapping[str, str] = field(default_factory=dict)
    past: Mapping[LevelKey, PastLevel] = field(default_factory=dict)

    def content(self) -> object:
        """Return the input; what was looked up for it is not part of it."""
        return (self.count_id, self.counted_by, tuple(line.content() for line in self.lines))

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from line_count_errors(len(self.lines))
        for index, line in enumerate(self.lines):
            for error in line.validate():
                yield error.at("lines", str(index))
        if self.counted_by is not None:
            yield from text_errors(self.counted_by, what="A name", maximum=MAX_NAME_LENGTH, field=("countedBy",))
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        documents = (count_key(self.count_id), count_list_key(self.count_id))
        if self.location is None:
            return ReadSet(documents=documents)
        skus = tuple({sku for line in self.lines if (sku := self._sku(line)) is not None})
        return ReadSet(
            levels=tuple(LevelKey(sku, self.location) for sku in skus),
            items=skus,
            documents=(*documents, *(count_line_key(self.count_id, sku) for sku in skus)),
        )

    def decide(self, view: View) -> Decision:
        """Decide. Raises UnknownDocument, WrongState, or Refused with all errors of the lines."""
        if self.location is None:
            raise unknown(count_key(self.count_id))
        count = required(view, count_key(self.count_id), Count, states=frozenset({CountState.OPEN}))
        scope = count.scope(known_list(view, self.count_id))
        lines: list[CountLine] = []
        refusals: list[InventoryError] = []
        first_lines: dict[str, int] = {}
        sums = self._sums() if count.mode is CountMode.SUM else {}
        for index, counted in enumerate(self.lines):
            try:
                item = self._item(view, counted, scope)
                first = first_lines.setdefault(item.sku, index)
                if first != index:
                    if count.mode is CountMode.SUM:
                        continue  # it stands in the first one's sum
                    raise DuplicateLine(sku=item.sku, location=count.location, first_line=first)
                old = known_line(view, self.count_id, item.sku)
                new = self._line(view, count, old, sums.get(item.sku, counted), item)
            except InventoryError as error:
                refusals.append(self._placed(error, index))
                continue
            count = count.with_line(old, new)
            lines.append(new)
        if refusals:
            raise Refused(*dict.fromkeys(refusals))  # an archived location is reported once
        return Decision(documents=(count, *lines))

    def _sums(self) -> Mapping[str, CountedUnits]:
        """Return the sum of the lines of each item; a line that starts over supersedes those before it."""
        sums: dict[str, CountedUnits] = {}
        for line in self.lines:
            if (sku := self._sku(line)) is not None:
                before = sums.get(sku)
                sums[sku] = line if before is None or line.starts_over else before.plus(line)
        return sums

    def _sku(self, line: CountedUnits) -> str | None:
        return line.sku if line.barcode is None else self.skus.get(line.barcode)

    def _item(self, view: View, counted: CountedUnits, scope: CountScope) -> Item:
        sku = self._sku(counted)
        if sku is None:
            raise InvalidValue(what=f"The barcode {counted.barcode!r}", rule="stands for no item", field=("barcode",))
        item = view.item(sku)
        if item is None:
            raise UnknownItem(sku=sku, field=("sku",))
        if not scope.covers(item):
            raise InvalidValue(what=f"The item {sku!r}", rule="is not part of this count", field=(_name(counted),))
        return item

    def _line(self, view: View, count: Count, old: CountLine | None, counted: CountedUnits, item: Item) -> CountLine:
        key = LevelKey(item.sku, count.location)
        line = old or CountLine(
            id=count_line_key(count.id, item.sku).id,
            created_at=view.now,
            count=count.id,
            sku=item.sku,
            location=count.location,
        )
        if len(line.entries) >= MAX_ENTRIES:
            rule = f"has been counted {MAX_ENTRIES} times, which is the most in one count"
            raise InvalidValue(what=f"The item {item.sku!r}", rule=rule, field=(_name(counted),))
        entry = self._entry(view, view.stock(key, even_archived=True), counted)
        line = line.with_entry(entry, mode=count.mode, unit_cost=item.unit_cost)
        units = max(line.counted, line.variance)  # more where the level is oversold
        if units > MAX_QUANTITY:
            raise QuantityOutOfRange(quantity=units, minimum=0, field=("quantity",))
        return line

    def _entry(self, view: View, level: Level, counted: CountedUnits) -> CountEntry:
        then, moment = PastLevel.of(level, is_final=True), view.now
        if self.info.occurred_at is not None and self.info.occurred_at < view.now:
            moment = self.info.occurred_at
            then = level_at(moment, now=level, past=self.past.get(level.key))
        return CountEntry(
            counted_by=self.counted_by or self.info.author,
            quantity=counted.quantity,
            counted_at=moment,
            expected=then.on_hand,
            version=then.version,
            corrected_at=then.counted_at,
            starts_over=counted.starts_over,
            recorded_by=self.info.author,
        )

    def _placed(self, error: InventoryError, index: int) -> InventoryError:
        """Put the error at the path of the wrong input: the location is the count's, not the line's."""
        if error.field == ("location",):
            return error.with_field(("id",))
        name = "barcode" if error.field == ("sku",) and self.lines[index].sku is None else None
        return error.with_field(("lines", str(index), *((name,) if name else error.field)))


def _name(counted: CountedUnits) -> str:
    """Return by which field the item was named."""
    return "sku" if counted.barcode is None else "barcode"

"""Record the sales and returns of a shop, all or nothing.

Tills print a line per scan, so an item may be on several lines.
Rule: all lines together take no more than is available, unless the location's oversell policy allows it.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from msgspec import Struct, structs

from app.domain.command import Decision, Line, ReadSet, View
from app.domain.errors import (
    ExceedsOutstanding,
    InsufficientStock,
    InvalidValue,
    InventoryError,
    Refused,
)
from app.domain.limits import MAX_CHANNEL_LENGTH, MAX_REFERENCE_LENGTH
from app.domain.operation import CommandInfo
from app.domain.stock.commands.oversell import sale_allowance, sale_refusal
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import Allowance, LevelChange
from app.domain.stock.movement import MovementReason
from app.domain.stock.sale_returns import SaleReturns, sale_returns_key
from app.domain.time import Moment
from app.domain.validation import (
    delta_errors,
    info_errors,
    line_count_errors,
    location_code_errors,
    sku_errors,
    text_errors,
)


class SaleLine(Struct, frozen=True, kw_only=True, gc=False):
    """Sold units of one item; below zero, returned units."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSale:
    """One receipt or invoice of one location.

    `return_of` is the reference of the sale of the returned units; `sold` are its units, read from the ledger.
    """

    info: CommandInfo
    location: str
    lines: tuple[SaleLine, ...]
    channel: str | None = None
    confirm_oversell: bool = False
    return_of: str | None = None
    sold: Mapping[str, int] = field(default_factory=dict)

    def content(self) -> object:
        """Return the input; what was looked up for it is not part of it."""
        confirmed = ("confirmed",) if self.confirm_oversell else ()
        returns = () if self.return_of is None else ("return of", self.return_of)
        lines = tuple((line.sku, line.quantity) for line in self.lines)
        return (self.location, self.channel, lines, *confirmed, *returns)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from line_count_errors(len(self.lines))
        yield from info_errors(self.info, now=now)
        yield from location_code_errors(self.location)
        if self.channel is not None:
            yield from text_errors(self.channel, what="A channel", maximum=MAX_CHANNEL_LENGTH, field=("channel",))
        if self.return_of is not None:
            yield from text_errors(
                self.return_of, what="A reference", maximum=MAX_REFERENCE_LENGTH, field=("returnOf",)
            )
            if not any(line.quantity < 0 for line in self.lines):
                rule = "must name what came back, below zero"
                yield InvalidValue(what="A line at least of a return", rule=rule, field=("lines",))
        for index, line in enumerate(self.lines):
            yield from sku_errors(line.sku, field=("lines", str(index), "sku"))
            yield from delta_errors(line.quantity, field=("lines", str(index), "quantity"))

    def read_set(self) -> ReadSet:
        return ReadSet(
            levels=tuple(dict.fromkeys(self._key(line) for line in self.lines)),
            documents=() if self.return_of is None else (sale_returns_key(self.return_of),),
        )

    def decide(self, view: View) -> Decision:
        """Decide. Of an item on several lines, returned units count first.

        Returns of a named sale are possible for archived items and locations, too.

        Raises Refused with every shortage and every unknown item of the sale, and with ExceedsOutstanding for units
        returned beyond those sold.
        """
        lines: list[Line] = []
        refusals: list[InventoryError] = []
        left: dict[LevelKey, Level] = {}  # after the lines so far, where more lines may follow
        again = {key for key, count in Counter(map(self._key, self.lines)).items() if count > 1}
        allowance = sale_allowance(view, self.location, is_confirmed=self.confirm_oversell)
        for index, sold in self._arranged(again):
            key = self._key(sold)
            try:
                now = view.stock(key, even_archived=self._ends_a_sale(sold))
            except InventoryError as error:
                refusals.append(error if error.field == ("location",) else error.at("lines", str(index)))
                continue
            level, line = left.get(key, now), self._movement(sold, allowance)
            refusal = level.refusal(line.change, line.allowance)
            if refusal is not None:
                taken = max(0, now.on_hand - level.on_hand)
                refusals.append(self._told(view, refusal, taken=taken).at("lines", str(index), "quantity"))
            elif key in again:
                left[key] = structs.replace(level, on_hand=level.on_hand - sold.quantity)
            lines.append(line)
        returns = [] if self.return_of is None else [self._returns(view, self.return_of, refusals)]
        if refusals:
            raise Refused(*dict.fromkeys(refusals))  # an unknown location is reported once, not per line
        return Decision(lines=tuple(lines), documents=tuple(returns))

    def _returns(self, view: View, reference: str, refusals: list[InventoryError]) -> SaleReturns:
        """Return the returns of the sale including these, and add a refusal for each line that exceeds it."""
        key = sale_returns_key(reference)
        before = view.document(key) or SaleReturns(id=reference, created_at=view.now)
        assert isinstance(before, SaleReturns), key
        more: Counter[str] = Counter()
        for index, line in enumerate(self.lines):
            if line.quantity > 0:
                continue
            left = max(0, self.sold.get(line.sku, 0) - before.returned(line.sku) - more[line.sku])
            if -line.quantity > left:
                refusals.append(
                    ExceedsOutstanding(
                        sku=line.sku,
                        requested=-line.quantity,
                        outstanding=left,
                        step="RETURNED",
                        field=("lines", str(index), "quantity"),
                    )
                )
            more[line.sku] -= line.quantity
        return before.plus(more)

    def _arranged(self, again: Collection[LevelKey]) -> Iterator[tuple[int, SaleLine]]:
        """Yield the lines with their indexes; of an item with several lines, returned units come first."""
        if not again:
            yield from enumerate(self.lines)
            return
        turns: dict[str, list[int]] = {}
        for index, line in enumerate(self.lines):
            turns.setdefault(line.sku, []).append(index)
        waiting = {
            sku: iter(sorted(turn, key=lambda each: self.lines[each].quantity > 0)) for sku, turn in turns.items()
        }
        for line in self.lines:
            index = next(waiting[line.sku])
            yield index, self.lines[index]

    def _told(self, view: View, refusal: InventoryError, *, taken: int) -> InventoryError:
        if isinstance(refusal, InsufficientStock):
            refusal = InsufficientStock(**{**refusal.facts, "taken": taken})
        return sale_refusal(view, refusal, is_confirmed=self.confirm_oversell)

    def _ends_a_sale(self, line: SaleLine) -> bool:
        """Whether a line returns units of a named sale, no more than were sold, so that it begins nothing new."""
        return line.quantity < 0 and self.return_of is not None

    def _key(self, line: SaleLine) -> LevelKey:
        return LevelKey(line.sku, self.location)

    def _movement(self, line: SaleLine, allowance: Allowance) -> Line:
        is_sale = line.quantity > 0
        return Line(
            key=self._key(line),
            change=LevelChange(on_hand=-line.quantity),
            reason=MovementReason.SALE if is_sale else MovementReason.RETURN,
            channel=self.channel,
            allowance=allowance if is_sale else Allowance.NONE,
        )

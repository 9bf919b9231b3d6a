"""Change the lines of a draft."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from app.domain.command import Decision, Line, ReadSet, View, required, unknown
from app.domain.errors import InvalidValue, InventoryError, Refused, TooManyLines
from app.domain.limits import MAX_LINES_PER_OPERATION
from app.domain.operation import CommandInfo
from app.domain.purchasing.commands.purchase_checks import (
    OrderedUnits,
    check_version,
    purchase,
)
from app.domain.purchasing.purchase_order import (
    PurchaseLine,
    PurchaseOrder,
    PurchaseOrderState,
    StruckLine,
    purchase_order_key,
)
from app.domain.purchasing.supplier import supplier_item_key
from app.domain.replenishment.commands.declining import Declining
from app.domain.replenishment.declined import DeclineReason
from app.domain.stock.commands.line_checks import stock_refusal
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.domain.validation import duplicate_errors, info_errors, line_count_errors

_DRAFT = frozenset({PurchaseOrderState.DRAFT})


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePurchaseOrder:
    """The requested lines: quantity 0 removes a line, a new item is added, and lines not named stay as they are.

    `supplier` and `location` are the order's, which never change; None where there is no such order. With an
    `expected_version` the order must be at it.

    A named line is set by the user, even if it does not change: the server does not add to it, and what the level needs
    beyond it is declined.
    """

    info: CommandInfo
    order_id: str
    supplier: str | None
    location: str | None
    lines: tuple[OrderedUnits, ...]
    expected_version: int | None = None

    def content(self) -> object:
        """Return the input; what was looked up for it is not part of it."""
        return (self.order_id, tuple(line.content() for line in self.lines), self.expected_version)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from line_count_errors(len(self.lines))
        for index, line in enumerate(self.lines):
            yield from line.validate(least=0, prefix=("lines", str(index)))
        yield from duplicate_errors(self._keys)
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        order = (purchase_order_key(self.order_id),)
        if self.supplier is None:
            return ReadSet(stock_of=order)
        offers = tuple(supplier_item_key(self.supplier, line.sku) for line in self.lines)
        return ReadSet(levels=self._keys, documents=offers, stock_of=order)

    def decide(self, view: View) -> Decision:
        """Decide. Raises UnknownDocument, WrongState, StaleDocument, or Refused with all errors of the lines.

        Lines of archived items or locations may be removed or reduced, but not increased.
        """
        if self.supplier is None:
            raise unknown(purchase_order_key(self.order_id))
        before = required(view, purchase_order_key(self.order_id), PurchaseOrder, states=_DRAFT)
        check_version(before, self.expected_version)
        known = before.lines_by_sku
        after = dict(known)
        declining = Declining(view=view, info=self.info, order=self.order_id)
        movements: list[Line] = []
        refusals: list[InventoryError] = []
        for index, line in enumerate(self.lines):
            old = known.get(line.sku)
            more = line.quantity - (0 if old is None else old.quantity)
            movement = purchase(before.arriving(line.sku), planned=more)
            refusal = _refusal(view, movement, index=index) if more > 0 or old is None else None
            if refusal is not None:
                refusals.append(refusal)
                continue
            if more:
                reason = DeclineReason.QUANTITY_SET if line.quantity else DeclineReason.LINE_REMOVED
                movements.append(declining.declined(movement, reason, quantity=line.quantity))
            if line.quantity:
                after[line.sku] = self._line(view, old, line)
            else:
                del after[line.sku]
        if not after:
            rule = "must keep a line at least: cancel it instead"
            refusals.append(InvalidValue(what="A purchase order", rule=rule, field=("lines",)))
        if len(after) > MAX_LINES_PER_OPERATION:
            refusals.append(TooManyLines(count=len(after), maximum=MAX_LINES_PER_OPERATION))
        if refusals:
            raise Refused(*dict.fromkeys(refusals))  # an archived location is reported once
        return Decision(lines=tuple(movements), documents=(self._set(before, after, at=view.now),))

    @property
    def _keys(self) -> tuple[LevelKey, ...]:
        return tuple(LevelKey(line.sku, self.location or "") for line in self.lines)

    def _line(self, view: View, old: PurchaseLine | None, line: OrderedUnits) -> PurchaseLine:
        if old is None:
            cost = line.cost_from(view, self.supplier or "")
        else:
            cost = old.unit_cost if line.unit_cost is None else line.cost
        known = old or PurchaseLine(sku=line.sku, quantity=line.quantity)
        return replace(known, quantity=line.quantity, unit_cost=cost, set_by=self.info.author, set_at=view.now)

    def _set(self, before: PurchaseOrder, after: Mapping[str, PurchaseLine], *, at: Moment) -> PurchaseOrder:
        """Return the order with the requested lines, and a record of the removed ones."""
        struck = {each.sku: each for each in before.struck if each.sku not in after}
        for line in before.lines:
            if line.sku not in after:
                struck[line.sku] = StruckLine(sku=line.sku, quantity=line.quantity, set_by=self.info.author, set_at=at)
        return replace(before.with_lines(after.values()), struck=tuple(struck.values())[-MAX_LINES_PER_OPERATION:])


def _refusal(view: View, movement: Line, *, index: int) -> InventoryError | None:
    """Return why more of an item cannot be ordered, or that a line to remove is not part of the order."""
    if movement.change.planned == 0:
        rule = "must be that of a line of the purchase order"
        return InvalidValue(what=f"The SKU {movement.key.sku!r}", rule=rule, field=("lines", str(index), "sku"))
    return stock_refusal(view, movement.key, movement.change, line=index)

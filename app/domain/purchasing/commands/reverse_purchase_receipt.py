"""Reverse a receipt that was recorded by mistake, in whole or in part: a counter-entry that names it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.domain.command import Decision, Line, ReadSet, View, required
from app.domain.errors import (
    DuplicateLine,
    InvalidValue,
    InventoryError,
    QuantityOutOfRange,
    Refused,
    UnknownDocument,
    WrongState,
)
from app.domain.limits import MAX_QUANTITY
from app.domain.operation import CommandInfo
from app.domain.purchasing.commands.average_cost import costed, valued_without
from app.domain.purchasing.commands.purchase_checks import check_items, purchase
from app.domain.purchasing.commands.receive_purchase_order import arriving_skus
from app.domain.purchasing.purchase_order import (
    ON_ORDER,
    PurchaseLine,
    PurchaseOrder,
    PurchaseOrderState,
    purchase_order_key,
)
from app.domain.purchasing.purchase_receipt import PurchaseReceipt, ReceivedLine, purchase_receipt_key
from app.domain.stock.commands.line_checks import stock_refusal
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import Allowance, LevelChange
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.domain.validation import info_errors, line_count_errors, sku_errors

_RECEIVED_FROM = ON_ORDER | {PurchaseOrderState.RECEIVED, PurchaseOrderState.CANCELLED}


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongUnits:
    """Units of one item that a receipt records although they did not arrive."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReversePurchaseReceipt:
    """The received units are no longer on hand, and outstanding again; without `lines`, all of them.

    With a whole receipt, the units that it gave up as short are outstanding again, too. `receipt_id` is the operation
    that recorded it. `seen` is the order as it was looked up, for its items; None where there was none.
    """

    info: CommandInfo
    order_id: str
    receipt_id: str
    seen: PurchaseOrder | None
    lines: tuple[WrongUnits, ...] | None = None

    def content(self) -> object:
        """Return the input; what was looked up for it is not part of it."""
        lines = None if self.lines is None else tuple((line.sku, line.quantity) for line in self.lines)
        return (self.order_id, self.receipt_id, lines)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from info_errors(self.info, now=now)
        if self.lines is None:
            return
        yield from line_count_errors(len(self.lines))
        first_lines: dict[str, int] = {}
        for index, line in enumerate(self.lines):
            prefix = ("lines", str(index))
            yield from sku_errors(line.sku, field=(*prefix, "sku"))
            if not 1 <= line.quantity <= MAX_QUANTITY:
                yield QuantityOutOfRange(quantity=line.quantity, minimum=1, field=(*prefix, "quantity"))
            if (first := first_lines.setdefault(line.sku, index)) != index:
                yield DuplicateLine(sku=line.sku, location="", first_line=first, field=prefix)

    def read_set(self) -> ReadSet:
        skus = arriving_skus(self.seen, None if self.lines is None else [line.sku for line in self.lines])
        return ReadSet(
            documents=(purchase_receipt_key(self.receipt_id),),
            stock_of=(purchase_order_key(self.order_id),),
            items=skus,
            on_hand_of=skus,
        )

    def decide(self, view: View) -> Decision:
        """Decide.

        Raises UnknownDocument, WrongState where the whole receipt was reversed before, StaleDocument where the order is
        not as it was looked up, or Refused with all lines that are not in the receipt, and all units that are no longer
        on hand.
        """
        order = required(view, purchase_order_key(self.order_id), PurchaseOrder, states=_RECEIVED_FROM)
        check_items(order, self.seen)
        receipt = self._known_receipt(view, order)
        left = self._left(receipt)
        taken = {sku: _without(line, left[sku]) for sku, line in receipt.lines_by_sku.items() if sku in left}
        before = order.lines_by_sku
        is_cancelled = order.state is PurchaseOrderState.CANCELLED
        after = {sku: _corrected(before[sku], back, is_cancelled=is_cancelled) for sku, back in taken.items()}
        movements = [
            movement
            for sku, back in taken.items()
            for movement in _movements(order, back, outstanding=after[sku].outstanding - before[sku].outstanding)
        ]
        self._check(view, movements)
        known = receipt.lines_by_sku
        left = {sku: valued_without(view, known[sku], each, before[sku].unit_cost) for sku, each in left.items()}
        return Decision(
            lines=tuple(movements),
            items=costed(view, left),
            documents=(order.taken_back(after, at=view.now), receipt.with_lines(left)),
        )

    def _known_receipt(self, view: View, order: PurchaseOrder) -> PurchaseReceipt:
        kind, identity = PurchaseReceipt.kind.value, self.receipt_id
        receipt = view.document(purchase_receipt_key(identity))
        if not isinstance(receipt, PurchaseReceipt) or receipt.order != order.id:
            raise UnknownDocument(kind=kind, id=identity, field=("receipt",))
        if not receipt.lines:
            raise WrongState(kind=kind, id=identity, state="REVERSED", reference=order.reference, field=("receipt",))
        return receipt

    def _left(self, receipt: PurchaseReceipt) -> Mapping[str, ReceivedLine]:
        """Return the remaining lines of the receipt. Raises Refused."""
        known = receipt.lines_by_sku
        if self.lines is None:
            return {sku: ReceivedLine(sku=sku) for sku in known}
        errors: list[InventoryError] = []
        left: dict[str, ReceivedLine] = {}
        for index, line in enumerate(self.lines):
            units = known[line.sku].units if line.sku in known else 0
            if line.quantity <= units:
                left[line.sku] = known[line.sku].without(line.quantity)
                continue
            rule = f"must be at most {units}: so many units of it are left of the receipt"
            errors.append(InvalidValue(what="The quantity", rule=rule, field=("lines", str(index), "quantity")))
        if errors:
            raise Refused(*errors)
        return left

    def _check(self, view: View, movements: list[Line]) -> None:
        at = {line.sku: index for index, line in enumerate(self.lines or ())}
        leaving: dict[LevelKey, list[int]] = {}
        for movement in movements:
            sums = leaving.setdefault(movement.key, [0, 0, 0])
            sums[0] += movement.change.on_hand
            sums[1] += movement.change.damaged
            sums[2] += max(0, movement.change.incoming)
        refusals = [
            stock_refusal(
                view,
                key,
                LevelChange(on_hand=on_hand, damaged=damaged, incoming=incoming),
                line=at.get(key.sku),
                even_archived=True,
                allowance=Allowance.SHORTFALL,  # they are not on hand, even if they are reserved
            )
            for key, (on_hand, damaged, incoming) in leaving.items()
        ]
        if found := [refusal for refusal in refusals if refusal is not None]:
            raise Refused(*dict.fromkeys(found))


def _without(line: ReceivedLine, left: ReceivedLine) -> ReceivedLine:
    """Return the reversed part of a line, given what is left of it."""
    return ReceivedLine(
        sku=line.sku,
        received=line.received - left.received,
        over=line.over - left.over,
        damaged=line.damaged - left.damaged,
        short=line.short - left.short,
    )


def _corrected(line: PurchaseLine, back: ReceivedLine, *, is_cancelled: bool) -> PurchaseLine:
    """Return a line of the order without the reversed units; those of a cancelled order are not outstanding again."""
    short = -back.received if is_cancelled else min(back.short, line.short)
    return line.taken_back(received=back.received, over=back.over, short=short)


def _movements(order: PurchaseOrder, back: ReceivedLine, *, outstanding: int) -> Iterator[Line]:
    """Yield the counter-movements of the receipt; `outstanding` units are incoming again."""
    key = order.arriving(back.sku)
    over_damaged = min(back.damaged, back.over)
    damaged = back.damaged - over_damaged
    if back.received:
        change = LevelChange(on_hand=-back.received, incoming=back.received, damaged=-damaged)
        yield Line(key=key, change=change, reason=MovementReason.RECEIPT, allowance=Allowance.SHORTFALL)
    if back.over:
        change = LevelChange(on_hand=-back.over, damaged=-over_damaged)
        yield Line(key=key, change=change, reason=MovementReason.CORRECTION, allowance=Allowance.SHORTFALL)
    if outstanding != back.received:
        yield purchase(key, incoming=outstanding - back.received)

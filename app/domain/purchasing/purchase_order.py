"""Purchase orders: units that are to come from a supplier.

Rule: on every line, quantity = received + short + outstanding. The outstanding units of drafts are planned at their
location, and those of submitted orders are incoming there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from app.domain.access.visibility import Visibility
from app.domain.document import Document, DocumentKey, DocumentKind
from app.domain.money import Money
from app.domain.replenishment.order_reason import MAX_REASONS, OrderReason
from app.domain.stock.level import LevelKey
from app.domain.time import Moment


class PurchaseOrderState(StrEnum):
    """States of a purchase order. The last two are final."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    CONFIRMED = "CONFIRMED"
    PARTIALLY_RECEIVED = "PARTIALLY_RECEIVED"
    RECEIVED = "RECEIVED"
    CANCELLED = "CANCELLED"


ON_ORDER = frozenset(
    {PurchaseOrderState.SUBMITTED, PurchaseOrderState.CONFIRMED, PurchaseOrderState.PARTIALLY_RECEIVED}
)
NOT_ENDED = ON_ORDER | {PurchaseOrderState.DRAFT}


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseLine:
    """One item of a purchase order, in units.

    `quantity` is ordered. Of that, `received` arrived and `short` never will. `over` arrived without having been
    ordered. `reasons` are those of automatic orders, the oldest first. `set_by` is the actor who set the line last, and
    `set_at` when; None where only the server has.
    """

    sku: str
    quantity: int
    received: int = 0
    short: int = 0
    over: int = 0
    unit_cost: Money | None = None
    reasons: tuple[OrderReason, ...] = ()
    set_by: str | None = None
    set_at: Moment | None = None

    def __post_init__(self) -> None:
        assert self.quantity > 0, self
        assert self.received >= 0 <= self.short, self
        assert self.outstanding >= 0 <= self.over, self

    @property
    def outstanding(self) -> int:
        """Units that are still to come."""
        return self.quantity - self.received - self.short

    @property
    def value(self) -> Money:
        """The cost of the ordered units; 0 where unknown."""
        return Money(self.quantity * (self.unit_cost or 0))

    def arrived(self, quantity: int) -> "PurchaseLine":
        """Return the line after units arrived; units beyond the outstanding ones are over."""
        expected = min(quantity, self.outstanding)
        return replace(self, received=self.received + expected, over=self.over + quantity - expected)

    def taken_back(self, *, received: int, over: int, short: int) -> "PurchaseLine":
        """Return the line after the reversal of received, over or short units."""
        return replace(self, received=self.received - received, over=self.over - over, short=self.short - short)

    def confirmed(self, quantity: int, *, unit_cost: Money | None) -> "PurchaseLine":
        """Return the line where the supplier confirms so many units in total, including received ones.

        With fewer than are ordered the others are short; with more the ordered quantity grows.
        """
        assert quantity >= self.received, (self, quantity)
        ordered = max(self.quantity, quantity)
        cost = self.unit_cost if unit_cost is None else unit_cost
        return replace(self, quantity=ordered, short=ordered - quantity, unit_cost=cost)

    def given_up(self) -> "PurchaseLine":
        """Return the line with all outstanding units short."""
        return replace(self, short=self.short + self.outstanding)

    def with_more(self, quantity: int, *, reason: OrderReason) -> "PurchaseLine":
        """Return the line of a draft with more units and their reason; of many reasons the newest are kept."""
        reasons = (*self.reasons, reason)[-MAX_REASONS:]
        return replace(self, quantity=self.quantity + quantity, reasons=reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class StruckLine:
    """A line of `quantity` units that was removed from a draft."""

    sku: str
    quantity: int
    set_by: str
    set_at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrder(Document):
    """An order of one location from one supplier. Supplier, location and reference never change.

    The ordered quantities change with the lines of a draft, and with the supplier's confirmation. `is_automatic` orders
    were created by the server; `struck` are the lines that users removed. `expected_at` is when the goods are to
    arrive, and `closed_at` when the order ended.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.PURCHASE_ORDER

    state: PurchaseOrderState = PurchaseOrderState.DRAFT
    supplier: str
    location: str
    reference: str | None = None
    note: str | None = None
    lines: tuple[PurchaseLine, ...]
    struck: tuple[StruckLine, ...] = ()
    is_automatic: bool = False
    submitted_at: Moment | None = None
    confirmed_at: Moment | None = None
    expected_at: Moment | None = None
    closed_at: Moment | None = None

    def is_within(self, visibility: Visibility) -> bool:
        return visibility.categories is None and visibility.shows_location(self.location)

    @property
    def level_keys(self) -> tuple[LevelKey, ...]:
        return tuple(self.arriving(line.sku) for line in self.lines)

    @property
    def lines_by_sku(self) -> dict[str, PurchaseLine]:
        """The lines under their SKUs, each of which has one."""
        return {line.sku: line for line in self.lines}

    @property
    def value(self) -> Money:
        """The cost of the ordered units, without those of unknown cost."""
        return Money(sum(line.value for line in self.lines))

    @property
    def unvalued(self) -> int:
        """Ordered units of unknown cost."""
        return sum(line.quantity for line in self.lines if line.unit_cost is None)

    @property
    def set_last(self) -> tuple[Moment, str] | None:
        """When a user last set one of its lines, and who; None where only the server has."""
        lines = [
            (line.set_at, line.set_by) for line in self.lines if line.set_at is not None and line.set_by is not None
        ]
        return max([*lines, *((line.set_at, line.set_by) for line in self.struck)], default=None)

    @property
    def is_gathering(self) -> bool:
        """Whether the server may add to it and submit it: an automatic draft of which no user has set a line."""
        return self.is_automatic and self.state is PurchaseOrderState.DRAFT and self.set_last is None

    def arriving(self, sku: str) -> LevelKey:
        """Return the level that an item arrives at."""
        return LevelKey(sku, self.location)

    def with_line(self, line: PurchaseLine) -> "PurchaseOrder":
        """Return the draft with a line in place of that of the same item, or at the end."""
        assert self.state is PurchaseOrderState.DRAFT, self
        return replace(self, lines=tuple((self.lines_by_sku | {line.sku: line}).values()))

    def with_lines(self, lines: Iterable[PurchaseLine]) -> "PurchaseOrder":
        """Return the draft with these lines, and no others."""
        assert self.state is PurchaseOrderState.DRAFT, self
        return replace(self, lines=tuple(lines))

    def submitted(self, *, at: Moment, expected_at: Moment | None) -> "PurchaseOrder":
        """Return the order after it was sent to the supplier."""
        return replace(self, state=PurchaseOrderState.SUBMITTED, submitted_at=at, expected_at=expected_at)

    def confirmed(
        self, lines: Mapping[str, PurchaseLine], *, at: Moment, expected_at: Moment | None
    ) -> "PurchaseOrder":
        """Return the order after the supplier's confirmation of the time and of these lines, by SKU.

        It ends where nothing is outstanding.
        """
        return replace(self._under_way(lines, at=at, is_confirmed=True), confirmed_at=at, expected_at=expected_at)

    def received(self, lines: Mapping[str, PurchaseLine], *, at: Moment) -> "PurchaseOrder":
        """Return the order with these lines after a receipt, by SKU; it ends when nothing is outstanding.

        A receipt after its end does not reopen it.
        """
        changed = self._with(lines)
        if self.closed_at is not None:
            return changed
        if any(line.outstanding for line in changed.lines):
            return replace(changed, state=PurchaseOrderState.PARTIALLY_RECEIVED)
        return replace(changed, state=PurchaseOrderState.RECEIVED, closed_at=at)

    def taken_back(self, lines: Mapping[str, PurchaseLine], *, at: Moment) -> "PurchaseOrder":
        """Return the order after the reversal of a receipt: its units are outstanding again.

        A cancelled order stays cancelled: nothing of it is outstanding.
        """
        if self.state is PurchaseOrderState.CANCELLED:
            return self._with(lines)
        return self._under_way(lines, at=at, is_confirmed=self.confirmed_at is not None)

    def cancelled(self, *, at: Moment) -> "PurchaseOrder":
        """Return the cancelled order, of which nothing is outstanding."""
        lines = tuple(line.given_up() for line in self.lines)
        return replace(self, state=PurchaseOrderState.CANCELLED, lines=lines, closed_at=at)

    def _with(self, lines: Mapping[str, PurchaseLine]) -> "PurchaseOrder":
        return replace(self, lines=tuple(lines.get(line.sku, line) for line in self.lines))

    def _under_way(self, lines: Mapping[str, PurchaseLine], *, at: Moment, is_confirmed: bool) -> "PurchaseOrder":
        """Return the order with these lines, in the state that follows from them."""
        after = self._with(lines)
        has_arrived = any(line.received or line.over for line in after.lines)
        if not any(line.outstanding for line in after.lines):
            ended = PurchaseOrderState.RECEIVED if has_arrived else PurchaseOrderState.CANCELLED
            return replace(after, state=ended, closed_at=at)
        if has_arrived:
            state = PurchaseOrderState.PARTIALLY_RECEIVED
        elif is_confirmed:
            state = PurchaseOrderState.CONFIRMED
        else:
            state = PurchaseOrderState.SUBMITTED
        return replace(after, state=state, closed_at=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft(Document):
    """Pointer to the draft that collects what a location needs from a supplier: the id of a purchase order."""

    kind: ClassVar[DocumentKind] = DocumentKind.ORDER_DRAFT
    is_published: ClassVar[bool] = False

    order: str

    def is_within(self, visibility: Visibility) -> bool:
        return visibility.shows_location(self.id.partition("/")[0])


def purchase_order_key(identity: str) -> DocumentKey:
    """Return the key of a purchase order."""
    return DocumentKey(DocumentKind.PURCHASE_ORDER, identity)


def order_draft_id(supplier: str, location: str) -> str:
    """Return the id of the pointer to a draft. Neither code has a slash, so the two parts stay apart."""
    return f"{location}/{supplier}"


def order_draft_key(supplier: str, location: str) -> DocumentKey:
    """Return the key of the pointer to the draft for a supplier and a location."""
    return DocumentKey(DocumentKind.ORDER_DRAFT, order_draft_id(supplier, location))

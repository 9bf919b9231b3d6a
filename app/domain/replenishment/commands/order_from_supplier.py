"""Put what a location needs on the draft that is open for its supplier."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.domain.command import Decision, Line, ReadSet, View
from app.domain.errors import Archived, InvalidValue, InventoryError, UnknownDocument, WrongState
from app.domain.limits import MAX_LINES_PER_OPERATION
from app.domain.operation import CommandInfo
from app.domain.purchasing.purchase_order import (
    OrderDraft,
    PurchaseLine,
    PurchaseOrder,
    order_draft_id,
    order_draft_key,
    purchase_order_key,
)
from app.domain.purchasing.supplier import Supplier, SupplierItem, lead_time_of, supplier_item_key, supplier_key
from app.domain.replenishment.need import later_units, needed_after, wanted_units
from app.domain.replenishment.order_reason import OrderReason, rounded
from app.domain.reservations.reservation import Reservation, reservation_key
from app.domain.stock.level import Level, LevelChange, LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.domain.validation import line_count_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCandidate:
    """An item that may be needed, and the reservations that wait for it but need it only later."""

    sku: str
    later: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFromSupplier:
    """What is needed is decided here, on the levels as they are: safe to try at any time, by any process, and again.

    `draft` is the order to which the draft of supplier and location pointed when it was looked up; where it points
    elsewhere by now, look again.
    """

    info: CommandInfo
    location: str
    supplier: str
    wishes: tuple[OrderCandidate, ...]
    draft: str | None = None
    is_review: bool = False

    def content(self) -> object:
        wishes = tuple((wish.sku, wish.later) for wish in self.wishes)
        return (self.location, self.supplier, wishes, self.draft, self.is_review)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from line_count_errors(len(self.wishes))

    def read_set(self) -> ReadSet:
        orders = () if self.draft is None else (purchase_order_key(self.draft),)
        return ReadSet(
            levels=tuple(LevelKey(wish.sku, self.location) for wish in self.wishes),
            documents=(
                supplier_key(self.supplier),
                order_draft_key(self.supplier, self.location),
                *orders,
                *(supplier_item_key(self.supplier, wish.sku) for wish in self.wishes),
                *dict.fromkeys(reservation_key(later) for wish in self.wishes for later in wish.later),
            ),
        )

    def decide(self, view: View) -> Decision:
        """See Command. Raises WrongState where the draft has moved on, and InvalidValue where nothing is needed."""
        supplier = self._supplier(view)
        draft, pointers = self._draft(view)
        ordered, planned = draft.lines_by_sku, dict[LevelKey, int]()
        for wish in self.wishes:
            offer = view.document(supplier_item_key(self.supplier, wish.sku))
            if not isinstance(offer, SupplierItem) or offer.is_removed:
                continue
            reason = self._reason(view, wish, offer, supplier)
            if reason is not None:
                ordered[wish.sku] = _with_more(ordered.get(wish.sku), offer, reason)
                planned[LevelKey(wish.sku, self.location)] = reason.quantity
        if not planned:
            raise InvalidValue(what="An automatic order", rule="must have an item that is needed")
        return Decision(
            lines=tuple(
                Line(key=key, change=LevelChange(planned=units), reason=MovementReason.PURCHASE)
                for key, units in planned.items()
            ),
            documents=(draft.with_lines(ordered.values()), *pointers),
        )

    def _supplier(self, view: View) -> Supplier:
        supplier = view.document(supplier_key(self.supplier))
        if not isinstance(supplier, Supplier):
            raise UnknownDocument(kind=Supplier.kind.value, id=self.supplier, field=("supplier",))
        if supplier.is_archived:
            raise Archived(kind="supplier", name=supplier.code, field=("supplier",))
        return supplier

    def _draft(self, view: View) -> tuple[PurchaseOrder, Sequence[OrderDraft]]:
        """Return the draft to add to, and where a new one begins, the pointer to it.

        A draft on which somebody has set something is theirs: a new one begins beside it.
        """
        pointer = view.document(order_draft_key(self.supplier, self.location))
        assert pointer is None or isinstance(pointer, OrderDraft)
        if (pointer.order if pointer else None) != self.draft:
            raise WrongState(kind=OrderDraft.kind.value, id=self.draft or "", state="elsewhere", field=("draft",))
        known = None if self.draft is None else view.document(purchase_order_key(self.draft))
        if isinstance(known, PurchaseOrder) and known.is_gathering and self._has_room(known):
            return known, ()
        order = PurchaseOrder(
            id=self.info.operation_id,
            supplier=self.supplier,
            location=self.location,
            lines=(),
            is_automatic=True,
            created_at=view.now,
        )
        if pointer is not None:
            return order, (replace(pointer, order=order.id),)
        identity = order_draft_id(self.supplier, self.location)
        return order, (OrderDraft(id=identity, order=order.id, created_at=view.now),)

    def _has_room(self, order: PurchaseOrder) -> bool:
        known = order.lines_by_sku
        return len(order.lines) + sum(wish.sku not in known for wish in self.wishes) <= MAX_LINES_PER_OPERATION

    def _reason(self, view: View, wish: OrderCandidate, offer: SupplierItem, supplier: Supplier) -> OrderReason | None:
        level = open_level(view, LevelKey(wish.sku, self.location))
        if level is None:
            return None
        after = needed_after(lead_time_of(offer, supplier), now=view.now)
        waiting = [view.document(reservation_key(later)) for later in wish.later]
        reservations = [each for each in waiting if isinstance(each, Reservation)]
        later = later_units(reservations, level.key, after=after)
        wanted = wanted_units(level, is_review=self.is_review, now=view.now, later=later)
        minimum, pack = offer.minimum_quantity, offer.pack_size
        quantity = rounded(wanted, minimum_quantity=minimum, pack_size=pack)
        if not wanted or level.refusal(LevelChange(planned=quantity, incoming=quantity)) is not None:
            return None
        return OrderReason.of(
            level, at=view.now, wanted=wanted, quantity=quantity, minimum_quantity=minimum, pack_size=pack
        )


def open_level(view: View, key: LevelKey) -> Level | None:
    """Return a level that may change; None where its item or location is archived or unknown."""
    try:
        return view.stock(key)
    except InventoryError:
        return None


def _with_more(known: PurchaseLine | None, offer: SupplierItem, reason: OrderReason) -> PurchaseLine:
    if known is not None:
        return known.with_more(reason.quantity, reason=reason)
    return PurchaseLine(sku=offer.sku, quantity=reason.quantity, unit_cost=offer.unit_cost, reasons=(reason,))

"""Order what a location needs: add it to the open draft for the supplier."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.domain.command import Decision, Line, ReadSet, View, found
from app.domain.errors import InvalidValue, InventoryError, WrongState
from app.domain.limits import MAX_LINES_PER_OPERATION
from app.domain.operation import CommandInfo
from app.domain.purchasing.commands.supplier_checks import known_offer, open_supplier
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
from app.domain.replenishment.order_reason import OrderReason
from app.domain.reservations.reservation import Reservation, reservation_key
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.domain.validation import line_count_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCandidate:
    """An item that may be needed, and the waiting reservations that need it only after the lead time."""

    sku: str
    later: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFromSupplier:
    """The needs are decided here, on the present levels: any process may run it at any time, and repeat it.

    `draft` is the order to which the draft of supplier and location pointed when it was looked up; where it points
    elsewhere by now, the service looks it up again.
    """

    info: CommandInfo
    location: str
    supplier: str
    candidates: tuple[OrderCandidate, ...]
    draft: str | None = None
    is_review: bool = False

    def content(self) -> object:
        candidates = tuple((candidate.sku, candidate.later) for candidate in self.candidates)
        return (self.location, self.supplier, candidates, self.draft, self.is_review)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from line_count_errors(len(self.candidates))

    def read_set(self) -> ReadSet:
        orders = () if self.draft is None else (purchase_order_key(self.draft),)
        return ReadSet(
            levels=tuple(LevelKey(candidate.sku, self.location) for candidate in self.candidates),
            documents=(
                supplier_key(self.supplier),
                order_draft_key(self.supplier, self.location),
                *orders,
                *(supplier_item_key(self.supplier, candidate.sku) for candidate in self.candidates),
                *dict.fromkeys(reservation_key(later) for candidate in self.candidates for later in candidate.later),
            ),
        )

    def decide(self, view: View) -> Decision:
        """Decide. Raises WrongState where the draft has moved on, and InvalidValue where nothing is needed."""
        supplier = open_supplier(view, self.supplier, field=("supplier",))
        draft, pointers = self._draft(view)
        ordered, planned = draft.lines_by_sku, dict[LevelKey, int]()
        for candidate in self.candidates:
            offer = known_offer(view, self.supplier, candidate.sku)
            if offer is None:
                continue
            reason = self._reason(view, candidate, offer, supplier)
            if reason is not None:
                ordered[candidate.sku] = _with_more(ordered.get(candidate.sku), offer, reason)
                planned[LevelKey(candidate.sku, self.location)] = reason.quantity
        if not planned:
            raise InvalidValue(what="An automatic order", rule="must have an item that is needed")
        return Decision(
            lines=tuple(
                Line(key=key, change=LevelChange(planned=units), reason=MovementReason.PURCHASE)
                for key, units in planned.items()
            ),
            documents=(draft.with_lines(ordered.values()), *pointers),
        )

    def _draft(self, view: View) -> tuple[PurchaseOrder, Sequence[OrderDraft]]:
        """Return the draft to add to, and where a new one begins, the pointer to it.

        The server adds nothing to a draft of which a user has set a line: it begins a new one.
        """
        pointer = found(view, order_draft_key(self.supplier, self.location), OrderDraft)
        if (pointer.order if pointer else None) != self.draft:
            raise WrongState(kind=OrderDraft.kind.value, id=self.draft or "", state="elsewhere", field=("draft",))
        known = None if self.draft is None else found(view, purchase_order_key(self.draft), PurchaseOrder)
        if known is not None and known.is_gathering and self._has_room(known):
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
        return (
            len(order.lines) + sum(candidate.sku not in known for candidate in self.candidates)
            <= MAX_LINES_PER_OPERATION
        )

    def _reason(
        self, view: View, candidate: OrderCandidate, offer: SupplierItem, supplier: Supplier
    ) -> OrderReason | None:
        level = open_level(view, LevelKey(candidate.sku, self.location))
        if level is None:
            return None
        after = needed_after(lead_time_of(offer, supplier), now=view.now)
        waiting = [found(view, reservation_key(later), Reservation) for later in candidate.later]
        later = later_units([each for each in waiting if each is not None], level.key, after=after)
        wanted = wanted_units(level, is_review=self.is_review, now=view.now, later=later)
        quantity = offer.rounded(wanted)
        if not wanted or level.refusal(LevelChange(planned=quantity, incoming=quantity)) is not None:
            return None
        return OrderReason.of(
            level,
            at=view.now,
            wanted=wanted,
            quantity=quantity,
            minimum_quantity=offer.minimum_quantity,
            pack_size=offer.pack_size,
        )


def open_level(view: View, key: LevelKey) -> Level | None:
    """Return a level; None where its item or location is archived or unknown."""
    try:
        return view.stock(key)
    except InventoryError:
        return None


def _with_more(known: PurchaseLine | None, offer: SupplierItem, reason: OrderReason) -> PurchaseLine:
    if known is not None:
        return known.with_more(reason.quantity, reason=reason)
    return PurchaseLine(sku=offer.sku, quantity=reason.quantity, unit_cost=offer.unit_cost, reasons=(reason,))

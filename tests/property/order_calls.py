"""Clients that order from suppliers, too. See tests.property.calls."""

from collections.abc import Callable, Mapping
from typing import Any

from app.domain.commands.purchase_checks import OrderedUnits
from app.domain.commands.receipt import Arrival
from app.domain.commands.reverse_purchase_receipt import WrongUnits
from app.domain.movement import MovementReason
from tests.property.calls import KINDS, SKUS, Client, Made

SUPPLIER = "ACME"


class OrderingClient(Client):
    """A client that buys what it sells."""

    @property
    def kinds(self) -> Mapping[Callable[[Any], Made], int]:
        """See Client."""
        return ALL_KINDS

    def plan_order(self) -> Made:
        """Write down what is to be ordered."""
        code, units = self._code(), self._ordered()
        return lambda store, said: store.orders.create(SUPPLIER, code, units, about=said)

    def change_order(self) -> Made:
        """Order more or less of it, or nothing of an item."""
        identity, units = self._one_of(self._known.order_drafts), self._ordered(least=0)
        return lambda store, said: store.orders.update(identity, units, about=said)

    def submit_order(self) -> Made:
        """Send it to the supplier, whatever that one asks for."""
        identity, is_ignorant = self._one_of(self._known.order_drafts), self.chance(60)
        version = self._dice.randint(1, 2)
        return lambda store, said: store.orders.submit(
            identity, expected_version=version, ignore_minimums=is_ignorant, about=said
        )

    def confirm_order(self) -> Made:
        """Hear that it comes."""
        identity, units = self._one_of(self._known.orders), self._ordered(least=0) if self.chance(50) else None
        return lambda store, said: store.orders.confirm(identity, lines=units, about=said)

    def receive_order(self) -> Made:
        """Take in a part, or the rest, and perhaps give up what is missing."""
        identity, sku, quantity = self._one_of(self._known.orders), self._dice.choice(SKUS), self._dice.randint(1, 2)
        lines = [Arrival(sku=sku, quantity=quantity, damaged=1, over_reason=MovementReason.FOUND)]
        is_last, is_whole = self.chance(20), self.chance(40)
        return lambda store, said: store.orders.receive(
            identity, lines=None if is_whole else lines, is_complete=is_last, about=said
        )

    def take_receipt_back(self) -> Made:
        """Find that a receipt was wrong, or a unit of it."""
        order, receipt = self._dice.choice(self._known.receipts[-4:] or [("none", "none")])
        lines = [WrongUnits(sku=self._dice.choice(SKUS), quantity=1)]
        is_whole = self.chance(50)
        return lambda store, said: store.orders.reverse_receipt(
            order, receipt, lines=None if is_whole else lines, about=said
        )

    def cancel_order(self) -> Made:
        """Give up an order, sent or not."""
        identity = self._one_of([*self._known.order_drafts[-2:], *self._known.orders[-2:]])
        return lambda store, said: store.orders.cancel(identity, about=said)

    def offer(self) -> Made:
        """Hear of other terms."""
        sku, pack = self._dice.choice(SKUS), self._dice.randint(1, 2)
        return lambda store, said: store.suppliers.upsert_item(SUPPLIER, sku, pack_size=pack, about=said)

    def leave_supplier(self) -> Made:
        """Order no more from the supplier, or again."""
        is_archived = self.chance(15)
        return lambda store, said: store.suppliers.archive(SUPPLIER, is_archived=is_archived, about=said)

    def _ordered(self, *, least: int = 1) -> list[OrderedUnits]:
        return [OrderedUnits(sku=sku, quantity=self._dice.randint(least, 3)) for sku in self._skus()]


ALL_KINDS: Mapping[Callable[[Any], Made], int] = {
    **KINDS,
    OrderingClient.plan_order: 4,
    OrderingClient.change_order: 4,
    OrderingClient.submit_order: 5,
    OrderingClient.confirm_order: 3,
    OrderingClient.receive_order: 5,
    OrderingClient.take_receipt_back: 3,
    OrderingClient.cancel_order: 3,
    OrderingClient.offer: 3,
    OrderingClient.leave_supplier: 2,
}

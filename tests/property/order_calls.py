"""Calls about suppliers and orders from them. See tests.property.random_calls."""

from decimal import Decimal

from app.domain.outcome import Outcome
from app.domain.purchasing.commands.purchase_checks import OrderedUnits
from app.domain.purchasing.commands.reverse_purchase_receipt import WrongUnits
from app.domain.purchasing.purchase_order import PurchaseOrder
from app.domain.stock.commands.receipt import Arrival
from app.domain.stock.movement import MovementReason
from app.services.request_info import RequestInfo
from tests.property.random_calls import SKUS, Client, Kinds, Made
from tests.support.store import Store

SUPPLIERS = ("ACME", "BOND")
AS_IT_IS = 0


class OrderCalls(Client):
    """What a client asks for of what it buys."""

    def plan_order(self) -> Made:
        """Write down what is to be ordered."""
        supplier, code, units = self._supplier(), self._code(), self._ordered()
        return lambda store, said: store.orders.create(supplier, code, units, request=said)

    def change_order(self) -> Made:
        """Order more or less of it, or nothing of an item."""
        identity, units = self._one_of(self._known.order_drafts), self._ordered(least=0)
        return lambda store, said: store.orders.update(identity, units, request=said)

    def submit_order(self) -> Made:
        """Send it to the supplier, whatever that one asks for: as it is, or as it was once."""
        identity, is_ignorant = self._one_of(self._known.order_drafts), self.chance(60)
        version = self._dice.choice([1, 2, AS_IT_IS, AS_IT_IS])
        submitted: dict[str, int] = {}  # so that a repeat says the same

        async def submit(store: Store, said: RequestInfo) -> Outcome:
            if version is AS_IT_IS and identity not in submitted:
                found = (await store.documents.documents(PurchaseOrder, [identity])).get(identity)
                submitted.setdefault(identity, 1 if found is None else found.version)
            return await store.orders.submit(
                identity,
                expected_version=submitted.get(identity, version),
                ignore_minimums=is_ignorant,
                request=said,
            )

        return submit

    def confirm_order(self) -> Made:
        """Hear that it comes, and how much of it, for which price."""
        identity, units = self._one_of(self._known.orders), self._ordered(least=0) if self.chance(50) else None
        return lambda store, said: store.orders.confirm(identity, lines=units, request=said)

    def receive_order(self) -> Made:
        """Take in a part, or the rest, and perhaps give up what is missing."""
        identity, sku, quantity = self._one_of(self._known.orders), self._dice.choice(SKUS), self._few()
        damaged = self._dice.randint(0, min(quantity, 3))
        box = Arrival(sku=sku, quantity=quantity, damaged=damaged, over_reason=MovementReason.FOUND)
        lines = [box] * self._dice.choice([1, 1, 2])
        is_last, is_whole = self.chance(20), self.chance(40)
        return lambda store, said: store.orders.receive(
            identity, lines=None if is_whole else lines, is_complete=is_last and not is_whole, request=said
        )

    def take_receipt_back(self) -> Made:
        """Find that a receipt was wrong, or a unit of it."""
        order, receipt = self._to_take_back(self._known.receipts)
        lines = [WrongUnits(sku=self._dice.choice(SKUS), quantity=self._dice.randint(1, 2))]
        is_whole = self.chance(50)
        return lambda store, said: store.orders.reverse_receipt(
            order, receipt, lines=None if is_whole else lines, request=said
        )

    def cancel_order(self) -> Made:
        """Give up an order, sent or not."""
        identity = self._one_of([*self._known.order_drafts[-2:], *self._known.orders[-2:]])
        return lambda store, said: store.orders.cancel(identity, request=said)

    def offer(self) -> Made:
        """Hear of other terms."""
        supplier, sku, pack = self._supplier(), self._dice.choice(SKUS), self._dice.randint(1, 2)
        cost = self._cost()
        return lambda store, said: store.suppliers.upsert_item(
            supplier, sku, pack_size=pack, unit_cost=cost, request=said
        )

    def offer_no_more(self) -> Made:
        """Hear that an item cannot be had."""
        supplier, sku = self._supplier(), self._dice.choice(SKUS)
        return lambda store, said: store.suppliers.remove_item(supplier, sku, request=said)

    def know_supplier(self) -> Made:
        """Let orders be sent to a supplier by themselves, or not."""
        supplier, is_automatic = self._supplier(), self.chance(50)
        minimum = self._dice.choice([None, Decimal(8)])
        return lambda store, said: store.suppliers.upsert(
            supplier, auto_submit=is_automatic, minimum_order_value=minimum, request=said
        )

    def leave_supplier(self) -> Made:
        """Order no more from the supplier, or again."""
        supplier, is_archived, winds_down = self._supplier(), self.chance(15), self.chance(70)
        return lambda store, said: store.suppliers.archive(
            supplier, is_archived=is_archived, winds_down=winds_down, request=said
        )

    def _supplier(self) -> str:
        return self._dice.choice(SUPPLIERS)

    def _cost(self) -> Decimal | None:
        return self._dice.choice([None, Decimal("2.50"), Decimal(3)])

    def _ordered(self, *, least: int = 1) -> list[OrderedUnits]:
        return [
            OrderedUnits(sku=sku, quantity=max(least, self._few() - 1 - least), unit_cost=self._cost())
            for sku in self._skus()
        ]


KINDS: Kinds = {
    OrderCalls.plan_order: 4,
    OrderCalls.change_order: 4,
    OrderCalls.submit_order: 5,
    OrderCalls.confirm_order: 3,
    OrderCalls.receive_order: 6,
    OrderCalls.take_receipt_back: 4,
    OrderCalls.cancel_order: 2,
    OrderCalls.offer: 3,
    OrderCalls.offer_no_more: 2,
    OrderCalls.know_supplier: 2,
    OrderCalls.leave_supplier: 2,
}

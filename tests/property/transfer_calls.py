"""Calls about transfers. See tests.property.random_calls."""

from app.domain.stock.commands.receipt import Arrival
from app.domain.stock.movement import MovementReason
from app.domain.transfers.commands.create_transfer import TransferUnits
from tests.property.random_calls import CODES, SKUS, Client, Kinds, Made


class TransferCalls(Client):
    """What a client asks for of transfers."""

    def plan_transfer(self) -> Made:
        """Write down what is to be sent."""
        (source, destination), units = self._dice.sample(CODES, 2), self._units()
        return lambda store, said: store.transfers.create(source, destination, units, request=said)

    def ship(self) -> Made:
        """Send it, or a unit of it."""
        identity = self._one_of(self._known.drafts)
        lines = [TransferUnits(sku=self._dice.choice(SKUS), quantity=1)] if self.chance(20) else None
        return lambda store, said: store.transfers.ship(identity, lines=lines, request=said)

    def receive(self) -> Made:
        """Take in a part, the rest, or give up what is missing."""
        identity, sku, quantity = self._one_of(self._known.sent), self._dice.choice(SKUS), self._few()
        lines = [Arrival(sku=sku, quantity=quantity, damaged=1, over_reason=MovementReason.FOUND)]
        is_last = self.chance(30)
        return lambda store, said: store.transfers.receive(
            identity,
            lines=lines,
            is_complete=is_last,
            short_reason=MovementReason.LOST if is_last else None,
            request=said,
        )

    def receive_the_rest(self) -> Made:
        """Take in all that is outstanding."""
        identity = self._one_of(self._known.sent)
        return lambda store, said: store.transfers.receive(
            identity, lines=None, is_complete=False, short_reason=None, request=said
        )

    def find_again(self) -> Made:
        """Find what was given up as lost, or a unit of it."""
        identity, operation = self._to_take_back(self._known.losses)
        lines = [TransferUnits(sku=self._dice.choice(SKUS), quantity=1)] if self.chance(50) else None
        return lambda store, said: store.transfers.reverse_loss(identity, operation, lines=lines, request=said)

    def cancel_transfer(self) -> Made:
        """Send back what is on its way."""
        identity = self._one_of([*self._known.drafts[-1:], *self._known.sent])
        return lambda store, said: store.transfers.cancel(identity, request=said)


KINDS: Kinds = {
    TransferCalls.plan_transfer: 7,
    TransferCalls.ship: 8,
    TransferCalls.receive: 6,
    TransferCalls.receive_the_rest: 4,
    TransferCalls.find_again: 4,
    TransferCalls.cancel_transfer: 4,
}

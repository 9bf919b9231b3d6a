"""Calls about orders of customers. See tests.property.random_calls."""

from app.domain.reservations.holds import ReservedUnits
from app.domain.reservations.reservation import RequestedLine
from tests.property.random_calls import CODES, SKUS, Client, Kinds, Made

TTL_MAX_SECONDS = 5


class ReservationCalls(Client):
    """What a client asks for of reservations."""

    def reserve(self) -> Made:
        """Order, at a location or wherever there is stock."""
        lines = self._wanted()
        ttl, is_partial, waits = (
            self._dice.choice([None, None, None, 1, TTL_MAX_SECONDS]),
            self.chance(30),
            self.chance(80),
        )
        most = self._dice.choice([None, None, 1, 2])
        return lambda store, said: store.reservations.create(
            lines, ttl_seconds=ttl, allow_partial=is_partial, accept_backorder=waits, max_locations=most, request=said
        )

    def extend(self) -> Made:
        """Ask for more time."""
        identity = self._one_of(self._known.reservations)
        return lambda store, said: store.reservations.extend(identity, ttl_seconds=TTL_MAX_SECONDS, request=said)

    def fulfill(self) -> Made:
        """Send an order, or a unit of it."""
        identity, parts = self._one_of(self._known.reservations), self._parts()
        return lambda store, said: store.reservations.fulfill(identity, lines=parts, request=said)

    def release(self) -> Made:
        """Give up an order, or a unit of it."""
        identity, parts = self._one_of(self._known.reservations), self._parts()
        return lambda store, said: store.reservations.release(identity, lines=parts, request=said)

    def change(self) -> Made:
        """Order more or less."""
        identity, lines = self._one_of(self._known.reservations), self._wanted()
        is_partial, waits = self.chance(30), self.chance(80)
        return lambda store, said: store.reservations.update(
            identity, lines, allow_partial=is_partial, accept_backorder=waits, request=said
        )

    def move(self) -> Made:
        """Let an order be sent from another location."""
        identity, code = self._one_of(self._known.reservations), self._code()
        skus, quantity = self._skus() if self.chance(20) else [self._dice.choice(SKUS)], self._dice.choice([None, 1, 2])
        parts = [
            ReservedUnits(sku=sku, location=self._dice.choice([None, None, *CODES]), quantity=quantity) for sku in skus
        ]
        return lambda store, said: store.reservations.move(identity, code, parts, request=said)

    def unship(self) -> Made:
        """Find that an order has not left, or a unit of it."""
        identity, operation = self._to_take_back(self._known.fulfilments)
        parts = self._parts()
        return lambda store, said: store.reservations.reverse_fulfillment(
            identity, operation, lines=parts, request=said
        )

    def _wanted(self) -> list[RequestedLine]:
        return [
            RequestedLine(sku=sku, quantity=self._few(), location=self._dice.choice([None, *CODES]))
            for sku in self._skus()
        ]

    def _parts(self) -> list[ReservedUnits] | None:
        return [ReservedUnits(sku=self._dice.choice(SKUS), quantity=1)] if self.chance(60) else None


KINDS: Kinds = {
    ReservationCalls.reserve: 8,
    ReservationCalls.extend: 3,
    ReservationCalls.fulfill: 6,
    ReservationCalls.release: 4,
    ReservationCalls.change: 4,
    ReservationCalls.move: 5,
    ReservationCalls.unship: 4,
}

"""Finds reservations that expire, that wait for units, and that are short, in the state in memory."""

from collections.abc import Iterator, Sequence

from app.domain.document import DocumentKind
from app.domain.reservations.reservation import OPEN, Reservation, reservation_key
from app.domain.reservations.shortage import Holding, held_by_level
from app.domain.stock.level import Level, LevelKey
from app.domain.time import Moment
from app.services.reservations.ports import WaitingReservation
from app.store.memory.state import MemoryState


class MemoryReservations(MemoryState):
    """ReservationQueue and ShortageReader."""

    async def due(self, *, now: Moment, limit: int, keys: Sequence[LevelKey] | None = None) -> Sequence[str]:
        found = sorted(
            (end, reservation.id)
            for end, reservation in self._ending()
            if end <= now and (keys is None or not set(keys).isdisjoint(reservation.level_keys))
        )
        return [identity for _, identity in found[:limit]]

    async def next_expiry(self) -> Moment | None:
        return min((end for end, _ in self._ending()), default=None)

    async def waiting(self, key: LevelKey, *, limit: int, skip: int = 0) -> Sequence[WaitingReservation]:
        found = sorted(
            (
                each
                for each in self._of(DocumentKind.RESERVATION)
                if any(hold.waiting and hold.key == key for hold in each.holds)
                or (key.sku in each.waits_anywhere_for and each.takes_at(key.location))
            ),
            key=lambda each: (each.created_at, each.id),
        )
        return [
            WaitingReservation(
                each.id, tuple(dict.fromkeys(h.location for h in each.holds if h.waiting and h.sku == key.sku))
            )
            for each in found[skip : skip + limit]
        ]

    async def waited_for_anywhere(self, skus: Sequence[str] | None = None) -> Sequence[str]:
        found = {sku for each in self._of(DocumentKind.RESERVATION) for sku in each.waits_anywhere_for}
        return sorted(found if skus is None else found.intersection(skus))

    async def waiting_longer(self, key: LevelKey, *, than: Moment, limit: int) -> Sequence[str]:
        found = [
            reservation.id
            for reservation in self._of(DocumentKind.RESERVATION)
            if reservation.needed_by is not None and reservation.needed_by > than
            if any(hold.waiting and hold.key == key for hold in reservation.holds)
        ]
        return found[:limit]

    async def free(self, skus: Sequence[str]) -> Sequence[LevelKey]:
        return sorted(
            key
            for key, level in self._levels.items()
            if key.sku in skus and level.free > 0 and not self._locations[key.location].is_archived
        )

    async def short_levels(self, *, sku: str | None, location: str | None, limit: int) -> Sequence[Level]:
        return [
            self._levels[key]
            for key in sorted(self._levels)
            if self._levels[key].shortfall and sku in (None, key.sku) and location in (None, key.location)
        ][:limit]

    async def newest_holding(self, key: LevelKey, *, units: int) -> Sequence[Holding]:
        found: list[Holding] = []
        newest = sorted(self._of(DocumentKind.RESERVATION), key=lambda each: (each.created_at, each.id), reverse=True)
        for reservation in newest:
            held = held_by_level(reservation.holds).get(key, 0)
            if held and units > 0:
                found.append(Holding(reservation.id, held))
                units -= held
        return found

    async def assignable(self, *, limit: int) -> Sequence[LevelKey]:
        return sorted(key for key, level in self._levels.items() if level.backordered and level.free > 0)[:limit]

    def _reservation(self, identity: str) -> Reservation:
        found = self._documents[reservation_key(identity)]
        assert isinstance(found, Reservation)
        return found

    def _ending(self) -> Iterator[tuple[Moment, Reservation]]:
        """Yield the open reservations that expire, with their moments."""
        for reservation in self._of(DocumentKind.RESERVATION):
            if reservation.state in OPEN and reservation.expires_at is not None:
                yield reservation.expires_at, reservation

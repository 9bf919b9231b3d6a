"""Assign the free units of a level to reservations that wait for them, there or anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from app.domain.command import Decision, Line, ReadSet, View
from app.domain.errors import InsufficientStock, InvalidValue, InventoryError, TooManyLines
from app.domain.limits import MAX_LINES_PER_OPERATION
from app.domain.operation import CommandInfo
from app.domain.reservations.holds import changes
from app.domain.reservations.reservation import Reservation, reservation_key
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.domain.validation import info_errors, key_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignBackorders:
    """Assign free units to `reservations`: the ids, the oldest first.

    `homes` are the codes of other locations at which their units are waited for, and may come from here as well. Any
    process may run it at any time: reservations that no longer wait, or wait elsewhere, are skipped.
    """

    info: CommandInfo
    key: LevelKey
    reservations: tuple[str, ...]
    homes: tuple[str, ...] = ()

    def content(self) -> object:
        return (*self.key, self.reservations, self.homes)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from key_errors(self.key)
        count = len(self.reservations)
        if not 1 <= count <= MAX_LINES_PER_OPERATION:
            yield TooManyLines(count=count, maximum=MAX_LINES_PER_OPERATION, field=("reservations",))
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(
            levels=tuple(dict.fromkeys((self.key, *self._homes))),
            documents=tuple(map(reservation_key, dict.fromkeys(self.reservations))),
        )

    def decide(self, view: View) -> Decision:
        """Decide. An archived location serves only reservations that wait there.

        Raises InsufficientStock where no unit is free, InvalidValue where no reservation takes one, or NotFound.
        """
        free = view.stock(self.key, even_archived=True).free
        if free <= 0:
            raise InsufficientStock(sku=self.key.sku, location=self.key.location, requested=1, available=0)
        place = view.location(self.key.location)
        homes = () if place is None or place.is_archived else self._homes  # it serves no reservation from elsewhere
        served: list[tuple[Reservation, Reservation]] = []
        for identity in dict.fromkeys(self.reservations):
            before = view.document(reservation_key(identity))
            if free == 0 or not isinstance(before, Reservation) or not before.is_open(view.now):
                continue
            after = before.assigned(self.key, units=free, now=view.now, homes=homes)
            if given := changes(before.holds, after.holds):
                free -= given[self.key].reserved
                served.append((before, after))
        if not served:
            raise InvalidValue(what="An assignment", rule="must give at least one unit to a reservation that waits")
        moved = changes(
            chain.from_iterable(before.holds for before, _ in served),
            chain.from_iterable(after.holds for _, after in served),
        )
        here = moved.pop(self.key)
        return Decision(
            lines=tuple(
                Line(key=key, change=change, reason=MovementReason.BACKORDER)
                for key, change in ((self.key, here), *moved.items())
            ),
            documents=tuple(after for _, after in served),
        )

    @property
    def _homes(self) -> tuple[LevelKey, ...]:
        return tuple(LevelKey(self.key.sku, code) for code in self.homes)

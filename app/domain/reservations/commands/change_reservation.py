"""Extend, release and fulfil reservations that have not expired."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.domain.command import Decision, ReadSet, View, required
from app.domain.errors import InventoryError, OrderIsShort, Refused, StaleLevel
from app.domain.operation import CommandInfo
from app.domain.reservations.commands.reservation_steps import (
    end_of,
    part_errors,
    step,
    ttl_errors,
)
from app.domain.reservations.holds import ReservedUnits
from app.domain.reservations.reservation import Reservation, reservation_key
from app.domain.reservations.shortage import Shortage, held_by_level, short_units
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.domain.validation import info_errors

Parts = tuple[ReservedUnits, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendReservation:
    """Set another expiry of a reservation: so many seconds from now, or none."""

    info: CommandInfo
    id: str
    ttl_seconds: int | None

    def content(self) -> object:
        return (self.id, self.ttl_seconds)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from ttl_errors(self.ttl_seconds)
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(documents=(reservation_key(self.id),))

    def decide(self, view: View) -> Decision:
        """Decide. Raises UnknownDocument or WrongState."""
        expires_at = end_of(self.ttl_seconds, now=view.now)
        return Decision(
            documents=(
                required(view, reservation_key(self.id), Reservation).extended(expires_at=expires_at, now=view.now),
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseReservation:
    """Release units of an order: these parts, or all outstanding units."""

    info: CommandInfo
    id: str
    lines: Parts = None

    def content(self) -> object:
        return (self.id, _told(self.lines))

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from part_errors(self.lines)
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(stock_of=(reservation_key(self.id),))

    def decide(self, view: View) -> Decision:
        """Decide, also for archived items and locations.

        Raises UnknownDocument, WrongState, or Refused with every part that is not outstanding.
        """
        before = required(view, reservation_key(self.id), Reservation)
        return step(before, before.released(self.lines, now=view.now), reason=MovementReason.RELEASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfillReservation:
    """Fulfil an order: these parts, or all held units, go out to the customer. Waiting units stay waiting.

    `shortages` were read for the levels with a shortfall.
    """

    info: CommandInfo
    id: str
    lines: Parts = None
    shortages: Mapping[LevelKey, Shortage] = field(default_factory=dict)

    def content(self) -> object:
        return (self.id, _told(self.lines))

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from part_errors(self.lines)
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(stock_of=(reservation_key(self.id),))

    def decide(self, view: View) -> Decision:
        """Decide, also for archived items and locations.

        Raises UnknownDocument, WrongState, or Refused with every part that is not held or whose units are gone; with
        StaleLevel where the shortages must be read.
        """
        before = required(view, reservation_key(self.id), Reservation)
        after = before.fulfilled(self.lines, now=view.now)
        decision = step(before, after, reason=MovementReason.SALE, channel=before.channel)
        refusals: list[InventoryError] = []
        for line in decision.lines:
            try:
                self._check(view.stock(line.key, even_archived=True), before, units=-line.change.on_hand)
            except InventoryError as error:
                refusals.append(error.with_field(("id",)))
        if refusals:
            raise Refused(*dict.fromkeys(refusals))
        return decision

    def _check(self, level: Level, reservation: Reservation, *, units: int) -> None:
        """Raise OrderIsShort where units are gone, StaleLevel where the shortages must be read again."""
        if not short_units(level):
            return
        known = self.shortages.get(level.key)
        if known is None or known.version != level.version:
            raise StaleLevel(
                sku=level.key.sku,
                location=level.key.location,
                expected=known.version if known else 0,
                actual=level.version,
            )
        short = known.units.get(self.id, 0)
        there = held_by_level(reservation.holds).get(level.key, 0) - short
        if units > there:
            raise OrderIsShort(
                sku=level.key.sku, location=level.key.location, requested=units, there=there, short=short
            )


def _told(parts: Parts) -> object:
    return parts and tuple((part.sku, part.location, part.quantity) for part in parts)

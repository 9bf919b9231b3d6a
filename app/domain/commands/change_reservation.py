"""Extend, release and fulfil reservations: what those who made them may do, as long as their time has not run out."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, Touches, View
from app.domain.commands.reservation_steps import (
    end_of,
    known_reservation,
    part_faults,
    step,
    ttl_faults,
)
from app.domain.errors import InventoryError, Refused
from app.domain.holds import Part
from app.domain.movement import MovementReason
from app.domain.operation import Cause
from app.domain.reservation import reservation_key
from app.domain.time import Moment
from app.domain.validation import cause_faults

Parts = tuple[Part, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendReservation:
    """Another end of a reservation: so many seconds from now, or none."""

    cause: Cause
    id: str
    ttl_seconds: int | None

    def content(self) -> object:
        """See Command."""
        return (self.id, self.ttl_seconds)

    def faults(self, *, now: Moment) -> Iterator[InventoryError]:
        """See Command."""
        yield from ttl_faults(self.ttl_seconds)
        yield from cause_faults(self.cause, now=now)

    def touches(self) -> Touches:
        """See Command."""
        return Touches(documents=(reservation_key(self.id),))

    def decide(self, view: View) -> Decision:
        """See Command. Raises UnknownDocument or WrongState."""
        expires_at = end_of(self.ttl_seconds, now=view.now)
        return Decision(documents=(known_reservation(view, self.id).extended(expires_at=expires_at, now=view.now),))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseReservation:
    """Units that an order does not need after all: these parts, or everything that is outstanding."""

    cause: Cause
    id: str
    lines: Parts = None

    def content(self) -> object:
        """See Command."""
        return (self.id, _told(self.lines))

    def faults(self, *, now: Moment) -> Iterator[InventoryError]:
        """See Command."""
        yield from part_faults(self.lines)
        yield from cause_faults(self.cause, now=now)

    def touches(self) -> Touches:
        """See Command."""
        return Touches(stock_of=(reservation_key(self.id),))

    def decide(self, view: View) -> Decision:
        """See Command. Archived items and locations take their units back, too.

        Raises UnknownDocument, WrongState, or Refused with every part that is not outstanding.
        """
        before = known_reservation(view, self.id)
        return step(before, before.released(self.lines, now=view.now), reason=MovementReason.RELEASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfillReservation:
    """Units that go out to the customer: these parts, or everything that is held. What waits goes on waiting."""

    cause: Cause
    id: str
    lines: Parts = None

    def content(self) -> object:
        """See Command."""
        return (self.id, _told(self.lines))

    def faults(self, *, now: Moment) -> Iterator[InventoryError]:
        """See Command."""
        yield from part_faults(self.lines)
        yield from cause_faults(self.cause, now=now)

    def touches(self) -> Touches:
        """See Command."""
        return Touches(stock_of=(reservation_key(self.id),))

    def decide(self, view: View) -> Decision:
        """See Command. What was promised goes out of archived items and locations, too.

        Raises UnknownDocument, WrongState, or Refused with every part that is not held, and where units are gone.
        """
        before = known_reservation(view, self.id)
        after = before.fulfilled(self.lines, now=view.now)
        decision = step(before, after, reason=MovementReason.SALE, channel=before.channel)
        refusals: list[InventoryError] = []
        for line in decision.lines:
            refusal = view.stock(line.key, even_archived=True).refusal(line.change)
            if refusal is not None:
                refusals.append(InventoryError.restore(refusal.code, refusal.facts, ("id",)))
        if refusals:
            raise Refused(*dict.fromkeys(refusals))
        return decision


def _told(parts: Parts) -> object:
    return parts and tuple((part.sku, part.location, part.quantity) for part in parts)

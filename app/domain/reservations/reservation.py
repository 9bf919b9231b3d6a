"""Reservations: units reserved and backordered for an order or a cart.

Rule: of every level, `reserved` is the sum of the units that open reservations hold there, and `backordered` of those
that wait.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from app.domain.access.visibility import Visibility
from app.domain.document import Document, DocumentKey, DocumentKind
from app.domain.errors import ExceedsOutstanding, InvalidValue, Refused, WrongState
from app.domain.limits import MAX_HOLDS
from app.domain.reservations.holds import (
    Hold,
    ReservedUnits,
    after_assignment,
    after_fulfilment,
    after_move,
    after_release,
    after_relocation,
    after_unfulfilment,
    units_of_parts,
)
from app.domain.stock.level import LevelKey
from app.domain.time import Moment


class ReservationState(StrEnum):
    """States of a reservation. The last three are final."""

    HELD = "HELD"
    PARTIALLY_FULFILLED = "PARTIALLY_FULFILLED"
    FULFILLED = "FULFILLED"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"


OPEN = frozenset({ReservationState.HELD, ReservationState.PARTIALLY_FULFILLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedLine:
    """Units of one item that an order requests: at one location, or at any."""

    sku: str
    quantity: int
    location: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """Units of one level that an operation fulfilled and that are held again, while its other units stay fulfilled."""

    operation: str
    sku: str
    location: str
    quantity: int

    @classmethod
    def of(cls, operation: str, key: LevelKey, quantity: int) -> "TakenBack":
        """Return the units of a level."""
        return cls(operation=operation, sku=key.sku, location=key.location, quantity=quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation(Document):
    """The requested lines of an order, and its holds. The lines never change.

    Lines that name no location take units at locations in `accepts` (at all where it is None), at `max_locations` at
    most; their backordered units count where the hold is, and may be assigned anywhere. Orders of earlier versions
    accept no location: their backordered units are assigned at their holds.

    Once no unit is held or waiting it is FULFILLED if any unit went out, else RELEASED. After `expires_at` it can only
    expire; without it, it never does. `needed_by` is when the customer needs it, until which backordered units may
    come. `reversed` are the ids of the fulfilments that were reversed completely; `taken_back` are the units of those
    reversed in part.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.RESERVATION

    state: ReservationState = ReservationState.HELD
    reference: str | None = None
    channel: str | None = None
    expires_at: Moment | None = None
    needed_by: Moment | None = None
    accepts: tuple[str, ...] | None = ()
    max_locations: int | None = None
    reversed: tuple[str, ...] = ()
    taken_back: tuple[TakenBack, ...] = ()
    lines: tuple[RequestedLine, ...]
    holds: tuple[Hold, ...]

    def is_within(self, visibility: Visibility) -> bool:
        locations = visibility.locations
        return visibility.categories is None and (locations is None or self.named_locations <= locations)

    @property
    def named_locations(self) -> frozenset[str]:
        """The locations of its holds and its lines, and those from which it accepts units."""
        named = (line.location for line in self.lines if line.location is not None)
        return frozenset((*named, *(hold.location for hold in self.holds), *(self.accepts or ())))

    @property
    def waits_anywhere_at_all(self) -> bool:
        """Whether units of it wait that any location may supply."""
        return self.accepts is None and bool(self.waits_anywhere_for)

    @property
    def level_keys(self) -> tuple[LevelKey, ...]:
        return tuple(dict.fromkeys(hold.key for hold in self.holds))

    @property
    def shortages(self) -> tuple[int, ...]:
        """Of each line the requested units that were never held or backordered."""
        units = Counter[int]()
        for hold in self.holds:
            units[hold.line] += hold.units
        return tuple(line.quantity - units[index] for index, line in enumerate(self.lines))

    @property
    def waits_anywhere_for(self) -> tuple[str, ...]:
        """The SKUs of waiting units that may be assigned at other locations, too."""
        if self.accepts == ():
            return ()
        return tuple(dict.fromkeys(hold.sku for hold in self.holds if hold.waiting and self._roams(hold)))

    def takes_at(self, location: str) -> bool:
        """Tell whether lines that name no location may have units at this one."""
        return self.accepts is None or location in self.accepts

    def state_at(self, now: Moment) -> ReservationState:
        """Return the state at a moment: EXPIRED from `expires_at` on, even before its units are released."""
        has_run_out = self.state in OPEN and self.expires_at is not None and self.expires_at <= now
        return ReservationState.EXPIRED if has_run_out else self.state

    def is_open(self, now: Moment) -> bool:
        """Tell whether clients may still change it."""
        return self.state_at(now) in OPEN

    def extended(self, *, expires_at: Moment | None, now: Moment) -> "Reservation":
        """Return it with another expiry, or with none. Raises WrongState."""
        self.check_open(now)
        return replace(self, expires_at=expires_at)

    def fulfilled(self, parts: Sequence[ReservedUnits] | None, *, now: Moment) -> "Reservation":
        """Return it after these parts, or all held units, were fulfilled. Waiting units stay.

        Raises WrongState, and Refused with ExceedsOutstanding for each part that is not held.
        """
        self.check_open(now)
        if parts is None and not any(hold.held for hold in self.holds):
            raise Refused(*self._nothing_held())
        return self._with(after_fulfilment(self.holds, parts))

    def unfulfilled(
        self,
        shipped: Mapping[LevelKey, int],
        *,
        operation: str,
        parts: Sequence[ReservedUnits] | None = None,
        now: Moment,
    ) -> "Reservation":
        """Return it after the units of a fulfilment, or these parts of it, are held again.

        If it has expired, it is held without an expiry. Raises InvalidValue where the fulfilment was reversed before,
        and Refused with each part of which fewer units are fulfilled.
        """
        gone = Counter({key: shipped[key] for key in self.level_keys if key in shipped})  # the first choice first
        before = Counter({LevelKey(each.sku, each.location): each.quantity for each in self._taken_back_of(operation)})
        out = gone - before
        if operation in self.reversed or not out:
            rule = "must not have been reversed before"
            raise InvalidValue(what="The fulfilment", rule=rule, field=("operation",))
        back = out if parts is None else units_of_parts(out, parts)
        has_ended = self.expires_at is not None and self.expires_at <= now
        is_all = back == out
        others = tuple(each for each in self.taken_back if each.operation != operation)
        noted = () if is_all else tuple(TakenBack.of(operation, key, units) for key, units in (before + back).items())
        return replace(
            self._with(tuple(after_unfulfilment(self.holds, back))),
            reversed=(*self.reversed, operation) if is_all else self.reversed,
            taken_back=(*others, *noted),
            expires_at=None if has_ended else self.expires_at,
        )

    def _taken_back_of(self, operation: str) -> list[TakenBack]:
        return [each for each in self.taken_back if each.operation == operation]

    def relocated(self, parts: Sequence[ReservedUnits], to: LevelKey, *, now: Moment) -> "Reservation":
        """Return it with these parts held at another level: see after_relocation. Raises WrongState or Refused."""
        self.check_open(now)
        return self._with(after_relocation(self.holds, parts, to))

    def changed(self, lines: Sequence[RequestedLine], holds: Sequence[Hold], *, now: Moment) -> "Reservation":
        """Return it with these lines and holds. Raises WrongState."""
        self.check_open(now)
        return replace(self._with(tuple(holds)), lines=tuple(lines))

    def released(self, parts: Sequence[ReservedUnits] | None, *, now: Moment) -> "Reservation":
        """Return it after these parts, or all of it, were released: waiting units before held ones.

        Raises WrongState, and Refused with ExceedsOutstanding for each part that is not outstanding.
        """
        self.check_open(now)
        return self._with(after_release(self.holds, parts))

    def expired(self, *, now: Moment) -> "Reservation":
        """Return it after it expired and all its units were released. Raises WrongState."""
        if self.state not in OPEN or self.is_open(now):
            raise self._wrong(self.state)
        return replace(self, state=ReservationState.EXPIRED, holds=after_release(self.holds, None))

    def assigned(self, key: LevelKey, *, units: int, now: Moment, homes: Collection[LevelKey] = ()) -> "Reservation":
        """Return it after at most so many units of a level were assigned to its waiting ones.

        Units that wait there come first, then those that wait at `homes` and may be assigned anywhere. The latter move
        only within its maximum of locations. Raises WrongState.
        """
        self.check_open(now)
        holds = tuple(after_assignment(self.holds, key, units=units))
        left = units - sum(after.held - before.held for before, after in zip(self.holds, holds, strict=True))
        if left and self.takes_at(key.location):
            moved = after_move(holds, key, units=left, sources=lambda hold: hold.key in homes and self._roams(hold))
            if self._has_room_for(moved):
                holds = moved
        return self._with(holds)

    def _roams(self, hold: Hold) -> bool:
        return self.lines[hold.line].location is None

    def _has_room_for(self, holds: Sequence[Hold]) -> bool:
        limit = len(holds) if self.max_locations is None else max(self.max_locations, self._places(self.holds))
        return self._places(holds) <= limit and len(holds) <= max(MAX_HOLDS, len(self.holds))

    def _places(self, holds: Sequence[Hold]) -> int:
        """Return the number of locations at which lines that name none have units."""
        return len({hold.location for hold in holds if self._roams(hold) and hold.units > hold.released})

    def _with(self, holds: tuple[Hold, ...]) -> "Reservation":
        has_fulfilled = any(hold.fulfilled for hold in holds)
        if any(hold.held or hold.waiting for hold in holds):
            state = ReservationState.PARTIALLY_FULFILLED if has_fulfilled else ReservationState.HELD
        else:
            state = ReservationState.FULFILLED if has_fulfilled else ReservationState.RELEASED
        return replace(self, state=state, holds=holds)

    def check_open(self, now: Moment) -> None:
        """Raise WrongState where it is not open."""
        state = self.state_at(now)
        if state not in OPEN:
            raise self._wrong(state)

    def _wrong(self, state: ReservationState) -> WrongState:
        return WrongState(kind=self.kind.value, id=self.id, state=state.value, reference=self.reference)

    def _nothing_held(self) -> list[ExceedsOutstanding]:
        waiting = Counter[str]()
        for hold in self.holds:
            waiting[hold.sku] += hold.waiting
        return [
            ExceedsOutstanding(sku=sku, requested=units, outstanding=0, waiting=units, field=("id",))
            for sku, units in waiting.items()
        ]


def reservation_key(identity: str) -> DocumentKey:
    """Return the key of a reservation."""
    return DocumentKey(DocumentKind.RESERVATION, identity)

"""Holds: the units of a reservation at each location, and how they are fulfilled, released and moved.

Rule: units only move from one count of a hold to another, so the change of a level follows from the holds before and
after a step, and is stored nowhere else.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from app.domain.errors import ExceedsOutstanding, InvalidValue, InventoryError, Refused
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import LevelChange

_Slot = tuple[int, str]  # a hold by its index, and the name of one of its counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """The units of one line, counted from 0, at one location.

    `held` units are reserved, `waiting` ones are backordered; `fulfilled` ones went out, and `released` ones were given
    back.
    """

    line: int
    sku: str
    location: str
    held: int = 0
    waiting: int = 0
    fulfilled: int = 0
    released: int = 0

    def __post_init__(self) -> None:
        assert self.held >= 0 <= self.waiting, self
        assert self.fulfilled >= 0 <= self.released, self

    @property
    def key(self) -> LevelKey:
        """The level of the hold."""
        return LevelKey(self.sku, self.location)

    @property
    def units(self) -> int:
        """All units of the hold, whatever their count."""
        return self.held + self.waiting + self.fulfilled + self.released

    def moved(self, units: int, *, source: str, to: str) -> "Hold":
        """Return the hold after units moved from one count to another."""
        return replace(self, **{source: getattr(self, source) - units, to: getattr(self, to) + units})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservedUnits:
    """A part of a reservation: units of one item, at one location or at any; all where `quantity` is None."""

    sku: str
    location: str | None = None
    quantity: int | None = None


def changes(before: Iterable[Hold], after: Iterable[Hold]) -> dict[LevelKey, LevelChange]:
    """Return the change of each level by a step from some holds to others. Levels that do not change are left out."""
    counts: dict[LevelKey, list[int]] = {}
    for sign, holds in ((1, after), (-1, before)):
        for hold in holds:
            sums = counts.setdefault(hold.key, [0, 0, 0])
            sums[0] += sign * hold.held
            sums[1] += sign * hold.waiting
            sums[2] += sign * hold.fulfilled
    return {
        key: LevelChange(on_hand=-fulfilled, reserved=held, backordered=waiting)
        for key, (held, waiting, fulfilled) in counts.items()
        if held or waiting or fulfilled
    }


def after_fulfilment(holds: Sequence[Hold], parts: Sequence[ReservedUnits] | None) -> tuple[Hold, ...]:
    """Return the holds after these parts, or all held units, were fulfilled; the first locations give first.

    Raises Refused with ExceedsOutstanding for each part that is not held.
    """
    slots = [(index, "held") for index in range(len(holds))]
    return _without(holds, parts, slots, to="fulfilled")


def after_unfulfilment(holds: Iterable[Hold], shipped: Mapping[LevelKey, int]) -> Iterator[Hold]:
    """Yield the holds after so many fulfilled units of each level are held again."""
    left = dict(shipped)
    for hold in holds:
        back = min(left.get(hold.key, 0), hold.fulfilled)
        left[hold.key] = left.get(hold.key, 0) - back
        yield hold.moved(back, source="fulfilled", to="held") if back else hold
    assert not any(left.values()), (left, shipped)


def units_of_parts(out: Mapping[LevelKey, int], parts: Sequence[ReservedUnits]) -> Counter[LevelKey]:
    """Return the units of these parts at each level, of the fulfilled ones, from the first level on.

    Raises Refused with each part that has fewer, or none.
    """
    units, refusals = Counter[LevelKey](), list[InventoryError]()
    for index, part in enumerate(parts):
        there = {
            key: left
            for key, quantity in out.items()
            if key.sku == part.sku and part.location in (None, key.location) and (left := quantity - units[key])
        }
        wanted = sum(there.values()) if part.quantity is None else part.quantity
        if not there or wanted > sum(there.values()):
            rule = f"must be at most {sum(there.values())}: so many units of it are left of the fulfilment"
            refusals.append(InvalidValue(what="The quantity", rule=rule, field=("lines", str(index), "quantity")))
            continue
        for key, quantity in there.items():
            taken = min(wanted, quantity)
            units[key] += taken
            wanted -= taken
    if refusals:
        raise Refused(*refusals)
    return +units


def after_release(holds: Sequence[Hold], parts: Sequence[ReservedUnits] | None) -> tuple[Hold, ...]:
    """Return the holds after these parts, or all outstanding units, were released.

    Waiting units are released before held ones, and those of the last locations first, so that a split order needs
    fewer parcels. Raises Refused with ExceedsOutstanding for each part that is not outstanding.
    """
    slots = [(index, name) for name in ("waiting", "held") for index in reversed(range(len(holds)))]
    return _without(holds, parts, slots, to="released")


def after_assignment(holds: Iterable[Hold], key: LevelKey, *, units: int) -> Iterator[Hold]:
    """Yield the holds after at most so many units of a level were assigned to the holds that wait there."""
    for hold in holds:
        given = min(units, hold.waiting) if hold.key == key else 0
        units -= given
        yield hold.moved(given, source="waiting", to="held") if given else hold


def after_move(
    holds: Sequence[Hold], key: LevelKey, *, units: int, sources: Callable[[Hold], bool]
) -> tuple[Hold, ...]:
    """Return the holds after at most so many units of the item that wait at the sources are held at a level.

    The last locations give up first. The hold at the level comes after the line's other holds.
    """
    waiting = list(holds)
    moved: Counter[int] = Counter()
    for index in reversed(range(len(holds))):
        hold = holds[index]
        if (given := min(units, hold.waiting)) and hold.sku == key.sku and hold.key != key and sources(hold):
            waiting[index] = replace(hold, waiting=hold.waiting - given)
            moved[hold.line] += given
            units -= given
    return _with_held([hold for hold in waiting if hold.units], key, moved)


def after_relocation(holds: Sequence[Hold], parts: Sequence[ReservedUnits], to: LevelKey) -> tuple[Hold, ...]:
    """Return the holds after these parts, all of the level's item, are held there: held units move before waiting ones.

    Raises Refused with ExceedsOutstanding for each part that is not outstanding.
    """
    slots = [(index, name) for name in ("held", "waiting") for index in range(len(holds)) if holds[index].key != to]
    there = {slot: units for slot in slots if (units := getattr(holds[slot[0]], slot[1]))}
    left = list(holds)
    moved: Counter[int] = Counter()
    for (index, name), units in _taken(holds, parts, there).items():
        left[index] = replace(left[index], **{name: getattr(left[index], name) - units})
        moved[holds[index].line] += units
    return _with_held([hold for hold in left if hold.units], to, moved)


def with_more(holds: Iterable[Hold], more: Iterable[Hold]) -> tuple[Hold, ...]:
    """Return the holds with other holds added to them, by line and level."""
    found: dict[tuple[int, LevelKey], Hold] = {(hold.line, hold.key): hold for hold in holds}
    for hold in more:
        old = found.get((hold.line, hold.key))
        found[hold.line, hold.key] = (
            hold if old is None else replace(old, held=old.held + hold.held, waiting=old.waiting + hold.waiting)
        )
    return tuple(sorted(found.values(), key=attrgetter("line")))


def after_less(holds: Sequence[Hold], line: int, *, units: int) -> tuple[Hold, ...]:
    """Return the holds after a line was reduced: waiting units go first, those of the last locations first.

    The order no longer requests them, so they do not count as released. Units that are not outstanding stay.
    """
    changed = list(holds)
    for name in ("waiting", "held"):
        for index in reversed(range(len(holds))):
            if holds[index].line == line and (given := min(units, getattr(holds[index], name))):
                changed[index] = replace(changed[index], **{name: getattr(holds[index], name) - given})
                units -= given
    return tuple(hold for hold in changed if hold.units)


def _with_held(holds: Iterable[Hold], key: LevelKey, units: Mapping[int, int]) -> tuple[Hold, ...]:
    """Return the holds with more units held at a level, by line."""
    left = dict(units)
    grown = [
        replace(hold, held=hold.held + left.pop(hold.line)) if hold.key == key and hold.line in left else hold
        for hold in holds
    ]
    begun = [Hold(line=line, sku=key.sku, location=key.location, held=count) for line, count in left.items()]
    return tuple(sorted((*grown, *begun), key=attrgetter("line")))


def _without(
    holds: Sequence[Hold], parts: Sequence[ReservedUnits] | None, slots: Iterable[_Slot], *, to: str
) -> tuple[Hold, ...]:
    left = {slot: units for slot in slots if (units := getattr(holds[slot[0]], slot[1]))}
    changed = list(holds)
    for (index, name), units in (left if parts is None else _taken(holds, parts, left)).items():
        changed[index] = changed[index].moved(units, source=name, to=to)
    return tuple(changed)


def _taken(holds: Sequence[Hold], parts: Sequence[ReservedUnits], there: Mapping[_Slot, int]) -> Mapping[_Slot, int]:
    """Return the units that the parts take of the given ones. Raises Refused."""
    left = dict(there)
    waits_apart = not any(name == "waiting" for _, name in there)
    slots_by_sku: dict[str, list[_Slot]] = {}
    for slot in left:
        slots_by_sku.setdefault(holds[slot[0]].sku, []).append(slot)
    excesses: list[ExceedsOutstanding] = []
    taken: Counter[_Slot] = Counter()
    for line, part in enumerate(parts):
        slots = [slot for slot in slots_by_sku.get(part.sku, ()) if part.location in (None, holds[slot[0]].location)]
        outstanding = sum(left[slot] for slot in slots)
        wanted = (
            max(1, outstanding) if part.quantity is None else part.quantity
        )  # a request for all units where there are none is an error
        if wanted > outstanding:
            excesses.append(
                ExceedsOutstanding(
                    sku=part.sku,
                    requested=wanted,
                    outstanding=outstanding,
                    waiting=_waiting(holds, part) if waits_apart else 0,
                    field=("lines", str(line), "sku" if part.quantity is None else "quantity"),
                )
            )
            continue
        for slot in slots:
            units = min(left[slot], wanted)
            left[slot] -= units
            taken[slot] += units
            wanted -= units
    if excesses:
        raise Refused(*excesses)
    return +taken


def _waiting(holds: Iterable[Hold], part: ReservedUnits) -> int:
    places = [hold for hold in holds if hold.sku == part.sku and part.location in (None, hold.location)]
    return sum(hold.waiting for hold in places)

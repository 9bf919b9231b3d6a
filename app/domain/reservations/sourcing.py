"""Sourcing: from which locations the units of an order come, where the order names none.

Rule: priority comes before fewer splits, fewer splits before more stock, and the location's code decides at last. So
the same stock gives the same choice, in whatever order it is handed over.

- Priority. Locations of equal priority are a class. Each class, the lowest number first, gives as many units as it can
  of what is still wanted, and only then is the next one asked. So a first choice with one unit of ten gives that one,
  although a second choice has all ten.
- Fewest splits. A class gives its units from as few of its locations as will do. This is exact where one location will
  do, and where two will (up to MAX_PAIR_LOCATIONS, fewer in orders of many items: beyond that only those that cover the
  most are paired). Minimum set cover is NP-hard, so from three on it is greedy: again and again the location that
  covers the most of what is left, then without those that turned out unnecessary. That may be more than the fewest, at
  most 1 + ln(u) times as many, where one location covers u units at most (Wolsey, Combinatorica 2, 1982).
- Most available. Among equally few, the location or the pair with the most units in total of the items that the class
  can still give. Greedy choices that cover equally much are decided alike.
- Lines. An order that is split should not split its lines too: within a class, the chosen location with the most left
  of an item gives the largest line that it can give whole, or else all that it has to the largest line. A line that is
  alone with its item so comes from as few of the chosen locations as possible; among lines that share one it is greedy.

A bound on the number of locations works in the same order. Each class takes what it needs of the bound; the class that
needs more than is left takes as many as it may, the ones that cover the most, and no further class gives any. (Exact
for one, and where two cover all that the class can give; otherwise greedy, at least 63 % of the most possible:
Nemhauser, Wolsey and Fisher, 1978.) But an order that fits into one parcel must not fail because a better priority has
a single unit of it. So where the bound leaves units out, the choice is made again with all classes as one, priority
deciding only between choices that are equally good, and this one counts if it covers more: within a bound, units before
priority.
"""

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heapreplace
from itertools import chain, compress, groupby
from operator import and_, attrgetter, ge, le, sub
from typing import NamedTuple

MAX_PAIR_LOCATIONS = 3_000  # pairs are sought among so many at most, which takes some 10 ms
MAX_PAIR_CELLS = 15_000  # and among so many locations x items, which takes as long: fewer beyond five items

Units = tuple[int, ...]  # a count for each wanted item, always in the same order


class Wanted(NamedTuple):
    """A line of an order: the units wanted of one item. Several lines may want the same item, and share its stock."""

    sku: str
    quantity: int


class Source(NamedTuple):
    """A location that may be chosen, once per code: the units it has by SKU. Missing and below zero count as none."""

    location: str
    priority: int
    available: Mapping[str, int]


class Allocation(NamedTuple):
    """Units that a line, counted from 0, takes at a location."""

    line: int
    location: str
    quantity: int


class _Candidate(NamedTuple):
    """A location whose class is asked. Candidates sort as they are preferred: that is why the total is negative."""

    priority: int
    minus_total: int
    location: str
    units: Units


class _Plan(NamedTuple):
    """The candidates chosen from each class that gives any, as they are preferred, and the units left uncovered."""

    chosen: list[list[_Candidate]]
    uncovered: int


def source(
    wanted: Sequence[Wanted], sources: Sequence[Source], *, max_locations: int | None = None
) -> tuple[Allocation, ...]:
    """Choose the locations of each line's units, `max_locations` different ones at most.

    Returns the allocations by line, then by priority, most available and code. Units that no location has are left out.
    """
    assert max_locations is None or max_locations >= 0, max_locations
    lines = _lines_by_sku(wanted)
    limit = len(sources) if max_locations is None else max_locations
    priority = attrgetter("priority")
    plan = _plan((members for _, members in groupby(sorted(sources, key=priority), key=priority)), lines, limit)
    if plan.uncovered and limit < len(sources):
        as_one_class = _plan([sources], lines, limit)
        plan = as_one_class if as_one_class.uncovered < plan.uncovered else plan
    return _allocations(plan, lines)


def _lines_by_sku(wanted: Sequence[Wanted]) -> dict[str, list[tuple[int, int]]]:
    """Return the lines of each item as quantity and minus the line, the smallest first, of equal ones the last."""
    lines: dict[str, list[tuple[int, int]]] = {}
    for line, (sku, quantity) in enumerate(wanted):
        if quantity > 0:
            insort(lines.setdefault(sku, []), (quantity, -line))
    return lines


def _plan(classes: Iterable[Iterable[Source]], lines: Mapping[str, list[tuple[int, int]]], limit: int) -> _Plan:
    left = [sum(quantity for quantity, _ in asking) for asking in lines.values()]
    chosen: list[list[_Candidate]] = []
    for members in classes:
        if not (limit and any(left)):
            break
        picked = _picked(members, tuple(lines), left, limit)
        for candidate in picked:
            left = _without(left, candidate.units)
        limit -= len(picked)
        chosen += [picked] if picked else []
    return _Plan(chosen, sum(left))


def _picked(members: Iterable[Source], skus: Sequence[str], wanted: Sequence[int], limit: int) -> list[_Candidate]:
    """Choose from one class, `limit` locations at most."""
    stocks = [(member, units) for member in members if any(units := _units(member, skus))]
    totals = map(sum, zip(*(units for _, units in stocks), strict=True))
    goal = tuple(map(min, wanted, totals))
    if not any(goal):
        return []
    candidates = sorted(
        _Candidate(member.priority, -sum(compress(units, goal)), member.location, units) for member, units in stocks
    )
    for candidate in candidates:
        if all(map(ge, candidate.units, goal)):
            return [candidate]
    return (_pair(candidates, goal) if limit > 1 else []) or _greedy_cover(candidates, goal, limit)


def _units(member: Source, skus: Sequence[str]) -> Units:
    available = member.available
    return tuple([units if (units := available.get(sku, 0)) > 0 else 0 for sku in skus])


def _without(left: Iterable[int], units: Units) -> list[int]:
    return [wanted - has if wanted > has else 0 for wanted, has in zip(left, units, strict=True)]


def _pair(candidates: Sequence[_Candidate], goal: Units) -> list[_Candidate]:
    """Return the best two that reach the goal together, where no one does alone; nothing if no two do."""
    most = map(max, zip(*(candidate.units for candidate in candidates), strict=True))
    least = tuple(map(sub, goal, most))
    fit = [candidate for candidate in candidates if all(map(ge, candidate.units, least))]
    most_in_fit = min(MAX_PAIR_LOCATIONS, MAX_PAIR_CELLS // len(goal))
    if len(fit) > most_in_fit:
        fit = sorted(sorted(fit, key=lambda candidate: -sum(map(min, candidate.units, goal)))[:most_in_fit])
    partners = [~(1 << index) for index in range(len(fit))]
    for column, units in enumerate(goal):
        together = _partners([candidate.units[column] for candidate in fit], units)
        partners = list(map(and_, partners, together))
    # The lowest bit is the most preferred partner.
    pairs = (sorted((fit[index], fit[(bits & -bits).bit_length() - 1])) for index, bits in enumerate(partners) if bits)
    return min(pairs, key=_preference, default=[])


def _partners(units: Sequence[int], goal: int) -> list[int]:
    """Return for each location those that reach the goal with it: bit i stands for location i.

    Who has more needs less: going from the fewest units to the most only adds partners, so all pairs cost one sort.
    """
    falling = sorted(range(len(units)), key=units.__getitem__, reverse=True)
    partners = [0] * len(units)
    bits, partner = 0, 0
    for index in reversed(falling):
        while partner < len(falling) and units[index] + units[falling[partner]] >= goal:
            bits |= 1 << falling[partner]
            partner += 1
        partners[index] = bits
    return partners


def _preference(pair: Sequence[_Candidate]) -> tuple[list[int], int, list[str]]:
    minus_total = sum(candidate.minus_total for candidate in pair)
    return [candidate.priority for candidate in pair], minus_total, sorted(candidate.location for candidate in pair)


def _greedy_cover(candidates: Sequence[_Candidate], goal: Units, limit: int) -> list[_Candidate]:
    """Pick those that cover the most until the goal is reached; return the necessary, of too many the first picks."""
    picks: list[_Candidate] = []
    left: Sequence[int] = goal
    # What a candidate covers only shrinks as others are picked, so a figure on top that still holds is the largest.
    heap = [(-sum(map(min, candidate.units, goal)), candidate) for candidate in candidates]
    heapify(heap)
    while any(left):
        covered, candidate = heap[0]
        covers = sum(map(min, candidate.units, left))
        if covers < -covered:
            heapreplace(heap, (-covers, candidate))
            continue
        heappop(heap)
        picks.append(candidate)
        left = _without(left, candidate.units)
    necessary = _necessary(picks, goal)
    return necessary if len(necessary) <= limit else sorted(picks[:limit])


def _necessary(picks: Sequence[_Candidate], goal: Units) -> list[_Candidate]:
    """Drop, the least preferred first, those without whom the others still reach the goal."""
    kept: list[_Candidate] = []
    spare = tuple(map(sub, map(sum, zip(*(pick.units for pick in picks), strict=True)), goal))
    for pick in sorted(picks, reverse=True):
        if all(map(le, pick.units, spare)):
            spare = tuple(map(sub, spare, pick.units))
        else:
            kept.append(pick)
    return kept[::-1]


def _allocations(plan: _Plan, lines: Mapping[str, list[tuple[int, int]]]) -> tuple[Allocation, ...]:
    order = {candidate.location: rank for rank, candidate in enumerate(chain.from_iterable(plan.chosen))}
    allocations = [
        allocation
        for chosen in plan.chosen
        for column, asking in enumerate(lines.values())
        for allocation in _filled(asking, [(-candidate.units[column], candidate) for candidate in chosen])
    ]
    return tuple(sorted(allocations, key=lambda allocation: (allocation.line, order[allocation.location])))


def _filled(asking: list[tuple[int, int]], stock: list[tuple[int, _Candidate]]) -> Iterator[Allocation]:
    """Take units of one item from the stock for the lines that ask, until either is used up; removes what is given."""
    heapify(stock)
    while asking and stock[0][0]:
        minus_left, candidate = stock[0]
        fitting = bisect_right(asking, (-minus_left, 0))
        quantity, minus_line = asking.pop(fitting - 1)  # where none fits, this is the last: the largest
        taken = min(quantity, -minus_left)
        yield Allocation(-minus_line, candidate.location, taken)
        heapreplace(stock, (minus_left + taken, candidate))
        if taken < quantity:
            insort(asking, (quantity - taken, minus_line))

"""From which locations the units of an order come: the rule by examples, and what holds for every order."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations
from math import inf
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.reservations import sourcing
from app.domain.reservations.sourcing import Allocation, Source, Wanted, source

SKUS = ["TEA", "MUG", "POT"]
ORDERS = st.lists(st.builds(Wanted, st.sampled_from(SKUS), st.integers(-1, 6)), max_size=5)
STOCKS = st.dictionaries(st.sampled_from([*SKUS, "HAT"]), st.integers(-2, 7))
SIX = [Wanted(sku, 1) for sku in ("TEA", "MUG", "POT", "CUP", "TIN", "BOX")]


def sources(*, priorities: st.SearchStrategy[int]) -> st.SearchStrategy[list[Source]]:
    """Return lists of locations, each code once."""
    some = st.lists(st.builds(Source, st.sampled_from("ABCDEFG"), priorities, STOCKS), max_size=7)
    return some.map(lambda found: list({one.location: one for one in found}.values()))


ONE_CLASS = sources(priorities=st.just(1))
CLASSES = sources(priorities=st.integers(1, 3))
BOUNDS = st.none() | st.integers(0, 4)


def at(location: str, priority: int = 1, **available: int) -> Source:
    """Return a location with units of some items."""
    return Source(location, priority, available)


SIX_IN_TWO = [
    at("A", TEA=1, MUG=1, POT=1),
    at("B", CUP=1, TIN=1, BOX=1),
    at("G", TEA=1, MUG=1, CUP=1, TIN=1),
    at("H", POT=9),
    at("I", BOX=9),
]


def chosen(wanted: Sequence[Wanted], *among: Source, max_locations: int | None = None) -> list[tuple[int, str, int]]:
    """Return line, location and quantity of what is allocated."""
    return [(one.line, one.location, one.quantity) for one in source(wanted, list(among), max_locations=max_locations)]


def test_one_location_that_has_all_wins_over_two() -> None:
    """It need not be the one with the most of any single item, nor the first code."""
    order = [Wanted("TEA", 2), Wanted("MUG", 2)]
    assert chosen(order, at("A", TEA=50), at("B", MUG=50), at("C", TEA=2, MUG=2)) == [(0, "C", 2), (1, "C", 2)]


def test_a_better_priority_wins_over_fewer_splits() -> None:
    """The first choice gives the one unit it has, although the second has all ten."""
    assert chosen([Wanted("TEA", 10)], at("A", 2, TEA=10), at("B", 1, TEA=1)) == [(0, "B", 1), (0, "A", 9)]


def test_a_location_of_a_later_class_is_not_asked_for_what_is_covered() -> None:
    """However much it has."""
    assert chosen([Wanted("TEA", 3)], at("A", 2, TEA=99), at("B", 1, TEA=3)) == [(0, "B", 3)]


def test_within_a_later_class_only_what_is_still_wanted_counts() -> None:
    """B has the most in total, but of what the first class has covered: C has more of what is missing."""
    order = [Wanted("TEA", 3), Wanted("MUG", 3)]
    among = [at("A", 1, TEA=3), at("B", 2, TEA=90, MUG=3), at("C", 2, MUG=4)]
    assert chosen(order, *among) == [(0, "A", 3), (1, "C", 3)]


def test_classes_are_asked_in_the_order_of_their_numbers() -> None:
    """Gaps and negative numbers are as good as any."""
    among = [at("A", 1_000_000, TEA=9), at("B", 10, TEA=1), at("C", -5, TEA=1)]
    assert chosen([Wanted("TEA", 4)], *among) == [(0, "C", 1), (0, "B", 1), (0, "A", 2)]


def test_a_pair_is_found_where_greed_would_take_three() -> None:
    """G covers the most, four of six, and then H and I with their many units, none of them unnecessary; A and B do."""
    assert chosen(SIX, *SIX_IN_TWO) == [(0, "A", 1), (1, "A", 1), (2, "A", 1), (3, "B", 1), (4, "B", 1), (5, "B", 1)]


def test_a_pair_is_found_within_a_bound_of_two() -> None:
    """Where greed would give five of the six."""
    assert chosen(SIX, *SIX_IN_TWO, max_locations=2) == chosen(SIX, *SIX_IN_TWO)


def test_the_pair_may_share_a_line() -> None:
    """No location has all four; C has them together with any other, and with B it has the most."""
    among = [at("A", TEA=1), at("B", TEA=2), at("C", TEA=3), at("D", TEA=1)]
    assert chosen([Wanted("TEA", 4)], *among) == [(0, "C", 3), (0, "B", 1)]


def test_among_single_locations_the_one_with_the_most_available_wins() -> None:
    """The items of the order count together, other items do not."""
    order = [Wanted("TEA", 1), Wanted("MUG", 1)]
    among = [at("A", TEA=9, MUG=1, HAT=99), at("B", TEA=6, MUG=5), at("C", TEA=5, MUG=5)]
    assert chosen(order, *among) == [(0, "B", 1), (1, "B", 1)]


def test_among_pairs_the_one_with_the_most_available_wins() -> None:
    """What a pair has beyond the order counts too."""
    order = [Wanted("TEA", 2), Wanted("MUG", 2)]
    among = [at("A", TEA=2), at("B", TEA=3), at("C", MUG=2), at("D", MUG=7)]
    assert chosen(order, *among) == [(0, "B", 2), (1, "D", 2)]


def test_the_pair_with_the_most_available_need_not_have_the_richest_location() -> None:
    """A has 61 units, but its only partner has 3; B and C have 94 between them."""
    order = [Wanted("TEA", 4), Wanted("MUG", 4)]
    among = [at("A", TEA=1, MUG=60), at("B", TEA=2, MUG=50), at("C", TEA=2, MUG=40), at("D", TEA=3)]
    assert chosen(order, *among) == [(0, "B", 2), (0, "C", 2), (1, "B", 4)]


def test_among_locations_with_equally_much_the_code_decides() -> None:
    """The smallest by its characters, not the first handed over."""
    assert chosen([Wanted("TEA", 2)], at("C", TEA=5), at("B", TEA=5), at("D", TEA=5)) == [(0, "B", 2)]


def test_among_pairs_with_equally_much_the_codes_decide() -> None:
    """Y with Z and A with B have eight units each; no other two have all, and Z has the most alone."""
    order = [Wanted("TEA", 4), Wanted("MUG", 4)]
    among = [at("Z", TEA=1, MUG=4), at("Y", TEA=3), at("B", TEA=2, MUG=2), at("A", TEA=2, MUG=2)]
    assert chosen(order, *among) == [(0, "A", 2), (0, "B", 2), (1, "A", 2), (1, "B", 2)]


def test_three_locations_are_taken_only_where_no_two_will_do() -> None:
    """The one that covers the most first; the order of the answer is by the most available."""
    order = [Wanted("TEA", 5), Wanted("MUG", 4), Wanted("POT", 3)]
    among = [at("A", POT=3), at("B", MUG=4), at("C", TEA=5), at("D", POT=2)]
    assert chosen(order, *among) == [(0, "C", 5), (1, "B", 4), (2, "A", 3)]


def test_a_location_that_a_greedy_choice_made_unnecessary_is_dropped() -> None:
    """D covers the most and is taken first, yet A, B and C, all needed for the tea, have the mugs as well."""
    order = [Wanted("TEA", 3), Wanted("MUG", 3)]
    among = [at("A", TEA=1), at("B", TEA=1, MUG=1), at("C", TEA=1, MUG=2), at("D", MUG=4)]
    assert chosen(order, *among) == [(0, "C", 1), (0, "B", 1), (0, "A", 1), (1, "C", 2), (1, "B", 1)]


def test_of_two_locations_that_could_each_be_dropped_one_stays() -> None:
    """Greed takes all four; without A as without C the others have all, but not without both."""
    order = [Wanted("TEA", 6), Wanted("MUG", 5)]
    among = [at("A", TEA=3, MUG=1), at("B", MUG=4), at("C", TEA=2, MUG=3), at("D", TEA=4)]
    assert chosen(order, *among) == [(0, "C", 2), (0, "D", 4), (1, "C", 1), (1, "B", 4)]


def test_equal_greedy_choices_are_decided_by_the_most_available_then_by_code() -> None:
    """After D, which covers three, each other covers two: E has more in total, and of the equal ones A comes first."""
    among = [at("A", TEA=2), at("B", TEA=2), at("C", TEA=2), at("D", TEA=2, MUG=1), at("E", TEA=2, MUG=1)]
    assert [line[1] for line in chosen([Wanted("TEA", 6), Wanted("MUG", 1)], *among)] == ["D", "E", "A", "D"]


def test_what_nobody_has_is_left_out() -> None:
    """The rest of the order is allocated as if only that were wanted."""
    order = [Wanted("TEA", 5), Wanted("HAT", 1), Wanted("MUG", 2)]
    among = [at("A", TEA=2), at("B", TEA=1, MUG=2)]
    assert chosen(order, *among) == [(0, "B", 1), (0, "A", 2), (2, "B", 2)]


def test_a_line_comes_whole_from_one_location_though_the_order_is_split() -> None:
    """A and B are both needed; B, who has the most tea left, gives all of it, although A is preferred in total."""
    order = [Wanted("TEA", 3), Wanted("MUG", 4), Wanted("POT", 1)]
    among = [at("A", TEA=2, MUG=9), at("B", TEA=4, POT=1)]
    assert chosen(order, *among) == [(0, "B", 3), (1, "A", 4), (2, "B", 1)]


def test_two_lines_of_an_item_share_its_stock() -> None:
    """Together they get no more than there is; what is short is short once."""
    assert chosen([Wanted("TEA", 3), Wanted("TEA", 3)], at("A", TEA=5)) == [(0, "A", 3), (1, "A", 2)]


def test_two_lines_of_an_item_need_one_location_that_has_both() -> None:
    """A has enough for either line, but only B for the order."""
    order = [Wanted("TEA", 3), Wanted("TEA", 2)]
    assert chosen(order, at("A", TEA=4), at("B", TEA=5)) == [(0, "B", 3), (1, "B", 2)]


def test_a_line_that_fits_goes_before_a_larger_one_that_does_not() -> None:
    """The first class has three: it fills the line of three, and the line of five stays whole too."""
    order = [Wanted("TEA", 5), Wanted("TEA", 3)]
    assert chosen(order, at("A", 1, TEA=3), at("B", 2, TEA=5)) == [(0, "B", 5), (1, "A", 3)]


def test_the_lines_of_an_item_go_where_most_is_left_of_it() -> None:
    """All three are needed; A has the most tea even after the first line, so that the second stays whole too."""
    order = [Wanted("TEA", 10), Wanted("TEA", 8), Wanted("MUG", 1), Wanted("POT", 1)]
    among = [at("A", TEA=20), at("B", TEA=5, MUG=1), at("C", TEA=5, POT=1)]
    assert chosen(order, *among) == [(0, "A", 10), (1, "A", 8), (2, "B", 1), (3, "C", 1)]


def test_units_below_zero_count_as_none() -> None:
    """A backordered location neither gives units, nor takes from what the others have, nor looks poorer for it."""
    order = [Wanted("TEA", 3), Wanted("MUG", 1)]
    among = [at("A", TEA=-5, MUG=4), at("B", TEA=2), at("C", TEA=0, MUG=3)]
    assert chosen(order, *among) == [(0, "B", 2), (1, "A", 1)]


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_line_that_wants_nothing_gets_nothing(quantity: int) -> None:
    """The other lines keep their numbers."""
    assert chosen([Wanted("TEA", quantity), Wanted("TEA", 1)], at("A", TEA=5)) == [(1, "A", 1)]


@pytest.mark.parametrize(
    ("wanted", "among"),
    [
        ([], []),
        ([], [at("A", TEA=1)]),
        ([Wanted("TEA", 1)], []),
        ([Wanted("TEA", 1)], [at("A")]),
        ([Wanted("TEA", 1)], [at("A", MUG=1), at("B", 2, TEA=0)]),
    ],
)
@pytest.mark.parametrize("max_locations", [None, 0, 1])
def test_nothing_comes_of_nothing(wanted: list[Wanted], among: list[Source], max_locations: int | None) -> None:
    """No lines, no locations, or none that has any."""
    assert source(wanted, among, max_locations=max_locations) == ()


def test_a_bound_of_one_takes_the_location_that_covers_the_most() -> None:
    """B has more in total, but A covers five units of the order."""
    order = [Wanted("TEA", 4), Wanted("MUG", 4)]
    among = [at("A", TEA=3, MUG=2), at("B", TEA=90), at("C", MUG=4)]
    assert chosen(order, *among, max_locations=1) == [(0, "A", 3), (1, "A", 2)]


def test_a_bound_that_is_not_reached_changes_nothing() -> None:
    """Priority rules as before."""
    among = [at("A", 2, TEA=10), at("B", 1, TEA=1)]
    assert chosen([Wanted("TEA", 10)], *among, max_locations=2) == [(0, "B", 1), (0, "A", 9)]


def test_the_bound_cuts_off_the_later_classes() -> None:
    """The first class takes the whole bound for its nine units; C with A would give no more than these."""
    among = [at("A", 1, TEA=5), at("B", 1, TEA=4), at("C", 2, TEA=4)]
    assert chosen([Wanted("TEA", 12)], *among, max_locations=2) == [(0, "A", 5), (0, "B", 4)]


def test_a_bound_leaves_it_to_priority_which_of_equally_many_units() -> None:
    """D covers the most of all, but with any other no more than the six that the first class gives."""
    order = [Wanted("TEA", 4), Wanted("MUG", 4)]
    among = [at("A", 1, TEA=3), at("B", 1, MUG=3), at("D", 2, TEA=2, MUG=2)]
    assert chosen(order, *among, max_locations=2) == [(0, "A", 3), (1, "B", 3)]


def test_a_bound_takes_the_most_units_before_the_best_priority() -> None:
    """C is in a later class than B, and gives one unit more beside A."""
    among = [at("A", 1, TEA=5), at("B", 1, TEA=4), at("C", 2, TEA=5)]
    assert chosen([Wanted("TEA", 12)], *among, max_locations=2) == [(0, "A", 5), (0, "C", 5)]


def test_a_bound_does_not_refuse_what_fits_for_a_unit_of_a_better_priority() -> None:
    """One parcel: B has a better priority and a single unit, A has all ten."""
    assert chosen([Wanted("TEA", 10)], at("A", 2, TEA=10), at("B", 1, TEA=1), max_locations=1) == [(0, "A", 10)]


def test_where_the_bound_overrules_priority_it_still_decides_between_equals() -> None:
    """B and C have all, and C has more; B is asked first."""
    among = [at("A", 1, TEA=1), at("B", 2, TEA=10), at("C", 3, TEA=50)]
    assert chosen([Wanted("TEA", 10)], *among, max_locations=1) == [(0, "B", 10)]


def test_where_the_bound_overrules_priority_the_pair_is_found() -> None:
    """Two parcels: only C with D has all; E, in a later class than D, has more."""
    order = [Wanted("TEA", 3), Wanted("MUG", 3)]
    among = [at("A", 1, TEA=2), at("B", 1, MUG=2), at("C", 2, TEA=3), at("D", 3, MUG=3), at("E", 4, MUG=9)]
    assert chosen(order, *among, max_locations=2) == [(0, "C", 3), (1, "D", 3)]


def test_a_bound_counts_what_a_location_adds_to_those_before_it() -> None:
    """After A the five units of B are worth nothing, and the three of C more than the two of D."""
    order = [Wanted("TEA", 6), Wanted("MUG", 3), Wanted("POT", 2)]
    among = [at("A", TEA=6), at("B", TEA=5), at("C", MUG=3), at("D", POT=2)]
    assert chosen(order, *among, max_locations=2) == [(0, "A", 6), (1, "C", 3)]


def test_locations_within_a_bound_are_told_by_the_most_available() -> None:
    """A covers more of the order than B and is chosen first; B has more."""
    order = [Wanted("TEA", 10), Wanted("MUG", 5), Wanted("POT", 1)]
    among = [at("A", TEA=6, MUG=5), at("B", TEA=4, MUG=90), at("C", POT=1)]
    assert chosen(order, *among, max_locations=2) == [(0, "B", 4), (0, "A", 6), (1, "B", 5)]


def test_a_bound_of_three_takes_those_that_cover_the_most() -> None:
    """The two that cover least are left out."""
    among = [at(code, TEA=units) for code, units in zip("ABCDE", [1, 5, 2, 4, 3], strict=True)]
    assert chosen([Wanted("TEA", 15)], *among, max_locations=3) == [(0, "B", 5), (0, "D", 4), (0, "E", 3)]


def test_among_very_many_locations_the_best_pair_is_still_found() -> None:
    """X with Y has the most available, and either covers more than the many that are not paired."""
    order = [Wanted("TEA", 10), Wanted("MUG", 1)]
    few = [at("P", TEA=9), at("X", TEA=5, MUG=90), at("Y", TEA=5, MUG=50)]
    many = [at(f"L{number:05}", TEA=5) for number in range(sourcing.MAX_PAIR_LOCATIONS)]
    assert chosen(order, *few, *many) == [(0, "X", 5), (0, "Y", 5), (1, "X", 1)]


@pytest.mark.parametrize(("other_items", "most"), [(0, sourcing.MAX_PAIR_LOCATIONS), (4, sourcing.MAX_PAIR_CELLS // 6)])
def test_among_very_many_locations_only_those_that_cover_the_most_are_paired(other_items: int, most: int) -> None:
    """X with Y is not tried, and greed puts X beside the first of the many that cover more; among fewer it is."""
    others = {f"OTHER-{number}": 1 for number in range(other_items)}
    order = [Wanted("TEA", 10), Wanted("MUG", 1), *(Wanted(sku, 1) for sku in others)]
    few = [at("X", TEA=5, MUG=90, **others), at("Y", TEA=5, MUG=50, **others)]
    many = [at(f"L{number:05}", TEA=7, **others) for number in range(most)]
    assert {location for _, location, _ in chosen(order, *few, *many)} == {"X", "L00000"}
    assert {location for _, location, _ in chosen(order, *few, *many[2:])} == {"X", "Y"}


@given(ORDERS, CLASSES, BOUNDS)
def test_nothing_is_promised_twice(wanted: list[Wanted], among: list[Source], bound: int | None) -> None:
    """No level gives more than it has, no line takes more than it wants, and each allocation has units."""
    allocations = source(wanted, among, max_locations=bound)
    stock = {one.location: one.available for one in among}
    for (location, sku), units in taken_by(allocations, wanted).items():
        assert units <= stock[location].get(sku, 0)
    for line, units in Counter(line for one in allocations for line in [one.line] * one.quantity).items():
        assert units <= wanted[line].quantity
    assert all(one.quantity > 0 for one in allocations)
    assert len({(one.line, one.location) for one in allocations}) == len(allocations)
    assert [one.line for one in allocations] == sorted(one.line for one in allocations)


@given(ORDERS, CLASSES)
def test_each_class_gives_all_it_can_before_the_next_is_asked(wanted: list[Wanted], among: list[Source]) -> None:
    """Per item, class by class: the lesser of what is still wanted and what the class has."""
    priorities = {one.location: one.priority for one in among}
    given_by_class: Counter[tuple[int, str]] = Counter()
    for one in source(wanted, among):
        given_by_class[priorities[one.location], wanted[one.line].sku] += one.quantity
    for sku in SKUS:
        left = sum(max(0, line.quantity) for line in wanted if line.sku == sku)
        for priority in sorted(set(priorities.values())):
            has = sum(stock_of(one, sku) for one in among if one.priority == priority)
            assert given_by_class[priority, sku] == min(left, has)
            left -= min(left, has)


@given(ORDERS, CLASSES, BOUNDS, st.randoms(use_true_random=False))
def test_the_choice_does_not_depend_on_the_order_of_the_locations(
    wanted: list[Wanted], among: list[Source], bound: int | None, random: Random
) -> None:
    """The same stock, handed over in another order, gives the same answer."""
    shuffled = random.sample(among, len(among))
    assert source(wanted, shuffled, max_locations=bound) == source(wanted, among, max_locations=bound)


@given(ORDERS, ONE_CLASS)
@example(SIX, SIX_IN_TWO)
def test_up_to_two_locations_the_choice_is_the_best_there_is(wanted: list[Wanted], among: list[Source]) -> None:
    """Trying all singles, then all pairs, finds nothing that is fewer, has more available, or comes before by code."""
    most = covered(wanted, among)
    wanted_skus = {sku for sku, units in most.items() if units}
    for size in range(3):
        covers = [some for some in combinations(among, size) if covered(wanted, some) == most]
        if covers:
            best = min(
                (-sum(stock_of(one, sku) for one in some for sku in wanted_skus), sorted(one.location for one in some))
                for some in covers
            )
            assert sorted({one.location for one in source(wanted, among)}) == best[1]
            return


@given(ORDERS, ONE_CLASS)
def test_no_location_is_used_without_need(wanted: list[Wanted], among: list[Source]) -> None:
    """Without any one of those used, the others could not give as much."""
    used = {one.location for one in source(wanted, among)}
    for location in used:
        others = [one for one in among if one.location in used - {location}]
        assert covered(wanted, others) != covered(wanted, among)


@given(st.permutations(SKUS), st.lists(st.integers(1, 9), min_size=3, max_size=3), ONE_CLASS)
def test_a_line_alone_with_its_item_is_split_over_as_few_as_possible(
    skus: list[str], quantities: list[int], among: list[Source]
) -> None:
    """Of the locations used, no fewer than it takes could give the units of the line."""
    wanted = list(map(Wanted, skus, quantities))
    allocations = source(wanted, among)
    used = [one for one in among if one.location in {allocation.location for allocation in allocations}]
    for line, (sku, _) in enumerate(wanted):
        mine = [one.quantity for one in allocations if one.line == line]
        fewer = sorted((stock_of(one, sku) for one in used), reverse=True)[: max(0, len(mine) - 1)]
        assert sum(fewer) < sum(mine) or not mine


@given(ORDERS, CLASSES, BOUNDS)
def test_a_bound_holds_and_one_that_is_wide_enough_changes_nothing(
    wanted: list[Wanted], among: list[Source], bound: int | None
) -> None:
    """Never more locations than allowed; never another choice where the unbounded one is allowed."""
    unbounded = source(wanted, among)
    bounded = source(wanted, among, max_locations=bound)
    limit = inf if bound is None else bound
    assert len({one.location for one in bounded}) <= limit
    assert bounded == unbounded or len({one.location for one in unbounded}) > limit


@given(ORDERS, CLASSES)
def test_one_location_alone_covers_as_much_as_any(wanted: list[Wanted], among: list[Source]) -> None:
    """With a bound of one no location, of whatever class, would have covered more."""
    most = max((covered(wanted, [one]).total() for one in among), default=0)
    assert sum(one.quantity for one in source(wanted, among, max_locations=1)) == most


@given(ORDERS, CLASSES)
def test_an_order_that_two_locations_can_fill_is_filled_by_two(wanted: list[Wanted], among: list[Source]) -> None:
    """With a bound of two, all that can be had is found wherever two have it."""
    most = covered(wanted, among)
    if any(covered(wanted, two) == most for two in combinations(among, 2)):
        assert sum(one.quantity for one in source(wanted, among, max_locations=2)) == most.total()


def stock_of(one: Source, sku: str) -> int:
    """Return the units that a location may give of an item."""
    return max(0, one.available.get(sku, 0))


def covered(wanted: Sequence[Wanted], among: Iterable[Source]) -> Counter[str]:
    """Return the units of each item that some locations can give together."""
    among = list(among)
    demand = Counter[str]()
    for sku, quantity in wanted:
        demand[sku] += max(0, quantity)
    return Counter({sku: min(units, sum(stock_of(one, sku) for one in among)) for sku, units in demand.items()})


def taken_by(allocations: Iterable[Allocation], wanted: Sequence[Wanted]) -> Counter[tuple[str, str]]:
    """Return the units taken of each item at each location."""
    taken = Counter[tuple[str, str]]()
    for one in allocations:
        taken[one.location, wanted[one.line].sku] += one.quantity
    return taken

"""Counts: opened, narrowed to a scope, listed, cancelled, the same over every store."""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.counting.commands.record_count import CountedUnits
from app.domain.counting.count import Count, CountList, CountState, CountTotals
from app.domain.counting.count_line import CountMode
from app.domain.errors import (
    Archived,
    Field,
    IdempotencyKeyReused,
    InvalidValue,
    UnknownDocument,
    UnknownItem,
    UnknownLocation,
    WrongState,
)
from app.domain.failures import BadArgument
from app.domain.stock.level import LevelKey
from app.services.counting.filters import CountFilter
from tests.support.counting import count_of, given_count, not_counted, post, present, record, variances
from tests.support.scene import (
    CUP,
    TEA,
    TEA_NORTH,
    adjust,
    given_catalog,
    given_item,
    given_level,
    given_location,
    refused,
    request_info,
)
from tests.support.store import Store, whole

MUG = LevelKey("MUG-1", "MAIN")
UNKNOWN = UnknownDocument(kind="COUNT", id="none")


async def given_cost(store: Store, sku: str, cost: str | None, *, tags: tuple[str, ...] = ()) -> None:
    """Give an item a cost and tags."""
    await store.shop.change_item(
        ItemChange(sku=sku, unit_cost=None if cost is None else Decimal(cost), tags=tags), request=request_info()
    )


async def test_a_count_of_everything_is_opened(store: Store) -> None:
    """It knows how many levels there are at the location, and moves nothing."""
    # given
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=2)
    await given_level(store, TEA_NORTH, on_hand=2)
    before = await store.contents()
    # when
    outcome = await store.counts.open("MAIN", request=request_info("k", reference="C-1", note="Monday"))
    # then
    count = count_of(outcome)
    assert count == Count(
        id=outcome.operation.id,
        version=1,
        created_at=outcome.operation.recorded_at,
        changed_at=count.changed_at,
        location="MAIN",
        opened_by="shop",
        reference="C-1",
        note="Monday",
        matching=2,
    )
    assert (count.state, count.mode, count.is_blind, count.is_listed) == (CountState.OPEN, CountMode.LAST, False, False)
    assert (count.totals, count.progress, outcome.movements) == (CountTotals(), 0.0, ())
    assert await present(store, count) == count
    after = await store.contents()
    assert replace(after, operations=before.operations, documents=before.documents) == before
    assert after.documents - before.documents == {count}


async def test_opening_a_count_again_with_its_key_returns_the_first(store: Store) -> None:
    """Another scope under the key is refused."""
    await given_level(store, TEA, on_hand=5)
    first = await store.counts.open("MAIN", request=request_info("k"))
    await given_level(store, CUP, on_hand=5)
    again = await store.counts.open("MAIN", request=request_info("k"))
    assert (count_of(again), again.replayed) == (count_of(first), True)
    assert await refused(store, store.counts.open("MAIN", category="Tea", request=request_info("k"))) == [
        IdempotencyKeyReused(key="k")
    ]


@pytest.mark.parametrize(
    ("scope", "matching"),
    [
        ({"category": "Tea"}, {"TEA-1", "TEA-2"}),
        ({"tags": ("new",)}, {"TEA-1", "CUP-1"}),
        ({"tags": ("new", "hot")}, {"TEA-1"}),
        ({"category": "Tea", "tags": ("new",)}, {"TEA-1"}),
        ({"skus": ("TEA-2", "CUP-1")}, {"TEA-2", "CUP-1"}),
        ({"skus": ("TEA-2", "CUP-1"), "category": "Tea"}, {"TEA-2"}),
        ({"category": "None"}, set()),
        ({}, {"TEA-1", "TEA-2", "CUP-1"}),
    ],
)
async def test_a_count_covers_the_items_that_match_all_that_is_given(
    store: Store, scope: dict[str, object], matching: set[str]
) -> None:
    """Those are counted, the others refused; archived items are in no scope, nor are other locations."""
    # given
    await given_location(store, "MAIN")
    await given_level(store, TEA_NORTH, on_hand=9)
    for sku, category, tags in (
        ("TEA-1", "Tea", ("hot", "new")),
        ("TEA-2", "Tea", ()),
        ("CUP-1", None, ("new",)),
        ("OLD-1", "Tea", ("new", "hot")),
    ):
        await given_item(store, sku, category=category)
        await given_cost(store, sku, None, tags=tags)
        await adjust(store, LevelKey(sku, "MAIN"), 3)
    await store.shop.archive_item("OLD-1", is_archived=True, request=request_info())
    # when
    count = await given_count(store, **scope)
    # then
    assert count.matching == len(matching) == await store.counts.uncounted(count)
    for sku in ("TEA-1", "TEA-2", "CUP-1"):
        lines = [CountedUnits(sku=sku, quantity=3)]
        if sku in matching:
            await store.counts.record(count.id, lines, request=request_info())
        else:
            request = store.counts.record(count.id, lines, request=request_info())
            assert await refused(store, request) == [not_counted(sku, "0", "sku")]
    assert await variances(store, count) == dict.fromkeys(matching, 0)
    assert await store.counts.uncounted(await present(store, count)) == 0


async def test_the_skus_of_a_count_stand_beside_it(store: Store) -> None:
    """The count is told at every change, and a thousand SKUs need not be."""
    await given_catalog(store, TEA, CUP)
    count = await given_count(store, skus=("TEA-1", "CUP-1"))
    assert count.is_listed
    listed = await store.counts.listed(count)
    assert listed is not None
    assert (listed.id, listed.skus) == (count.id, ("TEA-1", "CUP-1"))
    everything = await given_count(store)
    assert await store.counts.listed(everything) is None
    assert sum(isinstance(document, CountList) for document in (await store.contents()).documents) == 1


async def test_what_cannot_be_counted_is_told_at_once(store: Store) -> None:
    """An unknown location, unknown and archived items, each at its place."""
    await given_catalog(store, TEA, CUP)
    await store.shop.archive_item("CUP-1", is_archived=True, request=request_info())
    assert await refused(store, store.counts.open("NONE", skus=("TEA-1", "X", "CUP-1"), request=request_info())) == [
        UnknownLocation(location="NONE", field=("location",)),
        UnknownItem(sku="X", field=("scope", "skus", "1")),
        Archived(kind="item", name="CUP-1", field=("scope", "skus", "2")),
    ]
    await store.shop.archive_location("MAIN", is_archived=True, request=request_info())
    assert await refused(store, store.counts.open("MAIN", request=request_info())) == [
        Archived(kind="location", name="MAIN", field=("location",))
    ]


@pytest.mark.parametrize(
    ("scope", "what", "rule", "field"),
    [
        ({"skus": ()}, "A SKU list", "must name at least one item", ("scope", "skus")),
        (
            {"skus": tuple(f"S-{number}" for number in range(1_001))},
            "A SKU list",
            "must be at most 1000 texts that differ",
            ("scope", "skus"),
        ),
        ({"skus": ("A", "A")}, "A SKU list", "must be at most 1000 texts that differ", ("scope", "skus")),
        (
            {"skus": ("A", "")},
            "A SKU",
            "must be 1 to 64 printable characters without a blank at either end",
            ("scope", "skus", "1"),
        ),
        (
            {"category": ""},
            "A category",
            "must be 1 to 100 printable characters without a blank at either end",
            ("scope", "category"),
        ),
        ({"tags": ("a", "a")}, "A tag list", "must be at most 20 texts that differ", ("scope", "tags")),
    ],
)
async def test_a_bad_scope_is_refused(
    store: Store, scope: dict[str, object], what: str, rule: str, field: Field
) -> None:
    """Each fault names its input."""
    await given_location(store)
    assert await refused(store, store.counts.open("MAIN", request=request_info(), **scope)) == [
        InvalidValue(what=what, rule=rule, field=field)
    ]


async def test_a_count_that_does_not_exist_cannot_be_changed(store: Store) -> None:
    """Whatever is asked of it."""
    await given_level(store, TEA, on_hand=3)
    count = replace(await given_count(store), id="none")
    for request in (
        record(store, count, TEA_1=1),
        post(store, count),
        store.counts.cancel("none", request=request_info()),
    ):
        assert await refused(store, request) == [UNKNOWN]


async def test_a_cancelled_count_stays_as_it_is(store: Store) -> None:
    """It can be read, and nothing more can be done with it."""
    await given_level(store, TEA, on_hand=3)
    count = await given_count(store)
    await record(store, count, TEA_1=1)
    cancelled = count_of(await store.counts.cancel(count.id, request=request_info()))
    assert (cancelled.state, cancelled.lines, await variances(store, cancelled)) == (
        CountState.CANCELLED,
        1,
        {"TEA-1": -2},
    )
    assert await store.counts.uncounted(cancelled) is None
    wrong = WrongState(kind="COUNT", id=count.id, state="CANCELLED", reference=count.reference)
    for request in (
        record(store, count, TEA_1=1),
        post(store, count),
        store.counts.cancel(count.id, request=request_info()),
    ):
        assert await refused(store, request) == [wrong]


async def test_counts_are_listed_the_newest_first(store: Store) -> None:
    """By state, location and time, in pages."""
    await given_location(store, "MAIN")
    await given_location(store, "NORTH")
    counts = []
    for number in range(6):
        store.clock.move(seconds=1)
        counts.append(await given_count(store, "MAIN" if number % 2 else "NORTH"))
    cancelled = count_of(await store.counts.cancel(counts[3].id, request=request_info()))
    counts[3] = cancelled
    opened = counts[::-1]
    for where, expected in (
        (CountFilter(), opened),
        (CountFilter(states=(CountState.CANCELLED,)), [cancelled]),
        (CountFilter(states=(CountState.CANCELLED, CountState.OPEN)), opened),
        (CountFilter(states=()), []),
        (CountFilter(location="MAIN"), opened[::2]),
        (CountFilter(location="MAIN", states=(CountState.OPEN,)), [opened[0], opened[4]]),
        (CountFilter(since=counts[1].created_at, until=counts[4].created_at), opened[2:5]),
    ):
        pages = await whole(lambda after: store.counts.page_of_counts(where, first=2, after=after))  # noqa: B023
        assert list(pages) == expected
        assert await store.counts.count_counts(where) == len(expected)


async def test_lines_are_listed_by_sku(store: Store) -> None:
    """All of them, or those that vary, in pages; those of other counts do not show."""
    skus = [f"S-{number}" for number in range(7)]
    await given_catalog(store, *(LevelKey(sku, "MAIN") for sku in skus))
    count, other = await given_count(store), await given_count(store)
    lines = [CountedUnits(sku=sku, quantity=index % 2) for index, sku in enumerate(skus)]
    await store.counts.record(count.id, lines[::-1], request=request_info())
    await store.counts.record(other.id, lines[:1], request=request_info())
    for only, expected in ((False, skus), (True, skus[1::2])):
        found = await whole(
            lambda after: store.counts.lines(count, only_variances=only, first=3, after=after)  # noqa: B023
        )
        assert [line.sku for line in found] == expected
        assert await store.counts.count_lines(count, only_variances=only) == len(expected)
    with pytest.raises(BadArgument, match="cursor"):
        await store.counts.lines(count, only_variances=False, first=3, after="x")


async def test_a_blind_count_keeps_its_variances_to_itself(store: Store) -> None:
    """Not even by which lines it lists, until it is closed."""
    await given_level(store, TEA, on_hand=3)
    count = await given_count(store, is_blind=True)
    await record(store, count, TEA_1=1)
    assert count.is_secret
    with pytest.raises(BadArgument, match="blind"):
        await store.counts.lines(await present(store, count), only_variances=True, first=3, after=None)
    closed = count_of(await store.counts.cancel(count.id, request=request_info()))
    page = await store.counts.lines(closed, only_variances=True, first=3, after=None)
    assert ([line.sku for line in page.nodes], closed.is_secret) == (["TEA-1"], False)


@pytest.mark.complaint("T8")
async def test_a_scope_covers_what_its_list_shows(store: Store) -> None:
    """Categories and tags are taken for alike where case or width alone differs, in the list and in the entry."""
    await given_level(store, TEA, on_hand=3)
    await given_level(store, CUP, on_hand=3)
    await store.shop.change_item(ItemChange(sku="TEA-1", category="Tea", tags=("Small",)), request=request_info())
    count = await given_count(store, category="TEA", tags=("ｓmall",))  # noqa: RUF001 - the width is meant
    assert await store.counts.uncounted(count) == 1
    await record(store, count, TEA_1=3)
    assert await store.counts.uncounted(count) == 0


async def test_uncounted_are_the_levels_in_scope_without_a_line(store: Store) -> None:
    """Items that were never stocked are no levels, and do not make up for those left out."""
    await given_level(store, TEA, on_hand=3)
    await given_level(store, CUP, on_hand=3)
    await given_catalog(store, MUG)
    count = await given_count(store)
    await record(store, count, MUG_1=1, TEA_1=3)
    assert await store.counts.uncounted(count) == 1
    await adjust(store, MUG, 5)
    assert await store.counts.uncounted(count) == 1

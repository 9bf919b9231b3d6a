"""Counting: what people found, compared with what was on record at that very moment, the same over every store."""

from decimal import Decimal

import pytest

from app.domain.catalog.barcode import Barcode
from app.domain.catalog.catalog import OversellPolicy
from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.counting.commands.record_count import CountedUnits, RecordCount
from app.domain.counting.count import CountTotals
from app.domain.counting.count_line import MAX_ENTRIES, CountEntry, CountLine, CountMode
from app.domain.errors import (
    DuplicateLine,
    IdempotencyKeyReused,
    InvalidValue,
    InventoryError,
    QuantityOutOfRange,
    Refused,
    StaleLevel,
    TooManyLines,
    UnknownItem,
)
from app.domain.limits import MAX_QUANTITY
from app.domain.money import Money
from app.domain.operation import CommandInfo
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.stock.past_level import PastLevel
from app.domain.time import NEVER, Moment
from tests.support.clock import SECOND, START
from tests.support.counting import (
    count_of,
    given_count,
    line_of,
    not_counted,
    on_hand,
    posted,
    present,
    record,
    variances,
)
from tests.support.scene import (
    CUP,
    TEA,
    adjust,
    at,
    given_catalog,
    given_level,
    given_location,
    refused,
    request_info,
)
from tests.support.store import Store

MUG = LevelKey("MUG-1", "MAIN")


async def given_cost(store: Store, sku: str, cost: str | None, *, tags: tuple[str, ...] = ()) -> None:
    """Give an item a cost and tags."""
    await store.shop.change_item(
        ItemChange(sku=sku, unit_cost=None if cost is None else Decimal(cost), tags=tags), request=request_info()
    )


async def test_an_item_is_compared_with_the_record_at_that_moment(store: Store) -> None:
    """The variance is what was counted less what was on hand just then; no stock moves."""
    # given
    await given_level(store, TEA, on_hand=10)
    await given_level(store, CUP, on_hand=4)
    await given_cost(store, "TEA-1", "2.5")
    count = await given_count(store)
    await adjust(store, TEA, -3)
    store.clock.move(seconds=9)
    before = await store.contents()
    # when
    outcome = await record(store, count, TEA_1=6, CUP_1=5)
    # then
    level = await store.level(TEA)
    line = await line_of(store, count)
    assert level is not None
    assert line == CountLine(
        id=f"{count.id}/TEA-1",
        version=1,
        created_at=START + 9 * SECOND,
        changed_at=line.changed_at,
        count=count.id,
        sku="TEA-1",
        location="MAIN",
        entries=(
            CountEntry(
                counted_by="shop",
                quantity=6,
                counted_at=START + 9 * SECOND,
                expected=7,
                version=2,
                corrected_at=NEVER,
                recorded_by="shop",
            ),
        ),
        counted=6,
        expected=7,
        unit_cost=Money(25_000),
    )
    assert (line.variance, line.value) == (-1, Money(-25_000))
    cup = await line_of(store, count, "CUP-1")
    assert (cup.variance, cup.value) == (1, None)
    told = count_of(outcome)
    assert told == await present(store, count)
    assert (told.lines, told.entries, told.version, told.progress) == (2, 2, 2, 1.0)
    assert told.totals == CountTotals(counted=11, up=1, down=1, value_down=Decimal("2.50"))
    after = await store.contents()
    assert (after.levels, after.movements) == (before.levels, before.movements)


async def test_what_is_sold_and_received_after_an_item_was_counted_does_not_matter(store: Store) -> None:
    """Before, between, after: only what the record was wrong by at that moment is a variance."""
    await given_level(store, TEA, on_hand=10)
    count = await given_count(store)
    await adjust(store, TEA, -3)
    await record(store, count, TEA_1=7)
    await adjust(store, TEA, -4)
    await adjust(store, TEA, +20)
    assert await variances(store, count) == {"TEA-1": 0}


async def test_with_last_the_last_entry_rules(store: Store) -> None:
    """Counting again replaces, in the totals too."""
    await given_level(store, TEA, on_hand=10)
    count = await given_count(store)
    await record(store, count, TEA_1=4)
    await adjust(store, TEA, -1)
    store.clock.move(seconds=1)
    outcome = await record(store, count, TEA_1=11)
    line = await line_of(store, count)
    assert (line.counted, line.expected, line.variance, line.moved, line.version) == (11, 9, 2, 0, 2)
    assert [(entry.quantity, entry.expected) for entry in line.entries] == [(4, 10), (11, 9)]
    told = count_of(outcome)
    assert (told.lines, told.entries, told.totals) == (1, 2, CountTotals(counted=11, up=2))


async def test_with_sum_partial_counts_add_up(store: Store) -> None:
    """Against the record at the last of them; what moved between them is told."""
    await given_level(store, TEA, on_hand=10)
    count = await given_count(store, mode=CountMode.SUM)
    await record(store, count, TEA_1=6)
    await adjust(store, TEA, -1)  # of the four that are yet to be counted
    store.clock.move(seconds=1)
    outcome = await record(store, count, TEA_1=3)
    line = await line_of(store, count)
    assert (line.counted, line.expected, line.variance, line.moved) == (9, 9, 0, 1)
    assert count_of(outcome).totals == CountTotals(counted=9)


async def test_a_partial_count_may_start_over(store: Store) -> None:
    """A mistake is forgotten, not added to."""
    await given_level(store, TEA, on_hand=10)
    count = await given_count(store, mode=CountMode.SUM)
    await record(store, count, TEA_1=600)
    store.clock.move(seconds=1)
    lines = [CountedUnits(sku="TEA-1", quantity=6, starts_over=True)]
    await store.counts.record(count.id, lines, request=request_info())
    store.clock.move(seconds=1)
    outcome = await record(store, count, TEA_1=4)
    line = await line_of(store, count)
    assert (line.counted, line.variance, len(line.entries)) == (10, 0, 3)
    assert count_of(outcome).totals == CountTotals(counted=10)


@pytest.mark.complaint("F3", "F5")
async def test_lines_of_one_item_are_one_entry_where_entries_add_up(store: Store) -> None:
    """Scanners send a line per scan; those before one that starts over count no more."""
    await given_level(store, TEA, on_hand=10)
    await store.shop.change_item(ItemChange(sku="TEA-1", barcodes=("400",)), request=request_info())
    count = await given_count(store, mode=CountMode.SUM)
    await record(store, count, TEA_1=50)
    scans = [
        CountedUnits(sku="TEA-1", quantity=9),
        CountedUnits(sku="TEA-1", quantity=2, starts_over=True),
        CountedUnits(barcode="400", quantity=1),
        *[CountedUnits(sku="TEA-1", quantity=1)] * 60,
    ]
    await store.counts.record(count.id, scans, request=request_info())
    line = await line_of(store, count)
    assert [entry.quantity for entry in line.entries] == [50, 63]
    assert line.counted == 63


async def test_an_item_that_was_never_there_may_be_counted(store: Store) -> None:
    """It is expected to be absent, and has no level until the count is posted."""
    await given_catalog(store, TEA)
    count = await given_count(store)
    outcome = await record(store, count, TEA_1=2)
    assert await variances(store, count) == {"TEA-1": 2}
    assert (count_of(outcome).progress, await store.level(TEA)) == (1.0, None)


async def test_a_barcode_names_its_item(store: Store) -> None:
    """As scanners do, also with the lot and the serial number beside it; whoever counted may be named."""
    await given_level(store, TEA, on_hand=3)
    await store.shop.change_item(
        ItemChange(sku="TEA-1", barcodes=("400", "401", "643127889365")), request=request_info()
    )
    count = await given_count(store)
    lines = [CountedUnits(barcode="401", quantity=3)]
    await store.counts.record(count.id, lines, counted_by="Ann", request=request_info())
    [entry] = (await line_of(store, count)).entries
    assert (entry.counted_by, entry.quantity, entry.expected) == ("Ann", 3, 3)
    [barcode] = (await store.documents.documents(Barcode, ["401"])).values()
    assert barcode.version == 1
    scanned = f"]d201006431278893651727010110{'L' * 20}\x1d21{'S' * 20}"
    await store.counts.record(count.id, [CountedUnits(barcode=scanned, quantity=2)], request=request_info())
    assert [each.quantity for each in (await line_of(store, count)).entries] == [3, 2]


async def test_everything_in_the_way_of_an_entry_is_told_at_once(store: Store) -> None:
    """Each line with its fault; none of the others is taken in."""
    # given
    await given_catalog(store, TEA, CUP, MUG, LevelKey("OLD-1", "MAIN"))
    await store.shop.change_item(ItemChange(sku="MUG-1", barcodes=("400",)), request=request_info())
    await store.shop.archive_item("OLD-1", is_archived=True, request=request_info())
    count = await given_count(store)
    listed = await given_count(store, skus=("TEA-1",))
    # then
    lines = [
        CountedUnits(sku="TEA-1", quantity=1),
        CountedUnits(sku="NONE", quantity=1),
        CountedUnits(barcode="999", quantity=1),
        CountedUnits(sku="OLD-1", quantity=1),
        CountedUnits(sku="MUG-1", quantity=1),
        CountedUnits(barcode="400", quantity=1),
    ]
    assert await refused(store, store.counts.record(count.id, lines, request=request_info())) == [
        UnknownItem(sku="NONE", field=("lines", "1", "sku")),
        InvalidValue(what="The barcode '999'", rule="stands for no item", field=("lines", "2", "barcode")),
        DuplicateLine(sku="MUG-1", location="MAIN", first_line=4, field=("lines", "5")),
    ]
    outside = [CountedUnits(sku="CUP-1", quantity=1), lines[0], CountedUnits(barcode="400", quantity=1)]
    assert await refused(store, store.counts.record(listed.id, outside, request=request_info())) == [
        not_counted("CUP-1", "0", "sku"),
        not_counted("MUG-1", "2", "barcode"),
    ]


@pytest.mark.parametrize(
    ("lines", "faults"),
    [
        ([], [TooManyLines(count=0, maximum=1_000)]),
        (
            [CountedUnits(sku="TEA-1", quantity=-1), CountedUnits(sku="CUP-1", quantity=MAX_QUANTITY + 1)],
            [
                QuantityOutOfRange(quantity=-1, minimum=0, field=("lines", "0", "quantity")),
                QuantityOutOfRange(quantity=MAX_QUANTITY + 1, minimum=0, field=("lines", "1", "quantity")),
            ],
        ),
        (
            [CountedUnits(quantity=1), CountedUnits(sku="TEA-1", barcode="4", quantity=1)],
            [
                InvalidValue(
                    what="An item", rule="must be named by exactly one of sku or barcode", field=("lines", index, "sku")
                )
                for index in ("0", "1")
            ],
        ),
        (
            [CountedUnits(sku="", quantity=1), CountedUnits(barcode="", quantity=1)],
            [
                InvalidValue(
                    what=what,
                    rule="must be 1 to 64 printable characters without a blank at either end",
                    field=("lines", *field),
                )
                for what, *field in (("A SKU", "0", "sku"), ("A barcode", "1", "barcode"))
            ],
        ),
    ],
)
async def test_bad_lines_refuse_an_entry(store: Store, lines: list[CountedUnits], faults: list[InventoryError]) -> None:
    """Whatever the state of the count."""
    await given_level(store, TEA, on_hand=3)
    count = await given_count(store)
    assert await refused(store, store.counts.record(count.id, lines, request=request_info())) == faults


async def test_an_entry_of_1001_lines_is_refused(store: Store) -> None:
    """And so is a name that is none."""
    await given_location(store)
    count = await given_count(store)
    lines = [CountedUnits(sku=f"S-{number}", quantity=1) for number in range(1_001)]
    request = store.counts.record(count.id, lines, request=request_info())
    assert await refused(store, request) == [TooManyLines(count=1_001, maximum=1_000)]
    request = store.counts.record(count.id, lines[:1], counted_by="n" * 201, request=request_info())
    assert await refused(store, request) == [
        InvalidValue(
            what="A name",
            rule="must be 1 to 200 printable characters without a blank at either end",
            field=("countedBy",),
        ),
    ]


async def test_an_item_is_counted_50_times_at_most(store: Store) -> None:
    """A line is bounded, as everything is."""
    await given_level(store, TEA, on_hand=3)
    count = await given_count(store, mode=CountMode.SUM)
    for _ in range(MAX_ENTRIES):
        await record(store, count, TEA_1=1)
    assert await refused(store, record(store, count, TEA_1=1)) == [
        InvalidValue(
            what="The item 'TEA-1'",
            rule="has been counted 50 times, which is the most in one count",
            field=("lines", "0", "sku"),
        )
    ]


async def test_partial_counts_add_up_to_no_more_than_a_level_can_hold(store: Store) -> None:
    """2,147,483,647 units."""
    await given_level(store, TEA, on_hand=3)
    count = await given_count(store, mode=CountMode.SUM)
    await record(store, count, TEA_1=MAX_QUANTITY)
    assert await refused(store, record(store, count, TEA_1=1)) == [
        QuantityOutOfRange(quantity=MAX_QUANTITY + 1, minimum=0, field=("lines", "0", "quantity"))
    ]


async def test_no_variance_is_larger_than_a_level_can_grow(store: Store) -> None:
    """An oversold level is counted to less than 2,147,483,647 units."""
    await given_level(store, TEA, on_hand=3)
    await store.shop.upsert_location("MAIN", oversell_policy=OversellPolicy.ALLOW, request=request_info())
    await adjust(store, TEA, -5, reason=MovementReason.SALE)
    count = await given_count(store)
    assert await refused(store, record(store, count, TEA_1=MAX_QUANTITY)) == [
        QuantityOutOfRange(quantity=MAX_QUANTITY + 2, minimum=0, field=("lines", "0", "quantity"))
    ]
    await record(store, count, TEA_1=MAX_QUANTITY - 2)


async def test_a_count_goes_on_where_something_is_archived(store: Store) -> None:
    """What is there is counted, whatever is not to begin there any more."""
    await given_level(store, TEA, on_hand=3)
    await given_level(store, CUP, on_hand=3)
    count = await given_count(store)
    await store.shop.archive_location("MAIN", is_archived=True, request=request_info())
    await store.shop.archive_item("CUP-1", is_archived=True, request=request_info())
    await record(store, count, TEA_1=1, CUP_1=1)
    await posted(store, count)
    assert await on_hand(store, TEA, CUP) == [1, 1]


async def test_repeating_an_entry_with_its_key_counts_once(store: Store) -> None:
    """Scanners send twice; another entry under the key is refused, and a barcode that has moved on changes nothing."""
    await given_catalog(store, TEA, CUP)
    await store.shop.change_item(ItemChange(sku="TEA-1", barcodes=("400",)), request=request_info())
    count = await given_count(store, mode=CountMode.SUM)
    lines = [CountedUnits(barcode="400", quantity=3)]
    first = await store.counts.record(count.id, lines, request=request_info("k"))
    await store.shop.change_item(ItemChange(sku="TEA-1", barcodes=()), request=request_info())
    await store.shop.change_item(ItemChange(sku="CUP-1", barcodes=("400",)), request=request_info())
    again = await store.counts.record(count.id, lines, request=request_info("k"))
    assert (count_of(again), again.replayed) == (count_of(first), True)
    assert await variances(store, count) == {"TEA-1": 3}
    other = store.counts.record(count.id, lines, counted_by="Ann", request=request_info("k"))
    assert await refused(store, other) == [IdempotencyKeyReused(key="k")]


@pytest.mark.complaint("F6")
async def test_an_entry_of_an_earlier_moment_is_compared_with_the_record_of_that_moment(store: Store) -> None:
    """A scanner that was offline: sales since, and entries that came in before it, make no difference."""
    # given
    await given_level(store, TEA, on_hand=10)  # at START
    await given_level(store, CUP, on_hand=4)
    count = await given_count(store)
    for _ in range(5):
        store.clock.move(seconds=10)
        await adjust(store, TEA, -1)
    await given_catalog(store, MUG)
    store.clock.move(seconds=10)
    await record(store, count, TEA_1=5)
    # when
    for seconds, expected in ((0, 0), (5, 10), (25, 8), (55, 5), (1_000, 5)):
        said = request_info(occurred_at=at(START + seconds * SECOND - 5))
        store.clock.now = max(store.clock.now, START + seconds * SECOND)
        await record(store, count, said, TEA_1=8, MUG_1=1)
        # then
        entry = next(
            each for each in (await line_of(store, count)).entries if each.counted_at == START + seconds * SECOND - 5
        )
        assert (entry.quantity, entry.expected) == (8, expected), seconds


async def test_the_entry_that_was_counted_last_rules_whenever_it_arrives(store: Store) -> None:
    """Not the one that came in last."""
    await given_level(store, TEA, on_hand=10)
    count = await given_count(store)
    store.clock.move(seconds=60)
    await record(store, count, TEA_1=9)
    await record(store, count, request_info(occurred_at=at(START + 30 * SECOND)), TEA_1=2)
    line = await line_of(store, count)
    assert [entry.quantity for entry in line.entries] == [2, 9]
    assert (line.counted, line.variance) == (9, -1)


async def test_a_moment_in_the_future_is_refused(store: Store) -> None:
    """Beyond what clocks differ by; within that it counts as now."""
    await given_level(store, TEA, on_hand=3)
    count = await given_count(store)
    with pytest.raises(Refused):
        await record(store, count, request_info(occurred_at=at(START + 301 * SECOND)), TEA_1=1)
    await record(store, count, request_info(occurred_at=at(START + 299 * SECOND)), TEA_1=1)
    [entry] = (await line_of(store, count)).entries
    assert (entry.counted_at <= START + SECOND, entry.expected) == (True, 3)


async def test_an_entry_whose_level_has_changed_since_it_was_looked_up_is_looked_up_again(store: Store) -> None:
    """A decision on what is no longer known to be so is refused, and changes nothing; the use case asks again."""
    await given_level(store, TEA, on_hand=10)
    count = await given_count(store)
    store.clock.move(seconds=10)
    for _ in range(2):
        await adjust(store, TEA, -1)
    moment = Moment(START + 5 * SECOND)
    blind_to_it = RecordCount(
        info=CommandInfo(operation_id="0" * 32, kind="countRecord", actor="shop", occurred_at=moment),
        count_id=count.id,
        location="MAIN",
        lines=(CountedUnits(sku="TEA-1", quantity=9),),
        past={TEA: PastLevel(on_hand=10, version=1, counted_at=NEVER)},
    )
    assert await refused(store, store.run(blind_to_it)) == [
        StaleLevel(sku="TEA-1", location="MAIN", expected=1, actual=3, field=("lines", "0"))
    ]
    await record(store, count, request_info(occurred_at=at(moment)), TEA_1=9)
    assert await variances(store, count) == {"TEA-1": -1}

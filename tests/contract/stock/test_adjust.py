"""stockAdjust: a delta at one level, the same over every store."""

from itertools import pairwise
from typing import Any

import pytest

from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.errors import (
    Archived,
    InsufficientStock,
    InvalidValue,
    InventoryError,
    QuantityOutOfRange,
    UnknownItem,
    UnknownLocation,
)
from app.domain.limits import MAX_QUANTITY
from app.domain.operation import CommandInfo
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import Movement, MovementReason
from app.domain.time import Moment
from app.services.request_info import RequestInfo
from tests.support.clock import SECOND, START
from tests.support.scene import SHOP, TEA, adjust, at, given_catalog, given_level, refused, request_info
from tests.support.store import Store
from tests.support.texts import SPACE, begins_with, ends_with, holds, out_of

SKU_RULE = "must be 1 to 64 printable characters without a blank at either end"
CODE_RULE = "must be 1 to 32 letters, digits, dots, dashes or underscores"


async def test_the_first_adjustment_begins_the_level(store: Store) -> None:
    """A level that never was begins at zero: on hand is the delta, and the version is 1."""
    # given
    await given_catalog(store, TEA)
    store.clock.move(seconds=1)
    # when
    outcome = await store.stock.adjust(
        TEA,
        delta=+5,
        reason=MovementReason.RECEIPT,
        request=request_info(reference="PO-7", note="first\tdelivery\n", occurred_at=at(START)),
    )
    # then
    recorded_at = Moment(START + SECOND + 1)
    assert await store.level(TEA) == Level(key=TEA, on_hand=5, version=1, changed_at=recorded_at)
    [movement] = outcome.movements
    assert movement == Movement(
        operation_id=outcome.operation.id,
        writer=movement.writer,
        recorded_at=recorded_at,
        reason=MovementReason.RECEIPT,
        change=LevelChange(on_hand=5),
        after=Level(key=TEA, on_hand=5, version=1, changed_at=recorded_at),
        reference="PO-7",
    )
    assert await store.movements(TEA) == [movement]
    operation = outcome.operation
    assert operation.info == CommandInfo(
        operation_id=operation.id,
        kind="stockAdjust",
        actor=SHOP,
        reference="PO-7",
        note="first\tdelivery\n",
        occurred_at=START,
    )
    assert (operation.recorded_at, operation.levels) == (START + SECOND, ((TEA, 1),))
    assert (operation.fingerprint, operation.refusals, outcome.replayed) == (None, (), False)
    assert await store.stock.operation(operation.id) == operation


async def test_the_item_gives_a_new_level_its_reorder_point(store: Store) -> None:
    """The item's default holds for levels that begin after it was set, and for no earlier one."""
    # given
    early = await given_level(store, on_hand=1)
    late = LevelKey(TEA.sku, "NORTH")
    await given_catalog(store, late)
    await store.shop.change_item(
        ItemChange(sku=TEA.sku, name="Tea", category=None, reorder_point=9), request=request_info()
    )
    # when
    await adjust(store, late, +1)
    # then
    levels = [await store.level(key) for key in (TEA, late)]
    assert [level.reorder_point for level in levels if level] == [early.reorder_point, 9] == [0, 9]


async def test_every_change_is_one_line_of_the_ledger(store: Store) -> None:
    """Each movement carries its change and the level after it; moments grow even while the clock stands still."""
    # given
    await given_level(store, on_hand=10)
    # when
    for delta in (-3, +4, -11):
        await adjust(store, TEA, delta)
    # then
    lines = await store.movements(TEA)
    assert [line.change for line in lines] == [LevelChange(on_hand=delta) for delta in (10, -3, 4, -11)]
    assert [(line.after.on_hand, line.after.version) for line in lines] == [(10, 1), (7, 2), (11, 3), (0, 4)]
    assert all(earlier.recorded_at < later.recorded_at for earlier, later in pairwise(lines))
    assert await store.level(TEA) == lines[-1].after


async def test_taking_all_that_is_available_is_allowed(store: Store) -> None:
    """The last unit may go."""
    await given_level(store, on_hand=3)
    await adjust(store, TEA, -3)
    level = await store.level(TEA)
    assert level
    assert (level.on_hand, level.version) == (0, 2)


async def test_taking_one_more_than_available_changes_nothing(store: Store) -> None:
    """A shortage names what was asked for and what there is, at the input that asked."""
    await given_level(store, on_hand=3)
    assert await refused(store, adjust(store, TEA, -4)) == [
        InsufficientStock(sku="TEA-1", location="MAIN", requested=4, available=3, field=("delta",))
    ]


async def test_taking_from_a_level_that_never_was_changes_nothing(store: Store) -> None:
    """Nothing is available where nothing was ever stocked, and the refusal does not begin the level."""
    await given_catalog(store, TEA)
    assert await refused(store, adjust(store, TEA, -1)) == [
        InsufficientStock(sku="TEA-1", location="MAIN", requested=1, available=0, field=("delta",))
    ]
    assert await store.level(TEA) is None


async def test_a_level_holds_up_to_the_largest_quantity(store: Store) -> None:
    """2,147,483,647 units fit; one more is refused with the count that it would have been."""
    await given_level(store, on_hand=MAX_QUANTITY - 1)
    await adjust(store, TEA, +1)
    assert await refused(store, adjust(store, TEA, +1)) == [
        QuantityOutOfRange(quantity=2_147_483_648, minimum=0, field=("delta",))
    ]
    await adjust(store, TEA, -MAX_QUANTITY)
    level = await store.level(TEA)
    assert level
    assert level.on_hand == 0


@pytest.mark.parametrize("delta", [0, 2_147_483_648, -2_147_483_648, 10**30, -(10**30)])
async def test_a_delta_that_no_level_can_hold_is_refused(store: Store, delta: int) -> None:
    """Zero is no change, and beyond ±2,147,483,647 there is none."""
    await given_level(store, on_hand=1)
    assert await refused(store, adjust(store, TEA, delta)) == [QuantityOutOfRange(quantity=delta, field=("delta",))]


@pytest.mark.complaint("T1")
@pytest.mark.parametrize(
    ("sku", "rule"),
    [
        ("", SKU_RULE),
        ("S" * 65, SKU_RULE),
        (" TEA", begins_with(SPACE)),
        ("TEA ", ends_with(SPACE, 4)),
        ("\xa0", begins_with("NO-BREAK SPACE (U+00A0)")),
        ("TEA\n", ends_with("LINE FEED (U+000A)", 4)),
        ("T\tEA", holds("TABULATION (U+0009)", 2)),
        ("T\x00EA", holds("NULL (U+0000)", 2)),
        ("TEA\u200b", holds("ZERO WIDTH SPACE (U+200B)", 4)),
        ("T\ud800EA", holds("LONE SURROGATE (U+D800)", 2)),
    ],
)
async def test_a_bad_sku_is_refused(store: Store, sku: str, rule: str) -> None:
    """A SKU has 1 to 64 printable characters and no blank at its ends; one that it may not hold is named."""
    assert await refused(store, adjust(store, LevelKey(sku, "MAIN"), +1)) == [
        InvalidValue(what="A SKU", rule=rule, field=("sku",))
    ]


@pytest.mark.complaint("T10")
@pytest.mark.parametrize("sku", ["S" * 64, "a b", "Ä/#%$.ß", "茶", "🍵", "{$gt: 1}"])
async def test_an_unusual_sku_counts_like_any_other(store: Store, sku: str) -> None:
    """Whatever is printable names an item, and comes back unchanged."""
    key = LevelKey(sku, "MAIN")
    await given_level(store, key, on_hand=2)
    await adjust(store, key, -1)
    level = await store.level(key)
    assert level
    assert (level.key, level.on_hand, len(await store.movements(key))) == (key, 1, 2)


async def test_skus_and_codes_that_run_together_stay_apart(store: Store) -> None:
    """Levels whose names look alike when joined are different levels, with ledgers of their own."""
    keys = [LevelKey("A", "X"), LevelKey("A#1", "X"), LevelKey("A/A", "X"), LevelKey("a", "X"), LevelKey("A", "x")]
    for number, key in enumerate(keys, start=1):
        await given_level(store, key, on_hand=number)
        await adjust(store, key, +10)
    for number, key in enumerate(keys, start=1):
        assert [line.after.on_hand for line in await store.movements(key)] == [number, number + 10]


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        *((code, CODE_RULE) for code in ("", "C" * 33, "MA IN", "MAIN ", "MA/IN", ".MAIN", "$MAIN")),
        ("LÄGER", out_of(CODE_RULE, "LATIN CAPITAL LETTER A WITH DIAERESIS (U+00C4)", 2)),
        ("MAIN\n", out_of(CODE_RULE, "LINE FEED (U+000A)", 5)),
    ],
)
async def test_a_bad_location_code_is_refused(store: Store, code: str, rule: str) -> None:
    """A code has 1 to 32 letters, digits, dots, dashes or underscores; one that is not of ASCII is named."""
    assert await refused(store, adjust(store, LevelKey("TEA-1", code), +1)) == [
        InvalidValue(what="A location code", rule=rule, field=("location",))
    ]


async def test_an_unknown_item_is_refused(store: Store) -> None:
    """Stock of what is no item cannot be counted."""
    await given_catalog(store, TEA)
    assert await refused(store, adjust(store, LevelKey("NONE", "MAIN"), +1)) == [
        UnknownItem(sku="NONE", field=("sku",))
    ]


async def test_an_unknown_location_is_refused(store: Store) -> None:
    """Stock cannot be counted at a place that does not exist, even of an item that does."""
    await given_catalog(store, TEA)
    assert await refused(store, adjust(store, LevelKey("TEA-1", "NONE"), +1)) == [
        UnknownLocation(location="NONE", field=("location",))
    ]


@pytest.mark.parametrize("on_hand", [0, 5])
async def test_an_archived_item_is_closed_until_it_is_restored(store: Store, on_hand: int) -> None:
    """No level of an archived item changes or begins; after the restoration it does, from where it was."""
    # given
    await given_level(store, on_hand=on_hand)
    await store.shop.archive_item(TEA.sku, is_archived=True, request=request_info())
    # then
    assert await refused(store, adjust(store, TEA, +1)) == [Archived(kind="item", name="TEA-1", field=("sku",))]
    # when
    await store.shop.archive_item(TEA.sku, is_archived=False, request=request_info())
    await adjust(store, TEA, +1)
    # then
    level = await store.level(TEA)
    assert level
    assert level.on_hand == on_hand + 1


@pytest.mark.parametrize("on_hand", [0, 5])
async def test_an_archived_location_is_closed_until_it_is_restored(store: Store, on_hand: int) -> None:
    """No level at an archived location changes or begins; after the restoration it does."""
    # given
    await given_level(store, on_hand=on_hand)
    await store.shop.archive_location(TEA.location, is_archived=True, request=request_info())
    # then
    assert await refused(store, adjust(store, TEA, +1)) == [Archived(kind="location", name="MAIN", field=("location",))]
    # when
    await store.shop.archive_location(TEA.location, is_archived=False, request=request_info())
    await adjust(store, TEA, +1)
    # then
    level = await store.level(TEA)
    assert level
    assert level.on_hand == on_hand + 1


KEY_FAULT = InvalidValue(
    what="An idempotency key",
    rule="must be 1 to 255 printable characters without a blank at either end",
    field=("idempotencyKey",),
)
REFERENCE_FAULT = InvalidValue(
    what="A reference",
    rule="must be 1 to 255 printable characters without a blank at either end",
    field=("reference",),
)
NOTE_FAULT = InvalidValue(
    what="A note", rule="must be at most 2000 printable characters, tabs and line breaks", field=("note",)
)
TIME_FAULT = InvalidValue(
    what="The time of occurrence", rule="must not be more than 300 s in the future", field=("occurredAt",)
)


def at_fault(fault: InvalidValue, rule: str) -> InvalidValue:
    """Return the same fault for another reason."""
    return InvalidValue(what=fault.what, rule=rule, field=fault.field)


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (request_info("k" * 256), KEY_FAULT),
        (request_info(""), KEY_FAULT),
        (request_info(" k"), at_fault(KEY_FAULT, begins_with(SPACE))),
        (request_info("k\0"), at_fault(KEY_FAULT, holds("NULL (U+0000)", 2))),
        (request_info("\ud800"), at_fault(KEY_FAULT, holds("LONE SURROGATE (U+D800)", 1))),
        (request_info(reference="r" * 256), REFERENCE_FAULT),
        (request_info(reference=""), REFERENCE_FAULT),
        (request_info(reference="r\n"), at_fault(REFERENCE_FAULT, ends_with("LINE FEED (U+000A)", 2))),
        (request_info(note="n" * 2_001), NOTE_FAULT),
        (request_info(note="a\x07b"), at_fault(NOTE_FAULT, holds("CONTROL CHARACTER (U+0007)", 2))),
        (request_info(note="\ud800"), at_fault(NOTE_FAULT, holds("LONE SURROGATE (U+D800)", 1))),
        (request_info(occurred_at=at(START + 300 * SECOND + 1)), TIME_FAULT),
    ],
)
async def test_what_a_request_says_of_itself_is_checked(store: Store, said: RequestInfo, fault: InventoryError) -> None:
    """Keys, references and notes have lengths and characters; what occurred lies at most 300 s ahead."""
    await given_level(store, on_hand=1)
    request = store.stock.adjust(TEA, delta=+1, reason=MovementReason.OTHER, request=said)
    assert await refused(store, request) == [fault]


@pytest.mark.parametrize(
    "said",
    [
        request_info("k" * 255),
        request_info(reference="r" * 255),
        request_info(note="n" * 2_000),
        request_info(note=""),
        request_info(note="one\r\n\ttwo"),
        request_info(occurred_at=at(START + 300 * SECOND)),
        request_info(occurred_at=at(946_684_800 * SECOND)),
    ],
)
async def test_the_longest_texts_and_latest_times_are_kept(store: Store, said: RequestInfo) -> None:
    """Each limit itself is allowed, and the operation keeps what was said."""
    await given_level(store, on_hand=1)
    outcome = await store.stock.adjust(TEA, delta=+1, reason=MovementReason.OTHER, request=said)
    stored: Any = await store.stock.operation(outcome.operation.id)
    assert stored == outcome.operation
    info = stored.info
    assert (info.idempotency_key, info.reference, info.note) == (said.idempotency_key, said.reference, said.note)


async def test_all_faults_of_an_input_are_told_at_once(store: Store) -> None:
    """A client corrects its whole request after one answer, not after five."""
    request = store.stock.adjust(
        LevelKey("", "?"), delta=0, reason=MovementReason.OTHER, request=request_info("", reference="", note="\0")
    )
    assert await refused(store, request) == [
        InvalidValue(what="A SKU", rule=SKU_RULE, field=("sku",)),
        InvalidValue(what="A location code", rule=CODE_RULE, field=("location",)),
        QuantityOutOfRange(quantity=0, field=("delta",)),
        KEY_FAULT,
        REFERENCE_FAULT,
        at_fault(NOTE_FAULT, holds("NULL (U+0000)", 1)),
    ]

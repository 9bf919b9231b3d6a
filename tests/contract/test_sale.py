"""saleRecord: what a shop sold and took back, all or nothing, the same over every store."""

import pytest

from app.domain.commands.record_sale import SaleLine
from app.domain.errors import (
    Archived,
    DuplicateLine,
    InsufficientStock,
    InvalidValue,
    InventoryError,
    QuantityOutOfRange,
    TooManyLines,
    UnknownItem,
    UnknownLocation,
)
from app.domain.fold import Outcome
from app.domain.level import LevelKey
from app.domain.limits import MAX_QUANTITY
from app.domain.movement import MovementReason
from tests.support.scene import CUP, TEA, about, given_catalog, given_level, refused
from tests.support.store import Store


async def sell(store: Store, *lines: tuple[str, int], location: str = "MAIN", channel: str | None = None) -> Outcome:
    """Record a sale of (sku, quantity) lines."""
    sold = [SaleLine(sku=sku, quantity=quantity) for sku, quantity in lines]
    return await store.stock.record_sale(location, sold, channel=channel, about=about(reference="R-1"))


async def test_a_sale_takes_from_each_level_and_a_return_gives_back(store: Store) -> None:
    """Positive lines are SALE, negative ones RETURN; each movement names the channel and the receipt."""
    # given
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=1)
    # when
    outcome = await sell(store, ("TEA-1", 2), ("CUP-1", -1), channel="POS 1")
    # then
    tea, cup = outcome.movements
    assert [(line.after.key, line.reason, line.change.on_hand, line.after.on_hand) for line in (tea, cup)] == [
        (TEA, MovementReason.SALE, -2, 3),
        (CUP, MovementReason.RETURN, +1, 2),
    ]
    assert {(line.channel, line.reference, line.operation_id) for line in (tea, cup)} == {
        ("POS 1", "R-1", outcome.operation.id)
    }
    assert outcome.operation.levels == ((TEA, 2), (CUP, 2))
    assert [await store.level(key) for key in (TEA, CUP)] == [tea.after, cup.after]
    assert await store.stock.movements_of([outcome.operation]) == [outcome.movements]
    assert tea.recorded_at < cup.recorded_at


async def test_a_return_may_begin_a_level(store: Store) -> None:
    """What comes back is counted even where the shop never stocked it."""
    await given_catalog(store, TEA)
    outcome = await sell(store, ("TEA-1", -1))
    assert [(line.after.on_hand, line.after.version) for line in outcome.movements] == [(1, 1)]


async def test_one_shortage_refuses_the_whole_sale_and_all_shortages_are_told(store: Store) -> None:
    """The lines that could be served are not; the caller learns of every line that could not."""
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=1)
    mug = LevelKey("MUG-1", "MAIN")
    await given_catalog(store, mug)
    request = sell(store, ("CUP-1", 2), ("TEA-1", 5), ("MUG-1", 1))
    assert await refused(store, request) == [
        InsufficientStock(sku="CUP-1", location="MAIN", requested=2, available=1, field=("lines", "0", "quantity")),
        InsufficientStock(sku="MUG-1", location="MAIN", requested=1, available=0, field=("lines", "2", "quantity")),
    ]


async def test_unknown_archived_and_short_lines_are_told_together(store: Store) -> None:
    """Each line says its own reason, at its own place."""
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=1)
    await store.shop.archive_item("TEA-1", is_archived=True, about=about())
    request = sell(store, ("NONE", 1), ("TEA-1", 1), ("CUP-1", 9))
    assert await refused(store, request) == [
        UnknownItem(sku="NONE", field=("lines", "0", "sku")),
        Archived(kind="item", name="TEA-1", field=("lines", "1", "sku")),
        InsufficientStock(sku="CUP-1", location="MAIN", requested=9, available=1, field=("lines", "2", "quantity")),
    ]


async def test_an_unknown_location_is_told_once(store: Store) -> None:
    """The location belongs to the sale, not to its lines."""
    await given_level(store, TEA, on_hand=5)
    assert await refused(store, sell(store, ("TEA-1", 1), ("CUP-1", 1), location="NONE")) == [
        UnknownLocation(location="NONE", field=("location",))
    ]


async def test_an_archived_location_is_told_once(store: Store) -> None:
    """A closed shop sells nothing."""
    await given_level(store, TEA, on_hand=5)
    await store.shop.archive_location("MAIN", is_archived=True, about=about())
    assert await refused(store, sell(store, ("TEA-1", 1), ("CUP-1", 1))) == [
        Archived(kind="location", name="MAIN", field=("location",))
    ]


async def test_a_return_beyond_the_largest_quantity_is_refused(store: Store) -> None:
    """A level holds no more than 2,147,483,647 units, wherever they come from."""
    await given_level(store, TEA, on_hand=MAX_QUANTITY)
    assert await refused(store, sell(store, ("TEA-1", -1))) == [
        QuantityOutOfRange(quantity=MAX_QUANTITY + 1, minimum=0, field=("lines", "0", "quantity"))
    ]


@pytest.mark.parametrize(
    ("lines", "faults"),
    [
        ((), [TooManyLines(count=0, maximum=1_000)]),
        ((("TEA-1", 0),), [QuantityOutOfRange(quantity=0, field=("lines", "0", "quantity"))]),
        (
            (("TEA-1", 1), ("CUP-1", 2**31)),
            [QuantityOutOfRange(quantity=2**31, field=("lines", "1", "quantity"))],
        ),
        (
            (("TEA-1", 1), ("CUP-1", 1), ("TEA-1", -1)),
            [DuplicateLine(sku="TEA-1", location="MAIN", first_line=0, field=("lines", "2"))],
        ),
        (
            (("TEA-1 ", 1),),
            [
                InvalidValue(
                    what="A SKU",
                    rule="must be 1 to 64 printable characters without a blank at either end",
                    field=("lines", "0", "sku"),
                )
            ],
        ),
    ],
)
async def test_a_bad_line_refuses_the_sale(
    store: Store, lines: tuple[tuple[str, int], ...], faults: list[InventoryError]
) -> None:
    """Each fault names its line."""
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=5)
    assert await refused(store, sell(store, *lines)) == faults


async def test_a_sale_of_1001_lines_is_refused(store: Store) -> None:
    """One transaction carries 1,000 lines at most."""
    await given_catalog(store, TEA)
    [fault] = await refused(store, sell(store, *((f"S-{number}", 1) for number in range(1_001))))
    assert fault == TooManyLines(count=1_001, maximum=1_000)


@pytest.mark.parametrize("channel", ["", "c" * 65, " POS", "PO\0S"])
async def test_a_bad_channel_refuses_the_sale(store: Store, channel: str) -> None:
    """A channel has 1 to 64 printable characters."""
    await given_level(store, TEA, on_hand=5)
    assert await refused(store, sell(store, ("TEA-1", 1), channel=channel)) == [
        InvalidValue(
            what="A channel",
            rule="must be 1 to 64 printable characters without a blank at either end",
            field=("channel",),
        )
    ]


async def test_a_bad_location_code_refuses_the_sale(store: Store) -> None:
    """The code is checked once, for the whole sale."""
    assert await refused(store, sell(store, ("TEA-1", 1), ("CUP-1", 1), location="MA/IN")) == [
        InvalidValue(
            what="A location code",
            rule="must be 1 to 32 letters, digits, dots, dashes or underscores",
            field=("location",),
        )
    ]

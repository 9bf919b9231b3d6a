"""itemUpsert, locationUpsert, archive and restore, the same over every store."""

from typing import Any

import pytest

from app.domain.catalog.catalog import Item, Location, LocationKind
from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.errors import InvalidValue, InventoryError, QuantityOutOfRange, UnknownItem, UnknownLocation
from app.domain.limits import MAX_QUANTITY
from app.domain.operation import Operation
from app.domain.partial_update import UNCHANGED
from app.domain.stock.availability import LevelStatus
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import MovementReason
from app.services.filters import LevelFilter
from tests.support.clock import SECOND, START
from tests.support.scene import TEA, TEA_NORTH, adjust, given_item, given_level, given_location, refused, request_info
from tests.support.store import Store
from tests.support.texts import ends_with

LINE_AT_END = ends_with("LINE FEED (U+000A)", 2)
NAME_FAULT = InvalidValue(
    what="A name", rule="must be 1 to 200 printable characters without a blank at either end", field=("name",)
)
NAME_MISSING = InvalidValue(what="The name", rule="is required for what does not exist yet", field=("name",))


async def put_item(store: Store, sku: str = "TEA-1", **facts: str | int | LocationKind | None) -> Operation:
    """Create or change an item, naming only these facts."""
    given: dict[str, Any] = {"name": UNCHANGED, "category": UNCHANGED, "reorder_point": UNCHANGED, **facts}
    return (await store.shop.change_item(ItemChange(sku=sku, **given), request=request_info())).operation


async def put_location(store: Store, code: str = "MAIN", **facts: str | LocationKind) -> Operation:
    """Create or change a location, naming only these facts."""
    given: dict[str, Any] = {"name": UNCHANGED, "kind": UNCHANGED, **facts}
    return (await store.shop.upsert_location(code, **given, request=request_info())).operation


async def found_by(store: Store, *words: str) -> int:
    """Return how many levels these words find."""
    return await store.stock.count_levels(LevelFilter(words=words))


async def test_a_new_item_is_what_was_said_of_it(store: Store) -> None:
    """It is there at once, with the moment of its creation; the operation touched no level."""
    operation = await put_item(store, name="Earl Grey", category="Tea", reorder_point=5)
    assert await store.shop.items(["TEA-1", "NONE"]) == {
        "TEA-1": Item(
            sku="TEA-1",
            name="Earl Grey",
            category="Tea",
            reorder_point=5,
            version=1,
            created_at=START,
            updated_at=START,
        )
    }
    assert (operation.info.kind, operation.levels) == ("itemUpsert", ())
    assert await store.stock.operation(operation.id) == operation


async def test_a_new_item_needs_only_a_name(store: Store) -> None:
    """No category, and a reorder point of zero."""
    await put_item(store, name="Earl Grey")
    [item] = (await store.shop.items(["TEA-1"])).values()
    assert (item.category, item.reorder_point, item.is_archived) == (None, 0, False)


async def test_a_change_of_an_item_leaves_what_was_not_said(store: Store) -> None:
    """Only what is given changes, and the moment of the change; None is given too."""
    # given
    await put_item(store, name="Earl Grey", category="Tea", reorder_point=5)
    store.clock.move(seconds=1)
    # when
    await put_item(store, category=None)
    # then
    [item] = (await store.shop.items(["TEA-1"])).values()
    assert item == Item(
        sku="TEA-1",
        name="Earl Grey",
        category=None,
        reorder_point=5,
        version=2,
        created_at=START,
        updated_at=item.updated_at,
    )
    assert item.updated_at == START + SECOND


@pytest.mark.parametrize(
    ("sku", "facts", "faults"),
    [
        ("TEA-1", {}, [NAME_MISSING]),
        ("TEA-1", {"name": ""}, [NAME_FAULT]),
        ("TEA-1", {"name": "n" * 201}, [NAME_FAULT]),
        (
            "TEA-1",
            {"name": "n\n"},
            [InvalidValue(what="A name", rule=LINE_AT_END, field=("name",))],
        ),
        (
            "TEA-1",
            {"name": "n", "category": "c" * 101},
            [
                InvalidValue(
                    what="A category",
                    rule="must be 1 to 100 printable characters without a blank at either end",
                    field=("category",),
                )
            ],
        ),
        (
            "TEA-1",
            {"name": "n", "reorder_point": -1},
            [QuantityOutOfRange(quantity=-1, minimum=0, field=("reorderPoint",))],
        ),
        (
            "S" * 65,
            {"name": "n", "reorder_point": 2**31},
            [
                InvalidValue(
                    what="A SKU",
                    rule="must be 1 to 64 printable characters without a blank at either end",
                    field=("sku",),
                ),
                QuantityOutOfRange(quantity=2**31, minimum=0, field=("reorderPoint",)),
            ],
        ),
    ],
)
async def test_a_bad_item_is_refused(
    store: Store, sku: str, facts: dict[str, Any], faults: list[InventoryError]
) -> None:
    """A new item has a name, and each fact has its bounds."""
    assert await refused(store, put_item(store, sku, **facts)) == faults


async def test_the_longest_facts_of_an_item_are_kept(store: Store) -> None:
    """Each limit itself is allowed."""
    await put_item(store, "S" * 64, name="n" * 200, category="c" * 100, reorder_point=MAX_QUANTITY)
    [item] = (await store.shop.items(["S" * 64])).values()
    assert (item.name, item.category, item.reorder_point) == ("n" * 200, "c" * 100, MAX_QUANTITY)


async def test_a_renamed_item_is_found_by_its_new_name_everywhere(store: Store) -> None:
    """Levels that exist follow the item's words, and those that begin later have them from the start."""
    # given
    await put_item(store, name="Earl Grey")
    await given_location(store, "MAIN")
    await given_location(store, "NORTH")
    await adjust(store, TEA, +1)
    # when
    await put_item(store, name="Lady Grey")
    await adjust(store, TEA_NORTH, +1)
    # then
    assert [await found_by(store, word) for word in ("earl", "lady", "grey", "tea1")] == [0, 2, 2, 2]


async def test_a_change_of_the_category_alone_moves_no_level(store: Store) -> None:
    """A level's version and moment tell of its count, not of its item."""
    before = await given_level(store, on_hand=3)
    await put_item(store, category="Tea", name="Other")
    assert await store.level(TEA) == before


async def test_archiving_an_item_keeps_it_and_its_stock_readable(store: Store) -> None:
    """Archived is closed, not gone; none of its units is available."""
    # given
    before = await given_level(store, on_hand=3)
    # when
    outcome = await store.shop.archive_item("TEA-1", is_archived=True, request=request_info())
    # then
    [item] = (await store.shop.items(["TEA-1"])).values()
    assert (item.is_archived, item.name) == (True, "Item TEA-1")
    assert (outcome.operation.info.kind, outcome.movements) == ("itemArchive", ())
    level = await store.level(TEA)
    assert level is not None
    assert (level.on_hand, level.available, level.status) == (before.on_hand, 0, LevelStatus.OUT)
    [_, closing] = await store.movements(TEA)
    assert (closing.change, closing.reason, closing.after) == (LevelChange(closed=True), MovementReason.SETTINGS, level)
    # when
    await store.shop.archive_item("TEA-1", is_archived=False, request=request_info())
    # then
    [item] = (await store.shop.items(["TEA-1"])).values()
    assert item.is_archived is False


async def test_a_change_of_an_archived_item_leaves_it_archived(store: Store) -> None:
    """Only a restoration restores."""
    await given_item(store)
    await store.shop.archive_item("TEA-1", is_archived=True, request=request_info())
    await put_item(store, name="Other")
    [item] = (await store.shop.items(["TEA-1"])).values()
    assert (item.name, item.is_archived) == ("Other", True)


async def test_archiving_twice_is_no_error(store: Store) -> None:
    """The second call finds it as it should be."""
    await given_item(store)
    await given_location(store)
    for _ in range(2):
        await store.shop.archive_item("TEA-1", is_archived=True, request=request_info())
        await store.shop.archive_location("MAIN", is_archived=True, request=request_info())
    assert [(await store.shop.items(["TEA-1"]))["TEA-1"].is_archived] == [True]


@pytest.mark.parametrize("is_archived", [True, False])
async def test_what_does_not_exist_cannot_be_archived(store: Store, is_archived: bool) -> None:
    """Neither archive nor restore creates."""
    assert await refused(store, store.shop.archive_item("NONE", is_archived=is_archived, request=request_info())) == [
        UnknownItem(sku="NONE", field=("sku",))
    ]
    assert await refused(
        store, store.shop.archive_location("NONE", is_archived=is_archived, request=request_info())
    ) == [UnknownLocation(location="NONE", field=("code",))]


async def test_a_location_is_what_was_said_of_it(store: Store) -> None:
    """A new one is a warehouse unless told otherwise; a change leaves what was not said."""
    # when
    await put_location(store, name="Main street")
    await put_location(store, "WEB", name="Web", kind=LocationKind.DROP_SHIP)
    store.clock.move(seconds=1)
    await put_location(store, kind=LocationKind.STORE)
    # then
    locations = await store.shop.locations(["MAIN", "NONE", "WEB"])
    updated_at = locations["MAIN"].updated_at
    assert updated_at == START + SECOND
    assert locations["MAIN"] == Location(
        code="MAIN",
        name="Main street",
        kind=LocationKind.STORE,
        created_at=START,
        updated_at=updated_at,
    )
    assert (locations["WEB"].kind, locations.keys()) == (LocationKind.DROP_SHIP, {"MAIN", "WEB"})


@pytest.mark.parametrize(
    ("code", "facts", "faults"),
    [
        ("MAIN", {}, [NAME_MISSING]),
        ("MAIN", {"name": ""}, [NAME_FAULT]),
        (
            "M/N",
            {"name": "n" * 201},
            [
                InvalidValue(
                    what="A location code",
                    rule="must be 1 to 32 letters, digits, dots, dashes or underscores",
                    field=("code",),
                ),
                NAME_FAULT,
            ],
        ),
    ],
)
async def test_a_bad_location_is_refused(
    store: Store, code: str, facts: dict[str, Any], faults: list[InventoryError]
) -> None:
    """A new location has a name, and a code that fits into URLs and file names."""
    assert await refused(store, put_location(store, code, **facts)) == faults


async def test_repeating_a_catalog_change_with_its_key_changes_nothing_more(store: Store) -> None:
    """The first result comes back; a later change by another key stays."""
    # given
    first = await store.shop.change_item(
        ItemChange(sku="TEA-1", name="A", category=None, reorder_point=1), request=request_info("k")
    )
    await put_item(store, name="B")
    before = await store.contents()
    # when
    again = await store.shop.change_item(
        ItemChange(sku="TEA-1", name="A", category=None, reorder_point=1), request=request_info("k")
    )
    # then
    assert (again.operation, again.replayed) == (first.operation, True)
    assert await store.contents() == before

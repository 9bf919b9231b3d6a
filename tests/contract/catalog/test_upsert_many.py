"""itemsUpsertMany: many items, all or nothing or item by item, the same over every store."""

from decimal import Decimal
from typing import Any

import pytest

from app.domain.catalog.catalog import Item
from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.errors import (
    BarcodeTaken,
    IdempotencyKeyReused,
    InvalidValue,
    InventoryError,
    NothingToChange,
    StaleDocument,
    TooManyLines,
)
from app.domain.money import Money
from app.domain.outcome import Outcome
from tests.support.scene import given_item, refused, request_info
from tests.support.store import Store
from tests.support.texts import holds

LONE = holds("LONE SURROGATE (U+D800)", 1)
SKU_RULE = "must be 1 to 64 printable characters without a blank at either end"
NAME_RULE = "is required for what does not exist yet"


def item(sku: str, **given: Any) -> ItemChange:  # noqa: ANN401 - any field of an item
    """Return one item of the operation."""
    return ItemChange(sku=sku, **given)


async def upsert(store: Store, *changes: ItemChange, atomic: bool, key: str | None = None) -> Outcome:
    """Create or change many items in one operation."""
    return await store.shop.upsert_items(changes, is_atomic=atomic, request=request_info(key))


async def found(store: Store, sku: str) -> Item | None:
    """Return one item."""
    return (await store.shop.items([sku])).get(sku)


async def owners(store: Store, *barcodes: str) -> list[str | None]:
    """Return the SKU that each barcode finds."""
    items = [await store.shop.item_by_barcode(barcode) for barcode in barcodes]
    return [item and item.sku for item in items]


@pytest.mark.parametrize("atomic", [True, False])
async def test_items_are_created_and_changed_in_one_operation(store: Store, atomic: bool) -> None:
    """What is not given stays, or has its default."""
    # given
    await given_item(store, "TEA", name="Tea", category="Drinks", reorder_point=4)
    # when
    outcome = await upsert(
        store,
        item("TEA", tags=("green", "loose"), unit_cost=Decimal("1.25")),
        item("CUP", name="Cup", barcodes=("1", "2"), reorder_point=7, backorder_limit=3),
        atomic=atomic,
    )
    # then
    tea, cup = await found(store, "TEA"), await found(store, "CUP")
    assert tea
    assert cup
    assert (tea.name, tea.category, tea.reorder_point) == ("Tea", "Drinks", 4)
    assert (tea.tags, tea.unit_cost) == (("green", "loose"), Money(12_500))
    assert (cup.name, cup.category, cup.barcodes, cup.unit_cost) == ("Cup", None, ("1", "2"), None)
    assert (cup.reorder_point, cup.backorder_limit) == (7, 3)
    assert await owners(store, "1", "2") == ["CUP", "CUP"]
    assert (outcome.operation.info.kind, outcome.movements, outcome.operation.refusals) == ("itemsUpsertMany", (), ())
    assert await store.stock.operation(outcome.operation.id) == outcome.operation


async def test_one_bad_item_fails_an_atomic_change_and_all_are_told(store: Store) -> None:
    """Nothing is written."""
    await given_item(store, "TEA")
    await upsert(store, item("TEA", barcodes=("1",)), atomic=True)
    request = upsert(
        store,
        item("TEA", name="Assam"),
        item("CUP"),
        item("POT", name="Pot", barcodes=("2", "1")),
        atomic=True,
    )
    assert await refused(store, request) == [
        InvalidValue(what="The name", rule=NAME_RULE, field=("items", "1", "name")),
        BarcodeTaken(barcode="1", sku="TEA", field=("items", "2", "barcodes", "1")),
    ]


async def test_each_item_of_another_change_stands_or_falls_alone(store: Store) -> None:
    """The operation keeps the reasons by line; an item that is refused keeps and gets no barcode."""
    # given
    await given_item(store, "TEA")
    await upsert(store, item("TEA", barcodes=("1",)), atomic=True)
    # when
    outcome = await upsert(
        store,
        item("CUP", barcodes=("2",)),
        item("TEA", name="", barcodes=()),
        item("POT", name="Pot", barcodes=("1",)),
        item("JUG", name="Jug", barcodes=("2",)),
        atomic=False,
    )
    # then
    assert [line for line, _ in outcome.operation.refusals] == [0, 1, 2]
    assert outcome.operation.refusals[0][1] == InvalidValue(
        what="The name", rule=NAME_RULE, field=("items", "0", "name")
    )
    assert outcome.operation.refusals[2][1] == BarcodeTaken(
        barcode="1", sku="TEA", field=("items", "2", "barcodes", "0")
    )
    assert await store.stock.operation(outcome.operation.id) == outcome.operation
    assert [bool(await found(store, sku)) for sku in ("TEA", "CUP", "POT", "JUG")] == [True, False, False, True]
    assert await owners(store, "1", "2") == ["TEA", "JUG"]


@pytest.mark.parametrize("atomic", [True, False])
async def test_a_barcode_may_change_hands_within_one_operation(store: Store, atomic: bool) -> None:
    """The item that gives it up stands before the one that gets it; one change of the barcode is recorded."""
    # given
    await given_item(store, "TEA")
    await upsert(store, item("TEA", barcodes=("1",)), atomic=True)
    # when
    await upsert(store, item("TEA", barcodes=("3",)), item("CUP", name="Cup", barcodes=("1",)), atomic=atomic)
    # then
    assert await owners(store, "1", "3") == ["CUP", "TEA"]
    [barcode] = [document for document in await store.all_documents() if document.id == "1"]
    assert barcode.version == 2


async def test_of_two_items_of_one_operation_the_first_gets_a_barcode(store: Store) -> None:
    """The second one is told who has it."""
    outcome = await upsert(
        store,
        item("TEA", name="Tea", barcodes=("1",)),
        item("CUP", name="Cup", barcodes=("1",)),
        atomic=False,
    )
    assert outcome.operation.refusals == (
        (1, BarcodeTaken(barcode="1", sku="TEA", field=("items", "1", "barcodes", "0"))),
    )
    assert await owners(store, "1") == ["TEA"]
    assert await found(store, "CUP") is None


INVALID_ITEMS: list[tuple[ItemChange, InventoryError]] = [
    (item("", name="A"), InvalidValue(what="A SKU", rule=SKU_RULE, field=("items", "1", "sku"))),
    (item("\ud800", name="A"), InvalidValue(what="A SKU", rule=LONE, field=("items", "1", "sku"))),
    (
        item("CUP", name="Cup", barcodes=("\ud800",)),
        InvalidValue(
            what="A barcode",
            rule=LONE,
            field=("items", "1", "barcodes", "0"),
        ),
    ),
    (
        item("CUP", name="Cup", unit_cost=Decimal("0.00001")),
        InvalidValue(
            what="A unit cost",
            rule="must be between 0 and 1000000000, with at most four decimals",
            field=("items", "1", "unitCost"),
        ),
    ),
]


@pytest.mark.parametrize(("bad", "fault"), INVALID_ITEMS)
async def test_an_invalid_item_fails_an_atomic_change(store: Store, bad: ItemChange, fault: InventoryError) -> None:
    """The input itself is wrong, so nothing is tried."""
    assert await refused(store, upsert(store, item("TEA", name="Tea"), bad, atomic=True)) == [fault]


@pytest.mark.parametrize(("bad", "fault"), INVALID_ITEMS)
async def test_an_invalid_item_falls_alone_where_items_may(
    store: Store, bad: ItemChange, fault: InventoryError
) -> None:
    """Whatever an item holds, its neighbours are written."""
    outcome = await upsert(store, item("TEA", name="Tea"), bad, atomic=False)
    assert outcome.operation.refusals == ((1, fault),)
    assert await found(store, "TEA")
    assert await store.stock.operation(outcome.operation.id) == outcome.operation


async def test_repeating_a_key_changes_nothing_again(store: Store) -> None:
    """What was changed since stays; another input under the key is refused."""
    # given
    changes = (item("TEA", name="Tea"), item("CUP"))
    first = await upsert(store, *changes, atomic=False, key="k")
    await given_item(store, "TEA", name="Assam")
    await given_item(store, "CUP")
    # when
    again = await upsert(store, *changes, atomic=False, key="k")
    # then
    assert (again.operation, again.replayed) == (first.operation, True)
    tea = await found(store, "TEA")
    assert tea
    assert tea.name == "Assam"
    assert await refused(store, upsert(store, *changes[::-1], atomic=False, key="k")) == [IdempotencyKeyReused(key="k")]


@pytest.mark.parametrize("atomic", [True, False])
async def test_two_items_with_one_sku_are_refused(store: Store, atomic: bool) -> None:
    """Which of them holds would depend on their order."""
    request = upsert(
        store, item("TEA", name="A"), item("CUP", name="B"), item("TEA", name="C"), item("TEA"), atomic=atomic
    )
    assert await refused(store, request) == [
        InvalidValue(what="The SKU 'TEA'", rule="already stands in line 1", field=("items", line, "sku"))
        for line in ("2", "3")
    ]


@pytest.mark.parametrize("atomic", [True, False])
@pytest.mark.parametrize("count", [0, 1_001])
async def test_no_item_and_too_many_items_are_refused(store: Store, atomic: bool, count: int) -> None:
    """An operation has 1 to 1,000 items."""
    changes = [item(f"S-{number}", name="A") for number in range(count)]
    assert await refused(store, upsert(store, *changes, atomic=atomic)) == [
        TooManyLines(count=count, maximum=1_000, field=("items",))
    ]


async def test_a_thousand_items_with_barcodes_are_one_operation(store: Store) -> None:
    """The largest operation creates 1,000 items, each with a barcode of its own."""
    changes = [item(f"S-{number}", name=f"Thing {number}", barcodes=(f"B-{number}",)) for number in range(1_000)]
    outcome = await upsert(store, *changes, atomic=True)
    assert outcome.operation.refusals == ()
    assert await store.shop.items([change.sku for change in changes]) == {
        change.sku: await found(store, change.sku) for change in changes
    }
    assert await owners(store, "B-0", "B-999") == ["S-0", "S-999"]


async def test_an_item_that_was_changed_since_it_was_seen_is_left_alone(store: Store) -> None:
    """So is one that is like that already, where the line wants that; what does not exist has version 0."""
    # given
    await given_item(store, "TEA", name="Tea", category="Drinks")
    await upsert(store, item("TEA", name="Assam"), atomic=True)
    # when
    outcome = await upsert(
        store,
        item("TEA", name="Tea", expected_version=1),
        item("CUP", name="Cup", expected_version=0),
        item("POT", name="Pot", expected_version=7),
        atomic=False,
    )
    again = await upsert(
        store,
        item("TEA", category="Drinks", expected_version=1, only_if_different=True),
        item("CUP", name="Mug", expected_version=1, only_if_different=True),
        atomic=False,
    )
    # then
    stale = StaleDocument(kind="ITEM", id="TEA", expected=1, actual=2).at("items", "0")
    absent = StaleDocument(kind="ITEM", id="POT", expected=7, actual=0).at("items", "2")
    assert outcome.operation.refusals == ((0, stale), (2, absent))
    assert again.operation.refusals == ((0, NothingToChange(sku="TEA").at("items", "0")),)
    assert await store.stock.operation(again.operation.id) == again.operation
    tea, cup = await found(store, "TEA"), await found(store, "CUP")
    assert tea
    assert cup
    assert [(each.name, each.version) for each in (tea, cup)] == [("Assam", 2), ("Mug", 2)]
    assert await refused(store, upsert(store, item("CUP", name="Cup", expected_version=0), atomic=True)) == [
        StaleDocument(kind="ITEM", id="CUP", expected=0, actual=2).at("items", "0")
    ]

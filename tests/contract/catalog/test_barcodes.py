"""Barcodes: several per item, each of one item, whatever happens at once."""

import asyncio

import pytest

from app.domain.catalog.barcode import Barcode, barcode_key
from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.errors import BarcodeTaken, InvalidValue
from app.domain.outcome import Outcome
from app.services.filters import ItemFilter
from app.services.request_info import RequestInfo
from tests.support.scene import given_item, outcome_or_refusal, refused, request_info
from tests.support.store import Store
from tests.support.texts import SPACE, begins_with


async def give(store: Store, sku: str, *barcodes: str, said: RequestInfo | None = None) -> Outcome:
    """Give an item these barcodes and no others."""
    return await store.shop.change_item(ItemChange(sku=sku, barcodes=barcodes), request=said or request_info())


async def owner(store: Store, barcode: str) -> str | None:
    """Return the SKU that a barcode finds."""
    found = await store.shop.item_by_barcode(barcode)
    return found and found.sku


async def test_each_of_its_barcodes_finds_the_item(store: Store) -> None:
    """In the order given, until it gives them up; then they are free for another."""
    await given_item(store, "TEA")
    await given_item(store, "CUP")
    await give(store, "TEA", "40063", "5012")
    assert (await store.shop.items(["TEA"]))["TEA"].barcodes == ("40063", "5012")
    assert [await owner(store, code) for code in ("40063", "5012", "999")] == ["TEA", "TEA", None]
    await give(store, "TEA", "5012")
    assert [await owner(store, code) for code in ("40063", "5012")] == [None, "TEA"]
    await give(store, "CUP", "40063")
    assert await owner(store, "40063") == "CUP"
    assert (await store.shop.items(["TEA"]))["TEA"].barcodes == ("5012",)


async def test_a_barcode_of_another_item_is_refused(store: Store) -> None:
    """The refusal names the item that has it, and the barcode's place in the list."""
    await given_item(store, "TEA")
    await given_item(store, "CUP")
    await give(store, "TEA", "1", "2")
    errors = await refused(store, give(store, "CUP", "3", "2"))
    assert errors == [BarcodeTaken(barcode="2", sku="TEA", field=("barcodes", "1"))]


SPELLINGS = ("643127889365", "0643127889365", "00643127889365", "6-43127-88936-5", "(01)00643127889365(10)A")


@pytest.mark.complaint("T9")
@pytest.mark.parametrize("entered", SPELLINGS)
async def test_a_number_finds_its_item_in_every_spelling(store: Store, entered: str) -> None:
    """With zeros before it or without; it stands with the item as it was entered, and another item may not have it."""
    await given_item(store, "TEA")
    await given_item(store, "CUP")
    await give(store, "TEA", entered)
    assert [await owner(store, code) for code in SPELLINGS] == ["TEA"] * 5
    assert [await store.shop.count_items(ItemFilter(barcode=code)) for code in SPELLINGS] == [1] * 5
    assert (await store.shop.items(["TEA"]))["TEA"].barcodes == (entered,)
    for code in SPELLINGS:
        errors = await refused(store, give(store, "CUP", code))
        assert errors == [BarcodeTaken(barcode=code, sku="TEA", field=("barcodes", "0"))]


async def test_spellings_of_one_number_are_one_barcode_of_an_item(store: Store) -> None:
    """It may list several, as for scanners that know one only, and gives the number up with the last of them."""
    await given_item(store, "TEA")
    await give(store, "TEA", *SPELLINGS[:2])
    await give(store, "TEA", SPELLINGS[2])
    assert await owner(store, SPELLINGS[0]) == "TEA"
    await give(store, "TEA")
    assert await owner(store, SPELLINGS[0]) is None
    await give(store, "TEA", "0-306-40615-2")
    assert [await owner(store, code) for code in ("9780306406157", "0306406152")] == ["TEA", "TEA"]


async def test_an_item_keeps_its_barcodes_where_nothing_is_said_of_them(store: Store) -> None:
    """A new name is no new barcode; the same barcodes again change none."""
    await given_item(store, "TEA")
    await give(store, "TEA", "1")
    await given_item(store, "TEA", name="Assam")
    await give(store, "TEA", "1")
    assert await owner(store, "1") == "TEA"
    assert await store.all_documents() == {
        document for document in await store.all_documents() if document.version == 1 and document.id == "1"
    }


async def test_of_two_items_that_claim_a_barcode_at_once_one_gets_it(store: Store) -> None:
    """The other is told who has it."""
    for number in range(8):
        await given_item(store, f"ITEM-{number}")
    results = await asyncio.gather(
        *(outcome_or_refusal(give(store, f"ITEM-{number}", "THE-ONE")) for number in range(8))
    )
    winners = [result for result in results if isinstance(result, Outcome)]
    assert len(winners) == 1
    winner = await owner(store, "THE-ONE")
    for result in results:
        if not isinstance(result, Outcome):
            assert result.errors == (BarcodeTaken(barcode="THE-ONE", sku=str(winner), field=("barcodes", "0")),)


async def test_barcodes_and_tags_are_texts_that_differ(store: Store) -> None:
    """Each fault is told with its place."""
    await given_item(store, "TEA")
    errors = await refused(store, give(store, "TEA", "1", "1", " x"))
    assert errors == [
        InvalidValue(what="A barcode list", rule="must be at most 20 texts that differ", field=("barcodes",)),
        InvalidValue(
            what="A barcode",
            rule=begins_with(SPACE),
            field=("barcodes", "2"),
        ),
    ]
    many = tuple(f"tag {number}" for number in range(21))
    errors = await refused(store, store.shop.change_item(ItemChange(sku="TEA", tags=many), request=request_info()))
    assert errors == [InvalidValue(what="A tag list", rule="must be at most 20 texts that differ", field=("tags",))]


async def test_a_barcode_document_counts_its_changes(store: Store) -> None:
    """Its version grows by one with each change of hands; the time of its creation is that of the last claim."""
    await given_item(store, "TEA")
    for _ in range(2):
        await give(store, "TEA", "1")
        await give(store, "TEA")
    (document,) = await store.all_documents()
    assert isinstance(document, Barcode)
    assert (document.key, document.sku, document.version) == (barcode_key("1"), None, 4)

"""Warnings: what was accepted, and may be a slip. Nothing is refused for it."""

import pytest

from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.catalog.warning import WarningCode
from tests.support.scene import request_info
from tests.support.store import Store

UPC, WRONG = "643127889365", "643127889366"


async def told(store: Store, sku: str, **given: object) -> list[tuple[WarningCode, tuple[str, ...], str | None]]:
    """Change an item and return its warnings."""
    change = ItemChange(sku=sku, **{"name": "Name", **given})  # type: ignore[arg-type]
    await store.shop.change_item(change, request=request_info())
    [warnings] = await store.shop.item_warnings([change])
    return [(warning.code, warning.field, warning.similar_to) for warning in warnings]


@pytest.mark.complaint("T8")
async def test_a_new_sku_that_differs_in_case_or_width_only_is_told(store: Store) -> None:
    """When it is created, not again; what differs by an accent or a sign is another.

    So it is with dashes, apostrophes and blanks that a word processor has put in place of those that were typed.
    """
    similar = WarningCode.SIMILAR_SKU
    assert await told(store, "ABC-1") == []
    assert await told(store, "abc-1") == [(similar, ("sku",), "ABC-1")]
    assert {(code, other) for code, _, other in await told(store, "ＡBC-1")} == {(similar, "ABC-1"), (similar, "abc-1")}  # noqa: RUF001
    assert await told(store, "abc-1", name="Again") == []
    assert await told(store, "ÁBC-1") == []
    assert await told(store, "ABC1") == []
    assert set(await store.shop.items(["ABC-1", "abc-1"])) == {"ABC-1", "abc-1"}
    assert await told(store, "D-1 L'Eau") == []
    assert await told(store, "D\u20131  L\u2019Eau") == [(similar, ("sku",), "D-1 L'Eau")]


@pytest.mark.complaint("T8")
async def test_a_tag_or_category_that_is_spelled_otherwise_elsewhere_is_told(store: Store) -> None:
    """With the spelling that another item has, or another tag of the same list."""
    similar = WarningCode.SIMILAR_TEXT
    assert await told(store, "A", tags=("Small",), category="Tea") == []
    assert await told(store, "B", tags=("new", "small"), category="TEA") == [
        (similar, ("category",), "Tea"),
        (similar, ("tags", "1"), "Small"),
    ]
    assert await told(store, "C", tags=("Other", "oTHER"), category="Tea") == [(similar, ("tags", "1"), "Other")]
    assert await told(store, "A", name="Alone") == []


@pytest.mark.complaint("T9")
@pytest.mark.complaint("X12")
@pytest.mark.parametrize(
    ("barcode", "code"),
    [
        (UPC, None),
        ("4006381333931", None),
        ("0-306-40615-2", None),
        ("SHELF-7", None),
        ("5007", None),
        ("1E10", WarningCode.SHORTENED_NUMBER),
        (WRONG, WarningCode.WRONG_CHECK_DIGIT),
        ("0-306-40615-3", WarningCode.WRONG_CHECK_DIGIT),
        ("5.01E+12", WarningCode.SHORTENED_NUMBER),
        ("5,01e+12", WarningCode.SHORTENED_NUMBER),
        ("4006381333931,643127889365", WarningCode.SEVERAL_BARCODES),
        ("4006381333931; 643127889365", WarningCode.SEVERAL_BARCODES),
    ],
)
async def test_a_barcode_that_may_be_a_slip_is_told(store: Store, barcode: str, code: WarningCode | None) -> None:
    """It is taken all the same: it may be the shop's own."""
    expected = [] if code is None else [(code, ("barcodes", "1"), None)]
    assert await told(store, "A", barcodes=("OWN", barcode)) == expected
    found = await store.shop.item_by_barcode(barcode)
    assert found is not None


async def test_a_code_that_differs_in_case_only_is_told(store: Store) -> None:
    """When its location or supplier is created."""
    codes = ("MAIN", "main", "MA.N")
    for code in codes:
        await store.shop.upsert_location(code, name="Name", request=request_info())
        await store.suppliers.upsert(code, name="Name", request=request_info())
    for found in (
        [await store.shop.location_warnings(code) for code in codes],
        [await store.suppliers.warnings(code) for code in codes],
    ):
        assert [[each.similar_to for each in warnings] for warnings in found] == [["main"], ["MAIN"], []]

"""itemsUpsertMany: many items in one operation, all of them or item by item."""

from typing import Any

import pytest

from tests.graphql.api import Api
from tests.graphql.operations import WHY, user_error
from tests.support.texts import SPACE, begins_with

UPSERT_MANY = (
    """
mutation UpsertMany($input: ItemsUpsertManyInput!) {
  itemsUpsertMany(input: $input) {
    results {
      line
      item { sku name category tags barcodes unitCost reorderPoint backorderLimit }
      userErrors { ...Why ... on BarcodeTakenError { barcode sku } }
    }
    operation { id kind reference movements { nodes { delta } } }
    replayed
    userErrors { ...Why ... on BarcodeTakenError { barcode sku } }
  }
}
"""
    + WHY
)
UPSERT = """
mutation ($input: ItemUpsertInput!) {
  itemUpsert(input: $input) { item { sku name } userErrors { code } }
}
"""

TEA = {
    "sku": "TEA-1",
    "name": "Green Tea",
    "category": "Tea",
    "tags": [],
    "barcodes": [],
    "unitCost": None,
    "reorderPoint": 5,
    "backorderLimit": 0,
}
NEW = {**TEA, "sku": "NEW-1", "name": "New", "category": None, "reorderPoint": 0}

MIXED_ITEMS = [
    {"sku": "TEA-1", "barcodes": ["1"]},
    {"sku": "NEW-2"},
    {"sku": "NEW-3", "name": "New", "barcodes": ["2", "1"]},
    {"sku": "NEW-1", "name": "New"},
    {"sku": " ", "name": "New"},
]
NAME_RULE = "is required for what does not exist yet"
ERRORS: dict[int, dict[str, Any]] = {
    1: user_error("InvalidValueError", f"The name {NAME_RULE}.", "items", "1", "name", rule=NAME_RULE),
    2: user_error(
        "BarcodeTakenError",
        "The barcode '1' already stands for TEA-1.",
        *("items", "2", "barcodes", "1"),
        barcode="1",
        sku="TEA-1",
    ),
    4: user_error("InvalidValueError", f"A SKU {begins_with(SPACE)}.", "items", "4", "sku", rule=begins_with(SPACE)),
}


def done(line: int, item: dict[str, Any]) -> dict[str, Any]:
    """Return the result of an item that was created or changed."""
    return {"line": line, "item": item, "userErrors": []}


def refused(line: int) -> dict[str, Any]:
    """Return the result of an item that was refused."""
    return {"line": line, "item": None, "userErrors": [ERRORS[line]]}


@pytest.mark.parametrize("atomic", [True, False])
async def test_results_come_in_the_order_of_the_items(shop: Api, atomic: bool) -> None:
    """One result per item, and one operation for all, without movements."""
    items = [
        {"sku": "NEW-1", "name": "New", "tags": ["a", "b"], "barcodes": ["7"], "unitCost": "1.5"},
        {"sku": "TEA-1", "category": None, "reorderPoint": 9, "backorderLimit": 2},
    ]
    payload = await shop.run(UPSERT_MANY, input={"items": items, "atomic": atomic, "reference": "R-1"})
    assert payload["operation"].pop("id")
    assert payload == {
        "results": [
            done(0, {**NEW, "tags": ["a", "b"], "barcodes": ["7"], "unitCost": "1.50"}),
            done(1, {**TEA, "category": None, "reorderPoint": 9, "backorderLimit": 2}),
        ],
        "operation": {"kind": "itemsUpsertMany", "reference": "R-1", "movements": []},
        "replayed": False,
        "userErrors": [],
    }


async def test_without_atomic_each_item_stands_or_falls_alone(shop: Api) -> None:
    """What was refused stands in its place among the results; the others are carried out."""
    payload = await shop.run(UPSERT_MANY, input={"items": MIXED_ITEMS, "atomic": False})
    assert payload["results"] == [
        done(0, {**TEA, "barcodes": ["1"]}),
        refused(1),
        refused(2),
        done(3, NEW),
        refused(4),
    ]
    assert (payload["replayed"], payload["userErrors"]) == (False, [])


async def test_what_the_state_refuses_is_told_of_all_items_at_once(lasting_shop: Api) -> None:
    """An atomic request changes nothing, and says everything that stood in its way."""
    assert await lasting_shop.refusal(UPSERT_MANY, items=MIXED_ITEMS[:4]) == [ERRORS[1], ERRORS[2]]


async def test_what_is_wrong_in_itself_is_told_first(lasting_shop: Api) -> None:
    """The input is checked before the state."""
    assert await lasting_shop.refusal(UPSERT_MANY, items=MIXED_ITEMS) == [ERRORS[4]]


@pytest.mark.parametrize("atomic", [True, False])
async def test_a_sku_may_stand_once_only(lasting_shop: Api, atomic: bool) -> None:
    """Two items with one SKU refuse the whole request."""
    items = [{"sku": "NEW-1", "name": "A"}, {"sku": "NEW-1", "name": "B"}]
    [error] = await lasting_shop.refusal(UPSERT_MANY, items=items, atomic=atomic)
    assert (error["code"], error["field"]) == ("INVALID_VALUE", ["items", "1", "sku"])
    assert error["message"] == "The SKU 'NEW-1' already stands in line 1."


@pytest.mark.parametrize("atomic", [True, False])
@pytest.mark.parametrize("count", [0, 1_001])
async def test_one_to_a_thousand_items_are_allowed(lasting_shop: Api, count: int, atomic: bool) -> None:
    """No item is no request, and one transaction carries a thousand."""
    items = [{"sku": f"S-{number}", "name": "A"} for number in range(count)]
    [error] = await lasting_shop.refusal(UPSERT_MANY, items=items, atomic=atomic)
    assert (error["__typename"], error["field"], error["count"]) == ("TooManyLinesError", ["items"], count)


async def test_repeating_a_bulk_change_of_items_changes_nothing_again(shop: Api) -> None:
    """The refusals are those of the first time; an item is shown as it is by now."""
    # given
    request = {"items": MIXED_ITEMS, "atomic": False, "idempotencyKey": "k"}
    first = await shop.run(UPSERT_MANY, input=request)
    await shop.run(UPSERT, input={"sku": "NEW-2", "name": "Late"})
    await shop.run(UPSERT, input={"sku": "NEW-1", "name": "Newer"})
    # when
    async with shop.nothing_changes():
        again = await shop.run(UPSERT_MANY, input=request)
    # then
    first["results"][3]["item"]["name"] = "Newer"
    assert again == {**first, "replayed": True}


async def test_a_key_stands_for_one_list_of_items(shop: Api) -> None:
    """What is left out and what is null are different inputs."""
    request = {"items": [{"sku": "TEA-1"}, {"sku": "CUP-1"}], "atomic": True, "idempotencyKey": "k"}
    await shop.run(UPSERT_MANY, input=request)
    for change in (
        {"atomic": False},
        {"items": request["items"][::-1]},
        {"items": [{"sku": "TEA-1"}, {"sku": "CUP-1", "category": None}]},
    ):
        [error] = await shop.refusal(UPSERT_MANY, **{**request, **change})
        assert (error["__typename"], error["key"]) == ("IdempotencyKeyReusedError", "k")


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"unitCost": "cheap"}, "cheap"),
        ({"tags": [None]}, ".items[1].tags[0]: Expected value of non-null type 'String!' not to be None"),
        ({"reorderPoint": 1.5}, "Int cannot represent non-integer value"),
        (
            {"idempotencyKey": "k"},
            ".items[1]: Expected value of type 'ItemUpsertLineInput' not to include unknown field",
        ),
    ],
)
async def test_an_item_of_another_shape_is_a_fault_of_the_request(
    lasting_shop: Api, bad: dict[str, Any], message: str
) -> None:
    """It is told before anything is looked at."""
    request = {"items": [{"sku": "TEA-1"}, {"sku": "CUP-1", **bad}], "atomic": False}
    assert message in await lasting_shop.error_message(UPSERT_MANY, input=request)


ITEM_ID = "query ($sku: String!) { item(sku: $sku) { id } }"
STALE = """
mutation ($input: ItemsUpsertManyInput!) {
  itemsUpsertMany(input: $input) {
    results {
      item { version }
      userErrors {
        code
        ... on StaleDocumentError { kind id expected actual }
        ... on NothingToChangeError { sku location }
      }
    }
  }
}
"""


async def test_a_line_may_name_the_version_that_was_seen(shop: Api) -> None:
    """The error names the item by its id, and the version that it is at."""
    await shop.run(UPSERT, input={"sku": "TEA-1", "name": "Assam"})
    lines = [
        {"sku": "TEA-1", "name": "Tea", "expectedVersion": 1},
        {"sku": "CUP-1", "expectedVersion": 1, "onlyIfDifferent": True},
        {"sku": "NEW-1", "name": "New", "expectedVersion": 0, "onlyIfDifferent": True},
    ]
    answer = await shop.run(STALE, input={"items": lines, "atomic": False})
    stale, alike, new = answer["results"]
    [error] = stale["userErrors"]
    assert error.pop("id") == (await shop.run(ITEM_ID, sku="TEA-1"))["id"]
    assert error == {"code": "STALE_DOCUMENT", "kind": "ITEM", "expected": 1, "actual": 2}
    assert alike["userErrors"] == [{"code": "NOTHING_TO_CHANGE", "sku": "CUP-1", "location": ""}]
    assert new == {"item": {"version": 1}, "userErrors": []}

"""Texts as people write them: one form from the edge on, whichever form was sent."""

import json
from typing import Any

import pytest

from app.bootstrap import prepare
from app.domain.catalog.commands.upsert_item import ItemChange
from app.store.driver.client import Database
from schema.texts import keep_texts
from tests.graphql.api import Api, opened, settings_of
from tests.support.scene import request_info
from tests.support.store import mongo_store
from tests.support.texts import holds

COMPOSED, DECOMPOSED = "CAF\u00c9", "CAFE\u0301"
UPSERT = """
mutation ($input: ItemUpsertInput!) {
  itemUpsert(input: $input) {
    replayed
    item { sku name category tags barcodes }
    userErrors { message field ... on InvalidValueError { rule } }
  }
}
"""
FIND = """
query ($sku: String!, $search: String, $category: String, $tags: [String!], $barcode: String!, $prefix: String) {
  item(sku: $sku) { sku name }
  items(filter: {search: $search, category: $category, tags: $tags, skuPrefix: $prefix}) { nodes { sku } }
  itemByBarcode(barcode: $barcode) { sku }
}
"""
ITEM: dict[str, Any] = {
    "name": "Cre\u0300me",
    "category": "Cafe\u0301s",
    "tags": ["e\u0301te\u0301"],
    "barcodes": ["A\u030a-1"],
}


@pytest.mark.complaint("T3")
async def test_both_forms_of_a_text_are_one(shop: Api) -> None:
    """An item is kept composed, and found by either form, in variables and in literals, by whatever names it."""
    shown = await shop.run(UPSERT, input={"sku": DECOMPOSED, **ITEM})
    kept = {
        "sku": COMPOSED,
        "name": "Cr\u00e8me",
        "category": "Caf\u00e9s",
        "tags": ["\u00e9t\u00e9"],
        "barcodes": ["\u00c5-1"],
    }
    assert shown["item"] == kept
    again = await shop.run(UPSERT, input={"sku": COMPOSED, "name": "Other"})
    assert again["item"] == {**kept, "name": "Other"}
    for sku in (COMPOSED, DECOMPOSED):
        asked = {
            "sku": sku,
            "search": sku,
            "prefix": sku,
            "category": ITEM["category"],
            "tags": ITEM["tags"],
            "barcode": ITEM["barcodes"][0],
        }
        found = (await shop.post(FIND, asked)).json()["data"]
        assert found == {
            "item": {"sku": COMPOSED, "name": "Other"},
            "items": {"nodes": [{"sku": COMPOSED}]},
            "itemByBarcode": {"sku": COMPOSED},
        }
        for literal in (f'"{sku}"', json.dumps(sku), f'"""{sku}"""'):
            assert await shop.run(f"{{ item(sku: {literal}) {{ sku }} }}") == {"sku": COMPOSED}


@pytest.mark.complaint("T3")
async def test_both_forms_of_a_key_and_its_input_are_one_request(shop: Api) -> None:
    """A repeat from a client that composes otherwise is a repeat."""
    first = await shop.run(UPSERT, input={"sku": DECOMPOSED, "name": "\u00e9", "idempotencyKey": "k\u00e9"})
    again = await shop.run(UPSERT, input={"sku": COMPOSED, "name": "e\u0301", "idempotencyKey": "ke\u0301"})
    assert (first["replayed"], again["replayed"], again["userErrors"]) == (False, True, [])


@pytest.mark.complaint("T2")
async def test_a_name_may_have_a_no_break_space_and_a_sku_may_not(shop: Api) -> None:
    """The refusal names the sign and its place."""
    named = await shop.run(UPSERT, input={"sku": "S-1", "name": "Sugar 250\u00a0g", "category": "A\u3000B"})
    assert (named["userErrors"], named["item"]["name"]) == ([], "Sugar 250\u00a0g")
    [error] = await shop.refusal(UPSERT, sku="S\u00a0250", name="Sugar")
    assert error["message"] == "A SKU has NO-BREAK SPACE (U+00A0) as its character 2, which it may not hold."
    [error] = await shop.refusal(UPSERT, sku="S-2", name="Su\u00adgar")
    assert (error["rule"], error["field"]) == (holds("SOFT HYPHEN (U+00AD)", 3), ["name"])


WARNED = """
mutation ($input: ItemUpsertInput!) {
  itemUpsert(input: $input) { warnings { code message field similarTo } userErrors { message } }
}
"""
WARNED_MANY = """
mutation ($input: ItemsUpsertManyInput!) {
  itemsUpsertMany(input: $input) {
    warnings { code }
    results { line warnings { code field similarTo } userErrors { code } }
  }
}
"""


@pytest.mark.complaint("T8")
async def test_what_may_be_a_slip_is_told_beside_the_result(shop: Api) -> None:
    """Nothing is refused for it."""
    assert (await shop.run(WARNED, input={"sku": "Abc", "name": "A"})) == {"warnings": [], "userErrors": []}
    assert await shop.run(WARNED, input={"sku": "ABC", "name": "A", "barcodes": ["4006381333932"]}) == {
        "warnings": [
            {
                "code": "SIMILAR_SKU",
                "message": "The item 'Abc' has a SKU that differs from 'ABC' in case, width or the form of signs only.",
                "field": ["sku"],
                "similarTo": "Abc",
            },
            {
                "code": "WRONG_CHECK_DIGIT",
                "message": "The barcode '4006381333932' has another check digit than its number should have, 1.",
                "field": ["barcodes", "0"],
                "similarTo": None,
            },
        ],
        "userErrors": [],
    }


@pytest.mark.complaint("T8")
async def test_warnings_of_many_items_stand_with_their_lines(shop: Api) -> None:
    """A line that is refused has none."""
    items = [
        {"sku": "one", "name": "1"},
        {"sku": "ONE", "name": "1"},
        {"sku": "two\n", "name": "2", "barcodes": ["1E9"]},
    ]
    shown = await shop.run(WARNED_MANY, input={"items": items, "atomic": False})
    assert shown["warnings"] == []
    assert shown["results"] == [
        {"line": 0, "warnings": [similar("0", "ONE")], "userErrors": []},
        {"line": 1, "warnings": [similar("1", "one")], "userErrors": []},
        {"line": 2, "warnings": [], "userErrors": [{"code": "INVALID_VALUE"}]},
    ]


def similar(line: str, other: str) -> dict[str, Any]:
    """Return the warning of a line."""
    return {"code": "SIMILAR_SKU", "field": ["items", line, "sku"], "similarTo": other}


@pytest.mark.complaint("T3")
async def test_items_of_an_earlier_version_are_found_in_either_form(
    database: Database, mongo_url: str, redis_url: str
) -> None:
    """Their texts are composed at start. A SKU stays as it is, and both forms name it, unless each is an item."""
    # given
    store = mongo_store(database)
    for sku in (DECOMPOSED, "ne\u0301", "n\u00e9"):
        await store.shop.change_item(
            ItemChange(sku=sku, name=f"cre\u0300me of {sku}", category="the\u0301"), request=request_info()
        )
    gone = {"alike": "", "is_uncomposed": ""}
    await database["items"].update_many({}, {"$set": {"facts": 1}, "$unset": gone})
    settings = settings_of(mongo_url, redis_url, database.name)
    await prepare(settings, report=list[str]().append)
    async with opened(settings) as shop:
        # then
        for sku in (COMPOSED, DECOMPOSED):
            found = await shop.run(f"{{ item(sku: {json.dumps(sku)}) {{ sku name category }} }}")
            assert found == {"sku": DECOMPOSED, "name": f"cr\u00e8me of {COMPOSED}", "category": "the\u0301"}
            assert (await shop.run(UPSERT, input={"sku": sku}))["item"]["sku"] == DECOMPOSED
        for sku in ("ne\u0301", "n\u00e9"):
            assert await shop.run("query ($sku: String!) { item(sku: $sku) { sku } }", sku=sku) == {"sku": sku}
        assert (await shop.run("{ items { totalCount } }"))["totalCount"] == 3
        made = await shop.run(UPSERT, input={"sku": "so\u0302", "name": "new"})
        assert made["item"]["sku"] == "s\u00f4"
    keep_texts({})

"""itemUpsert, itemArchive, locationUpsert and locationArchive."""

from typing import Any

import pytest

from tests.graphql.api import Api
from tests.graphql.operations import CODE_RULE, MAX, NAME_RULE, SKU_RULE, WHY, user_error

ITEM = """
fragment Result on ItemPayload {
  item { sku name category reorderPoint isArchived createdAt updatedAt }
  operation { kind idempotencyKey }
  replayed
  userErrors { ...Why }
}
"""
UPSERT_ITEM = f"mutation ($input: ItemUpsertInput!) {{ itemUpsert(input: $input) {{ ...Result }} }} {ITEM} {WHY}"
ARCHIVE_ITEM = f"""
mutation ($input: ItemArchiveInput!) {{
  itemArchive(input: $input) {{
    ...Result
    openWork {{ ...Open }}
    userErrors {{ ... on StillOpenError {{ open {{ ...Open }} }} }}
  }}
}}
fragment Open on OpenWork {{ kind count examples }}
{ITEM} {WHY}
"""
LOCATION = """
fragment Result on LocationPayload {
  location { code name kind isArchived createdAt updatedAt }
  operation { kind idempotencyKey }
  replayed
  userErrors { ...Why }
}
"""
UPSERT_LOCATION = f"""
mutation ($input: LocationUpsertInput!) {{ locationUpsert(input: $input) {{ ...Result }} }} {LOCATION} {WHY}
"""
ARCHIVE_LOCATION = f"""
mutation ($input: LocationArchiveInput!) {{ locationArchive(input: $input) {{ ...Result }} }} {LOCATION} {WHY}
"""
RENAME_TWICE = """
mutation {
  first: itemUpsert(input: {sku: "TEA-1", name: "First"}) { item { name } }
  sold: stockAdjust(input: {sku: "TEA-1", location: "MAIN", delta: -1, reason: SALE}) {
    level { item { name } location { name } }
  }
  second: itemUpsert(input: {sku: "TEA-1", name: "Second"}) { item { name } }
  moved: locationUpsert(input: {code: "MAIN", name: "Third"}) { location { name } }
  soldAgain: stockAdjust(input: {sku: "TEA-1", location: "MAIN", delta: -1, reason: SALE}) {
    level { item { name } location { name } }
  }
}
"""
ADJUST = """
mutation ($input: StockAdjustInput!) {
  stockAdjust(input: $input) { userErrors { __typename ... on ArchivedError { name } } }
}
"""
FIND = "query ($search: String!) { stockLevels(filter: {search: $search}) { nodes { item { sku } } } }"

INVALID, OUT_OF_RANGE = "InvalidValueError", "QuantityOutOfRangeError"


def times(node: dict[str, Any]) -> tuple[str, str]:
    """Take the times out of an item or a location."""
    return node.pop("createdAt"), node.pop("updatedAt")


async def test_an_item_is_created_with_what_is_given(shop: Api) -> None:
    """What is not given has its default."""
    payload = await shop.run(UPSERT_ITEM, input={"sku": "ÄB/7 x", "name": "New"})
    created, updated = times(payload["item"])
    assert created == updated
    assert payload == {
        "item": {"sku": "ÄB/7 x", "name": "New", "category": None, "reorderPoint": 0, "isArchived": False},
        "operation": {"kind": "itemUpsert", "idempotencyKey": None},
        "replayed": False,
        "userErrors": [],
    }


async def test_an_item_is_changed_in_what_is_given(shop: Api) -> None:
    """What is left out stays; null takes the category away, and leaves what cannot be empty."""
    before = await shop.run(UPSERT_ITEM, input={"sku": "TEA-1"})
    created, updated = times(before["item"])
    assert before["item"] == {
        "sku": "TEA-1",
        "name": "Green Tea",
        "category": "Tea",
        "reorderPoint": 5,
        "isArchived": False,
    }
    for change, shown in (
        ({"name": "Black Tea"}, {"name": "Black Tea"}),
        ({"category": None}, {"category": None}),
        ({"reorderPoint": MAX, "name": None}, {"reorderPoint": MAX}),
    ):
        after = (await shop.run(UPSERT_ITEM, input={"sku": "TEA-1", **change}))["item"]
        still_created, now_updated = times(after)
        assert (still_created, now_updated > updated) == (created, True)
        before["item"] |= shown
        assert after == before["item"]
        updated = now_updated


async def test_a_renamed_item_is_found_by_its_new_name(shop: Api) -> None:
    """Levels are searched by the words of their item."""
    await shop.run(UPSERT_ITEM, input={"sku": "TEA-1", "name": "Sencha"})
    assert (await shop.run(FIND, search="sencha"))["nodes"] == [{"item": {"sku": "TEA-1"}}] * 2
    assert (await shop.run(FIND, search="green"))["nodes"] == []


async def test_each_field_of_a_mutation_shows_what_those_before_it_changed(shop: Api) -> None:
    """Mutations of one request run one after the other, and none shows what an earlier one had loaded."""
    assert await shop.run(RENAME_TWICE) == {
        "first": {"item": {"name": "First"}},
        "sold": {"level": {"item": {"name": "First"}, "location": {"name": "Place MAIN"}}},
        "second": {"item": {"name": "Second"}},
        "moved": {"location": {"name": "Third"}},
        "soldAgain": {"level": {"item": {"name": "Second"}, "location": {"name": "Third"}}},
    }


ITEM_REFUSALS: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "no name": ({"sku": "NEW"}, [(INVALID, "name", "is required for what does not exist yet")]),
    "null name": ({"sku": "NEW", "name": None}, [(INVALID, "name", "is required for what does not exist yet")]),
    "empty": (
        {"sku": "", "name": "", "category": "", "reorderPoint": -1},
        [
            (INVALID, "sku", SKU_RULE),
            (INVALID, "name", NAME_RULE),
            (INVALID, "category", NAME_RULE.replace("200", "100")),
            (OUT_OF_RANGE, "reorderPoint", ""),
        ],
    ),
    "too long": (
        {"sku": "s" * 65, "name": "n" * 201, "category": "c" * 101},
        [
            (INVALID, "sku", SKU_RULE),
            (INVALID, "name", NAME_RULE),
            (INVALID, "category", NAME_RULE.replace("200", "100")),
        ],
    ),
}


@pytest.mark.parametrize(("input", "errors"), ITEM_REFUSALS.values(), ids=ITEM_REFUSALS)
async def test_a_bad_item_is_refused(
    lasting_shop: Api, input: dict[str, Any], errors: list[tuple[str, str, str]]
) -> None:
    """All faults at once."""
    refused = await lasting_shop.refusal(UPSERT_ITEM, **input)
    assert [(error["__typename"], *error["field"], error.get("rule", "")) for error in refused] == errors


async def test_archiving_an_item_closes_its_levels(shop: Api) -> None:
    """Until it is restored; `isArchived` is true unless told otherwise."""
    sale = {"sku": "TEA-1", "location": "MAIN", "delta": -1, "reason": "SALE"}
    [error] = await shop.refusal(ARCHIVE_ITEM, sku="TEA-1")
    assert (error["__typename"], error["field"]) == ("StillOpenError", ["sku"])
    assert error["open"] == [{"kind": "UNITS", "count": 12, "examples": ["CLOSED", "MAIN"]}]
    payload = await shop.run(ARCHIVE_ITEM, input={"sku": "TEA-1", "windDown": True})
    assert payload["openWork"] == error["open"]
    assert (payload["item"]["isArchived"], payload["operation"]["kind"]) == (True, "itemArchive")
    assert (await shop.run(ADJUST, input=sale))["userErrors"] == [{"__typename": "ArchivedError", "name": "TEA-1"}]
    payload = await shop.run(ARCHIVE_ITEM, input={"sku": "TEA-1", "isArchived": False})
    assert payload["item"]["isArchived"] is False
    assert (await shop.run(ADJUST, input=sale))["userErrors"] == []


async def test_an_unknown_item_cannot_be_archived(lasting_shop: Api) -> None:
    """NOT_FOUND, on writes, is data."""
    message = "No item has the SKU 'NONE'."
    assert await lasting_shop.refusal(ARCHIVE_ITEM, sku="NONE") == [
        user_error("UnknownItemError", message, "sku", sku="NONE")
    ]


async def test_a_location_is_created_and_changed_in_what_is_given(shop: Api) -> None:
    """A new one is a WAREHOUSE unless told otherwise; what is left out, or null, stays."""
    shown = []
    for change in ({"name": "New"}, {"kind": "DROP_SHIP"}, {"name": None, "kind": None}, {}):
        payload = await shop.run(UPSERT_LOCATION, input={"code": "N-1", **change})
        assert (payload["operation"], payload["userErrors"]) == (
            {"kind": "locationUpsert", "idempotencyKey": None},
            [],
        )
        times(payload["location"])
        shown.append(payload["location"])
    new = {"code": "N-1", "name": "New", "kind": "WAREHOUSE", "isArchived": False}
    assert shown == [new, *[{**new, "kind": "DROP_SHIP"}] * 3]


@pytest.mark.parametrize("code", ["", "c" * 33, "-A", "A B", "A/B", "A#1"])
async def test_a_bad_location_is_refused(lasting_shop: Api, code: str) -> None:
    """A code has 1 to 32 of few characters, so that it fits into ids; a new location needs a name."""
    refused = await lasting_shop.refusal(UPSERT_LOCATION, code=code, name="n" * 201)
    assert [(error["__typename"], error["field"], error["rule"]) for error in refused] == [
        (INVALID, ["code"], CODE_RULE),
        (INVALID, ["name"], NAME_RULE),
    ]
    [nameless] = await lasting_shop.refusal(UPSERT_LOCATION, code="NEW")
    assert (nameless["field"], nameless["rule"]) == (["name"], "is required for what does not exist yet")


async def test_archiving_a_location_closes_its_levels(shop: Api) -> None:
    """At once, for who was told so."""
    sale = {"sku": "TEA-1", "location": "MAIN", "delta": -1, "reason": "SALE"}
    assert (await shop.run(ADJUST, input=sale))["userErrors"] == []
    payload = await shop.run(ARCHIVE_LOCATION, input={"code": "MAIN", "windDown": True})
    assert (payload["location"]["isArchived"], payload["operation"]["kind"]) == (True, "locationArchive")
    assert (await shop.run(ADJUST, input=sale))["userErrors"] == [{"__typename": "ArchivedError", "name": "MAIN"}]


async def test_an_unknown_location_cannot_be_archived(lasting_shop: Api) -> None:
    """NOT_FOUND, on writes, is data."""
    message = "No location has the code 'NONE'."
    assert await lasting_shop.refusal(ARCHIVE_LOCATION, code="NONE") == [
        user_error("UnknownLocationError", message, "code", location="NONE")
    ]


CHANGES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "itemUpsert": (UPSERT_ITEM, {"sku": "TEA-1", "name": "A"}, {"name": "B"}),
    "itemArchive": (ARCHIVE_ITEM, {"sku": "TEA-1", "windDown": True}, {"isArchived": False}),
    "locationUpsert": (UPSERT_LOCATION, {"code": "MAIN", "name": "A"}, {"kind": "WAREHOUSE"}),
    "locationArchive": (ARCHIVE_LOCATION, {"code": "NORTH", "isArchived": False}, {"isArchived": True}),
}


async def test_repeating_a_change_of_the_catalog_changes_nothing(shop: Api) -> None:
    """The payload shows the catalog as it is; another input under the key, or another mutation, is refused."""
    for kind, (query, given, change) in CHANGES.items():
        request = {**given, "idempotencyKey": kind}
        first = await shop.run(query, input=request)
        assert (first["operation"], first["replayed"]) == ({"kind": kind, "idempotencyKey": kind}, False)
        async with shop.nothing_changes():
            assert await shop.run(query, input=request) == {**first, "replayed": True}
        [error] = await shop.refusal(query, **{**request, **change})
        assert (error["__typename"], error["key"]) == ("IdempotencyKeyReusedError", kind)
    [error] = await shop.refusal(ARCHIVE_ITEM, sku="TEA-1", idempotencyKey="itemUpsert")
    assert error["__typename"] == "IdempotencyKeyReusedError"

"""Policies as clients see them: what levels inherit, what is their own, and how all of them follow."""

from typing import Any

import pytest

from tests.graphql.api import Api
from tests.graphql.words import CODE_RULE, MAX, SKU_RULE, WHY
from tests.support.waiting import something

FIELDS = """
fragment Policy on ReplenishmentPolicy {
  id scope name isApplied version
  settings {
    method reorderPoint targetLevel safetyStock orderQuantity reviewDays serviceLevel alertMargin overstockPoint
    resupplyFrom transferDays
  }
}
"""
SET = (
    """
mutation ($input: ReplenishmentPolicySetInput!) {
  replenishmentPolicySet(input: $input) { policy { ...Policy } operation { kind } replayed userErrors { ...Why } }
}
"""
    + FIELDS
    + WHY
)
CLEAR = (
    """
mutation ($input: ReplenishmentPolicyClearInput!) {
  replenishmentPolicyClear(input: $input) {
    policy { ...Policy } operation { kind } replayed userErrors { ...Why ... on UnknownDocumentError { kind id } }
  }
}
"""
    + FIELDS
    + WHY
)
LIST = (
    """
query ($filter: ReplenishmentPolicyFilter) {
  replenishmentPolicies(filter: $filter) { totalCount nodes { ...Policy } }
}
"""
    + FIELDS
)
NODE = "query ($id: ID!) { node(id: $id) { ...Policy } }" + FIELDS
LEVEL = """
query ($sku: String!, $location: String! = "MAIN") {
  stockLevel(sku: $sku, location: $location) {
    reorderPoint
    policy {
      method reorderPoint targetLevel safetyStock orderQuantity reviewDays serviceLevel alertMargin overstockPoint
      riskPoint resupplyFrom transferDays own
    }
  }
}
"""
CONFIGURE = (
    """
mutation ($input: StockLevelConfigureInput!) {
  stockLevelConfigure(input: $input) {
    level { reorderPoint policy { method reorderPoint targetLevel alertMargin own } } replayed userErrors { ...Why }
  }
}
"""
    + WHY
)
LEVELS = """
query ($filter: StockLevelFilter!) { stockLevels(filter: $filter) { nodes { item { sku } location { code } } } }
"""
UPSERT = """
mutation ($input: ItemUpsertInput!) { itemUpsert(input: $input) { userErrors { message } } }
"""
ADJUST = """
mutation ($sku: String!, $location: String!) {
  stockAdjust(input: {sku: $sku, location: $location, delta: 5, reason: RECEIPT}) { userErrors { message } }
}
"""

NOTHING = {
    "method": None,
    "reorderPoint": None,
    "targetLevel": None,
    "safetyStock": None,
    "orderQuantity": None,
    "reviewDays": None,
    "serviceLevel": None,
    "alertMargin": None,
    "overstockPoint": None,
    "resupplyFrom": None,
    "transferDays": None,
}
BUILT_IN = {
    **NOTHING,
    "method": "NONE",
    "reorderPoint": 0,
    "safetyStock": 0,
    "alertMargin": 0,
    "riskPoint": None,
    "transferDays": 1,
    "own": [],
}
EVERYTHING: dict[str, Any] = {"scope": "EVERYTHING"}


async def given(api: Api, **input: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON is of any type
    """Set what levels inherit, wait until they do, and return it."""
    answer = await api.run(SET, input=input)
    assert answer["userErrors"] == []

    async def applied() -> list[dict[str, Any]]:
        found = (await api.run(LIST))["nodes"]
        assert answer["policy"]["id"] in {each["id"] for each in found}
        return [] if not all(each["isApplied"] for each in found) else found

    found = {each["id"]: each for each in await something(applied)}
    return found[answer["policy"]["id"]]


async def policy(api: Api, sku: str, location: str = "MAIN") -> dict[str, Any]:
    """Return what a level goes by."""
    level: dict[str, Any] = await api.run(LEVEL, sku=sku, location=location)
    assert level["policy"]["reorderPoint"] == level["reorderPoint"]
    found: dict[str, Any] = level["policy"]
    return found


async def changed(api: Api, before: dict[str, Any], sku: str) -> dict[str, Any]:
    """Return what a level goes by as soon as that is another than before."""

    async def read() -> dict[str, Any]:
        now = await policy(api, sku)
        return {} if now == before else now

    return await something(read)


async def test_a_policy_is_answered_as_it_is_set(shop: Api) -> None:
    """All that it sets and nothing else; it is yet to be applied, and repeating it changes nothing."""
    settings = {
        "method": "FIXED_QUANTITY",
        "reorderPoint": 3,
        "targetLevel": 30,
        "safetyStock": 1,
        "orderQuantity": 12,
        "reviewDays": 7,
        "serviceLevel": 0.95,
        "alertMargin": 2,
        "overstockPoint": 60,
        "resupplyFrom": "NORTH",
        "transferDays": 0,
    }
    request = {"scope": "CATEGORY", "name": "Tea", **settings, "idempotencyKey": "k"}
    first = await shop.run(SET, input=request)
    identity = first["policy"].pop("id")
    assert first == {
        "policy": {"scope": "CATEGORY", "name": "Tea", "isApplied": False, "version": 1, "settings": settings},
        "operation": {"kind": "replenishmentPolicySet"},
        "replayed": False,
        "userErrors": [],
    }
    again = await shop.run(SET, input=request)
    assert again == {**first, "policy": {"id": identity, **first["policy"]}, "replayed": True}
    after = await given(shop, scope="CATEGORY", name="Tea", targetLevel=None, orderQuantity=6)
    assert after["settings"] == {**settings, "targetLevel": None, "orderQuantity": 6}
    assert await shop.run(NODE, id=identity) == after


async def test_all_levels_follow_by_themselves(shop: Api) -> None:
    """Whoever set it; more special ones win, and what is dropped is inherited from further off."""
    await given(shop, **EVERYTHING, method="MIN_MAX", reorderPoint=2, targetLevel=20)
    await given(shop, scope="CATEGORY", name="Tea", targetLevel=30, alertMargin=1)
    tea = {**BUILT_IN, "method": "MIN_MAX", "reorderPoint": 5, "targetLevel": 30, "alertMargin": 1}
    assert await policy(shop, "TEA-1") == tea
    cup = {**BUILT_IN, "method": "MIN_MAX", "reorderPoint": 2, "targetLevel": 20}
    assert await policy(shop, "CUP-1") == cup
    answer = await shop.run(CLEAR, input={"scope": "CATEGORY", "name": "Tea"})
    assert (answer["policy"]["settings"], answer["userErrors"]) == (NOTHING, [])
    assert await changed(shop, tea, "TEA-1") == {**cup, "reorderPoint": 5}
    assert await shop.run(NODE, id=answer["policy"]["id"]) is None
    assert [each["name"] for each in (await shop.run(LIST))["nodes"]] == [None]


async def test_a_level_that_begins_follows_at_once(shop: Api) -> None:
    """Its first units come under the policy of the place where they arrive."""
    await given(shop, scope="LOCATION", name="NORTH", alertMargin=4)
    await shop.run(ADJUST, sku="CUP-1", location="NORTH")

    async def followed() -> list[int]:
        return [4] * ((await policy(shop, "CUP-1", "NORTH"))["alertMargin"] == 4)

    assert await something(followed) == [4]


async def test_a_level_follows_its_item(shop: Api) -> None:
    """To another category, and to another reorder point of the item itself."""
    await given(shop, scope="CATEGORY", name="Cups", method="JUST_IN_TIME", safetyStock=2)
    await shop.run(UPSERT, input={"sku": "CUP-1", "category": "Cups"})
    cups = await changed(shop, BUILT_IN, "CUP-1")
    assert cups == {**BUILT_IN, "method": "JUST_IN_TIME", "safetyStock": 2}
    await shop.run(UPSERT, input={"sku": "CUP-1", "reorderPoint": 7})
    assert await changed(shop, cups, "CUP-1") == {**cups, "reorderPoint": 7}


async def test_a_setting_of_a_levels_own_is_inherited_again_once_it_is_null(shop: Api) -> None:
    """In the answer already; what is left out stays."""
    await given(shop, **EVERYTHING, method="MIN_MAX", targetLevel=20)
    tea = {"sku": "TEA-1", "location": "MAIN"}
    first = await shop.run(CONFIGURE, input={**tea, "targetLevel": 9, "alertMargin": 1})
    assert first["level"]["policy"] == {
        "method": "MIN_MAX",
        "reorderPoint": 5,
        "targetLevel": 9,
        "alertMargin": 1,
        "own": ["TARGET_LEVEL", "ALERT_MARGIN"],
    }
    second = await shop.run(CONFIGURE, input={**tea, "targetLevel": None})
    assert second["level"]["policy"] == {
        "method": "MIN_MAX",
        "reorderPoint": 5,
        "targetLevel": 20,
        "alertMargin": 1,
        "own": ["ALERT_MARGIN"],
    }


async def test_levels_are_found_by_what_they_go_by(shop: Api) -> None:
    """By method, and by whether something is to be ordered for them."""
    await given(shop, **EVERYTHING, method="MIN_MAX", targetLevel=20)
    await given(shop, scope="ITEM", name="CUP-1", method="PERIODIC", reviewDays=7, reorderPoint=9)

    async def found(**filter: Any) -> list[str]:  # noqa: ANN401 - JSON is of any type
        nodes = (await shop.run(LEVELS, filter={"locations": ["MAIN"], **filter}))["nodes"]
        return [node["item"]["sku"] for node in nodes]

    assert await found(methods=["MIN_MAX"]) == ["TEA-1"]
    assert await found(methods=["PERIODIC", "JUST_IN_TIME"]) == ["CUP-1"]
    assert await found(methods=["NONE"]) == ["OLD-1"]  # archived: it goes by none until it is opened
    assert await found(needsReorder=True) == []
    await given(shop, scope="ITEM", name="TEA-1", reorderPoint=10)
    assert await found(needsReorder=True) == ["TEA-1"]
    assert await found(needsReorder=True, methods=["PERIODIC"]) == []


async def test_a_list_is_narrowed_to_scopes(shop: Api) -> None:
    """The newest first."""
    for scope, name in (("EVERYTHING", None), ("ITEM", "TEA-1"), ("LOCATION", "MAIN")):
        await given(shop, scope=scope, name=name, alertMargin=1)
    everything = await shop.run(LIST)
    assert [each["scope"] for each in everything["nodes"]] == ["LOCATION", "ITEM", "EVERYTHING"]
    some = await shop.run(LIST, filter={"scopes": ["ITEM", "CATEGORY"]})
    assert (some["totalCount"], [each["name"] for each in some["nodes"]]) == (1, ["TEA-1"])


def error(type_: str, *field: str, **facts: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON is of any type
    """Return a refusal without its code and message."""
    return {"__typename": type_, "field": list(field), **facts}


def invalid(field: str, rule: str) -> dict[str, Any]:
    """Return the refusal of a value that breaks its rule."""
    return error("InvalidValueError", field, rule=rule)


def beyond(field: str, minimum: int) -> dict[str, Any]:
    """Return the refusal of a quantity that is out of range."""
    return error("QuantityOutOfRangeError", field, minimum=minimum, maximum=MAX)


REFUSALS: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "unknown item": ({"scope": "ITEM", "name": "NONE"}, [error("UnknownItemError", "name", sku="NONE")]),
    "unknown location": (
        {"scope": "LOCATION", "name": "NONE"},
        [error("UnknownLocationError", "name", location="NONE")],
    ),
    "no name": ({"scope": "ITEM"}, [invalid("name", SKU_RULE)]),
    "no location's name": ({"scope": "LOCATION", "name": "a b"}, [invalid("name", CODE_RULE)]),
    "a name too many": ({**EVERYTHING, "name": "x"}, [invalid("name", "has no name")]),
    "nothing": (
        {**EVERYTHING, "alertMargin": ...},
        [invalid("method", "must set or drop at least one setting")],
    ),
    "all at once": (
        {
            **EVERYTHING,
            "reorderPoint": -1,
            "targetLevel": -1,
            "orderQuantity": 0,
            "reviewDays": 366,
            "serviceLevel": 0.3,
            "resupplyFrom": "",
            "transferDays": 366,
        },
        [
            beyond("reorderPoint", 0),
            beyond("targetLevel", 0),
            beyond("orderQuantity", 1),
            invalid("reviewDays", "must be between 1 and 365 days"),
            invalid("serviceLevel", "must be between 0.5 and 0.9999"),
            invalid("resupplyFrom", CODE_RULE),
            invalid("transferDays", "must be between 0 and 365 days"),
        ],
    ),
    "contradictions": (
        {**EVERYTHING, "reorderPoint": 9, "targetLevel": 8, "overstockPoint": 8, "resupplyFrom": "CLOSED"},
        [
            error("ArchivedError", "resupplyFrom", name="CLOSED"),
            invalid("targetLevel", "must be at or above the reorder point, 9"),
            invalid("overstockPoint", "must be above the target level, 8"),
        ],
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
async def test_a_refusal_says_all_that_is_wrong(lasting_shop: Api, case: str) -> None:
    """And nothing is set."""
    change, expected = REFUSALS[case]
    request = {name: value for name, value in {"alertMargin": 1, **change}.items() if value is not ...}
    errors = await lasting_shop.refusal(SET, **request)
    told = [{name: value for name, value in each.items() if name not in {"code", "message"}} for each in errors]
    assert told == expected
    assert (await lasting_shop.run(LIST))["totalCount"] == 0


async def test_what_is_not_set_cannot_be_cleared(lasting_shop: Api) -> None:
    """There is no such policy."""
    [refusal] = await lasting_shop.refusal(CLEAR, scope="ITEM", name="TEA-1")
    assert (refusal["__typename"], refusal["kind"], refusal["field"]) == ("UnknownDocumentError", "POLICY", ["name"])


LEVEL_REFUSALS: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "no target": ({"method": "MIN_MAX"}, [invalid("targetLevel", "must be set for the method MIN_MAX")]),
    "no dates": (
        {"method": "PERIODIC", "targetLevel": 9},
        [invalid("reviewDays", "must be set for the method PERIODIC")],
    ),
    "no quantity": (
        {"method": "FIXED_QUANTITY"},
        [invalid("orderQuantity", "must be set for the method FIXED_QUANTITY")],
    ),
    "a target below the reorder point of its item": (
        {"method": "MIN_MAX", "targetLevel": 4},
        [invalid("targetLevel", "must be at or above the reorder point, 5")],
    ),
    "itself": ({"resupplyFrom": "MAIN"}, [invalid("resupplyFrom", "must be another than the level's own")]),
    "nothing": ({}, [invalid("reorderPoint", "must have at least one of reorderPoint, backorderLimit and the others")]),
}


@pytest.mark.parametrize("case", LEVEL_REFUSALS)
async def test_a_level_must_have_what_its_method_takes(lasting_shop: Api, case: str) -> None:
    """Its own, or inherited."""
    change, expected = LEVEL_REFUSALS[case]
    errors = await lasting_shop.refusal(CONFIGURE, sku="TEA-1", location="MAIN", **change)
    told = [{name: value for name, value in each.items() if name not in {"code", "message"}} for each in errors]
    assert told == expected


async def test_what_a_level_lacks_may_be_inherited(shop: Api) -> None:
    """And a level that lacks something because of what was dropped elsewhere just orders nothing."""
    await given(shop, **EVERYTHING, targetLevel=20)
    answer = await shop.run(CONFIGURE, input={"sku": "TEA-1", "location": "MAIN", "method": "MIN_MAX"})
    assert answer["userErrors"] == []
    before = await policy(shop, "TEA-1")
    await shop.run(CLEAR, input=EVERYTHING)
    after = await changed(shop, before, "TEA-1")
    assert (after["method"], after["targetLevel"]) == ("MIN_MAX", None)
    assert (await shop.run(LEVELS, filter={"needsReorder": True}))["nodes"] == []

"""Policies as clients see them: what levels inherit, what is their own, and how all of them follow."""

from typing import Any

from tests.graphql.api import Api
from tests.graphql.replenishment.operations import (
    ADJUST,
    BUILT_IN,
    CLEAR,
    CONFIGURE,
    EVERYTHING,
    LEVELS,
    LIST,
    NODE,
    NOTHING,
    SET,
    UPSERT,
    changed,
    given,
    policy,
)
from tests.support.waiting import eventually


async def test_a_policy_is_answered_as_it_is_set(shop: Api) -> None:
    """All that it sets and nothing else; it is yet to be applied, and repeating it changes nothing."""
    settings = {
        "method": "FIXED_QUANTITY",
        "reorderPoint": 3,
        "targetLevel": 30,
        "safetyStock": 1,
        "orderQuantity": 12,
        "reviewDays": 7,
        "reviewStart": "2026-11-23",
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

    assert await eventually(followed) == [4]


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
        "overrides": ["TARGET_LEVEL", "ALERT_MARGIN"],
    }
    second = await shop.run(CONFIGURE, input={**tea, "targetLevel": None})
    assert second["level"]["policy"] == {
        "method": "MIN_MAX",
        "reorderPoint": 5,
        "targetLevel": 20,
        "alertMargin": 1,
        "overrides": ["ALERT_MARGIN"],
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


SOURCES = """
query {
  stockLevels(filter: { skus: ["TEA-1"], locations: ["MAIN"] }) {
    nodes { policy { method targetLevel sources { setting origin name } } }
  }
}
"""


async def test_each_setting_of_a_level_says_where_it_comes_from(shop: Api) -> None:
    """With the name of what sets it, before the levels follow, too."""
    await given(shop, **EVERYTHING, method="MIN_MAX", targetLevel=20)
    await given(shop, scope="LOCATION", name="MAIN", transferDays=3)
    payload = await shop.run(CONFIGURE, input={"sku": "TEA-1", "location": "MAIN", "safetyStock": 2})
    assert payload["userErrors"] == []
    [level] = (await shop.run(SOURCES))["nodes"]
    sources = {each["setting"]: (each["origin"], each["name"]) for each in level["policy"]["sources"]}
    assert len(sources) == 12
    assert {setting: origin for setting, origin in sources.items() if origin[0] != "BUILT_IN"} == {
        "METHOD": ("EVERYTHING", None),
        "TARGET_LEVEL": ("EVERYTHING", None),
        "SAFETY_STOCK": ("LEVEL", None),
        "REORDER_POINT": ("ITEM_REORDER_POINT", "TEA-1"),
        "TRANSFER_DAYS": ("LOCATION", "MAIN"),
    }

"""stockLevelConfigure: set what a level is measured against."""

from typing import Any

import pytest

from tests.graphql.api import Api
from tests.graphql.operations import MAX, WHY
from tests.support.texts import holds

TAB = holds("TABULATION (U+0009)", 2)

CONFIGURE = (
    """
mutation Configure($input: StockLevelConfigureInput!) {
  stockLevelConfigure(input: $input) {
    level { onHand reorderPoint status version }
    movement { delta reason version change { onHand reserved unavailable incoming } }
    operation { kind note }
    replayed
    userErrors { ...Why }
  }
}
"""
    + WHY
)

TEA = {"sku": "TEA-1", "location": "MAIN"}


async def test_a_reorder_point_is_a_line_of_the_ledger(shop: Api) -> None:
    """No unit moves, but the level may be LOW from now on."""
    assert await shop.run(CONFIGURE, input={**TEA, "reorderPoint": 10, "note": "Christmas"}) == {
        "level": {"onHand": 10, "reorderPoint": 10, "status": "LOW", "version": 2},
        "movement": {
            "delta": 0,
            "reason": "SETTINGS",
            "version": 2,
            "change": {"onHand": 0, "reserved": 0, "unavailable": 0, "incoming": 0},
        },
        "operation": {"kind": "stockLevelConfigure", "note": "Christmas"},
        "replayed": False,
        "userErrors": [],
    }


async def test_a_level_may_begin_with_its_reorder_point(shop: Api) -> None:
    """Before the first unit arrives."""
    payload = await shop.run(CONFIGURE, input={"sku": "CUP-1", "location": "NORTH", "reorderPoint": MAX})
    assert payload["level"] == {"onHand": 0, "reorderPoint": MAX, "status": "OUT", "version": 1}


REFUSALS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "unknown item": ({"sku": "NONE"}, {"__typename": "UnknownItemError", "field": ["sku"], "sku": "NONE"}),
    "unknown location": (
        {"location": "NONE"},
        {"__typename": "UnknownLocationError", "field": ["location"], "location": "NONE"},
    ),
    "archived item": ({"sku": "OLD-1"}, {"__typename": "ArchivedError", "field": ["sku"], "name": "OLD-1"}),
    "archived location": (
        {"location": "CLOSED"},
        {"__typename": "ArchivedError", "field": ["location"], "name": "CLOSED"},
    ),
    "negative": (
        {"reorderPoint": -1},
        {"__typename": "QuantityOutOfRangeError", "field": ["reorderPoint"], "minimum": 0, "maximum": MAX},
    ),
    "bad SKU": (
        {"sku": "a\tb"},
        {"__typename": "InvalidValueError", "field": ["sku"], "rule": TAB},
    ),
}


@pytest.mark.parametrize(("change", "expected"), REFUSALS.values(), ids=REFUSALS)
async def test_a_refusal_says_why_and_changes_nothing(
    lasting_shop: Api, change: dict[str, Any], expected: dict[str, Any]
) -> None:
    """By the rules of every change of a level."""
    [error] = await lasting_shop.refusal(CONFIGURE, **{**TEA, "reorderPoint": 1, **change})
    assert {name: value for name, value in error.items() if name not in {"code", "message"}} == expected


async def test_repeating_it_returns_the_first_result(shop: Api) -> None:
    """With the movement of the first call, and the level as it is now; another one under the key is refused."""
    request = {**TEA, "reorderPoint": 7, "idempotencyKey": "k"}
    first = await shop.run(CONFIGURE, input=request)
    last = await shop.run(CONFIGURE, input={**TEA, "reorderPoint": 8})
    async with shop.nothing_changes():
        assert await shop.run(CONFIGURE, input=request) == {**first, "level": last["level"], "replayed": True}
    [error] = await shop.refusal(CONFIGURE, **{**request, "reorderPoint": 8})
    assert (error["__typename"], error["key"]) == ("IdempotencyKeyReusedError", "k")

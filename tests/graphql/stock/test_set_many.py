"""stockSetMany: many counts in one operation, all lines or line by line."""

from typing import Any

import pytest

from tests.graphql.api import Api
from tests.graphql.words import CODE_RULE, LEVEL, MAX, SKU_RULE, WHY

SET_MANY = (
    """
mutation SetMany($input: StockSetManyInput!) {
  stockSetMany(input: $input) {
    results {
      line
      level { item { sku } location { code } onHand reorderPoint backorderLimit version }
      movement { delta reason version }
      userErrors { ...Why }
    }
    operation { id kind reference movements { nodes { delta } } }
    replayed
    userErrors { ...Why }
  }
}
"""
    + WHY
)

BELIEF_RULE = "must be given by exactly one of expectedOnHand, expectedVersion or force: true"


def line(sku: str, quantity: int, location: str = "MAIN", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    """Return one line of the input, forced unless it says what is believed."""
    belief = {} if more.keys() & {"expectedOnHand", "expectedVersion", "force"} else {"force": True}
    return {"sku": sku, "location": location, "quantity": quantity, **belief, **more}


def done(number: int, sku: str, delta: int, *, location: str = "MAIN", **level: int) -> dict[str, Any]:
    """Return the result of a line that was carried out."""
    return {
        "line": number,
        "level": {"item": {"sku": sku}, "location": {"code": location}, "backorderLimit": 0, **level},
        "movement": {"delta": delta, "reason": "COUNT", "version": level["version"]},
        "userErrors": [],
    }


def refused(number: int) -> dict[str, Any]:
    """Return the result of a line that was refused."""
    return {"line": number, "level": None, "movement": None, "userErrors": [ERRORS[number]]}


MIXED_LINES = [
    line("TEA-1", 9, expectedOnHand=11),
    line("CUP-1", 3),
    line("NONE", 1),
    line("TEA-1", 1, "NONE"),
    line("TEA-1", 5, "NORTH", expectedVersion=0),
    line("OLD-1", 9),
    line("CUP-1", 9, "CLOSED"),
    line("CUP-1", -1, "NORTH"),
    line("", 1),
    line("TEA-1", 1, "MA IN"),
    line("CUP-2", 1, force=False),
]
ERRORS: dict[int, dict[str, Any]] = {
    0: {
        "__typename": "StaleLevelError",
        "code": "STALE_LEVEL",
        "message": "TEA-1 at MAIN is at 10, not at the expected 11.",
        "field": ["lines", "0", "expectedOnHand"],
        "sku": "TEA-1",
        "location": "MAIN",
        "expected": 11,
        "actual": 10,
    },
    2: {
        "__typename": "UnknownItemError",
        "code": "UNKNOWN_ITEM",
        "message": "No item has the SKU 'NONE'.",
        "field": ["lines", "2", "sku"],
        "sku": "NONE",
    },
    3: {
        "__typename": "UnknownLocationError",
        "code": "UNKNOWN_LOCATION",
        "message": "No location has the code 'NONE'.",
        "field": ["lines", "3", "location"],
        "location": "NONE",
    },
    5: {
        "__typename": "ArchivedError",
        "code": "ARCHIVED",
        "message": "The item 'OLD-1' is archived.",
        "field": ["lines", "5", "sku"],
        "name": "OLD-1",
    },
    6: {
        "__typename": "ArchivedError",
        "code": "ARCHIVED",
        "message": "The location 'CLOSED' is archived.",
        "field": ["lines", "6", "location"],
        "name": "CLOSED",
    },
    7: {
        "__typename": "QuantityOutOfRangeError",
        "code": "QUANTITY_OUT_OF_RANGE",
        "message": f"The quantity -1 is not between 0 and {MAX}.",
        "field": ["lines", "7", "quantity"],
        "minimum": 0,
        "maximum": MAX,
    },
    8: {
        "__typename": "InvalidValueError",
        "code": "INVALID_VALUE",
        "message": f"A SKU {SKU_RULE}.",
        "field": ["lines", "8", "sku"],
        "rule": SKU_RULE,
    },
    9: {
        "__typename": "InvalidValueError",
        "code": "INVALID_VALUE",
        "message": f"A location code {CODE_RULE}.",
        "field": ["lines", "9", "location"],
        "rule": CODE_RULE,
    },
    10: {
        "__typename": "InvalidValueError",
        "code": "INVALID_VALUE",
        "message": f"What the level was before {BELIEF_RULE}.",
        "field": ["lines", "10", "expectedOnHand"],
        "rule": BELIEF_RULE,
    },
}


@pytest.mark.parametrize("atomic", [True, False])
async def test_results_come_in_the_order_of_the_lines(shop: Api, atomic: bool) -> None:
    """One result per line, with the settings that it sets; a count that is right already is a movement of zero."""
    lines = [
        line("CUP-1", 4, expectedOnHand=4),
        line("TEA-1", 7, "NORTH", reorderPoint=2),
        line("TEA-1", 1, expectedVersion=1),
    ]
    payload = await shop.run(SET_MANY, input={"lines": lines, "atomic": atomic, "reference": "C-1"})
    assert payload["operation"].pop("id")
    assert payload == {
        "results": [
            done(0, "CUP-1", 0, onHand=4, reorderPoint=0, version=2),
            done(1, "TEA-1", 7, onHand=7, reorderPoint=2, version=1, location="NORTH"),
            done(2, "TEA-1", -9, onHand=1, reorderPoint=5, version=2),
        ],
        "operation": {
            "kind": "stockSetMany",
            "reference": "C-1",
            "movements": [{"delta": 0}, {"delta": 7}, {"delta": -9}],
        },
        "replayed": False,
        "userErrors": [],
    }


async def test_the_reason_and_the_backorder_limit_are_those_of_the_line(shop: Api) -> None:
    """What a line says is what its movement says."""
    lines = [line("TEA-1", 8, reason="FOUND", backorderLimit=3)]
    [result] = (await shop.run(SET_MANY, input={"lines": lines}))["results"]
    assert result["movement"]["reason"] == "FOUND"
    assert result["level"]["backorderLimit"] == 3


async def test_without_atomic_each_line_stands_or_falls_alone(shop: Api) -> None:
    """What was refused stands in its place among the results; the others are carried out."""
    payload = await shop.run(SET_MANY, input={"lines": MIXED_LINES, "atomic": False})
    assert payload["results"] == [
        refused(0),
        done(1, "CUP-1", -1, onHand=3, reorderPoint=0, version=2),
        refused(2),
        refused(3),
        done(4, "TEA-1", 5, onHand=5, reorderPoint=5, version=1, location="NORTH"),
        *(refused(number) for number in (5, 6, 7, 8, 9, 10)),
    ]
    assert payload["operation"]["movements"] == [{"delta": -1}, {"delta": 5}]
    assert (payload["replayed"], payload["userErrors"]) == (False, [])
    assert (await shop.run(LEVEL, sku="TEA-1", location="MAIN"))["version"] == 1


async def test_what_the_state_refuses_is_told_of_all_lines_at_once(lasting_shop: Api) -> None:
    """An atomic request changes nothing, and says everything that stood in its way."""
    errors = await lasting_shop.refusal(SET_MANY, lines=MIXED_LINES[:7])
    assert errors == [ERRORS[number] for number in (0, 2, 3, 5, 6)]


async def test_what_is_wrong_in_itself_is_told_of_all_lines_at_once(lasting_shop: Api) -> None:
    """The input is checked before the state."""
    assert await lasting_shop.refusal(SET_MANY, lines=MIXED_LINES) == [ERRORS[number] for number in (7, 8, 9, 10)]


@pytest.mark.parametrize("atomic", [True, False])
async def test_a_level_may_stand_in_one_line_only(lasting_shop: Api, atomic: bool) -> None:
    """Two lines of one level refuse the whole request."""
    lines = [line("TEA-1", 1), line("CUP-1", 1), line("TEA-1", 2)]
    [error] = await lasting_shop.refusal(SET_MANY, lines=lines, atomic=atomic)
    assert (error["__typename"], error["field"], error["firstLine"]) == ("DuplicateLineError", ["lines", "2"], 0)


@pytest.mark.parametrize("atomic", [True, False])
@pytest.mark.parametrize("count", [0, 1_001])
async def test_one_to_a_thousand_lines_are_allowed(lasting_shop: Api, count: int, atomic: bool) -> None:
    """No line is no request, and one transaction carries a thousand."""
    lines = [line(f"S-{number}", 1) for number in range(count)]
    [error] = await lasting_shop.refusal(SET_MANY, lines=lines, atomic=atomic)
    assert (error["__typename"], error["count"], error["maximum"]) == ("TooManyLinesError", count, 1_000)


async def test_a_thousand_lines_are_a_thousand_results(shop: Api) -> None:
    """Nine hundred and ninety-nine are refused; the last one is not."""
    lines = [*(line(f"S-{number}", 1) for number in range(999)), line("TEA-1", 1)]
    payload = await shop.run(SET_MANY, input={"lines": lines, "atomic": False})
    assert [result["line"] for result in payload["results"]] == list(range(1_000))
    assert {result["userErrors"][0]["code"] for result in payload["results"][:-1]} == {"UNKNOWN_ITEM"}
    assert payload["results"][-1] == done(999, "TEA-1", -9, onHand=1, reorderPoint=5, version=2)


async def test_repeating_a_bulk_count_returns_its_movements_and_the_levels_of_now(shop: Api) -> None:
    """Also where what was believed is false by now."""
    # given
    request = {"lines": MIXED_LINES, "atomic": False, "idempotencyKey": "k"}
    first = await shop.run(SET_MANY, input=request)
    last = await shop.run(SET_MANY, input={"lines": [line("TEA-1", 11), line("CUP-1", 8)]})
    now = {
        (each["level"]["item"]["sku"], each["level"]["location"]["code"]): each["level"]
        for each in (*first["results"], *last["results"])
        if each["level"] is not None
    }
    # when
    async with shop.nothing_changes():
        again = await shop.run(SET_MANY, input=request)
    # then
    results = [
        {**each, "level": now[each["level"]["item"]["sku"], each["level"]["location"]["code"]]}
        if each["level"]
        else each
        for each in first["results"]
    ]
    assert again == {**first, "results": results, "replayed": True}


async def test_a_key_stands_for_one_list_of_lines(shop: Api) -> None:
    """Their order, what they believe and `atomic` count as well."""
    lines = [line("TEA-1", 9), line("CUP-1", 9)]
    request = {"lines": lines, "atomic": True, "idempotencyKey": "k"}
    await shop.run(SET_MANY, input=request)
    for change in ({"atomic": False}, {"lines": lines[::-1]}, {"lines": [lines[0], line("CUP-1", 9, reorderPoint=0)]}):
        [error] = await shop.refusal(SET_MANY, **{**request, **change})
        assert (error["__typename"], error["key"]) == ("IdempotencyKeyReusedError", "k")


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"quantity": "9"}, "Int cannot represent non-integer value"),
        ({"quantity": 2**31}, "Int cannot represent non 32-bit signed integer value"),
        ({"quantity": None}, ".lines[1].quantity: Expected value of non-null type 'Int!' not to be None"),
        ({"reason": "BECAUSE"}, "Value 'BECAUSE' does not exist in 'MovementReason' enum"),
        (
            {"colour": "red"},
            ".lines[1]: Expected value of type 'StockSetLineInput' not to include unknown field 'colour'",
        ),
    ],
)
async def test_a_line_of_another_shape_is_a_fault_of_the_request(
    lasting_shop: Api, bad: dict[str, Any], message: str
) -> None:
    """It is told before anything is looked at."""
    request = {"lines": [line("TEA-1", 1), {**line("CUP-1", 1), **bad}], "atomic": False}
    assert message in await lasting_shop.fault(SET_MANY, input=request)


BY_KEY = "query ($key: String!) { operationByKey(idempotencyKey: $key) { id kind } }"


async def test_a_request_is_found_by_its_key(shop: Api) -> None:
    """Null before it came, and where it was refused; the recorded operation afterwards."""
    assert await shop.run(BY_KEY, key="feed-1") is None
    payload = await shop.run(SET_MANY, input={"lines": [line("TEA-1", -1)], "idempotencyKey": "feed-1"})
    assert payload["operation"] is None
    assert await shop.run(BY_KEY, key="feed-1") is None
    lines = [line("TEA-1", 10, onlyIfDifferent=True), line("TEA-1", 2, "NORTH", onlyIfDifferent=True)]
    payload = await shop.run(SET_MANY, input={"lines": lines, "atomic": False, "idempotencyKey": "feed-1"})
    found = await shop.run(BY_KEY, key="feed-1")
    assert found == {"id": payload["operation"]["id"], "kind": "stockSetMany"}
    [alike] = payload["results"][0]["userErrors"]
    assert (alike["__typename"], alike["field"]) == ("NothingToChangeError", ["lines", "0"])

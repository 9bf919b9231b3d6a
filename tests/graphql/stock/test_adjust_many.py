"""stockAdjustMany: many levels in one operation, all lines or line by line."""

from typing import Any

import pytest

from tests.graphql.api import Api
from tests.graphql.words import CODE_RULE, LEVEL, MAX, SKU_RULE, WHY

ADJUST_MANY = (
    """
mutation AdjustMany($input: StockAdjustManyInput!) {
  stockAdjustMany(input: $input) {
    results {
      line
      level { item { sku } location { code } onHand version }
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

OPERATION = (
    "query Operation($id: ID!) { operation(id: $id) { kind movements { nodes { delta level { item { sku } } } } } }"
)


def line(sku: str, delta: int, location: str = "MAIN", reason: str = "CORRECTION") -> dict[str, Any]:
    """Return one line of the input."""
    return {"sku": sku, "location": location, "delta": delta, "reason": reason}


def done(number: int, sku: str, delta: int, *, on_hand: int, version: int, location: str = "MAIN") -> dict[str, Any]:
    """Return the result of a line that was carried out."""
    return {
        "line": number,
        "level": {"item": {"sku": sku}, "location": {"code": location}, "onHand": on_hand, "version": version},
        "movement": {"delta": delta, "reason": "CORRECTION", "version": version},
        "userErrors": [],
    }


def refused(number: int) -> dict[str, Any]:
    """Return the result of a line that was refused."""
    return {"line": number, "level": None, "movement": None, "userErrors": [ERRORS[number]]}


GOOD_LINES = [line("CUP-1", 3), line("TEA-1", 1, "NORTH"), line("TEA-1", -2)]
MIXED_LINES = [
    line("TEA-1", -11),
    line("CUP-1", 3),
    line("NONE", 1),
    line("TEA-1", 1, "NONE"),
    line("TEA-1", 5, "NORTH"),
    line("OLD-1", 1),
    line("CUP-1", 1, "CLOSED"),
    line("CUP-1", 0, "NORTH"),
    line("", 1),
    line("TEA-1", 1, "MA IN"),
]
ERRORS: dict[int, dict[str, Any]] = {
    0: {
        "__typename": "InsufficientStockError",
        "code": "INSUFFICIENT_STOCK",
        "message": "11 requested, 10 available of TEA-1 at MAIN.",
        "field": ["lines", "0", "delta"],
        "sku": "TEA-1",
        "location": "MAIN",
        "requested": 11,
        "available": 10,
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
        "message": "A change of zero units is no change.",
        "field": ["lines", "7", "delta"],
        "minimum": -MAX,
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
}


@pytest.mark.parametrize("atomic", [True, False])
async def test_results_come_in_the_order_of_the_lines(shop: Api, atomic: bool) -> None:
    """One result per line, and one operation for all."""
    payload = await shop.run(ADJUST_MANY, input={"lines": GOOD_LINES, "atomic": atomic, "reference": "D-1"})
    identity = payload["operation"].pop("id")
    assert payload == {
        "results": [
            done(0, "CUP-1", 3, on_hand=7, version=2),
            done(1, "TEA-1", 1, on_hand=1, version=1, location="NORTH"),
            done(2, "TEA-1", -2, on_hand=8, version=2),
        ],
        "operation": {
            "kind": "stockAdjustMany",
            "reference": "D-1",
            "movements": [{"delta": 3}, {"delta": 1}, {"delta": -2}],
        },
        "replayed": False,
        "userErrors": [],
    }
    assert (await shop.run(OPERATION, id=identity))["movements"][0] == {
        "delta": 3,
        "level": {"item": {"sku": "CUP-1"}},
    }


async def test_without_atomic_each_line_stands_or_falls_alone(shop: Api) -> None:
    """What was refused stands in its place among the results; the others are carried out."""
    payload = await shop.run(ADJUST_MANY, input={"lines": MIXED_LINES, "atomic": False})
    assert payload["results"] == [
        refused(0),
        done(1, "CUP-1", 3, on_hand=7, version=2),
        refused(2),
        refused(3),
        done(4, "TEA-1", 5, on_hand=5, version=1, location="NORTH"),
        *(refused(number) for number in (5, 6, 7, 8, 9)),
    ]
    assert payload["operation"]["movements"] == [{"delta": 3}, {"delta": 5}]
    assert (payload["replayed"], payload["userErrors"]) == (False, [])
    assert (await shop.run(LEVEL, sku="TEA-1", location="MAIN"))["version"] == 1


async def test_what_the_state_refuses_is_told_of_all_lines_at_once(lasting_shop: Api) -> None:
    """An atomic request changes nothing, and says everything that stood in its way."""
    errors = await lasting_shop.refusal(ADJUST_MANY, lines=MIXED_LINES[:7])
    assert errors == [ERRORS[number] for number in (0, 2, 3, 5, 6)]


async def test_what_is_wrong_in_itself_is_told_of_all_lines_at_once(lasting_shop: Api) -> None:
    """The input is checked before the state."""
    assert await lasting_shop.refusal(ADJUST_MANY, lines=MIXED_LINES) == [ERRORS[number] for number in (7, 8, 9)]


@pytest.mark.parametrize("atomic", [True, False])
async def test_a_level_may_stand_in_one_line_only(lasting_shop: Api, atomic: bool) -> None:
    """Two lines of one level refuse the whole request."""
    lines = [line("TEA-1", 1), line("CUP-1", 1), line("TEA-1", 2), line("TEA-1", 3)]
    assert await lasting_shop.refusal(ADJUST_MANY, lines=lines, atomic=atomic) == [
        {
            "__typename": "DuplicateLineError",
            "code": "DUPLICATE_LINE",
            "message": "TEA-1 at MAIN already stands in line 1.",
            "field": ["lines", number],
            "sku": "TEA-1",
            "location": "MAIN",
            "firstLine": 0,
        }
        for number in ("2", "3")
    ]


@pytest.mark.parametrize("atomic", [True, False])
@pytest.mark.parametrize("count", [0, 1_001])
async def test_one_to_a_thousand_lines_are_allowed(lasting_shop: Api, count: int, atomic: bool) -> None:
    """No line is no request, and one transaction carries a thousand."""
    lines = [line(f"S-{number}", 1) for number in range(count)]
    assert await lasting_shop.refusal(ADJUST_MANY, lines=lines, atomic=atomic) == [
        {
            "__typename": "TooManyLinesError",
            "code": "TOO_MANY_LINES",
            "message": f"{count} lines; between 1 and 1000 are allowed.",
            "field": ["lines"],
            "count": count,
            "maximum": 1_000,
        }
    ]


async def test_a_thousand_lines_are_a_thousand_results(shop: Api) -> None:
    """Nine hundred and ninety-nine are refused; the last one is not."""
    lines = [*(line(f"S-{number}", 1) for number in range(999)), line("TEA-1", 1)]
    payload = await shop.run(ADJUST_MANY, input={"lines": lines, "atomic": False})
    assert [result["line"] for result in payload["results"]] == list(range(1_000))
    assert {result["userErrors"][0]["code"] for result in payload["results"][:-1]} == {"UNKNOWN_ITEM"}
    assert payload["results"][-1] == done(999, "TEA-1", 1, on_hand=11, version=2)


async def test_repeating_a_bulk_change_returns_the_first_results(shop: Api) -> None:
    """The refused lines too, though they would be possible by now."""
    # given
    request = {"lines": MIXED_LINES, "atomic": False, "idempotencyKey": "k"}
    first = await shop.run(ADJUST_MANY, input=request)
    await shop.run(ADJUST_MANY, input={"lines": [line("TEA-1", 100)]})
    # when
    async with shop.nothing_changes():
        again = await shop.run(ADJUST_MANY, input=request)
    # then
    assert again == {**first, "replayed": True}


async def test_a_request_all_of_whose_lines_are_refused_is_recorded(shop: Api) -> None:
    """Not atomic, it was accepted as a request: it has an operation without movements, and can be repeated."""
    request = {"lines": [MIXED_LINES[0]], "atomic": False, "idempotencyKey": "k"}
    async with shop.nothing_changes():
        first = await shop.run(ADJUST_MANY, input=request)
        again = await shop.run(ADJUST_MANY, input=request)
    assert first["results"] == [refused(0)]
    assert first["operation"]["movements"] == []
    assert (first["replayed"], again) == (False, {**first, "replayed": True})


async def test_a_key_stands_for_one_list_of_lines(shop: Api) -> None:
    """Their order and `atomic` count as well."""
    request = {"lines": GOOD_LINES, "atomic": True, "idempotencyKey": "k"}
    await shop.run(ADJUST_MANY, input=request)
    for change in ({"atomic": False}, {"lines": GOOD_LINES[::-1]}, {"lines": GOOD_LINES[:2]}):
        [error] = await shop.refusal(ADJUST_MANY, **{**request, **change})
        assert (error["__typename"], error["field"], error["key"]) == (
            "IdempotencyKeyReusedError",
            ["idempotencyKey"],
            "k",
        )

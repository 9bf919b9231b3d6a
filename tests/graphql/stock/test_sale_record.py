"""saleRecord: a receipt or invoice of one location, sales and returns, all lines or none."""

from typing import Any

import pytest

from tests.graphql.api import Api
from tests.graphql.operations import LEVEL, MAX, SKU_RULE, WHY, user_error

RECORD = (
    """
mutation Record($input: SaleRecordInput!) {
  saleRecord(input: $input) {
    movements { delta reason reference channel version level { item { sku } location { code } onHand } }
    operation { kind reference occurredAt }
    replayed
    userErrors { ...Why }
  }
}
"""
    + WHY
)


def sold(sku: str, quantity: int) -> dict[str, Any]:
    """Return one line of the input."""
    return {"sku": sku, "quantity": quantity}


async def test_a_sale_takes_what_was_sold_and_adds_what_came_back(shop: Api) -> None:
    """One movement per line, in the order of the lines; a negative quantity is a return."""
    payload = await shop.run(
        RECORD,
        input={
            "location": "MAIN",
            "lines": [sold("TEA-1", 10), sold("CUP-1", -2)],
            "channel": "web",
            "reference": "I-9",
            "occurredAt": "2026-01-02T03:04:05Z",
        },
    )
    shared = {"reference": "I-9", "channel": "web", "version": 2}
    assert payload == {
        "movements": [
            {
                "delta": -10,
                "reason": "SALE",
                **shared,
                "level": {"item": {"sku": "TEA-1"}, "location": {"code": "MAIN"}, "onHand": 0},
            },
            {
                "delta": 2,
                "reason": "RETURN",
                **shared,
                "level": {"item": {"sku": "CUP-1"}, "location": {"code": "MAIN"}, "onHand": 6},
            },
        ],
        "operation": {"kind": "saleRecord", "reference": "I-9", "occurredAt": "2026-01-02T03:04:05Z"},
        "replayed": False,
        "userErrors": [],
    }


async def test_a_return_may_begin_a_level(shop: Api) -> None:
    """Goods come back to a place that never had any."""
    await shop.run(RECORD, input={"location": "NORTH", "lines": [sold("TEA-1", -1)]})
    level = await shop.run(LEVEL, sku="TEA-1", location="NORTH")
    assert (level["onHand"], level["status"], level["version"]) == (1, "LOW", 1)


async def test_everything_in_the_way_of_a_sale_is_told_at_once(lasting_shop: Api) -> None:
    """All shortages, all unknown and all archived items, each with its line; the good lines are not carried out."""
    lines = [sold("TEA-1", 11), sold("NONE", 1), sold("CUP-1", 5), sold("OLD-1", 1)]
    assert await lasting_shop.refusal(RECORD, location="MAIN", lines=lines) == [
        user_error(
            "InsufficientStockError",
            "11 requested, 10 available of TEA-1 at MAIN.",
            "lines",
            "0",
            "quantity",
            sku="TEA-1",
            location="MAIN",
            requested=11,
            available=10,
        ),
        user_error("UnknownItemError", "No item has the SKU 'NONE'.", "lines", "1", "sku", sku="NONE"),
        user_error(
            "InsufficientStockError",
            "5 requested, 4 available of CUP-1 at MAIN.",
            "lines",
            "2",
            "quantity",
            sku="CUP-1",
            location="MAIN",
            requested=5,
            available=4,
        ),
        user_error("ArchivedError", "The item 'OLD-1' is archived.", "lines", "3", "sku", name="OLD-1"),
    ]


@pytest.mark.parametrize(
    ("location", "error"),
    [
        (
            "NONE",
            {
                "__typename": "UnknownLocationError",
                "code": "UNKNOWN_LOCATION",
                "message": "No location has the code 'NONE'.",
                "location": "NONE",
            },
        ),
        (
            "CLOSED",
            {
                "__typename": "ArchivedError",
                "code": "ARCHIVED",
                "message": "The location 'CLOSED' is archived.",
                "name": "CLOSED",
            },
        ),
    ],
)
async def test_a_location_that_cannot_sell_is_told_once(
    lasting_shop: Api, location: str, error: dict[str, Any]
) -> None:
    """It is the sale's, not the lines'."""
    lines = [sold("TEA-1", 1), sold("CUP-1", 1)]
    assert await lasting_shop.refusal(RECORD, location=location, lines=lines) == [{**error, "field": ["location"]}]


async def test_bad_lines_are_told_at_once(lasting_shop: Api) -> None:
    """Each fault with the path of its input."""
    errors = await lasting_shop.refusal(
        RECORD,
        location="MAIN",
        lines=[sold("TEA-1", 0), sold("x" * 65, 1), sold("TEA-1", -MAX - 1)],
        channel="c" * 65,
    )
    told = [(error["__typename"], error["field"]) for error in errors]
    assert told == [
        ("InvalidValueError", ["channel"]),
        ("QuantityOutOfRangeError", ["lines", "0", "quantity"]),
        ("InvalidValueError", ["lines", "1", "sku"]),
        ("QuantityOutOfRangeError", ["lines", "2", "quantity"]),
    ]
    assert errors[2]["rule"] == SKU_RULE


@pytest.mark.parametrize("count", [0, 1_001])
async def test_one_to_a_thousand_lines_are_allowed(lasting_shop: Api, count: int) -> None:
    """A receipt without a line is none."""
    lines = [sold(f"S-{number}", 1) for number in range(count)]
    [error] = await lasting_shop.refusal(RECORD, location="MAIN", lines=lines)
    assert (error["__typename"], error["field"], error["count"], error["maximum"]) == (
        "TooManyLinesError",
        ["lines"],
        count,
        1_000,
    )


async def test_repeating_a_sale_returns_the_first_result(shop: Api) -> None:
    """The till may send its receipt as often as it likes, but not another one under the same key."""
    request = {"location": "MAIN", "lines": [sold("TEA-1", 9), sold("CUP-1", -1)], "idempotencyKey": "I-9"}
    first = await shop.run(RECORD, input=request)
    async with shop.nothing_changes():
        assert await shop.run(RECORD, input=request) == {**first, "replayed": True}
    for change in ({"lines": [sold("TEA-1", 9)]}, {"channel": "web"}, {"location": "NORTH"}):
        [error] = await shop.refusal(RECORD, **{**request, **change})
        assert (error["__typename"], error["key"]) == ("IdempotencyKeyReusedError", "I-9")

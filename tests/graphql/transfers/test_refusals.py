"""What transfers refuse, and what no client should send for one."""

from typing import Any

import pytest

from tests.graphql.api import Api
from tests.graphql.operations import SKU_RULE, user_error
from tests.graphql.transfers.operations import (
    CREATE,
    RECEIVE,
    SHIP,
    TRANSFER,
    created,
    line,
    refusal,
    shipped,
)

MISSING = "must be given, as not everything has arrived"


async def test_every_shortage_of_a_shipment_is_told(shop: Api) -> None:
    """With what is there of each item."""
    identity = await created(shop, line("TEA-1", 11), line("CUP-1", 5))

    def short(sku: str, requested: int, available: int, *field: str) -> dict[str, Any]:
        message = f"{requested} requested, {available} available of {sku} at MAIN."
        facts = {"sku": sku, "location": "MAIN", "requested": requested, "available": available}
        return user_error("InsufficientStockError", message, *field, **facts)

    assert await refusal(shop, SHIP, id=identity) == [short("TEA-1", 11, 10, "id"), short("CUP-1", 5, 4, "id")]
    assert await refusal(shop, SHIP, id=identity, lines=[line("CUP-1", 5), line("TEA-1", 11)]) == [
        short("CUP-1", 5, 4, "lines", "0", "quantity"),
        short("TEA-1", 11, 10, "lines", "1", "quantity"),
    ]


async def test_what_a_draft_may_not_name_is_told_at_once(lasting_shop: Api) -> None:
    """Locations and items that do not exist or are archived."""
    lines = [line("NONE", 1), line("TEA-1", 1), line("OLD-1", 1)]
    errors = await refusal(lasting_shop, CREATE, source="MAIN", destination="CLOSED", lines=lines)
    assert [(error["__typename"], error["field"]) for error in errors] == [
        ("ArchivedError", ["destination"]),
        ("UnknownItemError", ["lines", "0", "sku"]),
        ("ArchivedError", ["lines", "2", "sku"]),
    ]


async def test_what_is_wrong_with_a_draft_in_itself_is_told_at_once(lasting_shop: Api) -> None:
    """Each fault with the path of its input."""
    lines = [line("TEA-1", 0), line("x" * 65, 1), line("CUP-1", 1), line("CUP-1", 2)]
    errors = await refusal(lasting_shop, CREATE, source="MAIN", destination="MAIN", lines=lines)
    assert [(error["__typename"], error["field"]) for error in errors] == [
        ("InvalidValueError", ["destination"]),
        ("QuantityOutOfRangeError", ["lines", "0", "quantity"]),
        ("InvalidValueError", ["lines", "1", "sku"]),
        ("DuplicateLineError", ["lines", "3"]),
    ]
    assert (errors[1]["minimum"], errors[2]["rule"]) == (1, SKU_RULE)


async def test_what_is_wrong_with_a_receipt_is_told_at_once(shop: Api) -> None:
    """Too much of one item, and no word about another that is missing."""
    identity = await shipped(shop, line("TEA-1", 4), line("CUP-1", 2))
    errors = await refusal(shop, RECEIVE, id=identity, lines=[line("TEA-1", 5)], isComplete=True)
    message = "5 of TEA-1 requested, 4 outstanding. Give an overReason to take the rest in."
    facts = {"sku": "TEA-1", "requested": 5, "outstanding": 4}
    assert errors == [
        user_error("ExceedsOutstandingError", message, "lines", "0", "quantity", **facts),
        user_error("InvalidValueError", f"The reason of missing units {MISSING}.", "shortReason", rule=MISSING),
    ]


BAD_RECEIPTS: dict[str, tuple[dict[str, Any], list[str], str]] = {
    "no line": ({"lines": []}, ["lines"], "TOO_MANY_LINES"),
    "no unit": ({"lines": [line("TEA-1", 0)]}, ["lines"], "INVALID_VALUE"),
    "a negative quantity": ({"lines": [line("TEA-1", -1)]}, ["lines", "0", "quantity"], "QUANTITY_OUT_OF_RANGE"),
    "an item of no line": ({"lines": [line("CUP-1", 1)]}, ["lines", "0", "sku"], "INVALID_VALUE"),
    "an item twice, too many in all": (
        {"lines": [line("TEA-1", 3), line("TEA-1", 2)]},
        ["lines", "1", "quantity"],
        "EXCEEDS_OUTSTANDING",
    ),
    "more damaged than there are": (
        {"lines": [line("TEA-1", 1, damaged=2)]},
        ["lines", "0", "damaged"],
        "INVALID_VALUE",
    ),
    "a reason of our own": (
        {"lines": [line("TEA-1", 9, overReason="TRANSFER")]},
        ["lines", "0", "overReason"],
        "INVALID_VALUE",
    ),
    "a reason too early": ({"lines": [line("TEA-1", 1)], "shortReason": "LOST"}, ["shortReason"], "INVALID_VALUE"),
}


@pytest.mark.parametrize(("request_", "field", "code"), BAD_RECEIPTS.values(), ids=BAD_RECEIPTS)
async def test_a_bad_receipt_is_refused(shop: Api, request_: dict[str, Any], field: list[str], code: str) -> None:
    """With the path of its input."""
    identity = await shipped(shop, line("TEA-1", 4))
    [error] = await refusal(shop, RECEIVE, id=identity, **request_)
    assert (error["field"], error["code"]) == (field, code)


async def test_an_operation_is_no_transfer(shop: Api) -> None:
    """Though the transfer that it wrote down has the same id behind its own."""
    asked = {"source": "MAIN", "destination": "NORTH", "lines": [line("TEA-1", 1)]}
    query = "mutation ($input: TransferCreateInput!) { transferCreate(input: $input) { operation { id } } }"
    operation = (await shop.run(query, input=asked))["operation"]["id"]
    assert await shop.run(TRANSFER, id=operation) is None
    [error] = await refusal(shop, SHIP, id=operation)
    assert error["code"] == "UNKNOWN_DOCUMENT"

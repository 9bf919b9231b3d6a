"""transferCreate, transferShip, transferReceive and transferCancel, and the transfers that they leave."""

from typing import Any

import pytest

from tests.graphql.api import Api
from tests.graphql.transfer_words import (
    CANCEL,
    CREATE,
    NO_ID,
    RECEIVE,
    SHIP,
    TRANSFER,
    created,
    global_id,
    line,
    refusal,
    shipped,
)
from tests.graphql.words import LEVEL, SKU_RULE

NODE = "query ($id: ID!) { node(id: $id) { id __typename ... on Transfer { state } } }"
MISSING = "must be told, as not everything has arrived"


def told(sku: str, quantity: int, **counts: int) -> dict[str, Any]:
    """Return a line as the API tells it; counts that are left out are zero."""
    names = ("shipped", "received", "lost", "returned", "over", "outstanding")
    return {"item": {"sku": sku}, "quantity": quantity, **dict.fromkeys(names, 0), **counts}


def moved(sku: str, location: str, *, reason: str = "TRANSFER", **counts: int) -> dict[str, Any]:
    """Return a movement as the API tells it; counts that are left out are zero."""
    return {
        "reason": reason,
        "reference": "TO-1",
        "delta": counts.get("delta", 0),
        "change": {"incoming": counts.get("incoming", 0), "unavailableBy": {"damaged": counts.get("damaged", 0)}},
        "level": {"item": {"sku": sku}, "location": {"code": location}},
    }


async def counts_at(api: Api, sku: str, location: str) -> tuple[int, int, int, int]:
    """Return what is on hand, unavailable, incoming and available."""
    level = await api.run(LEVEL, sku=sku, location=location)
    return level["onHand"], level["unavailable"], level["incoming"], level["available"]


async def test_a_transfer_goes_from_draft_to_received(shop: Api) -> None:
    """Each step answers with the transfer, and with what it moved."""
    # when
    asked = {"source": "MAIN", "destination": "NORTH", "lines": [line("TEA-1", 6), line("CUP-1", 2)]}
    draft = await shop.run(CREATE, input={**asked, "reference": "TO-1"})
    # then
    identity = draft["transfer"]["id"]
    assert draft == {
        "transfer": {
            "id": identity,
            "state": "DRAFT",
            "source": {"code": "MAIN"},
            "destination": {"code": "NORTH"},
            "reference": "TO-1",
            "version": 1,
            "createdAt": draft["transfer"]["createdAt"],
            "updatedAt": draft["transfer"]["updatedAt"],
            "lines": [told("TEA-1", 6), told("CUP-1", 2)],
        },
        "operation": {"kind": "transferCreate", "reference": "TO-1", "movements": []},
        "replayed": False,
        "userErrors": [],
    }
    # when
    sent = await shop.run(SHIP, input={"id": identity, "lines": [line("CUP-1", 2), line("TEA-1", 5)]})
    # then
    assert sent["operation"] == {
        "kind": "transferShip",
        "reference": "TO-1",
        "movements": [
            moved("CUP-1", "MAIN", delta=-2),
            moved("CUP-1", "NORTH", incoming=2),
            moved("TEA-1", "MAIN", delta=-5),
            moved("TEA-1", "NORTH", incoming=5),
        ],
    }
    assert sent["transfer"] == {
        **draft["transfer"],
        "state": "IN_TRANSIT",
        "version": 2,
        "updatedAt": sent["transfer"]["updatedAt"],
        "lines": [told("TEA-1", 6, shipped=5, outstanding=5), told("CUP-1", 2, shipped=2, outstanding=2)],
    }
    assert sent["transfer"]["updatedAt"] > draft["transfer"]["updatedAt"] > draft["transfer"]["createdAt"]
    assert await counts_at(shop, "TEA-1", "NORTH") == (0, 0, 5, 0)
    # when
    part = await shop.run(
        RECEIVE,
        input={"id": identity, "lines": [line("TEA-1", 3, damaged=1), line("CUP-1", 3, overReason="FOUND")]},
    )
    # then
    assert part["operation"]["movements"] == [
        moved("TEA-1", "NORTH", delta=3, incoming=-3, damaged=1),
        moved("CUP-1", "NORTH", delta=2, incoming=-2),
        moved("CUP-1", "NORTH", delta=1, reason="FOUND"),
    ]
    assert part["transfer"]["state"] == "PARTIALLY_RECEIVED"
    # when
    last = await shop.run(RECEIVE, input={"id": identity, "lines": [], "isComplete": True, "shortReason": "LOST"})
    # then
    assert last["operation"]["movements"] == [moved("TEA-1", "NORTH", incoming=-2, reason="LOST")]
    assert (last["transfer"]["state"], last["transfer"]["version"]) == ("RECEIVED", 4)
    assert last["transfer"]["lines"] == [
        told("TEA-1", 6, shipped=5, received=3, lost=2),
        told("CUP-1", 2, shipped=2, received=2, over=1),
    ]
    assert await counts_at(shop, "TEA-1", "MAIN") == (5, 0, 0, 5)
    assert await counts_at(shop, "TEA-1", "NORTH") == (3, 1, 0, 2)
    assert await counts_at(shop, "CUP-1", "NORTH") == (3, 0, 0, 3)
    assert await shop.run(TRANSFER, id=identity) == last["transfer"]


async def test_everything_is_sent_and_everything_arrives_unless_told_otherwise(shop: Api) -> None:
    """Without lines, a step is about all of them."""
    identity = await shipped(shop, line("TEA-1", 10), line("CUP-1", 1))
    transfer = (await shop.run(RECEIVE, input={"id": identity}))["transfer"]
    assert transfer["state"] == "RECEIVED"
    assert transfer["lines"] == [told("TEA-1", 10, shipped=10, received=10), told("CUP-1", 1, shipped=1, received=1)]
    assert await counts_at(shop, "TEA-1", "MAIN") == (0, 0, 0, 0)
    assert await counts_at(shop, "TEA-1", "NORTH") == (10, 0, 0, 10)


async def test_a_cancelled_transfer_goes_back(shop: Api) -> None:
    """What was on its way is at the source again, under the reference that the cancellation gives."""
    identity = await shipped(shop, line("TEA-1", 4))
    payload = await shop.run(CANCEL, input={"id": identity, "reference": "RMA-1"})
    assert payload["transfer"]["state"] == "CANCELLED"
    assert payload["transfer"]["reference"] == "TO-1"
    assert payload["transfer"]["lines"] == [told("TEA-1", 4, shipped=4, returned=4)]
    back = [moved("TEA-1", "NORTH", incoming=-4), moved("TEA-1", "MAIN", delta=4)]
    assert payload["operation"] == {
        "kind": "transferCancel",
        "reference": "RMA-1",
        "movements": [{**movement, "reference": "RMA-1"} for movement in back],
    }
    assert await counts_at(shop, "TEA-1", "MAIN") == (10, 0, 0, 10)
    assert await counts_at(shop, "TEA-1", "NORTH") == (0, 0, 0, 0)


async def test_repeating_a_step_returns_its_first_result(shop: Api) -> None:
    """Each of the four, also when the transfer has moved on."""
    requests: list[tuple[str, dict[str, Any]]] = [
        (CREATE, {"source": "MAIN", "destination": "NORTH", "lines": [line("TEA-1", 4)], "idempotencyKey": "1"})
    ]
    first = [await shop.run(CREATE, input=requests[0][1])]
    identity = first[0]["transfer"]["id"]
    requests += [
        (SHIP, {"id": identity, "idempotencyKey": "2"}),
        (RECEIVE, {"id": identity, "lines": [line("TEA-1", 1)], "idempotencyKey": "3"}),
        (CANCEL, {"id": identity, "idempotencyKey": "4"}),
    ]
    first += [await shop.run(query, input=request) for query, request in requests[1:]]
    async with shop.nothing_changes():
        again = [await shop.run(query, input=request) for query, request in requests]
    assert again == [{**payload, "replayed": True} for payload in first]
    assert [payload["transfer"]["state"] for payload in again] == [
        "DRAFT",
        "IN_TRANSIT",
        "PARTIALLY_RECEIVED",
        "CANCELLED",
    ]
    [error] = await refusal(shop, SHIP, id=identity, idempotencyKey="3")
    assert (error["__typename"], error["key"]) == ("IdempotencyKeyReusedError", "3")


async def test_every_shortage_of_a_shipment_is_told(shop: Api) -> None:
    """With what is there of each item."""
    identity = await created(shop, line("TEA-1", 11), line("CUP-1", 5))
    shared = {"__typename": "InsufficientStockError", "code": "INSUFFICIENT_STOCK", "location": "MAIN"}
    tea = {**shared, "message": "11 requested, 10 available of TEA-1 at MAIN.", "sku": "TEA-1"} | {
        "requested": 11,
        "available": 10,
    }
    cup = {**shared, "message": "5 requested, 4 available of CUP-1 at MAIN.", "sku": "CUP-1"} | {
        "requested": 5,
        "available": 4,
    }
    assert await refusal(shop, SHIP, id=identity) == [{**tea, "field": ["id"]}, {**cup, "field": ["id"]}]
    assert await refusal(shop, SHIP, id=identity, lines=[line("CUP-1", 5), line("TEA-1", 11)]) == [
        {**cup, "field": ["lines", "0", "quantity"]},
        {**tea, "field": ["lines", "1", "quantity"]},
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
    assert errors == [
        {
            "__typename": "ExceedsOutstandingError",
            "code": "EXCEEDS_OUTSTANDING",
            "message": "5 of TEA-1 requested, 4 outstanding.",
            "field": ["lines", "0", "quantity"],
            "sku": "TEA-1",
            "requested": 5,
            "outstanding": 4,
        },
        {
            "__typename": "InvalidValueError",
            "code": "INVALID_VALUE",
            "message": f"The reason of missing units {MISSING}.",
            "field": ["shortReason"],
            "rule": MISSING,
        },
    ]


BAD_RECEIPTS: dict[str, tuple[dict[str, Any], list[str], str]] = {
    "no line": ({"lines": []}, ["lines"], "TOO_MANY_LINES"),
    "no unit": ({"lines": [line("TEA-1", 0)]}, ["lines"], "INVALID_VALUE"),
    "a negative quantity": ({"lines": [line("TEA-1", -1)]}, ["lines", "0", "quantity"], "QUANTITY_OUT_OF_RANGE"),
    "an item of no line": ({"lines": [line("CUP-1", 1)]}, ["lines", "0", "sku"], "INVALID_VALUE"),
    "an item twice": ({"lines": [line("TEA-1", 1), line("TEA-1", 1)]}, ["lines", "1"], "DUPLICATE_LINE"),
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


async def test_a_step_at_the_wrong_time_is_refused(shop: Api) -> None:
    """With the state that the transfer is in."""
    draft = await created(shop, line("TEA-1", 1))
    sent = await shipped(shop, line("TEA-1", 1))
    done = await shipped(shop, line("TEA-1", 1))
    await shop.run(RECEIVE, input={"id": done})
    for query, identity, state in (
        (RECEIVE, draft, "DRAFT"),
        (SHIP, sent, "IN_TRANSIT"),
        (SHIP, done, "RECEIVED"),
        (RECEIVE, done, "RECEIVED"),
        (CANCEL, done, "RECEIVED"),
    ):
        [error] = await refusal(shop, query, id=identity)
        assert (error["__typename"], error["kind"], error["state"]) == ("WrongStateError", "TRANSFER", state)
        assert error["field"] == ["id"]


@pytest.mark.parametrize(
    "identity",
    [
        global_id("Transfer", NO_ID),
        global_id("Transfer", ""),
        global_id("Item", "TEA-1"),
        global_id("StockLevel", "MAIN/TEA-1"),
        "",
        "x",
        "\u2603",
        "TEA-1",
        global_id("Transfer", "x" * 5_000),
    ],
)
async def test_an_id_of_no_transfer_is_unknown(lasting_shop: Api, identity: str) -> None:
    """A read finds nothing, and a change says so, whatever was sent for an id."""
    assert await lasting_shop.run(TRANSFER, id=identity) is None
    for query in (SHIP, RECEIVE, CANCEL):
        [error] = await refusal(lasting_shop, query, id=identity)
        assert (error["__typename"], error["code"]) == ("UnknownDocumentError", "UNKNOWN_DOCUMENT")
        assert (error["kind"], error["field"]) == ("TRANSFER", ["id"])


async def test_an_operation_is_no_transfer(shop: Api) -> None:
    """Though the transfer that it wrote down has the same id behind its own."""
    asked = {"source": "MAIN", "destination": "NORTH", "lines": [line("TEA-1", 1)]}
    query = "mutation ($input: TransferCreateInput!) { transferCreate(input: $input) { operation { id } } }"
    operation = (await shop.run(query, input=asked))["operation"]["id"]
    assert await shop.run(TRANSFER, id=operation) is None
    [error] = await refusal(shop, SHIP, id=operation)
    assert error["code"] == "UNKNOWN_DOCUMENT"


async def test_a_transfer_is_a_node(shop: Api) -> None:
    """It is found by its global id among all other things; an unknown one is null."""
    identity = await created(shop, line("TEA-1", 1))
    assert await shop.run(NODE, id=identity) == {"id": identity, "__typename": "Transfer", "state": "DRAFT"}
    assert await shop.run(NODE, id=global_id("Transfer", NO_ID)) is None


@pytest.mark.parametrize(
    ("query", "given"),
    [
        (CREATE, {"source": "MAIN", "destination": "NORTH", "lines": [line("TEA-1", 2**31)]}),
        (CREATE, {"source": "MAIN", "destination": "NORTH", "lines": [{"sku": "TEA-1", "quantity": 1.5}]}),
        (CREATE, {"source": "MAIN", "destination": "NORTH", "lines": [{"sku": "TEA-1"}]}),
        (CREATE, {"source": "MAIN", "destination": "NORTH"}),
        (CREATE, {"source": "MAIN", "lines": [line("TEA-1", 1)]}),
        (CREATE, {"source": "MAIN", "destination": None, "lines": [line("TEA-1", 1)]}),
        (SHIP, {}),
        (SHIP, {"id": "x", "lines": [line("TEA-1", 1, damaged=1)]}),
        (SHIP, {"id": "x", "lines": [None]}),
        (RECEIVE, {"id": "x", "lines": [line("TEA-1", 1, overReason="NONE")]}),
        (RECEIVE, {"id": "x", "lines": [line("TEA-1", 1, damaged=None)]}),
        (RECEIVE, {"id": "x", "isComplete": "yes"}),
        (RECEIVE, {"id": "x", "isComplete": None}),
        (CANCEL, {"id": {"$gt": ""}}),
        (CANCEL, {"id": ["x"]}),
    ],
)
async def test_an_input_of_another_type_is_the_clients_fault(
    lasting_shop: Api, query: str, given: dict[str, Any]
) -> None:
    """Nothing is guessed."""
    assert "$input" in await lasting_shop.fault(query, input=given)

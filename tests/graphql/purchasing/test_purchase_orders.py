"""purchaseOrderCreate, Update, Submit, Confirm, Receive and Cancel, and the orders that they leave."""

from typing import Any

import pytest

from app.store.driver.client import Database
from tests.graphql.api import Api, settings_of
from tests.graphql.live.sockets import served
from tests.graphql.operations import seed, user_error
from tests.graphql.purchasing.operations import (
    CANCEL,
    CONFIRM,
    CREATE,
    LEVEL,
    ORDER,
    RECEIVE,
    REVERSE,
    SUBMIT,
    UPDATE,
    WHOLE,
    change,
    created,
    given_offer,
    given_supplier,
    line,
)
from tests.graphql.reservations.operations import RESERVATION, given_limit, reserved
from tests.graphql.reservations.operations import line as reservation_line
from tests.graphql.transfers.operations import NO_ID, global_id
from tests.support.waiting import eventually

NODE = "query ($id: ID!) { node(id: $id) { id __typename ... on PurchaseOrder { state } } }"
LEDGER = """
query { movements(filter: {sku: "CUP-1"}, first: 1) { nodes { operation { id kind reverses { id } } } } }"""
WORTH = "query ($sku: String!) { item(sku: $sku) { unitCost } }"
FRIDAY = "2031-03-07T12:00:00Z"


@pytest.fixture
async def supplied(shop: Api) -> Api:
    """Return a shop with ACME, which takes 6 days and offers TEA-1 for 2.50 in packs of 4."""
    await given_supplier(shop, leadTimeDays=6)
    await given_offer(shop, unitCost="2.50", packSize=4, minimumQuantity=8)
    return shop


def told(
    sku: str, quantity: int, *, cost: str | None = None, value: str | None = None, **counts: int
) -> dict[str, Any]:
    """Return a line as the API tells it; counts that are left out are zero."""
    names = ("received", "short", "over", "outstanding")
    counted = {"item": {"sku": sku}, "quantity": quantity, **dict.fromkeys(names, 0), **counts}
    return {**counted, "unitCost": cost, "value": value, "reasons": []}


def moved(sku: str, *, reason: str = "PURCHASE", **counts: int) -> dict[str, Any]:
    """Return a movement as the API tells it; counts that are left out are zero."""
    changed = {"incoming": counts.get("incoming", 0), "planned": counts.get("planned", 0)}
    return {
        "reason": reason,
        "reference": "PO-1",
        "delta": counts.get("delta", 0),
        "change": {**changed, "unavailableBy": {"damaged": counts.get("damaged", 0)}},
        "level": {"item": {"sku": sku}},
    }


async def counts_of(api: Api, sku: str) -> tuple[int, int, int, int]:
    """Return what is on hand, unavailable, incoming and planned at MAIN."""
    level = await api.run(LEVEL, sku=sku)
    return level["onHand"], level["unavailable"], level["incoming"], level["planned"]


async def test_an_order_goes_from_draft_to_received(supplied: Api) -> None:
    """Each step answers with the order, and with what it moved."""
    # when
    asked = {"supplier": "ACME", "location": "MAIN", "lines": [line("TEA-1", 8), line("CUP-1", 2, unitCost=1.2)]}
    draft = await supplied.run(CREATE, input={**asked, "reference": "PO-1", "note": "Please hurry."})
    # then
    identity = draft["purchaseOrder"]["id"]
    assert draft == {
        "purchaseOrder": {
            "id": identity,
            "state": "DRAFT",
            "supplier": {"code": "ACME"},
            "location": {"code": "MAIN"},
            "reference": "PO-1",
            "note": "Please hurry.",
            "isAutomatic": False,
            "value": "22.40",
            "unvaluedUnits": 0,
            "version": 1,
            "createdAt": draft["purchaseOrder"]["createdAt"],
            "updatedAt": draft["purchaseOrder"]["updatedAt"],
            "submittedAt": None,
            "confirmedAt": None,
            "expectedAt": None,
            "closedAt": None,
            "lines": [
                told("TEA-1", 8, cost="2.50", value="20.00", outstanding=8),
                told("CUP-1", 2, cost="1.20", value="2.40", outstanding=2),
            ],
        },
        "operation": {
            "kind": "purchaseOrderCreate",
            "reference": "PO-1",
            "movements": [moved("TEA-1", planned=8), moved("CUP-1", planned=2)],
        },
        "replayed": False,
        "userErrors": [],
    }
    assert await counts_of(supplied, "TEA-1") == (10, 0, 0, 8)
    # when
    changed = await supplied.run(UPDATE, input={"id": identity, "lines": [line("CUP-1", 3)], "expectedVersion": 1})
    sent = await supplied.run(SUBMIT, input={"id": identity, "expectedVersion": 2})
    # then
    assert changed["operation"]["movements"] == [moved("CUP-1", planned=1)]
    assert sent["operation"]["movements"] == [
        moved("TEA-1", planned=-8, incoming=8),
        moved("CUP-1", planned=-3, incoming=3),
    ]
    assert sent["purchaseOrder"]["state"] == "SUBMITTED"
    assert sent["purchaseOrder"]["expectedAt"] > sent["purchaseOrder"]["submittedAt"]
    assert await counts_of(supplied, "TEA-1") == (10, 0, 8, 0)
    # when
    confirmed = await change(supplied, CONFIRM, id=identity, expectedAt=FRIDAY)
    # then
    assert (confirmed["state"], confirmed["expectedAt"]) == ("CONFIRMED", FRIDAY)
    # when
    part = await supplied.run(
        RECEIVE,
        input={"id": identity, "lines": [line("TEA-1", 5, damaged=1), line("CUP-1", 4, overReason="FOUND")]},
    )
    # then
    assert part["operation"]["movements"] == [
        moved("TEA-1", reason="RECEIPT", delta=5, incoming=-5, damaged=1),
        moved("CUP-1", reason="RECEIPT", delta=3, incoming=-3),
        moved("CUP-1", reason="FOUND", delta=1),
    ]
    assert part["purchaseOrder"]["state"] == "PARTIALLY_RECEIVED"
    # when
    last = await supplied.run(RECEIVE, input={"id": identity, "lines": [], "isComplete": True})
    # then
    assert last["operation"]["movements"] == [moved("TEA-1", incoming=-3)]
    assert (last["purchaseOrder"]["state"], last["purchaseOrder"]["version"]) == ("RECEIVED", 6)
    assert last["purchaseOrder"]["closedAt"] is not None
    assert last["purchaseOrder"]["lines"] == [
        told("TEA-1", 8, cost="2.50", value="20.00", received=5, short=3),
        told("CUP-1", 3, cost="1.20", value="3.60", received=3, over=1),
    ]
    assert await counts_of(supplied, "TEA-1") == (15, 1, 0, 0)
    assert await supplied.run(ORDER, id=identity) == last["purchaseOrder"]


@pytest.mark.complaint("P3", "P4", "P5")
async def test_what_turns_out_otherwise_is_recorded(supplied: Api) -> None:
    """Fewer are confirmed, at another price; a receipt is taken back, and the summary is worth the average."""
    # given
    identity = await created(supplied, line("CUP-1", 10))
    await change(supplied, SUBMIT, id=identity, expectedVersion=1)
    # when
    confirmed = await supplied.run(CONFIRM, input={"id": identity, "lines": [line("CUP-1", 6, unitCost="1.50")]})
    # then
    assert confirmed["operation"]["movements"] == [moved("CUP-1", incoming=-4)]
    assert confirmed["purchaseOrder"]["lines"] == [
        told("CUP-1", 10, cost="1.50", value="15.00", short=4, outstanding=6)
    ]
    # when
    await change(supplied, RECEIVE, id=identity)
    [operation] = (await supplied.run(LEDGER))["nodes"]
    # then
    assert (await supplied.run(WORTH, sku="CUP-1"))["unitCost"] == "1.50"
    # when
    receipt = operation["operation"]["id"]
    taken_back = await supplied.run(
        REVERSE, input={"id": identity, "receipt": receipt, "lines": [line("CUP-1", 5)], "idempotencyKey": "oops"}
    )
    # then
    assert taken_back["operation"]["movements"] == [moved("CUP-1", reason="RECEIPT", delta=-5, incoming=5)]
    assert taken_back["purchaseOrder"]["state"] == "PARTIALLY_RECEIVED"
    [counter_entry] = (await supplied.run(LEDGER))["nodes"]
    assert counter_entry["operation"]["reverses"] == {"id": receipt}
    assert [error["message"] for error in await supplied.refusal(REVERSE, id=identity, receipt=identity)] == [
        f"No purchase receipt has the id {identity!r}."
    ]


async def test_a_cancelled_order_is_expected_no_more(supplied: Api) -> None:
    """Under the reference that the cancellation gives; what nobody knows the cost of is told apart."""
    identity = await created(supplied, line("TEA-1", 8), line("CUP-1", 2))
    assert (await supplied.run(ORDER, id=identity))["unvaluedUnits"] == 2
    await change(supplied, SUBMIT, id=identity, expectedVersion=1)
    payload = await supplied.run(CANCEL, input={"id": identity, "reference": "RMA-1"})
    gone = [moved("TEA-1", incoming=-8), moved("CUP-1", incoming=-2)]
    assert payload["operation"] == {
        "kind": "purchaseOrderCancel",
        "reference": "RMA-1",
        "movements": [{**movement, "reference": "RMA-1"} for movement in gone],
    }
    assert payload["purchaseOrder"]["state"] == "CANCELLED"
    assert [each["short"] for each in payload["purchaseOrder"]["lines"]] == [8, 2]
    assert await counts_of(supplied, "TEA-1") == (10, 0, 0, 0)


@pytest.mark.complaint("O6")
async def test_terms_that_are_not_kept_are_told_with_what_would_do(supplied: Api) -> None:
    """And may be ignored."""
    await given_supplier(supplied, minimumOrderValue="100")
    identity = await created(supplied, line("TEA-1", 9))
    errors = await supplied.refusal(SUBMIT, id=identity, expectedVersion=1)
    assert errors == [
        user_error(
            "QuantityNotOfferedError",
            "9 of TEA-1 ordered; ACME sells 8 or more, in packs of 4: 12 would do.",
            "id",
            supplier="ACME",
            sku="TEA-1",
            quantity=9,
            minimumQuantity=8,
            packSize=4,
            nextAllowedQuantity=12,
        ),
        user_error(
            "BelowOrderValueError",
            "The order is worth 22.50; ACME takes orders of 100.00 or more.",
            "id",
            supplier="ACME",
            value="22.50",
            minimumValue="100.00",
        ),
    ]
    assert (await change(supplied, SUBMIT, id=identity, expectedVersion=1, ignoreMinimums=True))["state"] == "SUBMITTED"


async def test_a_draft_that_somebody_changed_is_not_submitted(supplied: Api) -> None:
    """By whoever says which version was seen; the global id is told."""
    identity = await created(supplied, line("TEA-1", 8))
    await change(supplied, UPDATE, id=identity, lines=[line("TEA-1", 80)])
    [error] = await supplied.refusal(SUBMIT, id=identity, expectedVersion=1)
    told = {name: error[name] for name in ("__typename", "field", "kind", "id", "expected", "actual")}
    assert told == {
        "__typename": "StaleDocumentError",
        "field": ["expectedVersion"],
        "kind": "PURCHASE_ORDER",
        "id": identity,
        "expected": 1,
        "actual": 2,
    }


async def test_what_an_order_may_not_name_is_told_at_once(supplied: Api) -> None:
    """Suppliers, locations and items that do not exist or are archived."""
    lines = [line("NONE", 1), line("TEA-1", 1), line("OLD-1", 1)]
    errors = await supplied.refusal(CREATE, supplier="NONE", location="MAIN", lines=lines)
    assert [(error["__typename"], error["field"]) for error in errors] == [
        ("UnknownDocumentError", ["supplier"]),
        ("UnknownItemError", ["lines", "0", "sku"]),
        ("ArchivedError", ["lines", "2", "sku"]),
    ]
    assert (errors[0]["kind"], errors[0]["id"]) == ("SUPPLIER", "NONE")


async def test_repeating_a_step_returns_its_operation_and_the_order_of_now(supplied: Api) -> None:
    """Each of the six, when the order has moved on."""
    asked = {"supplier": "ACME", "location": "MAIN", "lines": [line("TEA-1", 8)], "idempotencyKey": "1"}
    first = [await supplied.run(CREATE, input=asked)]
    identity = first[0]["purchaseOrder"]["id"]
    requests: list[tuple[str, dict[str, Any]]] = [
        (CREATE, asked),
        (UPDATE, {"id": identity, "lines": [line("TEA-1", 12)], "idempotencyKey": "2"}),
        (SUBMIT, {"id": identity, "expectedVersion": 2, "idempotencyKey": "3"}),
        (CONFIRM, {"id": identity, "idempotencyKey": "4"}),
        (RECEIVE, {"id": identity, "lines": [line("TEA-1", 1)], "idempotencyKey": "5"}),
        (CANCEL, {"id": identity, "idempotencyKey": "6"}),
    ]
    first += [await supplied.run(query, input=request) for query, request in requests[1:]]
    async with supplied.nothing_changes():
        again = [await supplied.run(query, input=request) for query, request in requests]
    now = first[-1]["purchaseOrder"]
    assert again == [{**payload, "purchaseOrder": now, "replayed": True} for payload in first]
    assert [payload["purchaseOrder"]["state"] for payload in first] == [
        "DRAFT",
        "DRAFT",
        "SUBMITTED",
        "CONFIRMED",
        "PARTIALLY_RECEIVED",
        "CANCELLED",
    ]


async def test_an_order_that_is_none_or_has_ended_is_refused(supplied: Api) -> None:
    """With its global id, and its state."""
    identity = await created(supplied, line("TEA-1", 8))
    await change(supplied, CANCEL, id=identity)
    for query in (SUBMIT, CONFIRM, RECEIVE, CANCEL):
        seen = {"expectedVersion": 2} if query is SUBMIT else {}
        [error] = await supplied.refusal(query, id=identity, **seen)
        assert (error["__typename"], error["id"], error["state"]) == ("WrongStateError", identity, "CANCELLED")
        [error] = await supplied.refusal(query, id=global_id("Transfer", NO_ID), **seen)
        assert (error["__typename"], error["kind"]) == ("UnknownDocumentError", "PURCHASE_ORDER")


async def test_what_arrives_goes_to_those_who_wait_for_it(supplied: Api) -> None:
    """By itself, as from wherever units come."""
    await given_limit(supplied, "CUP-1", "MAIN", 10)
    waiting = await reserved(supplied, reservation_line("CUP-1", 7, "MAIN"))
    assert (waiting["lines"][0]["held"], waiting["lines"][0]["waiting"]) == (4, 3)
    identity = await created(supplied, line("CUP-1", 5))
    await change(supplied, SUBMIT, id=identity, expectedVersion=1)
    await change(supplied, RECEIVE, id=identity)

    async def assigned() -> list[dict[str, Any]]:
        lines = (await supplied.run(RESERVATION, id=waiting["id"]))["lines"]
        return [each for each in lines if each["waiting"] == 0]

    [held] = await eventually(assigned)
    assert held["held"] == 7


async def test_an_order_is_a_node(supplied: Api) -> None:
    """It is found by its global id among all other things; an unknown one is null."""
    identity = await created(supplied, line("TEA-1", 1))
    assert await supplied.run(NODE, id=identity) == {"id": identity, "__typename": "PurchaseOrder", "state": "DRAFT"}
    assert await supplied.run(NODE, id=global_id("PurchaseOrder", NO_ID)) is None
    assert await supplied.run(ORDER, id=global_id("PurchaseOrder", NO_ID)) is None


WATCH = (
    """
subscription Orders($filter: PurchaseOrderFilter, $after: String) {
  purchaseOrders(filter: $filter, after: $after) { kind cause cursor purchaseOrder { ...Whole } }
}
"""
    + WHOLE
)


async def test_orders_are_watched_from_the_draft_to_the_last_unit(
    database: Database, mongo_url: str, redis_url: str
) -> None:
    """What leaves the filter is told once more, and a feed goes on where another one ended."""
    await seed(database)
    async with served(settings_of(mongo_url, redis_url, database.name)) as server:
        await given_supplier(server.api)
        made = await created(server.api, line("TEA-1", 5))
        async with server.dial() as client:
            feed = await client.start(WATCH, filter={"supplier": "ACME", "sku": "TEA-1"})
            told = [await feed.next()]
            await change(server.api, UPDATE, id=made, lines=[line("CUP-1", 1), line("TEA-1", 6)])
            await change(server.api, UPDATE, id=made, lines=[line("TEA-1", 0)])
            await change(server.api, UPDATE, id=made, lines=[line("TEA-1", 2)])
            await change(server.api, SUBMIT, id=made, expectedVersion=4)
            last = await change(server.api, RECEIVE, id=made)
            told += await feed.take(5)
        assert [(event["kind"], event["cause"], event["purchaseOrder"]["state"]) for event in told] == [
            ("SNAPSHOT", None, "DRAFT"),
            ("CHANGE", "purchaseOrderUpdate", "DRAFT"),
            ("CHANGE", "purchaseOrderUpdate", "DRAFT"),
            ("CHANGE", "purchaseOrderUpdate", "DRAFT"),
            ("CHANGE", "purchaseOrderSubmit", "SUBMITTED"),
            ("CHANGE", "purchaseOrderReceive", "RECEIVED"),
        ]
        assert [event["purchaseOrder"]["version"] for event in told] == [1, 2, 3, 4, 5, 6]
        assert told[-1]["purchaseOrder"] == last
        async with server.dial() as client:
            feed = await client.start(WATCH, filter={"states": ["DRAFT"]}, after=told[3]["cursor"])
            assert (await feed.next())["purchaseOrder"] == last  # as it is by now

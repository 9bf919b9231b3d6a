"""reservationCreate, reservationExtend, reservationRelease and reservationFulfill, and the reservations they leave."""

import base64
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.store.driver.client import Database
from tests.graphql.api import Api
from tests.graphql.operations import CODE_RULE, KEY_RULE, MAX, SKU_RULE, user_error
from tests.graphql.reservations.operations import (
    CREATE,
    EXTEND,
    FULFILL,
    RELEASE,
    RESERVATION,
    UPSERT_LOCATION,
    counts_at,
    given_limit,
    line,
    refusal,
    reserved,
)

NODE = "query ($id: ID!) { node(id: $id) { id __typename ... on Reservation { state reference } } }"
ADJUST = """
mutation ($input: StockAdjustInput!) { stockAdjust(input: $input) { level { available } userErrors { code } } }
"""
COUNTS = ("held", "waiting", "fulfilled", "released")
TTL_RULE = "must be between 1 and 2592000 s"


def held_at(code: str, **units: int) -> dict[str, Any]:
    """Return a hold as the API tells it; counts that are left out are zero."""
    return {"location": {"code": code}, **dict.fromkeys(COUNTS, 0), **units}


def told(sku: str, quantity: int, *holds: dict[str, Any], location: str | None = None, shortage: int = 0) -> Any:  # noqa: ANN401 - JSON
    """Return a line as the API tells it."""
    return {
        "sku": sku,
        "item": {"sku": sku},
        "location": location and {"code": location},
        "quantity": quantity,
        **{name: sum(hold[name] for hold in holds) for name in COUNTS},
        "shortage": shortage,
        "holds": list(holds),
    }


def moved(sku: str, location: str, *, reason: str, channel: str | None = None, **change: int) -> dict[str, Any]:
    """Return a movement as the API tells it; changes that are left out are zero."""
    return {
        "reason": reason,
        "reference": "O-1",
        "channel": channel,
        "change": {"onHand": 0, "reserved": 0, "backordered": 0, **change},
        "level": {"item": {"sku": sku}, "location": {"code": location}},
    }


async def let_run_out(database: Database, reservation: dict[str, Any]) -> None:
    """Let the time of a reservation have run out long ago."""
    identity = base64.b64decode(reservation["id"]).decode().partition(":")[2]
    changed = await database["reservations"].update_one({"_id": identity}, {"$set": {"expires_at": 1}})
    assert changed.modified_count == 1


async def test_an_order_sets_its_units_aside(shop: Api) -> None:
    """The answer tells the reservation line by line, and a movement per level."""
    # when
    payload = await shop.run(
        CREATE,
        input={
            "lines": [line("TEA-1", 6, "MAIN"), line("CUP-1", 1)],
            "ttlSeconds": 600,
            "channel": "web",
            "reference": "O-1",
        },
    )
    # then
    reservation = payload["reservation"]
    made = datetime.fromisoformat(reservation["createdAt"])
    assert payload == {
        "reservation": {
            "id": reservation["id"],
            "state": "HELD",
            "reference": "O-1",
            "channel": "web",
            "expiresAt": (made + timedelta(seconds=600)).isoformat().replace("+00:00", "Z"),
            "createdAt": reservation["createdAt"],
            "updatedAt": reservation["updatedAt"],
            "version": 1,
            "lines": [
                told("TEA-1", 6, held_at("MAIN", held=6), location="MAIN"),
                told("CUP-1", 1, held_at("MAIN", held=1)),
            ],
        },
        "movements": [
            moved("TEA-1", "MAIN", reason="RESERVATION", channel="web", reserved=6),
            moved("CUP-1", "MAIN", reason="RESERVATION", channel="web", reserved=1),
        ],
        "operation": {"kind": "reservationCreate", "reference": "O-1"},
        "replayed": False,
        "userErrors": [],
    }
    assert await shop.run(RESERVATION, id=reservation["id"]) == reservation
    assert await shop.run(NODE, id=reservation["id"]) == {
        "id": reservation["id"],
        "__typename": "Reservation",
        "state": "HELD",
        "reference": "O-1",
    }
    assert await counts_at(shop, "TEA-1") == (10, 6, 4)


async def test_an_order_goes_from_held_to_fulfilled(shop: Api) -> None:
    """Part by part; the units leave on hand as sales of its channel."""
    # given
    order = await reserved(shop, line("TEA-1", 6), line("CUP-1", 1), channel="web", reference="O-1")
    # when
    part = await shop.run(
        FULFILL, input={"id": order["id"], "lines": [line("TEA-1", 4, "MAIN"), line("CUP-1")], "reference": "O-1"}
    )
    # then
    assert part["operation"] == {"kind": "reservationFulfill", "reference": "O-1"}
    assert (part["reservation"]["state"], part["reservation"]["version"]) == ("PARTIALLY_FULFILLED", 2)
    assert part["reservation"]["lines"] == [
        told("TEA-1", 6, held_at("MAIN", held=2, fulfilled=4)),
        told("CUP-1", 1, held_at("MAIN", fulfilled=1)),
    ]
    assert part["movements"] == [
        moved("TEA-1", "MAIN", reason="SALE", channel="web", onHand=-4, reserved=-4),
        moved("CUP-1", "MAIN", reason="SALE", channel="web", onHand=-1, reserved=-1),
    ]
    assert await counts_at(shop, "TEA-1") == (6, 2, 4)
    # when
    rest = await shop.run(FULFILL, input={"id": order["id"], "reference": "O-1"})
    # then
    assert rest["reservation"]["state"] == "FULFILLED"
    assert rest["movements"] == [moved("TEA-1", "MAIN", reason="SALE", channel="web", onHand=-2, reserved=-2)]
    assert await counts_at(shop, "TEA-1") == (4, 0, 4)
    assert await shop.run(RESERVATION, id=order["id"]) == rest["reservation"]


async def test_an_order_is_given_back(shop: Api) -> None:
    """A part of it, then the rest."""
    order = await reserved(shop, line("TEA-1", 6))
    part = await shop.run(RELEASE, input={"id": order["id"], "lines": [line("TEA-1", 1)], "reference": "O-1"})
    assert part["reservation"]["lines"] == [told("TEA-1", 6, held_at("MAIN", held=5, released=1))]
    assert part["movements"] == [moved("TEA-1", "MAIN", reason="RELEASE", reserved=-1)]
    rest = await shop.run(RELEASE, input={"id": order["id"], "reference": "O-1"})
    assert (rest["reservation"]["state"], rest["operation"]["kind"]) == ("RELEASED", "reservationRelease")
    assert await counts_at(shop, "TEA-1") == (10, 0, 10)


async def test_an_order_gets_more_time(shop: Api) -> None:
    """From now, or for good; no unit moves."""
    order = await reserved(shop, line("TEA-1", 6), ttlSeconds=60)
    longer = await shop.run(EXTEND, input={"id": order["id"], "ttlSeconds": 3_600})
    assert longer["movements"] == []
    after = longer["reservation"]
    gained = datetime.fromisoformat(after["expiresAt"]) - datetime.fromisoformat(order["expiresAt"])
    assert gained >= timedelta(seconds=3_540)
    assert (after["state"], after["lines"], after["version"]) == ("HELD", order["lines"], 2)
    for_good = await shop.run(EXTEND, input={"id": order["id"], "ttlSeconds": None})
    assert for_good["reservation"]["expiresAt"] is None


async def test_what_has_run_out_shows_as_expired_and_takes_no_change(shop: Api, database: Database) -> None:
    """In every read, at once, whoever gives its units back and when."""
    order = await reserved(shop, line("TEA-1", 6), ttlSeconds=60, idempotencyKey="k")
    await let_run_out(database, order)
    assert (await shop.run(RESERVATION, id=order["id"]))["state"] == "EXPIRED"
    assert (await shop.run(NODE, id=order["id"]))["state"] == "EXPIRED"
    [listed] = (await shop.run("{ reservations { nodes { id state } } }"))["nodes"]
    assert listed == {"id": order["id"], "state": "EXPIRED"}
    for query in (EXTEND, RELEASE, FULFILL):
        payload = await shop.run(query, input={"id": order["id"]})
        assert payload["reservation"] is None
        [error] = payload["userErrors"]
        assert (error["code"], error["field"], error["kind"], error["id"], error["state"]) == (
            "WRONG_STATE",
            ["id"],
            "RESERVATION",
            order["id"],
            "EXPIRED",
        )
    repeated = await shop.run(CREATE, input={"lines": [line("TEA-1", 6)], "ttlSeconds": 60, "idempotencyKey": "k"})
    assert (repeated["replayed"], repeated["reservation"]["state"]) == (True, "EXPIRED")


@pytest.mark.complaint("R8")
@pytest.mark.parametrize("state", ["EXPIRED", "RELEASED"])
async def test_an_order_that_is_repeated_after_its_hold_ended_is_not_told_that_it_is_held(
    shop: Api, database: Database, state: str
) -> None:
    """The customer reloads the page, when the units are free or promised to somebody else."""
    request = {"lines": [line("TEA-1", 10)], "ttlSeconds": 60, "idempotencyKey": "cart"}
    first = await shop.run(CREATE, input=request)
    assert (first["reservation"]["state"], first["replayed"]) == ("HELD", False)
    if state == "EXPIRED":
        await let_run_out(database, first["reservation"])
    else:
        await shop.run(RELEASE, input={"id": first["reservation"]["id"]})
        await reserved(shop, line("TEA-1", 10))
    again = await shop.run(CREATE, input=request)
    assert (again["operation"], again["replayed"], again["userErrors"]) == (first["operation"], True, [])
    assert again["reservation"] == await shop.run(RESERVATION, id=first["reservation"]["id"])
    assert again["reservation"]["state"] == state


async def test_an_order_waits_for_what_is_not_there(shop: Api) -> None:
    """Where the level allows it; available goes below zero. What waits cannot go out, and is given back first."""
    # given
    await given_limit(shop, "TEA-1", "MAIN", 5)
    # when
    order = await reserved(shop, line("TEA-1", 12, "MAIN"))
    # then
    assert order["lines"] == [told("TEA-1", 12, held_at("MAIN", held=10, waiting=2), location="MAIN")]
    assert await counts_at(shop, "TEA-1") == (10, 10, -2)
    [error] = await refusal(shop, FULFILL, id=order["id"], lines=[line("TEA-1", 11)])
    assert error == user_error(
        "ExceedsOutstandingError",
        "10 of TEA-1 are there, 2 are waited for.",
        "lines",
        "0",
        "quantity",
        sku="TEA-1",
        requested=11,
        outstanding=10,
    )
    sent = await shop.run(FULFILL, input={"id": order["id"]})
    assert sent["reservation"]["state"] == "PARTIALLY_FULFILLED"
    assert sent["reservation"]["lines"][0]["waiting"] == 2
    [nothing_held] = await refusal(shop, FULFILL, id=order["id"])
    assert (nothing_held["field"], nothing_held["requested"], nothing_held["outstanding"]) == (["id"], 2, 0)
    back = await shop.run(RELEASE, input={"id": order["id"], "reference": "O-1"})
    assert back["movements"] == [moved("TEA-1", "MAIN", reason="RELEASE", backordered=-2)]
    assert back["reservation"]["state"] == "FULFILLED"


async def test_an_order_may_refuse_to_wait(shop: Api) -> None:
    """The shortage then tells what is there."""
    await given_limit(shop, "TEA-1", "MAIN", 5)
    lines = [line("TEA-1", 12, "MAIN")]
    [error] = await refusal(shop, CREATE, lines=lines, acceptBackorder=False)
    assert (error["code"], error["available"]) == ("INSUFFICIENT_STOCK", 10)
    order = await reserved(shop, *lines, acceptBackorder=False, allowPartial=True)
    assert order["lines"] == [told("TEA-1", 12, held_at("MAIN", held=10), location="MAIN", shortage=2)]


async def test_units_come_from_where_they_are(shop: Api) -> None:
    """By priority, within the locations that are named and no more of them than may be."""
    # given
    added = {"sku": "TEA-1", "location": "NORTH", "delta": 3, "reason": "RECEIPT"}
    assert (await shop.run(ADJUST, input=added))["userErrors"] == []
    assert await shop.run(UPSERT_LOCATION, input={"code": "NORTH", "priority": 1}) == {"userErrors": []}
    # then
    both = await reserved(shop, line("TEA-1", 5))
    assert both["lines"] == [told("TEA-1", 5, held_at("NORTH", held=3), held_at("MAIN", held=2))]
    await shop.run(RELEASE, input={"id": both["id"]})
    one = await reserved(shop, line("TEA-1", 5), maxLocations=1)
    assert one["lines"] == [told("TEA-1", 5, held_at("MAIN", held=5))]
    await shop.run(RELEASE, input={"id": one["id"]})
    [error] = await refusal(shop, CREATE, lines=[line("TEA-1", 5)], locations=["NORTH"])
    assert error == user_error(
        "InsufficientStockError",
        "5 requested, 3 available of TEA-1.",
        "lines",
        "0",
        "quantity",
        sku="TEA-1",
        location="",
        requested=5,
        available=3,
    )


async def test_everything_in_the_way_of_an_order_is_told_at_once(lasting_shop: Api) -> None:
    """Each with its line; the good lines are not carried out."""
    errors = await refusal(
        lasting_shop,
        CREATE,
        lines=[
            line("TEA-1", 11, "MAIN"),
            line("NONE", 1),
            line("CUP-1", 5),
            line("OLD-1", 1),
            line("TEA-1", 1, "CLOSED"),
            line("TEA-1", 1, "NOWHERE"),
            line("CUP-1", 1, "MAIN"),
        ],
        locations=["MAIN", "ELSEWHERE"],
    )
    assert [(error["code"], error["field"]) for error in errors] == [
        ("UNKNOWN_LOCATION", ["locations", "1"]),
        ("INSUFFICIENT_STOCK", ["lines", "0", "quantity"]),
        ("UNKNOWN_ITEM", ["lines", "1", "sku"]),
        ("INSUFFICIENT_STOCK", ["lines", "2", "quantity"]),
        ("ARCHIVED", ["lines", "3", "sku"]),
        ("ARCHIVED", ["lines", "4", "location"]),
        ("UNKNOWN_LOCATION", ["lines", "5", "location"]),
    ]
    assert [(errors[index]["requested"], errors[index]["available"]) for index in (1, 3)] == [(11, 10), (5, 3)]


async def test_bad_input_is_told_at_once(lasting_shop: Api) -> None:
    """Each fault with the path of its input."""
    errors = await refusal(
        lasting_shop,
        CREATE,
        lines=[line("x" * 65, 0), line("TEA-1", MAX, "A/B"), line("TEA-1", 1), line("TEA-1", 2)],
        idempotencyKey="",
        ttlSeconds=0,
        channel="c" * 65,
        locations=["MAIN", "MAIN"],
        maxLocations=0,
    )
    assert [(error["code"], error["field"]) for error in errors] == [
        ("INVALID_VALUE", ["idempotencyKey"]),
        ("INVALID_VALUE", ["ttlSeconds"]),
        ("INVALID_VALUE", ["channel"]),
        ("INVALID_VALUE", ["locations"]),
        ("INVALID_VALUE", ["maxLocations"]),
        ("INVALID_VALUE", ["lines", "0", "sku"]),
        ("QUANTITY_OUT_OF_RANGE", ["lines", "0", "quantity"]),
        ("INVALID_VALUE", ["lines", "1", "location"]),
        ("DUPLICATE_LINE", ["lines", "3"]),
    ]
    assert [errors[index]["rule"] for index in (0, 1, 5, 7)] == [KEY_RULE, TTL_RULE, SKU_RULE, CODE_RULE]
    assert errors[8]["message"] == "TEA-1 already stands in line 3."


@pytest.mark.parametrize("query", [RELEASE, FULFILL], ids=["release", "fulfill"])
async def test_bad_parts_are_told_at_once(shop: Api, query: str) -> None:
    """Each fault with the path of its input; an empty list of parts is no request."""
    order = await reserved(shop, line("TEA-1", 2))
    errors = await refusal(shop, query, id=order["id"], lines=[line("", 1), line("TEA-1", 0), line("TEA-1")])
    assert [(error["code"], error["field"]) for error in errors] == [
        ("INVALID_VALUE", ["lines", "0", "sku"]),
        ("QUANTITY_OUT_OF_RANGE", ["lines", "1", "quantity"]),
        ("DUPLICATE_LINE", ["lines", "2"]),
    ]
    [error] = await refusal(shop, query, id=order["id"], lines=[])
    assert (error["code"], error["count"]) == ("TOO_MANY_LINES", 0)


async def test_repeating_a_key_returns_the_first_result(shop: Api) -> None:
    """Of each mutation, beside the reservation as it is now; another input under the same key is refused."""
    request: dict[str, Any] = {"lines": [line("TEA-1", 6)], "idempotencyKey": "c"}
    first = await shop.run(CREATE, input=request)
    identity = first["reservation"]["id"]
    changes: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        (EXTEND, {"ttlSeconds": 60}, {"ttlSeconds": 61}),
        (RELEASE, {"lines": [line("TEA-1", 1)]}, {"lines": [line("TEA-1", 2)]}),
        (FULFILL, {"lines": [line("TEA-1", 1)]}, {"lines": None}),
    ]
    results = [
        await shop.run(query, input={"id": identity, "idempotencyKey": str(number), **said})
        for number, (query, said, _) in enumerate(changes)
    ]
    now = (await shop.run(RELEASE, input={"id": identity}))["reservation"]
    async with shop.nothing_changes():
        assert await shop.run(CREATE, input=request) == {**first, "reservation": now, "replayed": True}
        for number, (query, said, _) in enumerate(changes):
            repeated = await shop.run(query, input={"id": identity, "idempotencyKey": str(number), **said})
            assert repeated == {**results[number], "reservation": now, "replayed": True}
    [error] = await refusal(shop, CREATE, **{**request, "channel": "web"})
    assert (error["code"], error["key"]) == ("IDEMPOTENCY_KEY_REUSED", "c")
    for number, (query, _, other) in enumerate(changes):
        [error] = await refusal(shop, query, id=identity, idempotencyKey=str(number), **other)
        assert (error["code"], error["key"]) == ("IDEMPOTENCY_KEY_REUSED", str(number))


REVERSED = """
mutation ($id: ID!, $shipment: ID!) {
  reservationFulfillmentReverse(input: {id: $id, operation: $shipment}) {
    reservation { state lines { nodes { held fulfilled } } }
    operation { kind reverses { id kind } }
    movements { nodes { delta reason } }
    userErrors { code field message }
  }
}
"""
ORDERED = """
mutation {
  reservationCreate(input: {lines: [{sku: "TEA-1", location: "MAIN", quantity: 2}], reference: "web-7"}) {
    reservation { id }
  }
}
"""
SHIPPED = "mutation ($id: ID!) { reservationFulfill(input: {id: $id}) { operation { id } userErrors { message } } }"


@pytest.mark.complaint("R10")
async def test_a_shipment_is_reversed_by_the_id_of_its_operation(shop: Api) -> None:
    """The counter-entry tells what it reverses; a second one is refused, and so is a later shipment by its name."""
    identity = (await shop.run(ORDERED))["reservation"]["id"]
    shipment = (await shop.run(SHIPPED, id=identity))["operation"]["id"]
    late = await shop.run(SHIPPED, id=identity)
    assert late["userErrors"] == [
        {
            "message": "The reservation 'web-7' is FULFILLED: it has gone out; record what comes back as a return, or "
            "reverse its fulfilment."
        }
    ]
    assert await shop.run(REVERSED, id=identity, shipment=shipment) == {
        "reservation": {"state": "HELD", "lines": [{"held": 2, "fulfilled": 0}]},
        "operation": {
            "kind": "reservationFulfillmentReverse",
            "reverses": {"id": shipment, "kind": "reservationFulfill"},
        },
        "movements": [{"delta": 2, "reason": "SALE"}],
        "userErrors": [],
    }
    [error] = (await shop.run(REVERSED, id=identity, shipment=shipment))["userErrors"]
    assert (error["code"], error["field"]) == ("INVALID_VALUE", ["operation"])

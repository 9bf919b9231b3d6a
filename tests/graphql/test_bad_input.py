"""What no client should send: answered with the client's own fault, never with ours, and nothing changes."""

import base64
import json
from typing import Any

import pytest

from tests.graphql.api import Api
from tests.graphql.operations import KEY_RULE, SKU_RULE, WHY
from tests.support.texts import ends_with, holds

ADJUST = (
    """
mutation Adjust($input: StockAdjustInput!) {
  stockAdjust(input: $input) { level { onHand } operation { id } replayed userErrors { ...Why } }
}
"""
    + WHY
)
ADJUST_LITERAL = """
mutation { stockAdjust(input: {sku: "TEA-1", location: "MAIN", delta: %s, reason: %s}) { replayed } }
"""
ADJUST_PARTS = """
mutation ($delta: Int, $reason: MovementReason) {
  stockAdjust(input: {sku: "TEA-1", location: "MAIN", delta: $delta, reason: $reason}) { replayed }
}
"""
SET = "mutation ($input: StockSetInput!) { stockSet(input: $input) { replayed } }"
ADJUST_MANY = "mutation ($input: StockAdjustManyInput!) { stockAdjustMany(input: $input) { replayed } }"
SELL = "mutation ($input: SaleRecordInput!) { saleRecord(input: $input) { replayed } }"
CONFIGURE = "mutation ($input: StockLevelConfigureInput!) { stockLevelConfigure(input: $input) { replayed } }"
UPSERT_ITEM = "mutation ($input: ItemUpsertInput!) { itemUpsert(input: $input) { replayed } }"
ARCHIVE_ITEM = "mutation ($input: ItemArchiveInput!) { itemArchive(input: $input) { replayed } }"
UPSERT_LOCATION = "mutation ($input: LocationUpsertInput!) { locationUpsert(input: $input) { replayed } }"

ITEMS = "query ($first: Int! = 50, $after: String) { items(first: $first, after: $after) { edges { cursor } } }"
LOCATIONS = "query ($first: Int! = 50, $after: String) { locations(first: $first, after: $after) { edges { cursor } } }"
LEVELS = """
query ($first: Int! = 50, $after: String, $orderBy: StockLevelOrder! = SKU, $filter: StockLevelFilter) {
  stockLevels(first: $first, after: $after, orderBy: $orderBy, filter: $filter) { edges { cursor } }
}
"""
MOVEMENTS = """
query ($first: Int! = 50, $after: String, $filter: MovementFilter) {
  movements(first: $first, after: $after, filter: $filter) { edges { cursor } }
}
"""
LISTS = {"items": ITEMS, "locations": LOCATIONS, "stockLevels": LEVELS, "movements": MOVEMENTS}
NODE = "query ($id: ID!) { node(id: $id) { id __typename } }"
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
OPERATION = "query ($id: ID!) { operation(id: $id) { id } }"
IDS = """
{
  item(sku: "TEA-1") { id }
  location(code: "MAIN") { id }
  stockLevel(sku: "TEA-1", location: "MAIN") { id }
  movements(first: 1) { nodes { id operation { id } } }
}
"""

TEA: dict[str, Any] = {"sku": "TEA-1", "location": "MAIN"}
GOOD: dict[str, Any] = {**TEA, "delta": 1, "reason": "FOUND"}
LINE: dict[str, Any] = {**TEA, "delta": 1, "reason": "FOUND"}


def encoded(text: str) -> str:
    """Return base64, as ids and cursors have it."""
    return base64.b64encode(text.encode()).decode()


TOO_LARGE = [2_147_483_648, -2_147_483_649, 2**53, 2**63, -(2**63), 1e30]


@pytest.mark.parametrize("quantity", TOO_LARGE)
async def test_a_quantity_that_is_no_int_is_the_clients_fault(lasting_shop: Api, quantity: float) -> None:
    """GraphQL's Int has 32 bits: wherever a quantity stands, nothing wraps around."""
    for query, given in (
        (ADJUST, {**GOOD, "delta": quantity}),
        (SET, {**TEA, "quantity": quantity, "force": True}),
        (SET, {**TEA, "quantity": 1, "expectedOnHand": quantity}),
        (SET, {**TEA, "quantity": 1, "expectedVersion": quantity}),
        (ADJUST_MANY, {"lines": [LINE, {**LINE, "delta": quantity}], "atomic": False}),
        (SELL, {"location": "MAIN", "lines": [{"sku": "TEA-1", "quantity": quantity}]}),
        (CONFIGURE, {**TEA, "reorderPoint": quantity}),
        (UPSERT_ITEM, {"sku": "TEA-1", "reorderPoint": quantity}),
    ):
        assert "Int cannot represent non 32-bit signed integer" in await lasting_shop.error_message(query, input=given)
    assert "Int cannot represent" in await lasting_shop.error_message(ADJUST_LITERAL % (int(quantity), "FOUND"))


@pytest.mark.parametrize("quantity", [1.5, "1", True, [1], {}, "0x1"], ids=repr)
async def test_a_quantity_that_is_no_number_is_the_clients_fault(lasting_shop: Api, quantity: object) -> None:
    """Nothing is guessed."""
    assert "'$input' has invalid value at .delta" in await lasting_shop.error_message(
        ADJUST, input={**GOOD, "delta": quantity}
    )


TEXT_FAULTS: dict[str, tuple[dict[str, Any], list[str], str]] = {
    "empty SKU": ({"sku": ""}, ["sku"], SKU_RULE),
    "SKU of 65 characters": ({"sku": "s" * 65}, ["sku"], SKU_RULE),
    "SKU with NUL": ({"sku": "T\0"}, ["sku"], holds("NULL (U+0000)", 2)),
    "SKU with an escape": ({"sku": "T\x1b[31m"}, ["sku"], holds("ESCAPE (U+001B)", 2)),
    "SKU with a direction mark": ({"sku": "T\u202e"}, ["sku"], holds("RIGHT-TO-LEFT OVERRIDE (U+202E)", 2)),
    "empty key": ({"idempotencyKey": ""}, ["idempotencyKey"], KEY_RULE),
    "key of 256 characters": ({"idempotencyKey": "k" * 256}, ["idempotencyKey"], KEY_RULE),
    "key with a line break": ({"idempotencyKey": "k\n"}, ["idempotencyKey"], ends_with("LINE FEED (U+000A)", 2)),
    "reference of 256 characters": ({"reference": "r" * 256}, ["reference"], KEY_RULE),
}


@pytest.mark.parametrize(("change", "field", "rule"), TEXT_FAULTS.values(), ids=TEXT_FAULTS)
async def test_a_bad_text_is_refused(lasting_shop: Api, change: dict[str, Any], field: list[str], rule: str) -> None:
    """With its rule."""
    [error] = await lasting_shop.refusal(ADJUST, **{**GOOD, **change})
    assert (error["__typename"], error["field"], error["rule"]) == ("InvalidValueError", field, rule)


async def test_the_longest_texts_are_taken(shop: Api) -> None:
    """The limits themselves are allowed."""
    request = {**GOOD, "idempotencyKey": "k" * 255, "reference": "r" * 255, "note": "n" * 2_000}
    assert (await shop.run(ADJUST, input=request))["level"] == {"onHand": 11}
    await shop.run(UPSERT_ITEM, input={"sku": "😀" * 64, "name": "n" * 200, "category": "c" * 100})


TIMES = [
    "2026-01-02T03:04:05",
    "2026-01-02",
    "03:04:05Z",
    "yesterday",
    "",
    "2026-13-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    1_760_000_000,
    True,
    {},
    ["2026-01-02T03:04:05Z"],
]


@pytest.mark.complaint("V5")
@pytest.mark.parametrize("time", TIMES, ids=repr)
async def test_a_time_without_meaning_is_the_clients_fault(lasting_shop: Api, time: object) -> None:
    """A time has an offset, and lies between the years 1 and 9999 in UTC."""
    assert "occurredAt" in await lasting_shop.error_message(ADJUST, input={**GOOD, "occurredAt": time})
    assert "from" in await lasting_shop.error_message(MOVEMENTS, filter={"from": time})


@pytest.mark.parametrize("cost", ["1_000", "\u0663", " 1", "1\n", "1,5", "", True, {}], ids=repr)
async def test_a_decimal_number_is_written_in_digits_alone(lasting_shop: Api, cost: object) -> None:
    """Python reads more: separators, blanks, and the digits of any script."""
    assert "ecimal" in await lasting_shop.error_message(UPSERT_ITEM, input={"sku": "TEA-1", "unitCost": cost})


@pytest.mark.parametrize("reason", ["THEFT", "sale", "", 1, None, ["SALE"]], ids=repr)
async def test_an_unknown_reason_is_the_clients_fault(lasting_shop: Api, reason: object) -> None:
    """An enum has the values of the schema and no others."""
    assert "reason" in await lasting_shop.error_message(ADJUST, input={**GOOD, "reason": reason})
    await lasting_shop.error_message(MOVEMENTS, filter={"reason": reason or "NONE"})


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        (LEVELS, {"orderBy": "PRICE"}),
        (LEVELS, {"orderBy": None}),
        (LEVELS, {"filter": {"statuses": ["GONE"]}}),
        (LEVELS, {"filter": {"statuses": [None]}}),
        (LEVELS, {"filter": {"skus": [None]}}),
        (LEVELS, {"filter": {"skus": [1]}}),
        (LEVELS, {"filter": {"colour": "blue"}}),
        (UPSERT_LOCATION, {"input": {"code": "MAIN", "kind": "SHED"}}),
        (ADJUST_LITERAL % ("1", '"SALE"'), {}),
        (ADJUST_LITERAL % ("1", "THEFT"), {}),
    ],
    ids=str,
)
async def test_an_unknown_value_or_name_is_the_clients_fault(
    lasting_shop: Api, query: str, variables: dict[str, Any]
) -> None:
    """In variables and in the document."""
    await lasting_shop.error_message(query, **variables)


SHIP = "mutation ($input: TransferShipInput!) { transferShip(input: $input) { replayed } }"
RECEIVE = "mutation ($input: TransferReceiveInput!) { transferReceive(input: $input) { replayed } }"
RESERVE = "mutation ($input: ReservationCreateInput!) { reservationCreate(input: $input) { replayed } }"
WRITE_OFF = "mutation ($input: StockWriteOffInput!) { stockWriteOff(input: $input) { replayed } }"
PART: dict[str, Any] = {"sku": "TEA-1", "quantity": 1}


@pytest.mark.parametrize(
    ("query", "input"),
    [
        (SHIP, {"id": {"$gt": ""}}),
        (SHIP, {"id": ["x"]}),
        (SHIP, {"id": "x", "lines": [{**PART, "damaged": 1}]}),
        (RECEIVE, {"id": "x", "isComplete": "yes"}),
        (RECEIVE, {"id": "x", "lines": [{**PART, "overReason": "NONE"}]}),
        (RESERVE, {"lines": [PART], "ttlSeconds": "60"}),
        (RESERVE, {"lines": [PART], "locations": [None]}),
        (RESERVE, {"lines": [PART], "expiresAt": "2030-01-01T00:00:00Z"}),
        (WRITE_OFF, {**TEA, "quantity": 1, "reason": "LOST"}),
    ],
    ids=str,
)
async def test_an_input_of_another_type_is_the_clients_fault(
    lasting_shop: Api, query: str, input: dict[str, Any]
) -> None:
    """Within lists and inputs too, and for ids and enums."""
    assert "$input" in await lasting_shop.error_message(query, input=input)


MISSING: dict[str, tuple[str, dict[str, Any]]] = {
    "input": (ADJUST, {"input": None}),
    "no input": (ADJUST, {}),
    "sku": (ADJUST, {"input": {**GOOD, "sku": None}}),
    "delta": (ADJUST, {"input": {**GOOD, "delta": None}}),
    "no delta": (ADJUST, {"input": {**TEA, "reason": "SALE"}}),
    "force": (SET, {"input": {**TEA, "quantity": 1, "force": None}}),
    "reason": (SET, {"input": {**TEA, "quantity": 1, "force": True, "reason": None}}),
    "lines": (ADJUST_MANY, {"input": {"lines": None}}),
    "a line": (ADJUST_MANY, {"input": {"lines": [None]}}),
    "atomic": (ADJUST_MANY, {"input": {"lines": [LINE], "atomic": None}}),
    "a sale's line": (SELL, {"input": {"location": "MAIN", "lines": [{"sku": None, "quantity": 1}]}}),
    "isArchived": (ARCHIVE_ITEM, {"input": {"sku": "TEA-1", "isArchived": None}}),
    "first": (ITEMS, {"first": None}),
    "id": (NODE, {"id": None}),
    "an id": (NODES, {"ids": [None]}),
}


@pytest.mark.parametrize(("query", "variables"), MISSING.values(), ids=MISSING)
async def test_null_for_what_is_required_is_the_clients_fault(
    lasting_shop: Api, query: str, variables: dict[str, Any]
) -> None:
    """The schema says what may be null."""
    await lasting_shop.error_message(query, **variables)


async def test_null_in_a_place_within_the_input_is_the_clients_fault(lasting_shop: Api) -> None:
    """A nullable variable may not bring null, or nothing, where the input has none."""
    for variables in ({"delta": None, "reason": "SALE"}, {"delta": 1, "reason": None}, {}):
        faults = await lasting_shop.errors(ADJUST_PARTS, **variables)
        assert {fault["extensions"]["code"] for fault in faults} == {"BAD_USER_INPUT"}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("first", [251, -1, 2_147_483_647, -2_147_483_648])
async def test_a_page_has_0_to_250_entries(lasting_shop: Api, name: str, first: int) -> None:
    """No more at once, and no page backwards."""
    expected = f"`first` must be between 0 and 250, not {first}."
    assert await lasting_shop.error_message(LISTS[name], first=first) == expected


BAD_CURSORS = {
    "empty": "",
    "garbage": "x",
    "no base64": "ä€",
    "no text": base64.b64encode(b"\xff\xfe").decode(),
    "no JSON": encoded("SKU"),
    "no list": encoded('{"t": 1}'),
    "too short": encoded('["SKU"]'),
    "too long": encoded(json.dumps(["SKU", *"abcdef"])),
    "unknown order": encoded('["PRICE", "a", "b"]'),
    "other types": encoded('["SKU", 1, null]'),
    "an operator": encoded('["SKU", {"$gt": ""}, {"$gt": ""}]'),
    "deep": encoded("[" * 3_000),
    "long number": encoded('["NEWEST", ' + "9" * 700 + ', "w"]'),
    "beyond 64 bits": encoded('["NEWEST", 9223372036854775808, "w"]'),
    "a surrogate": encoded('["SKU", "\\ud800", "MAIN"]'),
}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("cursor", BAD_CURSORS.values(), ids=BAD_CURSORS)
async def test_a_cursor_that_is_none_is_the_clients_fault(lasting_shop: Api, name: str, cursor: str) -> None:
    """Whatever it holds."""
    expected = "The cursor does not belong to this list and order."
    assert await lasting_shop.error_message(LISTS[name], after=cursor) == expected


async def test_a_cursor_belongs_to_its_list_and_order(lasting_shop: Api) -> None:
    """Those of every other list are refused."""
    orders = {
        "items": (ITEMS, {}),
        "locations": (LOCATIONS, {}),
        "levels by SKU": (LEVELS, {}),
        "levels by location": (LEVELS, {"orderBy": "LOCATION"}),
        "movements": (MOVEMENTS, {}),
    }
    for own, (query, variables) in orders.items():
        cursor = (await lasting_shop.run(query, first=1, **variables))["edges"][0]["cursor"]
        await lasting_shop.run(query, after=cursor, **variables)
        for other, (other_query, other_variables) in orders.items():
            if other != own:
                expected = "The cursor does not belong to this list and order."
                assert await lasting_shop.error_message(other_query, after=cursor, **other_variables) == expected


BAD_IDS = {
    "empty": "",
    "garbage": "x",
    "no base64": "ä€",
    "no text": base64.b64encode(b"\xff\xfe:a").decode(),
    "a SKU": "TEA-1",
    "no colon": encoded("Item"),
    "no type": encoded(":TEA-1"),
    "unknown type": encoded("Price:TEA-1"),
    "no node": encoded("PageInfo:1"),
    "the interface": encoded("Node:1"),
    "the query": encoded("Query:1"),
}


@pytest.mark.parametrize("identity", BAD_IDS.values(), ids=BAD_IDS)
async def test_an_id_that_is_none_is_the_clients_fault(lasting_shop: Api, identity: str) -> None:
    """Alone, among others, and as an operation's."""
    expected = f"{identity!r} is no id of this API."
    assert await lasting_shop.error_message(NODE, id=identity) == expected
    assert await lasting_shop.error_message(NODES, ids=[encoded("Item:TEA-1"), identity]) == expected
    assert await lasting_shop.error_message(OPERATION, id=identity) == expected


UNKNOWN_IDS = [
    "Item:",
    "Item:NONE",
    "Item:T\0",
    "Location:NONE",
    "StockLevel:MAIN",
    "StockLevel:MAIN/NONE",
    "StockLevel:/",
    "Movement:MAIN/TEA-1",
    "Movement:MAIN/TEA-1#",
    "Movement:MAIN/TEA-1#0",
    "Movement:MAIN/TEA-1#01",
    "Movement:MAIN/TEA-1#-1",
    "Movement:MAIN/TEA-1#²",
    "Movement:MAIN/TEA-1#99999999999999999999",
    "Movement:MAIN/TEA-1#" + "9" * 700,
    "Operation:",
    "Operation:0",
]


@pytest.mark.parametrize("identity", UNKNOWN_IDS, ids=lambda identity: identity[:30])
async def test_what_does_not_exist_is_null(lasting_shop: Api, identity: str) -> None:
    """An id of the right form is no fault."""
    assert await lasting_shop.run(NODE, id=encoded(identity)) is None
    assert await lasting_shop.run(NODES, ids=[encoded(identity)] * 2) == [None, None]


async def test_an_operation_is_asked_for_by_the_id_of_an_operation(lasting_shop: Api) -> None:
    """The ids of other things, there or not, are the client's fault."""
    data = await lasting_shop.run(IDS)
    [movement] = data["movements"]["nodes"]
    others = [data["item"]["id"], data["location"]["id"], data["stockLevel"]["id"], movement["id"]]
    for identity in (*others, encoded("Item:NONE"), encoded("Movement:x")):
        assert await lasting_shop.error_message(OPERATION, id=identity) == f"{identity!r} is no id of an operation."
    assert await lasting_shop.run(OPERATION, id=movement["operation"]["id"]) == {"id": movement["operation"]["id"]}
    assert await lasting_shop.run(OPERATION, id=encoded("Operation:none")) is None


async def test_at_most_250_ids_are_asked_for(lasting_shop: Api) -> None:
    """251 are refused, 250 are not; the same one may be among them many times."""
    assert await lasting_shop.error_message(NODES, ids=[encoded("Item:TEA-1")] * 251) == "At most 250 ids, not 251."
    assert await lasting_shop.run(NODES, ids=[encoded("Item:TEA-1")] * 250) == [{"id": encoded("Item:TEA-1")}] * 250
    assert await lasting_shop.run(NODES, ids=[]) == []


@pytest.mark.parametrize("sku", ["", "T\0", "$gt", "x" * 128, "{}"], ids=lambda sku: repr(sku[:10]))
async def test_a_name_that_nothing_has_finds_nothing(lasting_shop: Api, sku: str) -> None:
    """Reads do not judge names; they look for them."""
    assert await lasting_shop.run("query ($sku: String!) { item(sku: $sku) { sku } }", sku=sku) is None
    assert await lasting_shop.run(LEVELS, filter={"skus": [sku], "search": sku}) == {"edges": []}

"""What every mutation of a document refuses: a state that does not allow it, with the next step, and an unknown id."""

from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLNonNull, GraphQLSchema
from strawberry.relay import to_base64

from app.domain.wrong_state_hints import NO_NEXT_STEP
from schema.root import schema as strawberry_schema
from tests.graphql.api import Api

LINES = [{"sku": "TEA-1", "quantity": 1}]
PLACE = {"location": "MAIN"}
PASSED = {"operation": "T3BlcmF0aW9uOng="}

# How a document comes to a state: mutations in order, of which the first returns it, and then those it is too late for.
LIVES: dict[str, tuple[list[tuple[str, dict[str, Any]]], dict[str, dict[str, Any]]]] = {
    "a draft": (
        [("purchaseOrderCreate", {"supplier": "ACME", **PLACE, "lines": LINES})],
        {
            "purchaseOrderConfirm": {},
            "purchaseOrderReceive": {},
            "purchaseOrderReceiptReverse": {"receipt": PASSED["operation"]},
        },
    ),
    "a purchase order that was cancelled": (
        [("purchaseOrderCreate", {"supplier": "ACME", **PLACE, "lines": LINES}), ("purchaseOrderCancel", {})],
        {
            "purchaseOrderUpdate": {"lines": LINES},
            "purchaseOrderSubmit": {"expectedVersion": 2},
            "purchaseOrderConfirm": {"lines": LINES},
            "purchaseOrderReceive": {},
            "purchaseOrderCancel": {},
        },
    ),
    "a transfer that was cancelled": (
        [("transferCreate", {"source": "MAIN", "destination": "NORTH", "lines": LINES}), ("transferCancel", {})],
        {"transferShip": {}, "transferReceive": {}, "transferCancel": {}, "transferLossReverse": PASSED},
    ),
    "a reservation that was released": (
        [("reservationCreate", {"lines": LINES}), ("reservationRelease", {})],
        {
            "reservationExtend": {},
            "reservationFulfill": {},
            "reservationRelease": {},
            "reservationUpdate": {"lines": LINES},
            "reservationMove": {"location": "NORTH", "lines": [{"sku": "TEA-1"}]},
        },
    ),
    "a count that was cancelled": (
        [("countOpen", PLACE), ("countCancel", {})],
        {"countRecord": {"lines": LINES}, "countPost": {}, "countCancel": {}},
    ),
    "a webhook that was deleted": (
        [("webhookCreate", {"url": "https://shop.example/hook", "events": ["LEVEL_CHANGED"]}), ("webhookDelete", {})],
        {
            "webhookUpdate": {"isEnabled": True},
            "webhookRotateSecret": {},
            "webhookDelete": {},
            "webhookRedeliver": {"since": "2020-01-01T00:00:00Z"},
        },
    ),
}
ELSEWHERE = {
    "alertAcknowledge",  # an alert ends by itself: see test_alerts
    "alertSnooze",
    "reservationFulfillmentReverse",  # what went out comes back in any state: see test_reversals
}
SCHEMA: GraphQLSchema = strawberry_schema._schema


def input_of(mutation: str) -> GraphQLInputObjectType:
    """Return the type of its one input."""
    assert SCHEMA.mutation_type is not None
    wanted = SCHEMA.mutation_type.fields[mutation].args["input"].type
    assert isinstance(wanted, GraphQLNonNull)
    assert isinstance(wanted.of_type, GraphQLInputObjectType)
    return wanted.of_type


def test_no_mutation_of_a_document_is_overlooked() -> None:
    """Each that takes the id of one."""
    assert SCHEMA.mutation_type is not None
    of_documents = {name for name in SCHEMA.mutation_type.fields if "id" in input_of(name).fields}
    assert of_documents == {name for _, late in LIVES.values() for name in late} | ELSEWHERE


@pytest.mark.complaint("R7")
@pytest.mark.parametrize(("life", "late"), LIVES.values(), ids=LIVES)
async def test_a_wrong_state_names_the_document_and_the_next_step(
    shop: Api, life: list[tuple[str, dict[str, Any]]], late: dict[str, dict[str, Any]]
) -> None:
    """By the reference that people know it by, where it has one."""

    async def change(name: str, result: str, /, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        wanted = f"{result} {{ id }}" if result else ""
        payload: dict[str, Any] = await shop.run(
            f"mutation ($input: {input_of(name).name}!) {{ {name}(input: $input) {{ {wanted} userErrors {{ "
            "code message ... on WrongStateError { reference } } replayed } }",
            input=more,
        )
        return payload

    # given
    await change("supplierUpsert", "", code="ACME", name="Acme")
    (begin, asked), *rest = life
    kind = next(each for each in ("purchaseOrder", "transfer", "reservation", "count", "webhook") if each in begin)
    document = (await change(begin, kind, reference="R-77", **asked))[kind]["id"]
    for name, more in rest:
        assert (await change(name, "", id=document, **more))["userErrors"] == []
    # then
    for name, more in late.items():
        [error] = (await change(name, "", id=document, **more))["userErrors"]
        assert error["code"] == "WRONG_STATE", (name, error)
        assert error["reference"] == (None if kind == "webhook" else "R-77"), name
        assert kind == "webhook" or "'R-77'" in error["message"], name
        assert ": " in error["message"], name
        assert NO_NEXT_STEP not in error["message"], name


READ_BY = {
    "alert": ("StockAlert", "ALERT"),
    "count": ("StockCount", "COUNT"),
    "purchaseOrder": ("PurchaseOrder", "PURCHASE_ORDER"),
    "reservation": ("Reservation", "RESERVATION"),
    "transfer": ("Transfer", "TRANSFER"),
    "webhook": ("Webhook", "WEBHOOK"),
}
MORE = {"alertAcknowledge": {}, "alertSnooze": {}, "reservationFulfillmentReverse": PASSED}


@pytest.mark.parametrize("root", READ_BY)
async def test_an_id_of_no_document_is_null_to_reads_and_unknown_to_mutations(lasting_shop: Api, root: str) -> None:
    """Text that is no id, the id of another type, and an id of the type that was never given."""
    type_name, kind = READ_BY[root]
    never = [to_base64(type_name, identity) for identity in ("0" * 32, "", "x" * 700, "\0$")]
    others = [to_base64("Item", "TEA-1"), to_base64("StockLevel", "MAIN/TEA-1"), to_base64("Operation", "0" * 32)]
    mutations = {name: more for _, late in LIVES.values() for name, more in late.items()} | MORE
    async with lasting_shop.nothing_changes():
        for identity in (*never, *others, "", "x", "\u2603", "TEA-1", "Q291bnQ6"):
            assert await lasting_shop.run(f"query ($id: ID!) {{ {root}(id: $id) {{ id }} }}", id=identity) is None
            for name, more in mutations.items():
                if name.startswith(root):
                    payload = await lasting_shop.run(
                        f"mutation ($input: {input_of(name).name}!) {{ {name}(input: $input) {{ operation {{ id }} "
                        "userErrors { code field ... on UnknownDocumentError { kind } } } }",
                        input={"id": identity, **more},
                    )
                    expected = {"code": "UNKNOWN_DOCUMENT", "field": ["id"], "kind": kind}
                    assert payload == {"operation": None, "userErrors": [expected]}, (name, identity)
        for identity in never:
            assert await lasting_shop.run("query ($id: ID!) { node(id: $id) { id } }", id=identity) is None

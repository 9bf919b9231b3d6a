"""Every mutation of a document says by its reference that its state is in the way, and what to do next."""

from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLNonNull, GraphQLSchema

from app.domain.next_steps import NO_NEXT_STEP
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

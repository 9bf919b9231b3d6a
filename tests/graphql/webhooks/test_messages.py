"""What webhooks say is said in the words of the API: every name is a field of the type that the value has there."""

from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLObjectType, GraphQLSchema, build_schema, get_named_type
from strawberry.relay import GlobalID

from app.domain.operation import Operation
from app.domain.stock.movement import Movement
from tests.support.webhook_entries import ALERT, ORDER, RESERVATION, a_line, an_operation, told

COMMITTED = Path(__file__).parents[3] / "schema" / "schema.graphql"
TYPES = {
    "level": "StockLevel",
    "movement": "Movement",
    "alert": "StockAlert",
    "reservation": "Reservation",
    "purchaseOrder": "PurchaseOrder",
}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """Return the schema as clients read it."""
    return build_schema(COMMITTED.read_text())


@pytest.mark.parametrize(
    "entry",
    [
        a_line(1),
        an_operation(1, "stockAdjust", ALERT),
        an_operation(1, "reservationExpire", RESERVATION),
        an_operation(1, "purchaseOrderSubmit", ORDER),
    ],
    ids=["level", "alert", "reservation", "purchase order"],
)
def test_a_message_is_read_with_the_types_of_the_api(schema: GraphQLSchema, entry: Movement | Operation) -> None:
    """The id of what has changed stands beside its value, which is of the past and has none."""
    [message] = told(entry)
    values = dict(message["data"])
    changed = GlobalID.from_id(values.pop("id")).type_name
    assert changed == TYPES[next(iter(values))]
    for name, value in values.items():
        assert ("id" in value) == (name == "movement")
        check(schema, TYPES[name], value)


def check(schema: GraphQLSchema, name: str, value: dict[str, Any]) -> None:
    """Prove that an object has no other names than its type has, all the way down."""
    type_ = schema.type_map[name]
    assert isinstance(type_, GraphQLObjectType)
    for field, part in value.items():
        assert field in type_.fields, f"{name}.{field}"
        below = get_named_type(type_.fields[field].type)
        if below.name.endswith("Connection"):  # a message has all of it at once
            assert isinstance(below, GraphQLObjectType)
            below = get_named_type(below.fields["nodes"].type)
        for each in part if isinstance(part, list) else [part]:
            if isinstance(each, dict):
                check(schema, below.name, each)
            else:
                assert not isinstance(below, GraphQLObjectType) or each is None, f"{name}.{field}"

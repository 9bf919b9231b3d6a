"""The schema itself: committed, described in full, and regular."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_introspection_type,
    is_specified_scalar_type,
    print_ast,
)

from app.domain.errors import ErrorCode
from app.domain.stock.movement import MovementReason
from schema import root, sdl

COMMITTED = Path(__file__).parents[2] / "schema" / "schema.graphql"
NODES = (
    "Item",
    "Location",
    "StockLevel",
    "Movement",
    "Operation",
    "Reservation",
    "Transfer",
    "StockCount",
    "StockAlert",
    "Supplier",
    "SupplierItem",
    "PurchaseOrder",
    "ReplenishmentPolicy",
    "Webhook",
    "WebhookDelivery",
    "ApiKey",
    "User",
    "Role",
)
STRAWBERRYS = {"Node", *(f"{name}.id" for name in ("Node", *NODES))}
ABOUT = {"idempotencyKey": "String", "reference": "String", "note": "String", "occurredAt": "DateTime"}
SENTENCE = re.compile(r"[A-Z`\d].*\.", re.DOTALL)

USER_ERRORS = {
    "UNKNOWN_ITEM": "UnknownItemError",
    "UNKNOWN_LOCATION": "UnknownLocationError",
    "INSUFFICIENT_STOCK": "InsufficientStockError",
    "STALE_LEVEL": "StaleLevelError",
    "IDEMPOTENCY_KEY_REUSED": "IdempotencyKeyReusedError",
    "ARCHIVED": "ArchivedError",
    "STILL_OPEN": "StillOpenError",
    "INVALID_VALUE": "InvalidValueError",
    "QUANTITY_OUT_OF_RANGE": "QuantityOutOfRangeError",
    "DUPLICATE_LINE": "DuplicateLineError",
    "TOO_MANY_LINES": "TooManyLinesError",
    "TOO_MANY_ERRORS": "TooManyErrorsError",
    "UNKNOWN_DOCUMENT": "UnknownDocumentError",
    "WRONG_STATE": "WrongStateError",
    "EXCEEDS_OUTSTANDING": "ExceedsOutstandingError",
    "ORDER_IS_SHORT": "OrderIsShortError",
    "OVERSELL_UNCONFIRMED": "OversellUnconfirmedError",
    "BARCODE_TAKEN": "BarcodeTakenError",
    "STALE_DOCUMENT": "StaleDocumentError",
    "QUANTITY_NOT_OFFERED": "QuantityNotOfferedError",
    "BELOW_ORDER_VALUE": "BelowOrderValueError",
    "NOTHING_TO_CHANGE": "NothingToChangeError",
    "UNKNOWN_NAME": "UnknownNameError",
    "NAME_TAKEN": "NameTakenError",
    "NOT_ACTIVE": "NotActiveError",
    "ROLE_IN_USE": "RoleInUseError",
    "LAST_ADMIN": "LastAdminError",
    "NO_PASSWORD": "NoPasswordError",
    "WRONG_PASSWORD": "WrongPasswordError",
    "APPROVAL_REQUIRED": "ApprovalRequiredError",
}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """Return the schema as clients read it."""
    return build_schema(COMMITTED.read_text())


def own_types(schema: GraphQLSchema) -> Iterator[GraphQLNamedType]:
    """Yield the types that GraphQL itself does not have."""
    for type_ in schema.type_map.values():
        if not is_introspection_type(type_) and not is_specified_scalar_type(type_):
            yield type_


def descriptions(schema: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    """Yield everything that can be described, by its path."""
    for type_ in own_types(schema):
        yield type_.name, type_.description
        if isinstance(type_, GraphQLEnumType):
            for name, value in type_.values.items():
                yield f"{type_.name}.{name}", value.description
        elif isinstance(type_, GraphQLInputObjectType):
            for name, member in type_.fields.items():
                yield f"{type_.name}.{name}", member.description
        elif isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in type_.fields.items():
                yield f"{type_.name}.{name}", field.description
                for argument_name, argument in field.args.items():
                    yield f"{type_.name}.{name}({argument_name})", argument.description


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    """A change of the API is seen in review."""
    assert COMMITTED.read_text() == sdl.sdl(), "The API has changed: run `make schema` and commit the result."


def test_everything_is_described_by_a_sentence(schema: GraphQLSchema) -> None:
    """Types, fields, arguments, inputs and enum values, all but the two words that Strawberry wrote for nodes."""
    described = {path: text for path, text in descriptions(schema) if path not in STRAWBERRYS}
    assert len(described) > 250
    assert [path for path, text in described.items() if not text or not SENTENCE.fullmatch(text)] == []


def test_each_reason_to_refuse_has_a_type_of_its_own(schema: GraphQLSchema) -> None:
    """The list of codes and the list of types are the same list."""
    codes = schema.type_map["UserErrorCode"]
    interface = schema.type_map["UserError"]
    assert isinstance(codes, GraphQLEnumType)
    assert isinstance(interface, GraphQLInterfaceType)
    assert list(ErrorCode) == list(USER_ERRORS)
    assert set(codes.values) == set(USER_ERRORS)
    assert {type_.name for type_ in schema.get_possible_types(interface)} == set(USER_ERRORS.values())
    for type_ in schema.get_possible_types(interface):
        assert type_.fields.keys() > interface.fields.keys(), f"{type_.name} has no facts"


def test_facts_of_several_refusals_may_be_asked_for_side_by_side(schema: GraphQLSchema) -> None:
    """A query may name a field in fragments on several types only if it has the same type in all of them."""
    types: dict[str, set[str]] = {}
    for refusal in schema.get_implementations(cast(GraphQLInterfaceType, schema.type_map["UserError"])).objects:
        for name, field in refusal.fields.items():
            types.setdefault(name, set()).add(str(field.type))
    assert {name: found for name, found in types.items() if len(found) > 1} == {}


def test_each_mutation_takes_one_input_and_returns_a_payload(schema: GraphQLSchema) -> None:
    """All mutations are used in the same way."""
    assert schema.mutation_type
    for name, field in schema.mutation_type.fields.items():
        assert list(field.args) == ["input"], name
        assert str(field.args["input"].type) == f"{name[0].upper()}{name[1:]}Input!"
        assert isinstance(field.type, GraphQLNonNull)
        payload = get_named_type(field.type)
        assert isinstance(payload, GraphQLObjectType)
        assert {interface.name for interface in payload.interfaces} - {"StockPayload"} == {"Payload"}
        shared = {member: str(payload.fields[member].type) for member in ("operation", "replayed", "userErrors")}
        assert shared == {"operation": "Operation", "replayed": "Boolean!", "userErrors": "[UserError!]!"}
        for member, result in payload.fields.items():
            assert member in shared or not isinstance(result.type, GraphQLNonNull) or str(result.type).startswith("[")


def test_each_mutation_may_carry_a_key(schema: GraphQLSchema) -> None:
    """And what the ledger is to record of it, which does not record the administration of access."""
    assert schema.mutation_type
    for name, field in schema.mutation_type.fields.items():
        input_type = get_named_type(field.args["input"].type)
        assert isinstance(input_type, GraphQLInputObjectType)
        about = (
            {"idempotencyKey": "String"}
            if name.startswith(("apiKey", "user", "role", "documents", "password"))
            else ABOUT
        )
        assert {part: str(each.type) for part, each in input_type.fields.items() if part in ABOUT} == about


def test_each_list_is_a_connection_with_a_documented_maximum(schema: GraphQLSchema) -> None:
    """`first` says how many, and has a default."""
    assert schema.query_type
    lists = {name: field for name, field in schema.query_type.fields.items() if str(field.type).endswith("Connection!")}
    assert str(lists.pop("auditPages").args["first"].type) == "Int!"  # for programs: a page may have 128 KB
    assert set(lists) == {
        "items",
        "locations",
        "stockLevels",
        "inventoryInsights",
        "movements",
        "reservations",
        "transfers",
        "suppliers",
        "purchaseOrders",
        "replenishmentPolicies",
        "replenishmentNeeds",
        "replenishmentAdvice",
        "alerts",
        "counts",
        "webhooks",
        "webhookDeliveries",
        "trustedDocuments",
        "apiKeys",
        "auditLog",
        "users",
        "roles",
    }
    for field in lists.values():
        first = field.args["first"]
        assert first.ast_node
        assert (str(first.type), print_ast(first.ast_node).rpartition(" = ")[2]) == ("Int!", "50")
        assert first.description == "The most entries to return, 0 to 250."
        assert {"after", "filter"} < set(field.args)
        connection = get_named_type(field.type)
        assert isinstance(connection, GraphQLObjectType)
        assert set(connection.fields) == {"edges", "nodes", "pageInfo", "totalCount"}


def test_every_node_has_a_global_id(schema: GraphQLSchema) -> None:
    """Whatever has an identity can be found again by it."""
    node = schema.type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    names = {type_.name for type_ in schema.get_possible_types(node)}
    assert names == set(NODES)


def test_sort_schema_still_loses_how_enums_are_read_from_inputs() -> None:
    """When this fails, Strawberry has mended it: serve the sorted schema, and drop `is_sorted` of build_schema."""

    def read(*, is_sorted: bool) -> object:
        type_ = root.build_schema(is_sorted=is_sorted)._schema.type_map["MovementReason"]
        assert isinstance(type_, GraphQLEnumType)
        return type_.parse_value("SALE")

    assert type(read(is_sorted=False)) is MovementReason
    assert type(read(is_sorted=True)) is str

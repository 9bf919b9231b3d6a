"""The maximum length of each text, and size of each list, that a client sends; checked before anything else.

Each input is found by its name, or by `Type.name` where a name means different things. What is found is written into
the schema (`extensions` of the argument or input field), where the transport reads it: see
`app/web/graphql/transport/documents/bounds.py`. An input without a limit fails `tests/graphql/test_limits.py`.

The rules of the domain say exactly what is wrong with a value, as user errors. So the edge is wider than they are, by
`SLACK` and `DECOMPOSED`: what is nearly right is rejected by its rule, and what is far off costs nothing.
"""

from collections.abc import Iterator, Mapping

import strawberry
from graphql import (
    GraphQLArgument,
    GraphQLInputField,
    GraphQLNamedType,
    get_named_type,
    get_nullable_type,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_list_type,
    is_object_type,
)

from app.domain import limits
from app.services.live.ledger_offset import MAX_CURSOR_LENGTH
from app.services.page_cursor import MAX_CURSOR_LENGTH as MAX_PAGE_CURSOR_LENGTH
from app.services.paging import MAX_PAGE_SIZE
from schema.core import core_schema

CHARACTERS, ENTRIES = "maxCharacters", "maxEntries"  # the names in `extensions`

SLACK = 2
DECOMPOSED = 3  # characters of a text for one of its composed form, which is what the rules count: see `schema.texts`
MAX_ID_LENGTH = 1_024  # base64 of a type's name and a level's key: 64 characters of four bytes, and some
HASH_LENGTH = 64  # of a SHA-256 in hexadecimal digits
MAX_FILTER_ENTRIES = 1_000  # of names in a filter: as many as an operation has lines

# What scalars of our own are written with at most, as text.
_CHARACTERS_BY_SCALAR = {
    "ID": MAX_ID_LENGTH,
    "DateTime": 64,
    "Date": 32,
    "Decimal": 64,
    "BigInt": 64,
    "DocumentText": limits.MAX_DOCUMENT_CHARACTERS,
}

_CHARACTERS = {
    "actingUser": limits.MAX_NAME_LENGTH,
    "address": 64,  # of IPv6, with its zone
    "after": MAX_PAGE_CURSOR_LENGTH,
    "barcode": limits.MAX_BARCODE_LENGTH,
    "barcodes": limits.MAX_BARCODE_LENGTH,
    "beginning": limits.MAX_CATEGORY_LENGTH,
    "categories": limits.MAX_CATEGORY_LENGTH,
    "category": limits.MAX_CATEGORY_LENGTH,
    "channel": limits.MAX_CHANNEL_LENGTH,
    "code": limits.MAX_LOCATION_CODE_LENGTH,
    "countedBy": limits.MAX_NAME_LENGTH,
    "description": limits.MAX_NOTE_LENGTH,
    "destination": limits.MAX_LOCATION_CODE_LENGTH,
    "displayName": limits.MAX_NAME_LENGTH,
    "email": limits.MAX_EMAIL_LENGTH,
    "hash": HASH_LENGTH,
    "hashes": HASH_LENGTH,
    "idempotencyKey": limits.MAX_IDEMPOTENCY_KEY_LENGTH,
    "location": limits.MAX_LOCATION_CODE_LENGTH,
    "locations": limits.MAX_LOCATION_CODE_LENGTH,
    "name": limits.MAX_NAME_LENGTH,
    "note": limits.MAX_NOTE_LENGTH,
    "currentPassword": limits.MAX_PASSWORD_LENGTH,
    "newPassword": limits.MAX_PASSWORD_LENGTH,
    "password": limits.MAX_PASSWORD_LENGTH,
    "operation": limits.MAX_NAME_LENGTH,  # of an operation or a root field
    "principal": limits.MAX_NAME_LENGTH,
    "reference": limits.MAX_REFERENCE_LENGTH,
    "requestId": 128,
    "resupplyFrom": limits.MAX_LOCATION_CODE_LENGTH,
    "registeredBy": limits.MAX_NAME_LENGTH,
    "returnOf": limits.MAX_REFERENCE_LENGTH,
    "role": limits.MAX_PRINCIPAL_NAME_LENGTH,
    "roles": limits.MAX_PRINCIPAL_NAME_LENGTH,
    "search": limits.MAX_SEARCH_LENGTH,
    "sku": limits.MAX_SKU_LENGTH,
    "skuPrefix": limits.MAX_SKU_LENGTH,
    "skus": limits.MAX_SKU_LENGTH,
    "source": limits.MAX_LOCATION_CODE_LENGTH,
    "supplier": limits.MAX_LOCATION_CODE_LENGTH,
    "supplierSku": limits.MAX_SKU_LENGTH,
    "tags": limits.MAX_TAG_LENGTH,
    "url": limits.MAX_WEBHOOK_URL_LENGTH,
}

_ENTRIES = {
    "barcodes": limits.MAX_BARCODES,
    "categories": limits.MAX_GRANTED_CATEGORIES,
    "classes": 3,  # A, B and C
    "deliveries": limits.MAX_REDELIVERIES,
    "documents": limits.MAX_LINES_PER_OPERATION,
    "hashes": limits.MAX_LINES_PER_OPERATION,
    "ids": MAX_PAGE_SIZE,
    "items": limits.MAX_LINES_PER_OPERATION,
    "lines": limits.MAX_LINES_PER_OPERATION,
    "locations": MAX_FILTER_ENTRIES,
    "roles": limits.MAX_GRANTED_ROLES,
    "skus": MAX_FILTER_ENTRIES,
    "tags": limits.MAX_TAGS,
}

Input = GraphQLArgument | GraphQLInputField


def declare_limits(schema: strawberry.Schema) -> None:
    """Write the limit of every input into the schema."""
    for path, name, each in inputs(schema):
        each.extensions.update(_limits_of(path, name, each))


def inputs(schema: strawberry.Schema) -> Iterator[tuple[str, str, Input]]:
    """Yield all arguments and input fields, each with its path in the schema and its name."""
    core = core_schema(schema)
    for type_ in core.type_map.values():
        if not type_.name.startswith("__"):
            yield from _inputs_of(type_)


def _inputs_of(type_: GraphQLNamedType) -> Iterator[tuple[str, str, Input]]:
    if is_input_object_type(type_):
        for name, field in type_.fields.items():
            yield f"{type_.name}.{name}", name, field
    elif is_object_type(type_) or is_interface_type(type_):
        for field_name, output in type_.fields.items():
            for name, argument in output.args.items():
                yield f"{type_.name}.{field_name}.{name}", name, argument


def _limits_of(path: str, name: str, each: Input) -> Mapping[str, int]:
    found: dict[str, int] = {}
    named = get_named_type(each.type)
    if is_list_type(get_nullable_type(each.type)):
        entries = len(named.values) if is_enum_type(named) else _ENTRIES.get(name)
        if entries is not None:
            found[ENTRIES] = entries * SLACK
    if named.name == "String":
        # A feed's cursor has a mark of every process that writes; a page's has the values of one entry.
        characters = MAX_CURSOR_LENGTH if path.startswith("Subscription.") else _CHARACTERS.get(name)
        if characters is not None:
            found[CHARACTERS] = characters * DECOMPOSED
    elif named.name in _CHARACTERS_BY_SCALAR:
        found[CHARACTERS] = _CHARACTERS_BY_SCALAR[named.name]
    return found

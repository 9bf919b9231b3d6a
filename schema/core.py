"""What the API takes from Strawberry beyond its public interface: no server of ours works without it.

Rule: nothing else in `schema`, `resolvers` or the transport imports from an undocumented module of Strawberry, or
names a private attribute of it; `tests/web/test_internals.py` keeps that. What only compiled execution takes is in
`app/web/graphql/fast/internals.py`, which the server can run without.
"""

from typing import Any

import strawberry
from graphql import GraphQLResolveInfo, GraphQLSchema

# graphql-core's rules of validation, and the two that Strawberry adds for Maybe and oneOf.
from strawberry.schema.schema import validate_document

# How Strawberry itself reads and writes decimals, of which ours is a stricter copy.
from strawberry.schema.types.base_scalars import DecimalDefinition

# Where a directive of the schema stands.
from strawberry.schema_directive import Location as DirectiveLocation
from strawberry.types import Info

# The type of an enum value with its description, as `strawberry.enum_value` returns it.
from strawberry.types.enum import EnumValue

# The definition of a field: whether it is a plain attribute decides what it costs.
from strawberry.types.field import StrawberryField
from strawberry.types.scalar import ScalarDefinition

__all__ = [
    "DecimalDefinition",
    "DirectiveLocation",
    "EnumValue",
    "ScalarDefinition",
    "StrawberryField",
    "core_schema",
    "raw_info",
    "validate_document",
]


def core_schema(schema: strawberry.Schema) -> GraphQLSchema:
    """Return the schema of graphql-core under Strawberry's. Strawberry's `execute` uses it, and nothing returns it."""
    return schema._schema  # noqa: SLF001 - see above


def raw_info(info: Info[Any, Any]) -> GraphQLResolveInfo[Any]:
    """Return graphql-core's info under Strawberry's, whose `selected_fields` are built anew at each access."""
    return info._raw_info  # noqa: SLF001 - see above

"""What Strawberry keeps to itself and no server of ours can do without: the one place that takes it.

Rule: nothing else in `schema`, `resolvers` or the transport names a private attribute of Strawberry;
`tests/web/test_internals.py` holds them to it. Compiled execution has a place of its own, which the server can run
without: `app/web/graphql/fast/internals.py`.
"""

from typing import Any

import strawberry
from graphql import GraphQLResolveInfo, GraphQLSchema
from strawberry.schema.schema import validate_document  # graphql-core's rules and Strawberry's two
from strawberry.types import Info

__all__ = ["core_schema", "raw_info", "validate_document"]


def core_schema(schema: strawberry.Schema) -> GraphQLSchema:
    """Return the schema of graphql-core under Strawberry's. Strawberry's `execute` uses it, and nothing returns it."""
    return schema._schema  # noqa: SLF001 - see above


def raw_info(info: Info[Any, Any]) -> GraphQLResolveInfo[Any]:
    """Return graphql-core's info under Strawberry's, whose `selected_fields` are built anew at each access."""
    return info._raw_info  # noqa: SLF001 - see above

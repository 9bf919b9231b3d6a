"""All that compiled execution takes from Strawberry and graphql-core beyond their public interfaces, and why.

Rule: no other module imports from an undocumented module of theirs, or names a private attribute. Any release may
change them: `tests/web/test_internals.py` compares them with the installed one, and
`docs/develop/graphql-execution.md` says what to do when that test fails. (`schema/core.py` has the few names without
which there is no server at all.)
"""

from typing import Any

from graphql import Executor, GraphQLField, GraphQLObjectType, GraphQLSchema

# What an operation selects of a type, as the executor keeps it: the plan collects the root's fields once.
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet, collect_fields

# The path of a result and the way several awaitables are awaited: overridden methods take and do the same.
from graphql.pyutils import AwaitableOrValue, Path, gather_with_cancel

# The extensions of a field as functions that call the next: a direct field calls the same ones.
from strawberry.extensions.field_extension import build_field_extension_resolvers

# Which Python types are scalars: those pass through a compiled input unchanged.
from strawberry.scalars import is_scalar

# `build_resolve_info` is borrowed from it: resolvers get Strawberry's info, without the part for @defer and @stream.
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

# `DEFINITION_BACKREF`: under which name graphql-core's types and fields hold Strawberry's definitions.
from strawberry.schema.schema_converter import GraphQLCoreConverter

# The argument of `from_input`, the hook for inputs that build themselves.
from strawberry.types.arguments import InputContext

# The definitions of types: which class an object type has, and how an input's fields are typed.
from strawberry.types.base import (
    StrawberryList,
    StrawberryMaybe,
    StrawberryObjectDefinition,
    StrawberryOptional,
)

# `strawberry.cast` marks an object as of another type: the shape of its class does not apply.
from strawberry.types.cast import get_strawberry_type_cast
from strawberry.types.enum import StrawberryEnumDefinition, has_enum_definition

# The definition of a field: whether it is a plain attribute, and by which function it is resolved.
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

__all__ = [
    "AwaitableOrValue",
    "FieldDetailsList",
    "GroupedFieldSet",
    "InputContext",
    "Path",
    "StrawberryEnumDefinition",
    "StrawberryField",
    "StrawberryGraphQLCoreExecutionContext",
    "StrawberryList",
    "StrawberryMaybe",
    "StrawberryObjectDefinition",
    "StrawberryOptional",
    "StrawberryResolver",
    "build_field_extension_resolvers",
    "collect_fields",
    "definition_behind",
    "gather_with_cancel",
    "get_strawberry_type_cast",
    "has_enum_definition",
    "is_scalar",
    "share_collected_fields",
    "strawberry_schema",
]


def definition_behind(core: GraphQLObjectType | GraphQLField) -> object:
    """Return Strawberry's definition of a type or field of graphql-core; None where Strawberry did not make it."""
    return core.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)


def strawberry_schema(core: GraphQLSchema) -> Any:  # noqa: ANN401 - strawberry.Schema, or None
    """Return the Strawberry schema over graphql-core's: its configuration decides how fields are resolved."""
    return getattr(core, "_strawberry_schema", None)


def share_collected_fields(executor: Executor[Any], collected: dict[Any, Any]) -> None:
    """Let the executor keep the fields that it collects below the root in this dictionary, which its plan keeps."""
    executor._relevant_sub_fields = collected  # noqa: SLF001 - graphql-core collects them anew for each executor

"""The fields whose result depends on the principal beyond what it sees: subscriptions that select one are not shared.

An operation is shown to the actor who recorded it also where nothing of it is visible. Where everything is visible, no
result depends on that.

Rule: what is executed for several principals at once has no principal (`Context.shared`): a field that asks for one,
and is not declared here, fails.
"""

from collections.abc import Iterator

import strawberry
from graphql import GraphQLField, is_object_type

from schema.core import core_schema

PERSONAL = "personal"  # the name in `extensions`

FIELDS = frozenset({"Movement.operation", "Operation.reverses"})


def declare_personal(schema: strawberry.Schema) -> None:
    """Write into the schema which fields depend on the principal. Raises TypeError for one that is not there."""
    unknown = set(FIELDS)
    for path, field in _fields(schema):
        if path in FIELDS:
            field.extensions[PERSONAL] = True
            unknown.discard(path)
    if unknown:
        raise TypeError(f"No such fields: {sorted(unknown)}.")


def _fields(schema: strawberry.Schema) -> Iterator[tuple[str, GraphQLField]]:
    for type_ in core_schema(schema).type_map.values():
        if is_object_type(type_):
            for name, field in type_.fields.items():
                yield f"{type_.name}.{name}", field

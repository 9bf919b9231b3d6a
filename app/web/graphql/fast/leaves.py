"""Leaf values, completed in a line or two of Python each.

Rule: the lines accept the usual Python type of a leaf, and of its values the ones that graphql-core's
`coerce_output_value` returns in the same form; any other value raises. Awaitables, exceptions and null are never of the
usual types.
"""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from graphql import GraphQLBoolean, GraphQLEnumType, GraphQLID, GraphQLInt, GraphQLLeafType, GraphQLString
from graphql.type import GRAPHQL_MAX_INT, GRAPHQL_MIN_INT

# What a custom scalar may serialise, and into what: classes that are certainly neither awaitable nor exceptions.
_GIVEN = frozenset({str, int, float, bool, dict, list, datetime, date, time, Decimal, UUID})
_MADE = frozenset({str, int, float, bool, dict, list})


def leaf_lines(value: str, type_: GraphQLLeafType, constant: Callable[[object], str]) -> list[str] | None:
    """Return the lines that complete the variable; None where the kind of type is unknown.

    `constant` names a value for use in the lines.
    """
    if type_ is GraphQLInt:
        return [_unless(f"type({value}) is int and {GRAPHQL_MIN_INT} <= {value} <= {GRAPHQL_MAX_INT}")]
    if type_ is GraphQLString or type_ is GraphQLID:
        return [_unless(f"type({value}) is str")]
    if type_ is GraphQLBoolean:
        return [_unless(f"{value} is True or {value} is False")]
    if isinstance(type_, GraphQLEnumType):
        names = _names_by_member(type_)
        return [f"{value} = {constant(names)}[id({value})]"] if names else None
    return [
        _unless(f"type({value}) in {constant(_GIVEN)}"),
        f"{value} = {constant(type_.coerce_output_value)}({value})",
        _unless(f"type({value}) in {constant(_MADE)}"),
    ]


def _unless(condition: str) -> str:
    return f"if not ({condition}): raise FallBack"


def _names_by_member(type_: GraphQLEnumType) -> dict[int, str]:
    """Return the GraphQL name of each member of the Python enum, by the member's `id()`.

    Members live as long as their class, so nothing else can have that id; hashing one costs three times as much.
    """
    wrapped: Any = getattr(type_, "wrapped_cls", None)  # Strawberry's enums have it
    names = {}
    for member in wrapped if isinstance(wrapped, type) and issubclass(wrapped, Enum) else ():
        try:
            names[id(member)] = type_.coerce_output_value(member)
        except Exception:  # noqa: BLE001, S112 - a member that the schema leaves out: the executor reports it
            continue
    return names

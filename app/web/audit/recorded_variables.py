"""The variables of a request as the audit keeps them: without secrets, and short.

Rule: what was not checked by the schema is not kept: of a request that was refused, only what the schema declares.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec
from graphql import (
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_input_object_type,
    is_input_type,
    type_from_ast,
)
from msgspec import Raw

from app.web.graphql.transport.documents.cache import PreparedOperation
from schema.core import core_schema
from schema.declarations.secrets import IS_SECRET

HIDDEN: Final = "(secret)"
MAX_BYTES: Final = 4_096  # of the variables of one request, as JSON; the ledger has the lines of large ones
MAX_ENTRIES: Final = 10  # of a list, where the whole is too long
MAX_CHARACTERS: Final = 200  # of a text, likewise
MAX_DEPTH: Final = 12

_encode = msgspec.json.Encoder().encode
_NOT_KEPT: Final = Raw(b'"(not recorded)"')


class _Plan(NamedTuple):
    """What there is to know of an operation's variables: their types, and which stand where a secret belongs."""

    types: Mapping[str, GraphQLInputType]
    hidden: frozenset[str]
    has_secrets: bool  # at all: else variables that are valid are kept as they are


class RecordedVariables:
    """Makes the variables of one schema's operations fit to be kept."""

    def __init__(self, schema: Any) -> None:  # noqa: ANN401 - a Strawberry schema
        self._schema = core_schema(schema)
        self._with_secrets: dict[str, bool] = {}

    def of(self, operation: PreparedOperation, variables: Mapping[str, Any] | None, *, is_valid: bool) -> Raw | None:
        """Return the variables as JSON; `is_valid` where they passed the schema."""
        if not variables:
            return None
        plan = self._plan_of(operation)
        if not is_valid or plan.has_secrets or not variables.keys() <= plan.types.keys():
            variables = {
                name: _hidden(variables[name]) if name in plan.hidden else self._kept(type_, variables[name])
                for name, type_ in plan.types.items()
                if name in variables
            }
        try:
            encoded = _encode(variables)
            if len(encoded) > MAX_BYTES:
                encoded = _encode(_shortened(variables))
        except (UnicodeError, OverflowError, RecursionError, msgspec.MsgspecError):
            return _NOT_KEPT
        return Raw(encoded) if len(encoded) <= MAX_BYTES else Raw(_encode(f"({len(encoded)} bytes)"))

    def _plan_of(self, operation: PreparedOperation) -> _Plan:
        found: _Plan | None = operation.notes.get(RecordedVariables)
        if found is None:
            found = operation.notes[RecordedVariables] = self._plan(operation)
        return found

    def _plan(self, operation: PreparedOperation) -> _Plan:
        types: dict[str, Any] = {name: type_from_ast(self._schema, node) for name, node in operation.variables.items()}
        hidden = {name for name, extensions in operation.variable_uses if extensions.get(IS_SECRET)}
        return _Plan(
            types={name: type_ for name, type_ in types.items() if is_input_type(type_)},
            hidden=frozenset(hidden),
            has_secrets=bool(hidden) or any(self._has_secret(type_) for type_ in types.values()),
        )

    def _has_secret(self, type_: GraphQLInputType) -> bool:
        """Tell whether a value of the type may hold a secret, at any depth."""
        named = get_named_type(type_)
        if not is_input_object_type(named):
            return False
        found = self._with_secrets.get(named.name)
        if found is None:
            self._with_secrets[named.name] = False  # while it is looked at: a type may hold itself
            found = any(each.extensions.get(IS_SECRET) or self._has_secret(each.type) for each in named.fields.values())
            self._with_secrets[named.name] = found
        return found

    def _kept(self, type_: GraphQLInputType, value: object, depth: int = 0) -> object:
        """Return what the type declares of a value, its secrets hidden."""
        if isinstance(type_, GraphQLNonNull):
            return self._kept(type_.of_type, value, depth)
        if depth > MAX_DEPTH:
            return "(nested)"
        if isinstance(type_, GraphQLList):
            listed = value if isinstance(value, list) else [value]
            return [self._kept(type_.of_type, each, depth + 1) for each in listed]
        if isinstance(type_, GraphQLInputObjectType):
            if not isinstance(value, dict):
                return None if value is None else f"({type(value).__name__})"
            return {
                name: _hidden(value[name])
                if field.extensions.get(IS_SECRET)
                else self._kept(field.type, value[name], depth + 1)
                for name, field in type_.fields.items()
                if name in value
            }
        return value if value is None or isinstance(value, str | int | float | bool) else f"({type(value).__name__})"


def _hidden(value: object) -> str | None:
    return None if value is None else HIDDEN


def _shortened(value: object) -> object:
    if isinstance(value, dict):
        return {name: _shortened(each) for name, each in value.items()}
    if isinstance(value, list):
        rest = len(value) - MAX_ENTRIES
        shown = [_shortened(each) for each in value[:MAX_ENTRIES]]
        return [*shown, f"({rest} more)"] if rest > 0 else shown
    if isinstance(value, str) and len(value) > MAX_CHARACTERS:
        return f"{value[:MAX_CHARACTERS]}({len(value) - MAX_CHARACTERS} characters more)"
    return value

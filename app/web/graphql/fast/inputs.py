"""Compiled inputs: how an input object is built is found once per type, not once per value.

Strawberry derives the names and types of an input's fields anew for every value: a seventh of the CPU time of a
mutation. Here each input type has a function of its own in `from_input`, Strawberry's hook for types that build
themselves. What is not a scalar, an enum, another input, or a list of those is still converted by Strawberry.

Rule: the values are those of Strawberry's conversion; `test_graphql_inputs.py` compares them.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from typing import Any, NamedTuple

import strawberry
from strawberry import UNSET
from strawberry.relay import GlobalID
from strawberry.types import get_object_definition, has_object_definition

from app.web.graphql.fast.internals import (
    InputContext,
    StrawberryEnumDefinition,
    StrawberryList,
    StrawberryMaybe,
    StrawberryObjectDefinition,
    StrawberryOptional,
    has_enum_definition,
    is_scalar,
)

Convert = Callable[[Any, InputContext], object]


class Member(NamedTuple):
    """How one field of an input becomes an argument of its class."""

    graphql_name: str
    python_name: str
    convert: Convert


def compile_inputs(schema: strawberry.Schema) -> None:
    """Prepare every input type of the schema.

    The types themselves are changed, so two schemas that share them must name their fields alike. Generic inputs and
    those with `strawberry.Maybe` fields, which Strawberry checks only without the hook, stay as they are.
    """
    for concrete in schema.schema_converter.type_map.values():
        definition = concrete.definition
        if isinstance(definition, StrawberryObjectDefinition) and _is_plain_input(definition):
            definition.from_input = _builder(definition, schema)


def _is_plain_input(definition: StrawberryObjectDefinition) -> bool:
    return (
        definition.is_input
        and definition.from_input is None
        and not definition.is_graphql_generic
        and definition.concrete_of is None
        and not any(isinstance(field.type, StrawberryMaybe) for field in definition.fields)
    )


def _builder(
    definition: StrawberryObjectDefinition, schema: strawberry.Schema
) -> Callable[[type, Mapping[str, Any], InputContext], Any]:
    # Strawberry lets nullable fields without a default be None when the client leaves them out.
    absent: dict[str, object] = {
        field.python_name: None
        for field in definition.fields
        if field.default_value is MISSING and field.default_factory is MISSING
    }
    members = [
        Member(name, field.python_name, _converter(field.resolve_type(type_definition=definition), name, schema))
        for field in definition.fields
        if (name := schema.config.name_converter.from_field(field))
    ]

    def build(cls: type, value: Mapping[str, Any], context: InputContext) -> object:
        arguments = absent.copy()
        for graphql_name, python_name, convert in members:
            if graphql_name in value:
                given = value[graphql_name]
                arguments[python_name] = given if given is None or given is UNSET else convert(given, context)
        return cls(**arguments)

    return build


def _converter(type_: Any, name: str, schema: strawberry.Schema) -> Convert:  # noqa: ANN401 - Strawberry's types have no common base
    if isinstance(type_, StrawberryOptional):
        return _converter(type_.of_type, name, schema)
    if is_leaf(type_, schema):
        return _as_it_is
    if isinstance(type_, StrawberryList):
        items = type_.of_type
        if is_leaf(items.of_type if isinstance(items, StrawberryOptional) else items, schema):
            return _copied
        if builds_itself(items):
            return _list_of(items)
    if builds_itself(type_):
        return _object_of(type_)
    return lambda value, context: context.convert(value, type_, name)


def is_leaf(type_: Any, schema: strawberry.Schema) -> bool:  # noqa: ANN401 - as above
    """Tell whether Strawberry takes values of the type as graphql-core has coerced them."""
    if type_ is GlobalID or isinstance(type_, StrawberryList | StrawberryOptional):
        return False
    if isinstance(type_, StrawberryEnumDefinition) or has_enum_definition(type_):
        return True
    return is_scalar(type_, schema.schema_converter.scalar_registry)


def builds_itself(type_: Any) -> bool:  # noqa: ANN401 - as above
    """Tell whether this is an input that compile_inputs prepares, now or later in its loop."""
    if not has_object_definition(type_):
        return False
    definition = get_object_definition(type_, strict=True)
    build = definition.from_input
    return _is_plain_input(definition) or getattr(build, "__module__", None) == __name__


def _as_it_is(value: object, _: InputContext) -> object:
    return value


def _copied(value: list[object], _: InputContext) -> object:
    # graphql-core hands the same default list to every request that omits the value.
    return list(value)


def _object_of(type_: Any) -> Convert:  # noqa: ANN401 - as above
    definition: Any = get_object_definition(type_, strict=True)
    return lambda value, context: definition.from_input(type_, value, context)


def _list_of(type_: Any) -> Convert:  # noqa: ANN401 - as above
    definition: Any = get_object_definition(type_, strict=True)

    def convert(values: list[Any], context: InputContext) -> object:
        build = definition.from_input
        return [build(type_, value, context) for value in values]

    return convert

# ruff: noqa: ANN401, D101 - JSON and toy types are of any kind, and say what they are by their names
"""Compiled arguments and direct execution: data, errors and calls are those of plain execution."""

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

import pytest
import strawberry
from graphql import (
    GraphQLError,
    get_argument_values,
    get_variable_values,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
    parse,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from strawberry.extensions import FieldExtension
from strawberry.types.arguments import convert_arguments

from app.web.graphql import Execution
from app.web.graphql.fast.arguments import ArgumentCompiler
from app.web.graphql.fast.attributes import definition_of
from app.web.graphql.fast.execution import CompiledExecution
from app.web.graphql.fast.inputs import compile_inputs
from app.web.graphql.transport.documents.cache import Rejected
from app.web.graphql.transport.request import GraphQLRequest
from schema.core import core_schema
from schema.root import schema as served
from tests.web.toy import app_of

BOUNDED = settings(max_examples=100, deadline=None)
CORE = core_schema(served)
compile_inputs(served)  # as the server does
FIELDS = {
    (kind, name): field
    for kind, root in (("mutation", CORE.mutation_type), ("query", CORE.query_type))
    for name, field in (root.fields if root else {}).items()
    if field.args
}
LEAVES: dict[str, st.SearchStrategy[Any]] = {
    "Int": st.integers(-(2**31), 2**31 - 1),
    "Boolean": st.booleans(),
    "Float": st.floats(allow_nan=False, allow_infinity=False),
    "DateTime": st.just("2026-11-23T09:30:00.5+01:00"),
    "Date": st.just("2026-11-23"),
    "Decimal": st.sampled_from(["1.50", 3, 0.25]),
}
ODD = st.sampled_from([None, 2**31, 1.0, 0.5, True, "", "x", [], {}, [None], {"x": 1}, "COUNT", ["A"], float("inf")])


def values_of(type_: Any) -> st.SearchStrategy[Any]:
    """Return valid values of an input type, in their plain form."""
    if not is_non_null_type(type_):
        return st.none() | present_values_of(type_)
    return present_values_of(type_.of_type)


def present_values_of(type_: Any) -> st.SearchStrategy[Any]:
    """Return those that are not null."""
    if is_list_type(type_):
        return st.lists(values_of(type_.of_type), max_size=2)
    if is_input_object_type(type_):
        return members({name: (is_required_input_field(each), each.type) for name, each in type_.fields.items()})
    return st.sampled_from(list(type_.values)) if is_enum_type(type_) else LEAVES.get(type_.name, st.text(max_size=3))


def members(types: dict[str, tuple[bool, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Return objects with all required members, and any of the others."""
    values = {name: (required, values_of(type_)) for name, (required, type_) in types.items()}
    return st.fixed_dictionaries(
        {name: each for name, (required, each) in values.items() if required},
        optional={name: each for name, (required, each) in values.items() if not required},
    )


@cache
def variables_of(field: tuple[str, str]) -> st.SearchStrategy[dict[str, Any]]:
    """Return valid variables, one of its argument's type for each."""
    arguments = FIELDS[field].args
    return members({name: (is_non_null_type(each.type), each.type) for name, each in arguments.items()})


def broken(value: Any, draw: Callable[[st.SearchStrategy[Any]], Any]) -> Any:
    """Return the value with an odd one somewhere in it, or a member too many or too few."""
    if isinstance(value, dict) and value and draw(st.integers(0, 5)):
        name = draw(st.sampled_from(sorted(value)))
        rest = {each: member for each, member in value.items() if each != name}
        return rest if draw(st.integers(0, 5)) == 0 else {**rest, name: broken(value[name], draw)}
    if isinstance(value, list) and value and draw(st.booleans()):
        return [broken(value[0], draw), *value[1:]]
    return {**value, "unknown": 1} if isinstance(value, dict) and draw(st.booleans()) else draw(ODD)


@cache
def compiled(field: tuple[str, str]) -> tuple[Any, Any, Any, Callable[..., Any]]:
    """Return the operation that passes each argument as a variable, its node and field, and the compiled function."""
    kind, name = field
    variables = ", ".join(f"${each}: {argument.type}" for each, argument in FIELDS[field].args.items())
    arguments = ", ".join(f"{each}: ${each}" for each in FIELDS[field].args)
    operation: Any = parse(f"{kind} ({variables}) {{ {name}({arguments}) {{ __typename }} }}").definitions[0]
    node, definition = operation.selection_set.selections[0], definition_of(FIELDS[field])
    assert definition is not None
    function = ArgumentCompiler(CORE, served, {}).compile(operation, node, FIELDS[field], definition)
    return operation, node, definition, function


def by_the_libraries(field: tuple[str, str], variables: dict[str, Any]) -> dict[str, Any] | None:
    """Return the arguments that graphql-core and Strawberry make of the variables; None for an error."""
    operation, node, definition, _ = compiled(field)
    values = get_variable_values(CORE, operation.variable_definitions, variables)
    if isinstance(values, list):
        return None
    try:
        found = get_argument_values(FIELDS[field], node, values)
    except GraphQLError:
        return None
    registry = served.schema_converter.scalar_registry
    return convert_arguments(found, definition.arguments, registry, served.config)


def by_ours(field: tuple[str, str], variables: dict[str, Any]) -> dict[str, Any] | None:
    """Return the arguments that the compiled function makes; None where it leaves them to graphql-core."""
    try:
        found: dict[str, Any] = compiled(field)[3](variables)
    except Exception:  # noqa: BLE001 - as in direct execution
        return None
    return found


@BOUNDED
@given(st.data())
def test_valid_variables_become_the_same_arguments(data: st.DataObject) -> None:
    """For every root field of the served schema; none of them is left to the libraries."""
    field = data.draw(st.sampled_from(sorted(FIELDS)))
    variables = data.draw(variables_of(field))
    expected = by_the_libraries(field, variables)
    assert expected is not None
    assert repr(by_ours(field, variables)) == repr(expected)


@BOUNDED
@given(st.data())
def test_invalid_variables_are_left_to_the_libraries(data: st.DataObject) -> None:
    """Whatever is wrong, and wherever: either the same arguments, or none."""
    field = data.draw(st.sampled_from(sorted(FIELDS)))
    variables = broken(data.draw(variables_of(field)), data.draw)
    if not isinstance(variables, dict):
        return
    found = by_ours(field, variables)
    assert found is None or repr(found) == repr(by_the_libraries(field, variables))


class Counted(FieldExtension):
    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: object, info: strawberry.Info, **arguments: Any
    ) -> Any:
        info.context["log"].append(("before", source, arguments))
        try:
            return await next_(source, info, **arguments)
        except LookupError:
            return Part(name="refused", others=[])


@strawberry.input
class Change:
    kind: str
    by: int = 1


@strawberry.type
class Part:
    name: str
    others: list["Part"]

    @strawberry.field
    async def later(self, scale: int = 1) -> str:
        return self.name * scale


async def changed(info: strawberry.Info, kind: str) -> Any:
    """Do what the kind says, and log it."""
    info.context["log"].append(kind)
    match kind:
        case "raise":
            raise GraphQLError("no", extensions={"code": "FORBIDDEN"})
        case "refuse":
            raise LookupError(kind)
        case "null" | "error":
            return None if kind == "null" else ValueError("as a value")
        case "odd":
            return Part(name=7, others=None)  # type: ignore[arg-type]
        case "info":
            selected = [each.name for each in info.selected_fields[0].selections]
            return Part(name=f"{info.field_name} {info.path.key} {sorted(info.variable_values)} {selected}", others=[])
    return Part(name=kind, others=[Part(name="other", others=[])])


@strawberry.type
class Mutation:
    @strawberry.mutation(extensions=[Counted()])
    async def change(self, info: strawberry.Info, input: Change) -> Part:
        return await changed(info, input.kind)

    @strawberry.mutation
    async def change_perhaps(self, info: strawberry.Info, kind: str = "default") -> Part | None:
        return await changed(info, kind)


@strawberry.type
class Query:
    @strawberry.field
    async def part(self, info: strawberry.Info, kind: str, by: int | None = None) -> Part | None:
        return await changed(info, kind)


DOCUMENTS = (
    "mutation ($input: Change!) { change(input: $input) { name others { name } __typename } }",
    "mutation ($input: Change!) { done: change(input: $input) { name later } }",
    "mutation ($input: Change!, $scale: Int!) { change(input: $input) { name later(scale: $scale) } }",
    "mutation ($kind: String) { changePerhaps(kind: $kind) { name ...P } } fragment P on Part { others { name } }",
    "mutation ($kind: String!) { a: changePerhaps(kind: $kind) { name } b: changePerhaps { name } }",
    'mutation { changePerhaps(kind: "info") { name } }',
    "mutation ($kind: String!) { change(input: {kind: $kind, by: 2}) { name b: later } }",
    "query Q($kind: String!, $by: Int = 2) { part(kind: $kind, by: $by) { name } }",
)
KINDS = ("fine", "raise", "refuse", "null", "error", "odd", "info")
VARIABLES: tuple[dict[str, Any] | None, ...] = (
    *({"input": {"kind": kind}, "kind": kind, "scale": 2} for kind in KINDS),
    {"input": {"kind": "fine", "by": 3.0}, "kind": "fine", "scale": 2.0, "by": None},
    {"input": {"kind": 1}, "kind": None, "scale": "x", "by": "y"},
    {"input": {"kind": "fine", "unknown": 1}},
    None,
)


@pytest.mark.parametrize("text", DOCUMENTS)
async def test_direct_execution_gives_what_plain_execution_gives(text: str) -> None:
    """Data, errors with their places, and what the resolvers were called with, at each execution of a document."""
    schema = strawberry.Schema(Query, Mutation)
    plain, ours = (app_of(kind(schema)).engine for kind in (Execution, CompiledExecution))
    for variables in VARIABLES * 3:
        request = GraphQLRequest(text, variables)
        assert await outcome(ours, request) == await outcome(plain, request)
    [plan] = ours.documents.get(text).plans.values()
    is_direct = "later" not in text and " b:" not in text
    assert (plan.direct is not None) == is_direct


async def outcome(engine: Any, request: GraphQLRequest) -> Any:
    """Execute the request; return all that can be seen of it."""
    log: list[Any] = []
    document, _ = engine.document(request, None)
    try:
        result = await engine.execution.execute(document, request, {"log": log})
    except Rejected as rejected:
        return [(error.message, error.locations) for error in rejected.errors], log
    errors = [(e.message, e.path, e.locations, e.extensions, repr(e.original_error)) for e in result.errors or ()]
    return result.data, errors, log

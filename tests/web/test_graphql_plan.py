# ruff: noqa: ANN401, D101 - JSON and toy types are of any kind, and say what they are by their names
"""Plans: the same results as without them, for every kind of selection, in bounded memory."""

import gc
import weakref
from typing import Any

import pytest
import strawberry
from graphql import execute, parse
from strawberry.extensions import SchemaExtension

from app.web.graphql.fast.execution import CompiledExecution
from app.web.graphql.transport.execution import Execution
from app.web.graphql.transport.request import GraphQLRequest
from tests.web.toy import Context, app_of, schema, toy_app

DOCUMENTS = {
    "nested": "{ levels(first: 2) { sku onHand } level { onHand } }",
    "aliases": '{ a: hello b: hello(name: "x") a: hello }',
    "merged": "{ level { sku } level { onHand } ...F } fragment F on Query { level { sku } hello }",
    "typename": "{ __typename levels { __typename } }",
    "error in a nullable field": "{ crash hello }",
    "introspection": "{ __schema { types { name fields { name } } } }",
    "mutation": 'mutation { a: adjust(input: {idempotencyKey: "p", lines: [{sku: "A", quantity: 1}]}) { sku } }',
    "skipped": "{ hello @skip(if: true) level { sku @include(if: false) onHand } }",
}


@pytest.mark.parametrize("kind", [Execution, CompiledExecution])
@pytest.mark.parametrize("text", DOCUMENTS.values(), ids=DOCUMENTS)
async def test_the_result_is_that_of_graphql_core(text: str, kind: type[Execution]) -> None:
    """Plain and compiled: at the first execution, which makes the plan, and at those that use it."""
    engine = app_of(kind(schema)).engine
    request = GraphQLRequest(text)
    document, _ = engine.document(request, None)
    context: Any = Context(None, "x")  # type: ignore[arg-type]
    expected: Any = execute(schema._schema, parse(text), context_value=context)
    if not hasattr(expected, "data"):
        expected = await expected
    for _ in range(3):
        result = await engine.execution.execute(document, request, context)
        assert result.data == expected.data
        assert [(e.message, e.path, e.locations) for e in result.errors or ()] == [
            (e.message, e.path, e.locations) for e in expected.errors or ()
        ]


async def test_a_conditional_document_heeds_its_variables() -> None:
    """@skip and @include are evaluated for each request."""
    engine = toy_app().engine
    text = "query ($more: Boolean!) { hello level @include(if: $more) { sku } }"
    for more in (True, False, True):
        request = GraphQLRequest(text, {"more": more})
        document, _ = engine.document(request, None)
        result = await engine.execution.execute(document, request, None)
        assert ("level" in (result.data or {})) == more


async def test_an_operation_leaves_nothing_to_the_garbage_collector() -> None:
    """Its context is gone with its result: a process with thousands of requests per second has no long pauses."""
    engine = toy_app().engine
    for text in (DOCUMENTS["mutation"], DOCUMENTS["aliases"]):
        request = GraphQLRequest(text)
        document, _ = engine.document(request, None)
        for _ in range(3):
            context: Any = Context(None, "x")  # type: ignore[arg-type]
            kept = weakref.ref(context)
            gc.disable()
            try:
                await engine.execution.execute(document, request, context)
                del context
                assert kept() is None
            finally:
                gc.enable()


async def test_an_interface_is_collected_per_type() -> None:
    """The same selection on two types keeps the fields of each apart."""
    result = await zoo_answer("{ animals { name ... on Cat { lives } ... on Dog { tricks } } }")
    assert result == {"animals": [{"name": "Tom", "lives": 9}, {"name": "Rex", "tricks": 2}]}


async def test_a_plan_holds_one_entry_per_object_of_the_document() -> None:
    """However often it runs, and however long its lists are."""
    engine = toy_app().engine
    request = GraphQLRequest("{ levels(first: 50) { sku } level { sku } }")
    document, _ = engine.document(request, None)
    for _ in range(20):
        await engine.execution.execute(document, request, None)
    [plan] = document.plans.values()
    assert len(plan._sub_fields) == 2


@strawberry.interface
class Animal:
    name: str


@strawberry.type
class Cat(Animal):
    lives: int


@strawberry.type
class Dog(Animal):
    tricks: int


@strawberry.type
class Zoo:
    @strawberry.field
    def animals(self) -> list[Animal]:
        return [Cat(name="Tom", lives=9), Dog(name="Rex", tricks=2)]


async def zoo_answer(text: str) -> Any:
    """Execute twice on the zoo; return the second answer."""
    engine = toy_app(strawberry.Schema(Zoo, types=[Cat, Dog])).engine
    request = GraphQLRequest(text)
    document, _ = engine.document(request, None)
    await engine.execution.execute(document, request, None)
    result = await engine.execution.execute(document, request, None)
    assert result.errors is None
    return result.data


@pytest.mark.parametrize("kind", [Execution, CompiledExecution])
def test_a_schema_with_extensions_is_refused(kind: type[Execution]) -> None:
    """At the start: they would never run."""
    with pytest.raises(ValueError, match="neither schema extensions nor directives"):
        kind(strawberry.Schema(Zoo, types=[Cat, Dog], extensions=[SchemaExtension]))

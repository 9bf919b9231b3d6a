# ruff: noqa: ANN401 - JSON and toy types are of any kind, and say what they are by their names
"""Strawberry's schema extensions keep working on our execution path."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import strawberry
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionResult

from tests.web.toy import Mutation, Overloaded, Query, Subscription, dial, hear, http_client, serve, subscribe, toy_app

CALLS: list[str] = []


class Recorder(SchemaExtension):
    """Writes down which hooks ran."""

    async def on_operation(self) -> AsyncIterator[None]:  # type: ignore[override]
        CALLS.append(f"operation {self.execution_context.operation_name} {self.execution_context.operation_type.value}")
        yield
        CALLS.append("operation over")

    def on_execute(self) -> Iterator[None]:  # type: ignore[override]
        CALLS.append("execute")
        yield

    def on_stream_result(self, result: Any) -> Iterator[None]:  # type: ignore[override]
        CALLS.append(f"result {result.data}")
        yield

    def resolve(self, _next: Any, root: Any, info: Any, *args: str, **kwargs: Any) -> Any:
        CALLS.append(f"resolve {info.field_name}")
        return _next(root, info, *args, **kwargs)

    def get_results(self) -> dict[str, Any]:
        return {"recorded": len(CALLS)}


class Refuser(SchemaExtension):
    """Refuses every operation."""

    def on_operation(self) -> Iterator[None]:  # type: ignore[override]
        raise Overloaded
        yield


class Answerer(SchemaExtension):
    """Answers in place of the resolvers."""

    def on_execute(self) -> Iterator[None]:  # type: ignore[override]
        self.execution_context.result = ExecutionResult({"hello": "from the extension"}, None)
        yield


@pytest.fixture(autouse=True)
def _fresh_calls() -> None:
    CALLS.clear()


def extended(*extensions: type[SchemaExtension]) -> strawberry.Schema:
    """Build the toy schema with extensions."""
    return strawberry.Schema(Query, Mutation, Subscription, extensions=extensions)


async def ask(schema: strawberry.Schema, query: str) -> Any:
    """Post one query."""
    async with http_client(toy_app(schema)) as client:
        return await client.post("/graphql", json={"query": query})


async def test_hooks_run_around_a_query() -> None:
    """Operation, execute and resolve in their order; results go to `extensions`."""
    response = await ask(extended(Recorder), "query Q { level { sku } }")
    assert response.json() == {"data": {"level": {"sku": "A"}}, "extensions": {"recorded": 4}}
    assert CALLS == ["operation Q query", "execute", "resolve level", "resolve sku", "operation over"]


async def test_hooks_run_around_a_subscription() -> None:
    """Operation and execute once, resolve and result per event."""
    async with serve(toy_app(extended(Recorder))) as (_, port), dial(port) as client:
        await subscribe(client, "subscription S { count(to: 2) }")
        while (await hear(client))["type"] != "complete":
            pass
    assert CALLS == [
        "operation S subscription",
        "execute",
        "resolve count",
        "result {'count': 0}",
        "resolve count",
        "result {'count': 1}",
        "operation over",
    ]


async def test_a_hook_that_refuses_is_answered_by_its_code() -> None:
    """Through the error mapper, like any other exception."""
    response = await ask(extended(Refuser), "{ hello }")
    assert response.status_code == 503
    assert response.json()["errors"][0]["extensions"]["code"] == "OVERLOADED"


async def test_a_hook_may_answer_by_itself() -> None:
    """The resolvers are not asked then."""
    response = await ask(extended(Answerer), "{ hello }")
    assert response.json() == {"data": {"hello": "from the extension"}}

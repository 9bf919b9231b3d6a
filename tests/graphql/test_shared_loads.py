"""What fields load together, when one of those who wait for it is cancelled."""

import asyncio

import pytest
import strawberry

from app.web.graphql.transport.request import GraphQLRequest
from schema.loading.shared_loader import SharedLoader
from tests.web.toy import toy_app

BOTH = "{ broken { name failing } whole { name names } }"


@strawberry.type
class Thing:
    """Something whose name is loaded together with the names of others."""

    @strawberry.field
    async def name(self, info: strawberry.Info) -> str:
        return await info.context.load("a")

    @strawberry.field
    async def names(self, info: strawberry.Info) -> list[str]:
        return await info.context.load_many(["a", "b"])

    @strawberry.field
    async def failing(self, info: strawberry.Info) -> str:
        raise ValueError("not this one")


@strawberry.type
class Query:
    """One that fails, beside one that does not."""

    @strawberry.field
    def broken(self) -> Thing | None:
        return Thing()

    @strawberry.field
    def whole(self) -> Thing | None:
        return Thing()


async def test_a_field_that_fails_takes_nothing_from_those_that_load_the_same() -> None:
    """Its siblings are cancelled while they wait; the answer has the rest, and the one error."""
    read: list[list[str]] = []

    async def load(keys: list[str]) -> list[str]:
        read.append(keys)
        await asyncio.sleep(0)
        return [key.upper() for key in keys]

    schema = strawberry.Schema(Query)
    schema.process_errors = lambda *_: None  # type: ignore[method-assign] # the log is of no interest here
    engine = toy_app(schema).engine
    request = GraphQLRequest(BOTH, {})
    document, _ = engine.document(request, None)
    result = await engine.execution.execute(document, request, SharedLoader(load))
    assert result.data == {"broken": None, "whole": {"name": "A", "names": ["A", "B"]}}
    assert [(error.message, error.path) for error in result.errors or ()] == [("not this one", ["broken", "failing"])]
    assert read == [["a", "b"]]


async def test_who_is_cancelled_leaves_the_read_to_the_others() -> None:
    """Also when the read fails afterwards, that is raised to those who still wait, and to nobody else."""
    may_fail = asyncio.Event()

    async def load(_: list[str]) -> list[str]:
        await may_fail.wait()
        raise ValueError("no answer")

    loader = SharedLoader(load)
    one, other, page = (
        asyncio.ensure_future(each) for each in (loader.load("a"), loader.load("a"), loader.load_many("ab"))
    )
    await asyncio.sleep(0)
    one.cancel()
    page.cancel()
    may_fail.set()
    with pytest.raises(ValueError, match="no answer"):
        await other
    assert (one.cancelled(), page.cancelled()) == (True, True)

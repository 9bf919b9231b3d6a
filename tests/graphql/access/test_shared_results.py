"""What several principals share is what each would get alone: every subscription, with all that it can select."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any

import orjson
import pytest
from msgspec import structs

from app.domain.access.visibility import EVERYTHING, Visibility
from app.web.error_codes import error_code
from app.web.graphql import Engine, Handled, Limits
from app.web.graphql.fast.execution import CompiledExecution
from app.web.graphql.shared.waiting_results import WaitingResults
from app.web.graphql.transport.request import GraphQLRequest
from schema.context import Context, Personal
from schema.root import schema
from tests.graphql.access.limited_world import AT_HERE, HERE, Stage, clerk
from tests.graphql.selections import asked_near, asked_whole, root_fields, with_fragments

SUBSCRIPTIONS = root_fields("Subscription")


@pytest.fixture
def engine() -> Engine:
    """Return an engine that serves the contexts it is given."""
    return Engine(
        CompiledExecution(schema, Context.refresh),
        make_context=_no_context,
        map_error=error_code,
        limits=Limits(max_cost=1_000_000),
    )


def _no_context(*_: object) -> object:
    raise AssertionError


def _contexts(stage: Stage, visibility: Visibility) -> list[Context]:
    """Return those of two principals who see as much."""
    return [
        Context(
            services=stage.application.services_for(visibility),
            request_id="",
            principal=structs.replace(clerk(visibility), name=name),
        )
        for name in ("clerk", "another")
    ]


async def shared(engine: Engine, text: str, context: Context) -> AsyncIterator[bytes] | None:
    """Begin a subscription that shares; None where it may not."""
    document, _ = engine.document(GraphQLRequest(text), context)
    results = WaitingResults()
    handled = Handled({}, "x")
    handled.context = context
    member = await engine.share(document, GraphQLRequest(text), handled, results)
    if member is None:
        return None
    member.start()

    async def taken() -> AsyncIterator[bytes]:
        try:
            while True:
                for each in await results.take():
                    yield each
        finally:
            member.leave()

    return taken()


async def first(results: AsyncIterator[bytes], count: int) -> list[Any]:
    """Take some results."""
    async with asyncio.timeout(60):
        return [_without_moments(orjson.loads(await anext(results))) for _ in range(count)]


def _without_moments(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Leave out what is of the moment that a feed has begun at."""
    if isinstance(value, dict):
        return {name: _without_moments(each) for name, each in value.items() if name not in {"cursor", "asOf", "since"}}
    return [_without_moments(each) for each in value] if isinstance(value, list) else value


async def things_happen(stage: Stage) -> None:
    """Change something of every kind."""
    await stage.world.reservation(HERE)
    await stage.world.transfer(HERE)
    await stage.world.order(HERE)
    await stage.world.alert(HERE)


@pytest.mark.parametrize("visibility", [EVERYTHING, AT_HERE], ids=["everything", "limited"])
@pytest.mark.parametrize("name", SUBSCRIPTIONS)
async def test_what_is_shared_is_what_each_would_get_alone(
    stage: Stage, engine: Engine, name: str, visibility: Visibility
) -> None:
    """The first results, and those of changes, whoever has joined first. A limited one shares no personal fields."""
    field = SUBSCRIPTIONS[name]
    selection = asked_whole(field, further=1) if visibility is EVERYTHING else asked_near(field, further=1)
    text = with_fragments(f"subscription {{ {name} {selection} }}")
    await things_happen(stage)
    contexts = _contexts(stage, visibility)
    document, _ = engine.document(GraphQLRequest(text), contexts[0])
    sharing = [await shared(engine, text, context) for context in contexts]
    alone = [engine.stream(document, GraphQLRequest(text), context, Handled({}, "x")) for context in contexts]
    heard = []
    for results in (*sharing, *alone):
        assert results is not None
        async with aclosing(results):  # type: ignore[type-var] # they are generators
            heard.append(await first(results, 1))
    assert heard[0][0]["data"][name] is not None
    assert heard == [heard[0]] * 4


async def test_changes_are_shared_like_what_is_first(stage: Stage, engine: Engine) -> None:
    """With the movement and who made it."""
    text = """subscription { stockLevels(filter: {skus: ["TEA-1"], locations: ["HERE"]}) {
      kind level { onHand item { name } location { name } } movement { delta operation { actor kind } } } }"""
    contexts = _contexts(stage, EVERYTHING)
    document, _ = engine.document(GraphQLRequest(text), contexts[0])
    sharing = [await shared(engine, text, context) for context in contexts]
    alone = [engine.stream(document, GraphQLRequest(text), context, Handled({}, "x")) for context in contexts]
    every: Sequence[Any] = (*sharing, *alone)
    began = [await first(results, 1) for results in every]
    for delta in (3, -2):
        await stage.world.made("stockAdjust", sku="TEA-1", location="HERE", delta=delta, reason="CORRECTION")
        changes = [await first(results, 1) for results in every]
        assert changes[0][0]["data"]["stockLevels"]["movement"]["delta"] == delta
        assert all(each == changes[0] for each in changes)
    for results in every:
        await results.aclose()
    assert all(each == began[0] for each in began)


async def test_filters_that_mean_the_same_share_whatever_the_order_of_their_names(stage: Stage, engine: Engine) -> None:
    """And however often each is named; what they select is what each has asked for."""
    asked = "subscription { stockLevels(filter: {skus: %s, statuses: %s}) { level { item { sku } } } }"
    contexts = _contexts(stage, EVERYTHING)
    sharing = [
        await shared(engine, asked % names, context)
        for names, context in zip(
            [
                ('["TEA-1", "TEA-2"]', "[OUT, LOW, IN_STOCK]"),
                ('["TEA-2", "TEA-1", "TEA-2"]', "[IN_STOCK, LOW, OUT, LOW]"),
            ],
            contexts,
            strict=True,
        )
    ]
    assert len(engine.groups) == 1
    for results in sharing:
        assert results is not None
        await first(results, 1)
        await results.aclose()  # type: ignore[attr-defined] # a generator


async def test_limited_principals_do_not_share_what_is_their_own(stage: Stage, engine: Engine) -> None:
    """An operation is shown to who recorded it, whatever is visible of it; without limits it is shown to all."""
    text = "subscription { movements { movement { operation { actor } } } }"
    for visibility in (AT_HERE, EVERYTHING):
        results = await shared(engine, text, _contexts(stage, visibility)[0])
        assert (results is None) == (visibility is AT_HERE)
        if results is not None:
            await first(results, 1)
            await results.aclose()  # type: ignore[attr-defined] # a generator


def test_a_shared_context_has_no_principal_and_no_caller(stage: Stage) -> None:
    """A field that asks for one fails, and its test with it, until it is declared."""
    [context, _] = _contexts(stage, EVERYTHING)
    common = context.shared()
    assert common.services is context.services
    with pytest.raises(Personal):
        _ = common.principal.actor
    with pytest.raises(Personal):
        _ = common.caller.address
    assert common.shared().loaders is not common.loaders

"""The leak of graphql-core's subscriptions: that it is there, and that ours does not have it."""

import gc
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import aclosing
from inspect import isawaitable
from typing import Any

import pytest
from graphql import Executor, parse
from graphql.execution import create_source_event_stream, map_source_to_response_event

from app.web.graphql.fast.events import event_executor
from app.web.graphql.fast.execution import CompiledExecution
from app.web.graphql.transport.execution import Execution
from app.web.graphql.transport.handled import Handled
from app.web.graphql.transport.request import GraphQLRequest
from tests.web.toy import Context, app_of, schema

LEVELS = "subscription { levels(events: 1000) { sku onHand } }"


def subscription_executor() -> Executor[Any]:
    """Build graphql-core's own executor for the subscription."""
    executor = Executor.build(schema._schema, parse(LEVELS), context_value=None)
    assert isinstance(executor, Executor)
    return executor


async def test_plain_graphql_core_still_leaks() -> None:
    """One entry per event stays behind. When this fails, the library is repaired: remove `fast/events.py`."""
    executor = subscription_executor()
    source: Any = create_source_event_stream(executor)
    source = await source if isawaitable(source) else source
    events = 0
    async for result in map_source_to_response_event(executor, source):
        assert result.errors is None
        events += 1
    assert events == 1000
    assert len(executor._relevant_sub_fields) >= 999


@pytest.mark.parametrize(
    ("kind", "directive"),
    [(CompiledExecution, ""), (CompiledExecution, "@include(if: true)"), (Execution, "")],
    ids=["planned", "conditional", "plain"],
)
async def test_our_events_leave_nothing_behind(kind: type[Execution], directive: str) -> None:
    """Neither on the subscription's executor nor anywhere else: memory stays flat over hundreds of events."""
    executor = subscription_executor()
    for number in range(3):
        event_executor(executor, number)
    assert executor._relevant_sub_fields == {}

    engine = app_of(kind(schema)).engine
    request = GraphQLRequest(LEVELS.replace("sku", f"sku {directive}"))
    document, _ = engine.document(request, None)
    context = Context(None, "x")  # type: ignore[arg-type]
    payloads: AsyncIterator[bytes] = engine.stream(document, request, context, Handled({}, "x"))
    async with aclosing(payloads):  # type: ignore[type-var]
        await take(payloads, 100)  # caches are warm after these
        gc.collect()
        tracemalloc.start()
        try:
            before = tracemalloc.get_traced_memory()[0]
            await take(payloads, 500)
            gc.collect()
            grown = tracemalloc.get_traced_memory()[0] - before
        finally:
            tracemalloc.stop()
    assert grown < 200_000, "plain graphql-core grows by 500 KB here"


async def take(payloads: AsyncIterator[bytes], count: int) -> None:
    """Consume some events."""
    for _ in range(count):
        await anext(payloads)

"""Every case of the conformance suite, on one server: the whole transport behind our uvicorn, with a toy schema."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from starlette.websockets import WebSocket

from app.web.graphql import Limits
from app.web.graphql.transport.websocket.wire import Close
from tests.conformance.__main__ import run_all, table
from tests.conformance.case import Result, Target
from tests.web.toy import serve, toy_app

INIT_SECONDS = 0.5
PING_SECONDS = 1.0


@asynccontextmanager
async def admit(websocket: WebSocket, _: Callable[[Close], None]) -> AsyncIterator[None]:
    """Refuse who says so."""
    if websocket.state.connection_params.get("refuse"):
        raise Close(4403, "As you like.")
    yield


@pytest.fixture(scope="module")
async def target() -> AsyncIterator[Target]:
    """Serve, and name an operation of each kind."""
    async with serve(
        toy_app(limits=Limits(init_timeout_seconds=INIT_SECONDS), admit=admit),
        ws_ping_interval=PING_SECONDS * 0.3,
        ws_ping_timeout=PING_SECONDS * 0.7,
    ) as (_, port):
        yield Target(
            url=f"ws://127.0.0.1:{port}/",
            query="{ hello }",
            mutation='mutation { adjust(input: {idempotencyKey: "conformance", lines: []}) { sku } __typename }',
            open="subscription { silent }",
            steady="subscription { endless }",
            finite="subscription { count(to: 3) }",
            failing="{ crash hello }",
            breaking="subscription { crash }",
            refused_init={"refuse": True},
            max_message_bytes=65_536,
            init_seconds=INIT_SECONDS,
            ping_seconds=PING_SECONDS,
        )


async def test_the_server_keeps_each_sentence_of_the_protocol(target: Target) -> None:
    """All cases, and none is left out."""
    outcomes = await run_all(target)
    assert [each for each in outcomes if each.result is not Result.PASSED] == [], table(outcomes)
    assert len(outcomes) > 100

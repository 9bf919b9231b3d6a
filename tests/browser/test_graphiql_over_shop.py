"""GraphiQL over the real server: what a first visitor does."""

import asyncio
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
import uvicorn
from playwright.async_api import Browser
from pydantic import SecretStr

from app.bootstrap import prepare
from app.config import Settings
from app.store.driver.client import Database
from app.web.asgi import create_app
from app.web.protocol import WebSocketProtocol
from tests.browser.graphiql import run, sees_response
from tests.support.chromium import watched_page
from tests.support.secret_keys import SECRET_KEYS

LIVE = """subscription Live {
  stockLevels(filter: { locations: ["LONDON"], skus: ["TEA-001"] }) { kind level { version } movement { delta } }
}"""
ADJUST = """mutation {
  stockAdjust(input: { sku: "TEA-001", location: "LONDON", delta: 7, reason: FOUND }) { userErrors { message } }
}"""


@pytest.fixture
async def origin(database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[str]:
    """Serve the demo shop on a free port; return where."""
    settings = Settings(
        mongo_url=SecretStr(mongo_url),
        redis_url=SecretStr(redis_url),
        mongo_database=database.name,
        secret_keys=SECRET_KEYS,
        demo=True,
        demo_days=0,
    )
    await prepare(settings, report=lambda _: None)
    config = uvicorn.Config(create_app(settings), ws=WebSocketProtocol, lifespan="on", log_level="warning")
    running = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(running.serve([listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        running.should_exit = True
        await serving


async def test_a_visitor_sees_a_change_as_it_happens(chromium: Browser, origin: str) -> None:
    """The subscription on the page shows the level as it is, and then the change that a partner makes."""
    async with watched_page(chromium) as (page, witness), httpx.AsyncClient() as partner:
        await run(page, f"{origin}/graphql", LIVE)
        assert await sees_response(page, '"kind": "SNAPSHOT"')
        answer = await partner.post(f"{origin}/graphql", json={"query": ADJUST})
        assert answer.json() == {"data": {"stockAdjust": {"userErrors": []}}}
        assert await sees_response(page, '"delta": 7')
        assert witness.saw_nothing_wrong(origin)

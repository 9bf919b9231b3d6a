"""Signing in with a real browser, and what GraphiQL does with the session: the whole application."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.store.client import Database
from tests.graphql.api import settings_of
from tests.graphql.live.sockets import Served, served
from tests.support.access import Administration
from tests.support.browser import CHROMIUM, browser

DEADLINE_SECONDS = 60  # a shared machine may take long to start a browser; a good run takes five
QUERY = "query Who { items(first: 1) { totalCount } }"
LIVE = 'subscription Live { stockLevels(filter: { skus: ["NONE"] }) { kind } }'

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium on PATH or at /usr/bin/chromium")


@pytest.fixture
async def server(database: Database, mongo_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Served]:
    """Serve with credentials required, for a demo whose key for admins exists."""
    settings = settings_of(mongo_url, redis_url, database.name, auth="required", data_dir=tmp_path)
    await Administration(settings).key("demo-admin")
    async with served(settings.model_copy(update={"demo": True})) as server:
        yield server


async def test_who_opens_graphiql_signs_in_without_typing_and_out_again(server: Served) -> None:
    """The page leads to the sign-in page and back; requests and the websocket use the cookie, which no script sees.

    A wrong key is announced in a sentence that has the focus; each input has its label. A sign-out ends on the sign-in
    page, and no address makes that lead to another site. Nothing is loaded from elsewhere, or refused.
    """
    origin = f"http://127.0.0.1:{server.port}"
    async with asyncio.timeout(DEADLINE_SECONDS), browser() as tab:
        await tab.open(f"{origin}/graphql")
        await tab.see("document.querySelector('#demo button')")
        assert await tab.evaluate("location.pathname + location.search") == "/sign-in?next=graphql"
        assert await tab.evaluate("[...document.querySelectorAll('input')].every(({ labels }) => labels.length === 1)")
        await tab.evaluate("document.querySelector('#api-key').value = 'sp_wrong'")
        await tab.evaluate("document.querySelector('#key button').click()")
        await tab.see("document.activeElement?.innerText === 'The key is not valid.'")
        tab.complaints.clear()  # of the status 401
        await tab.evaluate("document.querySelector('#demo button').click()")
        await tab.see("document.querySelector('.signed-in')?.innerText.includes('demo-admin')")
        assert await tab.evaluate("document.cookie") == ""
        await tab.run(f"{origin}/graphql", QUERY)
        await tab.see_response('"totalCount": 0')
        await tab.run(f"{origin}/graphql", LIVE)
        await tab.see("document.querySelector('.graphiql-execute-button[aria-label*=\"Stop\"]')")
        await tab.evaluate("document.querySelector('.signed-in button').click()")
        await tab.see("location.pathname === '/sign-in' && document.querySelector('#password')?.hidden === false")
        await tab.open(f"{origin}/sign-in?next=https://evil.example/")
        await tab.see("document.querySelector('#demo button')")
        await tab.evaluate("document.querySelector('#demo button').click()")
        await tab.see("document.querySelector('.signed-in')")
        home = (f"{origin}/", f"ws://127.0.0.1:{server.port}/", "data:")
        assert [url for url in tab.requests if not url.startswith(home)] == []
        assert tab.complaints == []

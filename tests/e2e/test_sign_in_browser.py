"""Signing in with a real browser, and what GraphiQL does with the session: the whole application."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from app.config import Settings
from app.domain.access.grant import Grant
from app.domain.access.scope import Scope
from app.domain.access.user import User
from app.store.client import Database
from tests.graphql.api import settings_of
from tests.graphql.live.sockets import Served, served
from tests.support.access import Administration
from tests.support.browser import CHROMIUM, Tab, browser

DEADLINE_SECONDS = 60  # a shared machine may take long to start a browser; a good run takes five
PASSWORD, NEW_PASSWORD = "correct horse battery staple", "another horse, another battery"
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
QUERY = "query Who { items(first: 1) { totalCount } }"
LIVE = 'subscription Live { stockLevels(filter: { skus: ["NONE"] }) { kind } }'

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium on PATH or at /usr/bin/chromium")


@pytest.fixture
def settings(database: Database, mongo_url: str, redis_url: str, tmp_path: Path) -> Settings:
    """Return the settings of a server that asks for credentials."""
    return settings_of(mongo_url, redis_url, database.name, auth="required", data_dir=tmp_path)


@pytest.fixture
def administration(settings: Settings) -> Administration:
    """Return who makes keys and users."""
    return Administration(settings)


@pytest.fixture
async def server(settings: Settings, administration: Administration) -> AsyncIterator[Served]:
    """Serve with credentials required, for a demo whose key for admins exists."""
    await administration.key("demo-admin")
    async with served(settings.model_copy(update={"demo": True})) as server:
        yield server


async def test_a_person_changes_their_password_on_the_page_of_their_account(
    server: Served, administration: Administration
) -> None:
    """GraphiQL leads there. What is wrong is said in a sentence that has the focus, at its input; success, too."""
    grant = Grant(scopes=frozenset({Scope.CATALOG_READ}))
    await administration.keep(User(name="anna", display_name="Anna", grant=grant, password_hash=HASH))
    origin = f"http://127.0.0.1:{server.port}"
    async with asyncio.timeout(DEADLINE_SECONDS), browser() as tab:
        await tab.open(f"{origin}/account")
        await tab.see("document.querySelector('#password')?.hidden === false")
        await fill(tab, name="anna", secret=PASSWORD)
        await tab.see("document.querySelector('#facts')?.innerText.includes('catalog:read')")
        assert await tab.evaluate("[...document.querySelectorAll('input:not([hidden])')].every((i) => i.labels.length)")
        await fill(tab, current=PASSWORD, new=NEW_PASSWORD, again="another")
        await tab.see("document.activeElement?.innerText.includes('two different ways')")
        await fill(tab, current="wrong", new=NEW_PASSWORD, again=NEW_PASSWORD)
        await tab.see("document.activeElement?.innerText === 'The current password is not right.'")
        assert await tab.evaluate("document.querySelector('[aria-invalid]').id") == "current"
        await fill(tab, current=PASSWORD, new=NEW_PASSWORD, again=NEW_PASSWORD)
        await tab.see("document.querySelector('#done').innerText || !document.querySelector('#error').hidden")
        shown = "[document.querySelector('#error').hidden, document.activeElement.innerText]"
        assert await tab.evaluate(shown) == [True, "Your password is changed. You are signed out everywhere else."]
        assert await tab.evaluate("document.querySelector('#error').hidden && !document.querySelector('#new').value")
        await tab.open(f"{origin}/graphql")
        await tab.see("document.querySelector('.signed-in a')?.href.endsWith('/account')")
        assert tab.complaints == []


async def fill(tab: Tab, **values: str) -> None:
    """Type into the inputs of the form for passwords, and press its button."""
    for name, value in values.items():
        await tab.evaluate(f"document.getElementById('{name}').value = {value!r}")
    await tab.evaluate("document.querySelector('#password button').click()")


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

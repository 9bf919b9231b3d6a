"""Signing in, and what GraphiQL does with the session: the whole application."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from argon2 import PasswordHasher
from playwright.async_api import Browser, Page, expect

from app.config import Settings
from app.domain.access.grant import Grant
from app.domain.access.scope import Scope
from app.domain.access.user import User
from app.store.driver.client import Database
from tests.browser.graphiql import run, sees_response
from tests.graphql.api import settings_of
from tests.graphql.live.sockets import Served, served
from tests.support.access import Administration
from tests.support.chromium import watched_page

PASSWORD, NEW_PASSWORD = "correct horse battery staple", "another horse, another battery"
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
QUERY = "query Who { items(first: 1) { totalCount } }"
LIVE = 'subscription Live { stockLevels(filter: { skus: ["NONE"] }) { kind } }'

UNLABELLED = "inputs => inputs.filter(({ hidden, labels }) => !hidden && !labels.length).map(({ id }) => id)"


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
    chromium: Browser, server: Served, administration: Administration
) -> None:
    """GraphiQL leads there. What is wrong is said in a sentence that has the focus, at its input; success, too."""
    grant = Grant(scopes=frozenset({Scope.CATALOG_READ}))
    await administration.keep(User(name="anna", display_name="Anna", grant=grant, password_hash=HASH))
    origin = f"http://127.0.0.1:{server.port}"
    async with watched_page(chromium) as (page, witness):
        await page.goto(f"{origin}/account")
        await fill(page, name="anna", secret=PASSWORD)
        await expect(page.locator("#facts")).to_contain_text("catalog:read")
        assert await page.locator("input").evaluate_all(UNLABELLED) == []
        focused = page.locator(":focus")
        await fill(page, current=PASSWORD, new=NEW_PASSWORD, again="another")
        await expect(focused).to_contain_text("two different ways")
        await fill(page, current="wrong", new=NEW_PASSWORD, again=NEW_PASSWORD)
        await expect(focused).to_have_text("The current password is not right.")
        await expect(page.locator("[aria-invalid]")).to_have_id("current")
        await fill(page, current=PASSWORD, new=NEW_PASSWORD, again=NEW_PASSWORD)
        await expect(focused).to_have_text("Your password is changed. You are signed out everywhere else.")
        await expect(page.locator("#error")).to_be_hidden()
        await expect(page.locator("#new")).to_have_value("")
        await page.goto(f"{origin}/graphql")
        await expect(page.locator(".signed-in a").last).to_have_attribute("href", "account")
        await page.goto(f"{origin}/account")
        await page.evaluate("localStorage.setItem('stockpulse:viewer /', '{}')")  # as the dashboard keeps it
        await page.locator("#sign-out").click()
        await expect(page).to_have_url(f"{origin}/sign-in?next=account")
        assert await page.evaluate("localStorage.getItem('stockpulse:viewer /')") is None
        assert witness.saw_nothing_wrong(origin)


async def fill(page: Page, **values: str) -> None:
    """Type into the inputs of the form for passwords, and press its button."""
    for name, value in values.items():
        await page.locator(f"#{name}").fill(value)
    await page.locator("#password button").click()


async def test_who_opens_graphiql_signs_in_without_typing_and_out_again(chromium: Browser, server: Served) -> None:
    """The page leads to the sign-in page and back; requests and the websocket use the cookie, which no script sees.

    A wrong key is announced in a sentence that has the focus; each input has its label. A sign-out ends on the sign-in
    page, and no address makes that lead to another site. Nothing is loaded from elsewhere, or refused.
    """
    origin = f"http://127.0.0.1:{server.port}"
    async with watched_page(chromium) as (page, witness):
        demo_key = page.locator("#demo button").first
        await page.goto(f"{origin}/graphql")
        await expect(page).to_have_url(f"{origin}/sign-in?next=graphql")
        assert await page.locator("input").evaluate_all(UNLABELLED) == []
        await page.locator("#api-key").fill("sp_wrong")
        await page.locator("#key button").click()
        await expect(page.locator(":focus")).to_have_text("The key is not valid.")
        witness.complaints.clear()  # of the status 401
        await demo_key.click()
        await expect(page.locator(".signed-in")).to_contain_text("demo-admin")
        assert await page.evaluate("document.cookie") == ""
        await run(page, f"{origin}/graphql", QUERY)
        assert await sees_response(page, '"totalCount": 0')
        await run(page, f"{origin}/graphql", LIVE)
        await expect(page.locator(".graphiql-execute-button")).to_have_attribute("aria-label", re.compile("Stop"))
        await page.locator(".signed-in button").click()
        await expect(page).to_have_url(re.compile(r"/sign-in(\?|$)"))
        await page.goto(f"{origin}/sign-in?next=https://evil.example/")
        await demo_key.click()
        await expect(page).to_have_url(f"{origin}/")
        assert witness.saw_nothing_wrong(origin)


LED_BACK = ["items/A%2FB?tab=ledger#2026", "stock?low=1", "wall", "graphql", "account", "./", ""]
LED_HOME = ["https://evil.example/", "//evil.example/stock", "\\\\evil.example", "javascript:alert(1)", "auth/session",
  "sign-in", "stocks", "/nowhere", "https://user@127.0.0.1:1/stock"]  # fmt: skip


async def test_the_sign_in_leads_back_to_a_page_of_this_server_and_to_no_other(
    chromium: Browser, server: Served
) -> None:
    """With its query and its place on the page; from anything else to the dashboard, as without a wish."""
    origin = f"http://127.0.0.1:{server.port}"
    async with watched_page(chromium) as (page, witness):
        await page.goto(f"{origin}/sign-in?{urlencode({'next': LED_BACK[0]})}")
        await page.route(f"{origin}/items/**", lambda route: route.fulfill(body="the page"))
        await page.locator("#demo button").first.click()
        await expect(page).to_have_url(f"{origin}/{LED_BACK[0]}")
        for wish in (*LED_BACK, *LED_HOME):
            await page.goto(f"{origin}/sign-in?{urlencode({'next': wish})}")
            await expect(page.locator("#signed-in")).to_be_visible()
            href = await page.locator("#onward").evaluate("({ href }) => href")
            assert href == f"{origin}/{wish.removeprefix('./') if wish in LED_BACK else ''}", wish
        assert witness.saw_nothing_wrong(origin)

"""The dashboard where a proxy serves it below a path, which it takes off."""

from pathlib import Path

from playwright.async_api import Browser, expect
from starlette.types import ASGIApp, Receive, Scope, Send

from app.store.driver.client import Database
from tests.browser.visiting import loaded
from tests.graphql.api import settings_of
from tests.graphql.live.sockets import served
from tests.support.chromium import PATIENCE_MS, watched_page

PREFIX = "/inventory"


def below_prefix(app: ASGIApp) -> ASGIApp:
    """Take the prefix off what has it; the rest is for the tests' own requests."""

    async def proxy(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan" and scope["path"].startswith(PREFIX):
            raw = scope["raw_path"].removeprefix(PREFIX.encode())
            scope = {**scope, "path": scope["path"].removeprefix(PREFIX), "raw_path": raw}
        await app(scope, receive, send)

    return proxy


async def test_every_address_works_below_a_prefix(
    chromium: Browser, database: Database, mongo_url: str, redis_url: str, tmp_path: Path
) -> None:
    """Opened, loaded again and walked to: everything is asked for below it, and a slash in a name misleads nobody."""
    settings = settings_of(mongo_url, redis_url, database.name, auth="none", data_dir=tmp_path)
    async with served(settings, behind=below_prefix) as server, watched_page(chromium) as (page, witness):
        root = f"http://127.0.0.1:{server.port}{PREFIX}"
        for path in ("/items/A%2FB", "/stock", "/"):
            await page.goto(f"{root}{path}")
            assert await loaded(page, within_ms=PATIENCE_MS) == "", path
        await page.locator("nav a[href$='stock']").first.click()
        await expect(page).to_have_url(f"{root}/stock")
        await page.reload()
        assert await loaded(page, within_ms=PATIENCE_MS) == ""
        assert f"{root}/graphql".replace("http", "ws", 1) in witness.requests
        assert witness.saw_nothing_wrong(root)

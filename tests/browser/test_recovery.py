"""A page stays open while the API, Redis and mongod are killed: it says so, comes back by itself, and is right."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.as_served.clients import Partner
from tests.as_served.running import Running, frozen, started
from tests.as_served.shop import ADJUST, ITEM, PLACE
from tests.browser.shop import Shop, Visit
from tests.support.waiting import eventually


@dataclass(frozen=True, kw_only=True)
class OpenPage:
    """The overview, which nobody loads again, and the servers behind it."""

    running: Running
    partner: Partner
    visit: Visit

    async def sell(self, quantity: int) -> None:
        """Take units away, as soon as the API takes them."""
        await self.partner.change(ADJUST, sku="TEA", location="MAIN", delta=-quantity, reason="CORRECTION")

    async def agrees(self) -> bool:
        """Wait until the page, never loaded again, is live and shows what the database has. Raises AssertionError."""
        assert await self.visit.agrees(self.partner)
        return bool(await self.visit.page.evaluate("window.isTheSame === true"))


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """Return a server with databases of its own."""
    directory: Path = tmp_path_factory.mktemp("recovery")
    async with started(directory / "data") as running:
        yield running


@pytest.fixture(scope="module")
async def opened(chromium: Browser, running: Running) -> AsyncIterator[OpenPage]:
    """Return the page of a shop with 98,765 units."""
    async with Partner(running.port) as partner:
        await partner.change(PLACE, code="MAIN", name="Main street", kind="STORE")
        await partner.change(ITEM, sku="TEA", name="Tea")
        await partner.change(ADJUST, sku="TEA", location="MAIN", delta=98_765, reason="FOUND")
        shop = Shop(chromium=chromium, server=running, partner=partner)
        async with shop.visit() as visit:
            await visit.page.evaluate("window.isTheSame = true")
            yield OpenPage(running=running, partner=partner, visit=visit)


async def test_a_page_says_since_when_it_is_cut_off_and_recovers_with_the_api(opened: OpenPage) -> None:
    """The API is killed and started again; what was sold meanwhile is shown."""
    assert await opened.agrees()
    opened.running.server.process.kill()
    assert await opened.visit.says("cut")
    await expect(opened.visit.page.locator("main")).to_contain_text(re.compile(r"\d:\d\d"))
    await opened.running.restart()
    await opened.sell(1_000)
    assert await opened.agrees()


async def test_a_page_says_that_it_is_cut_off_while_mongod_does_not_answer(opened: OpenPage) -> None:
    """It is frozen until the page says so, and then killed; the server starts it again."""
    assert await opened.agrees()
    with frozen(opened.running.pids["mongod"]):
        assert await opened.visit.says("cut")
        await opened.running.kill("mongod")
    await opened.sell(1_000)
    assert await opened.agrees()


async def test_a_page_is_right_while_redis_is_away_and_afterwards(opened: OpenPage) -> None:
    """Changes are read from the ledger as long as Redis does not answer; then it is killed and started again."""
    assert await opened.agrees()
    with frozen(opened.running.pids["redis-server"]):
        await opened.sell(1_000)
        assert await opened.agrees()
        await opened.running.kill("redis-server")
    await eventually(opened.running.is_ready)
    await opened.sell(1_000)
    assert await opened.agrees()

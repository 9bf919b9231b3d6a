"""One browser for all tests of a process; each test has a profile, and so a session, of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser

from tests.as_served.clients import Partner
from tests.as_served.running import KEY
from tests.browser.shop import Shop
from tests.support.chromium import EXECUTABLE, MISSING, launched
from tests.support.database import Databases
from tests.support.served import serving


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Return a running browser; skip the test where there is none."""
    if EXECUTABLE is None:
        pytest.skip(MISSING)
    async with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
async def shop(chromium: Browser, mongo_url: str, redis_url: str, databases: Databases) -> AsyncIterator[Shop]:
    """Return an empty shop that asks for credentials, of a server that runs for the tests of one file."""
    async with _shop(chromium, mongo_url, redis_url, databases) as shop:
        yield shop


@pytest.fixture(scope="module")
async def demo_shop(chromium: Browser, mongo_url: str, redis_url: str, databases: Databases) -> AsyncIterator[Shop]:
    """Return the demo shop, likewise, in which nothing happens by itself: its pages are looked at."""
    demo = {"STOCKPULSE_DEMO": "true", "STOCKPULSE_DEMO_DAYS": "7", "STOCKPULSE_DEMO_LIVE": "false"}
    async with _shop(chromium, mongo_url, redis_url, databases, **demo) as shop:
        yield shop


@asynccontextmanager
async def _shop(
    chromium: Browser, mongo_url: str, redis_url: str, databases: Databases, **settings: str
) -> AsyncIterator[Shop]:
    async with databases.for_a_server() as database:
        server = serving(
            mongo_url=mongo_url,
            redis_url=redis_url,
            database=database.name,
            STOCKPULSE_AUTH="required",
            STOCKPULSE_BOOTSTRAP_KEY=KEY,
            **settings,
        )
        with server as running:
            async with Partner(running.port) as partner:
                yield Shop(chromium=chromium, server=running, partner=partner)

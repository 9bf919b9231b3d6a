"""What the tests of the API may ask for: the whole application over a database of their own."""

from collections.abc import AsyncIterator

import pytest

from app.bootstrap import prepare
from app.store.driver.client import Database
from tests.graphql.api import Api, opened, settings_of
from tests.graphql.live.sockets import Served, served
from tests.graphql.operations import seed
from tests.support.database import Databases


@pytest.fixture
async def api(database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Api]:
    """Return a client of an application without any stock."""
    async with opened(settings_of(mongo_url, redis_url, database.name)) as api:
        yield api


@pytest.fixture
async def shop(database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Api]:
    """Return a client of a stocked shop: see `seed`."""
    await seed(database)
    async with opened(settings_of(mongo_url, redis_url, database.name)) as api:
        yield api


@pytest.fixture(scope="module")
async def lasting_database(databases: Databases) -> AsyncIterator[Database]:
    """Return a database that the tests of a module share."""
    async with databases.one() as database:
        yield database


@pytest.fixture(scope="module")
async def lasting_shop(lasting_database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Api]:
    """Return a client of a stocked shop that the tests of a module share: they may change nothing."""
    await seed(lasting_database)
    async with opened(settings_of(mongo_url, redis_url, lasting_database.name)) as api:
        yield api


@pytest.fixture(scope="module")
async def demo_shop(lasting_database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Served]:
    """Return a server of the demo shop, filled as a first start fills it."""
    settings = settings_of(mongo_url, redis_url, lasting_database.name)
    said: list[str] = []
    await prepare(settings.model_copy(update={"demo": True}), report=said.append)
    assert said == ["Demo shop: 200 items at 3 locations"]
    async with served(settings) as server:
        yield server

"""What the tests of the API may ask for: the whole application over a database of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

import pytest

from app.store.client import Client, Database
from tests.graphql.api import Api, opened, settings_of
from tests.graphql.words import seed
from tests.support.database import drop, fresh_database

_NUMBERS = count(1)


@asynccontextmanager
async def own_database(client: Client) -> AsyncIterator[Database]:
    """Give a database with its collections and nothing in them."""
    database = await fresh_database(client, f"graphql_{next(_NUMBERS)}")
    yield database
    await drop(database)


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
async def lasting_database(mongo_client: Client) -> AsyncIterator[Database]:
    """Return a database that the tests of a module share."""
    async with own_database(mongo_client) as database:
        yield database


@pytest.fixture(scope="module")
async def lasting_shop(lasting_database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Api]:
    """Return a client of a stocked shop that the tests of a module share: they may change nothing."""
    await seed(lasting_database)
    async with opened(settings_of(mongo_url, redis_url, lasting_database.name)) as api:
        yield api

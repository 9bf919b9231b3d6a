"""A server for replays, which may be killed."""

from collections.abc import AsyncIterator

import pytest

from app.store.driver.client import Client
from tests.support.database import Databases, transactions_end_soon
from tests.support.served import Server, serving


@pytest.fixture
async def _transactions_end_soon(mongo_client: Client) -> AsyncIterator[None]:
    """Let mongod forget the open transaction of a killed server soon."""
    async with transactions_end_soon(mongo_client):
        yield


@pytest.fixture
async def server(
    mongo_url: str, redis_url: str, databases: Databases, request: pytest.FixtureRequest
) -> AsyncIterator[Server]:
    """Return a running server with an empty database; a parameter gives it settings."""
    settings = getattr(request, "param", {})
    async with databases.for_a_server() as database:
        with serving(mongo_url=mongo_url, redis_url=redis_url, database=database.name, **settings) as running:
            yield running

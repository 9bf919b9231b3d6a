"""A server for replays, which may be killed."""

from collections.abc import AsyncIterator

import pytest

from app.store.client import Client
from tests.support.database import drop, transactions_end_soon
from tests.support.served import Server, serving


@pytest.fixture
async def _transactions_end_soon(mongo_client: Client) -> AsyncIterator[None]:
    """Let mongod forget the open transaction of a killed server soon."""
    async with transactions_end_soon(mongo_client):
        yield


@pytest.fixture
async def server(
    mongo_url: str, redis_url: str, mongo_client: Client, request: pytest.FixtureRequest
) -> AsyncIterator[Server]:
    """Return a running server with an empty database; a parameter gives it settings."""
    database = f"replay_{abs(hash(request.node.name)) % 10**12}"
    with serving(
        mongo_url=mongo_url, redis_url=redis_url, database=database, **getattr(request, "param", {})
    ) as running:
        yield running
    await drop(mongo_client[database])

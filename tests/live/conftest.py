"""What the tests of the live path may ask for besides: a Redis of their own, and a shop."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.store.driver.client import Database
from tests.live.process import given_shop
from tests.live.redis_process import RestartableRedis


@pytest.fixture(autouse=True)
def no_surprises(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test in which a background task met what it does not expect; it logs that with a traceback."""
    with caplog.at_level(logging.WARNING):
        yield
    assert [record.getMessage() for record in caplog.get_records("call") if record.exc_info] == []


@pytest.fixture
async def own_redis(tmp_path: Path) -> AsyncIterator[RestartableRedis]:
    """Return a running Redis that the test may break."""
    server = RestartableRedis(tmp_path)
    await server.start()
    yield server
    server.kill()


@pytest.fixture
async def shop(database: Database) -> Database:
    """Return a database in which items and locations exist, and no level."""
    await given_shop(database)
    return database

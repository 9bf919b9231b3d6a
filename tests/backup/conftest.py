"""What the tests of backups ask for."""

from collections.abc import AsyncIterator

import pytest

from app.store.driver.client import Client, Database
from tests.support.database import drop


@pytest.fixture
async def target(mongo_client: Client) -> AsyncIterator[Database]:
    """Return a database that does not exist yet."""
    database = mongo_client["rebuilt"]
    yield database
    await drop(database)

"""A running server for the tests of files."""

from collections.abc import AsyncIterator
from itertools import count

import pytest

from tests.client.files.shop import Shop
from tests.support.database import Databases
from tests.support.served import Server, serving

_NUMBERS = count(1)


@pytest.fixture(scope="module")
async def lasting_server(mongo_url: str, redis_url: str, databases: Databases) -> AsyncIterator[Server]:
    """Return a running server that the tests of a module share."""
    async with databases.for_a_server() as database:
        with serving(mongo_url=mongo_url, redis_url=redis_url, database=database.name) as running:
            yield running


@pytest.fixture
def shop(lasting_server: Server) -> Shop:
    """Return a location of this test alone, without stock, at the shared server."""
    shop = Shop(lasting_server, location=f"PLACE-{next(_NUMBERS)}")
    shop.open()
    return shop

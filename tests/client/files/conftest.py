"""A running server for the tests of files, and one that may be killed."""

from collections.abc import AsyncIterator
from itertools import count

import pytest

from app.store.client import Client
from tests.client.files.shop import Shop
from tests.support.database import drop
from tests.support.served import Server, serving

_NUMBERS = count(1)


@pytest.fixture(scope="module")
async def lasting_server(mongo_url: str, redis_url: str, mongo_client: Client) -> AsyncIterator[Server]:
    """Return a running server that the tests of a module share."""
    database = f"files_{next(_NUMBERS)}"
    with serving(mongo_url=mongo_url, redis_url=redis_url, database=database) as running:
        yield running
    await drop(mongo_client[database])


@pytest.fixture
def shop(lasting_server: Server) -> Shop:
    """Return a location of this test alone, without stock, at the shared server."""
    shop = Shop(lasting_server, location=f"PLACE-{next(_NUMBERS)}")
    shop.open()
    return shop


@pytest.fixture
async def mortal_shop(mongo_url: str, redis_url: str, mongo_client: Client) -> AsyncIterator[Shop]:
    """Return a location at a server of its own, which may be killed."""
    database = f"files_{next(_NUMBERS)}"
    with serving(mongo_url=mongo_url, redis_url=redis_url, database=database) as running:
        shop = Shop(running, location="MAIN")
        shop.open()
        yield shop
    await drop(mongo_client[database])

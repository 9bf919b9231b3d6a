"""What a key may spend, and how many connections it may have, at two servers of one installation."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec import structs
from websockets.exceptions import ConnectionClosed

from app.config import Settings
from app.domain.access.budget import Budget
from app.store.driver.client import Database
from tests.graphql.api import settings_of
from tests.graphql.live.sockets import Served, dial, served
from tests.support.access import ADMIN, Administration
from tests.support.waiting import eventually

QUERY = "query ($first: Int!) { items(first: $first) { nodes { sku } } }"  # 101 and 7 per entry
SLOW = Budget(capacity=1_000, restore_rate=0.01)


@pytest.fixture(scope="module")
def settings(
    lasting_database: Database, mongo_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """Return the settings of servers that ask for credentials."""
    return settings_of(
        mongo_url,
        redis_url,
        lasting_database.name,
        auth="required",
        data_dir=tmp_path_factory.mktemp("keys"),
        max_websockets_per_client=2,
    )


@pytest.fixture(scope="module")
async def servers(settings: Settings) -> AsyncIterator[tuple[Served, Served]]:
    """Serve twice for the tests of the module."""
    async with served(settings) as one, served(settings) as other:
        yield one, other


async def cost(server: Served, key: str, *, first: int) -> tuple[int, Any]:
    """Ask for a page; return the status, and the cost that is reported."""
    body = {"query": QUERY, "variables": {"first": first}, "extensions": {"cost": True}}
    response = await server.api.client.post("/graphql", json=body, headers={"authorization": key})
    return response.status_code, response.json()["extensions"]["cost"]


async def test_a_key_spends_its_own_budget_in_all_processes(servers: tuple[Served, Served], settings: Settings) -> None:
    """What it did not get is given back, and another key's is another budget."""
    one, other = servers
    administration = Administration(settings)
    till = await administration.key("till", structs.replace(ADMIN, budget=SLOW))
    usual = await administration.key("usual")
    status, found = await cost(one, till.header, first=100)
    assert (status, found["requested"], found["actual"]) == (200, 801, 101)
    assert found["throttleStatus"] == {"maximumAvailable": 1_000, "currentlyAvailable": 899, "restoreRate": 0}

    async def is_known_there() -> bool:
        status, found = await cost(other, till.header, first=0)
        return found["throttleStatus"]["currentlyAvailable"] < 800 and status == 200

    await eventually(is_known_there)
    status, found = await cost(one, till.header, first=120)
    assert (status, found["requested"]) == (429, 941)
    assert "actual" not in found
    _, found = await cost(one, usual.header, first=120)
    assert found["throttleStatus"]["maximumAvailable"] == settings.budget_capacity


async def test_a_key_has_so_many_websockets_in_a_process(servers: tuple[Served, Served], settings: Settings) -> None:
    """One more is closed with 1013, after which clients come back, or answered 429; another key's are others."""
    one, other = servers
    administration = Administration(settings)
    screen, wall = await administration.key("screen"), await administration.key("wall")
    async with dial(one.port, authorization=screen.header), dial(one.port, authorization=screen.header):
        with pytest.raises(ConnectionClosed) as closed:
            async with dial(one.port, authorization=screen.header):
                pass
        assert closed.value.rcvd
        assert (closed.value.rcvd.code, closed.value.rcvd.reason[:35]) == (1013, "Too many connections with these cre")
        stream = await one.api.client.post(
            "/graphql",
            json={"query": "subscription { stockAlerts { cursor } }"},
            headers={"authorization": screen.header, "accept": "text/event-stream"},
        )
        assert (stream.status_code, stream.headers["retry-after"]) == (429, "2")
        async with dial(one.port, authorization=wall.header), dial(other.port, authorization=screen.header):
            pass

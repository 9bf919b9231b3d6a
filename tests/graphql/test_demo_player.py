"""`stockpulse demo` plays as a client of a real server, and leaves alone what is not the demo's."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.bootstrap import demo_player, open_application, prepare
from app.client.demo.run import DemoTally, check, play
from app.client.http.connection import Endpoint
from app.client.http.retrying_client import CannotGoOn, ServerStatus
from app.services.request_info import RequestInfo
from app.store.driver.client import Database
from tests.graphql.api import settings_of
from tests.graphql.live.sockets import Served, served
from tests.support.waiting import eventually

EXAMPLES = """
query {
  stockLevels(filter: { skus: ["TEA-001", "TEA-005", "COF-005", "BIS-003"] }) {
    nodes { id onHand available incoming planned }
  }
}"""
WANTED = {"sale", "web order"}


@pytest.fixture(scope="module")
async def shop(lasting_database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Served]:
    """Return a server of a demo shop with a day behind it."""
    settings = settings_of(mongo_url, redis_url, lasting_database.name)
    await prepare(settings.model_copy(update={"demo": True, "demo_days": 1}), report=lambda _: None)
    async with served(settings) as server:
        yield server


def endpoint_of(server: Served) -> Endpoint:
    """Return where to play."""
    return Endpoint.parse(f"http://127.0.0.1:{server.port}")


def a_status() -> ServerStatus:
    """Return a status that says nothing."""
    return ServerStatus(patience_seconds=5, say=lambda _: None)


async def test_it_plays_through_the_api_and_leaves_the_examples_alone(shop: Served) -> None:
    """Tills and the web shop are at work within moments, and no example changes."""
    before = await shop.api.run(EXAMPLES)
    tally = DemoTally()
    await check(endpoint_of(shop), server_status=a_status())
    playing = asyncio.create_task(
        play(
            endpoint_of(shop),
            speed=20,
            seed=1,
            duration_seconds=None,
            server_status=a_status(),
            tally=tally,
            say=lambda _: None,
        )
    )
    try:
        await eventually(lambda: playing.done() or tally.done.keys() >= WANTED)
    finally:
        playing.cancel()
        await asyncio.wait([playing])
    assert playing.cancelled(), playing.exception()
    assert tally.changes > 0
    assert await shop.api.run(EXAMPLES) == before
    assert "INTERNAL" not in tally.refused


async def test_it_refuses_what_is_no_demo_shop(database: Database, mongo_url: str, redis_url: str) -> None:
    """Its sales are not mixed with real goods."""
    async with served(settings_of(mongo_url, redis_url, database.name)) as server:
        with pytest.raises(CannotGoOn, match="holds no demo shop"):
            await check(endpoint_of(server), server_status=a_status())


async def test_who_plays_has_a_key_of_each_start_until_it_is_revoked(
    shop: Served, lasting_database: Database, mongo_url: str, redis_url: str
) -> None:
    """And there is no player where the settings want none."""
    settings = settings_of(mongo_url, redis_url, lasting_database.name, auth="required")
    settings = settings.model_copy(update={"demo": True})
    first, second = await demo_player(settings), await demo_player(settings)
    assert len({first, second, None}) == 3
    assert await demo_player(settings.model_copy(update={"demo_live": False})) is None
    async with open_application(settings) as application:
        await application.services.api_keys.revoke("demo-shop", request=RequestInfo(actor="key:demo-admin"))
    assert await demo_player(settings) is None


async def test_a_shop_without_a_past_is_not_played(database: Database, mongo_url: str, redis_url: str) -> None:
    """What the guides show there stays as it is."""
    settings = settings_of(mongo_url, redis_url, database.name).model_copy(update={"demo": True})
    await prepare(settings, report=lambda _: None)
    assert await demo_player(settings) is None

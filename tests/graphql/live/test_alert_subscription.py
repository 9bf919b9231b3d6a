"""`subscription stockAlerts` over a real websocket, between two servers over one database."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from app.store.driver.client import Database
from tests.graphql.alerts.operations import ACKNOWLEDGE, SNOOZE, adjust
from tests.graphql.api import Api, settings_of
from tests.graphql.live.sockets import Served, Socket, served
from tests.graphql.operations import seed

ALERTS = """
subscription Alerts($filter: StockAlertFilter, $after: String) {
  stockAlerts(filter: $filter, after: $after) {
    kind change cause cursor type version
    alert { id type state version available item { sku name } level { onHand alerts { type } } openedBy { kind } }
  }
}
"""
ITEM = "mutation ($input: ItemUpsertInput!) { itemUpsert(input: $input) { userErrors { code } } }"

_NUMBERS = count(1)


@pytest.fixture(scope="module")
async def servers(lasting_database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[tuple[Served, Served]]:
    """Return two servers that the tests of the module share: each has an item of its own."""
    await seed(lasting_database)
    settings = settings_of(mongo_url, redis_url, lasting_database.name)
    async with served(settings) as one, served(settings) as other:
        yield one, other


@pytest.fixture
async def sku(servers: tuple[Served, Served]) -> str:
    """Return an item that this test alone has: ten units at MAIN, and a reorder point of five."""
    name = f"ALERT-{next(_NUMBERS)}"
    asked = {"sku": name, "name": "Thing", "reorderPoint": 5}
    assert (await servers[0].api.run(ITEM, input=asked))["userErrors"] == []
    await adjust(servers[0].api, name, 10)
    return name


@pytest.fixture
async def client(servers: tuple[Served, Served]) -> AsyncIterator[Socket]:
    """Return a connection to the first of them."""
    async with servers[0].dial() as client:
        yield client


def brief(event: dict[str, Any]) -> tuple[str, str | None, str | None, str, int]:
    """Return what is told of which version."""
    return event["kind"], event["change"], event["cause"], event["type"], event["version"]


async def noted(api: Api, query: str, identity: str, **more: Any) -> None:  # noqa: ANN401 - JSON
    """Take note of an alert."""
    assert (await api.run(query, input={"id": identity, **more}))["userErrors"] == []


def soon(**given: int) -> str:
    """Return a time in the future."""
    return (datetime.now(UTC) + timedelta(**given)).isoformat()


async def test_a_dashboard_sees_an_alert_from_its_opening_to_its_end(
    servers: tuple[Served, Served], client: Socket, sku: str
) -> None:
    """Whichever server did it, each step once; what is open already comes first."""
    # given
    here, there = (server.api for server in servers)
    await adjust(here, sku, 1, "NORTH")
    # when
    feed = await client.start(ALERTS, filter={"skus": [sku]})
    snapshot = await feed.next()
    await adjust(there, sku, -5)
    opened = await feed.next()
    identity = opened["alert"]["id"]
    await noted(here, ACKNOWLEDGE, identity)
    await adjust(there, sku, -5)
    await noted(there, SNOOZE, identity, until=soon(days=1))
    await noted(there, SNOOZE, identity)
    await adjust(here, sku, 3)
    await adjust(there, sku, 20)
    told = [opened, *await feed.take(6)]
    # then
    assert brief(snapshot) == ("SNAPSHOT", None, None, "LOW", 1)
    assert [brief(event) for event in told] == [
        ("CHANGE", "OPENED", "stockAdjust", "LOW", 1),
        ("CHANGE", "ACKNOWLEDGED", "alertAcknowledge", "LOW", 2),
        ("CHANGE", "ESCALATED", "stockAdjust", "OUT", 3),
        ("CHANGE", "SNOOZED", "alertSnooze", "OUT", 4),
        ("CHANGE", "UNSNOOZED", "alertSnooze", "OUT", 5),
        ("CHANGE", "DEESCALATED", "stockAdjust", "LOW", 6),
        ("CHANGE", "CLOSED", "stockAdjust", "LOW", 7),
    ]
    assert opened["alert"] == {
        "id": identity,
        "type": "LOW",
        "state": "OPEN",
        "version": 1,
        "available": 5,
        "item": {"sku": sku, "name": "Thing"},
        "level": {"onHand": 5, "alerts": [{"type": "LOW"}]},
        "openedBy": {"kind": "stockAdjust"},
    }
    assert told[-1]["alert"]["level"] == {"onHand": 23, "alerts": []}


async def test_a_feed_that_says_nothing_of_states_tells_of_what_is_open(
    servers: tuple[Served, Served], client: Socket, sku: str
) -> None:
    """Whoever wants to hear of closed ones, too, says so."""
    await adjust(servers[0].api, sku, -5)
    await adjust(servers[0].api, sku, 5)
    await adjust(servers[0].api, sku, 1, "NORTH")
    feed = await client.start(ALERTS, filter={"skus": [sku], "states": ["OPEN", "CLOSED"]})
    assert [brief(event) for event in await feed.take(2)] == [
        ("SNAPSHOT", None, None, "LOW", 1),
        ("SNAPSHOT", None, None, "LOW", 2),
    ]
    async with servers[1].dial() as second:
        feed = await second.start(ALERTS, filter={"skus": [sku]})
        assert brief(await feed.next()) == ("SNAPSHOT", None, None, "LOW", 1)
        await second.nothing_waits()
        await adjust(servers[0].api, sku, -10)
        assert brief(await feed.next()) == ("CHANGE", "OPENED", "stockAdjust", "OUT", 1)


async def test_the_feed_resumes_at_another_server(servers: tuple[Served, Served], sku: str) -> None:
    """With what happened in between, each change once: closings of what was open among it."""
    here, there = servers
    where = {"skus": [sku]}
    async with here.dial() as client:
        feed = await client.start(ALERTS, filter=where)
        for delta in (-5, 5, -5):  # the first alert may still be part of the snapshot
            await adjust(here.api, sku, delta)
            event = await feed.next()
    cursor = event["cursor"]
    await adjust(there.api, sku, -5)
    await adjust(here.api, sku, 10)
    await adjust(here.api, sku, -8)
    async with there.dial() as client:
        feed = await client.start(ALERTS, filter=where, after=cursor)
        told = await feed.take(3)
        await adjust(here.api, sku, 9)
        told.append(await feed.next())
    async with here.dial() as client:
        feed = await client.start(ALERTS, filter=where, after=told[1]["cursor"])
        again = await feed.take(2)
    assert [brief(event) for event in again] == [brief(event) for event in told[2:]]
    assert [brief(event)[1:] for event in told] == [
        ("ESCALATED", "stockAdjust", "OUT", 2),
        ("CLOSED", "stockAdjust", "OUT", 3),
        ("OPENED", "stockAdjust", "LOW", 1),
        ("CLOSED", "stockAdjust", "LOW", 2),
    ]


async def test_a_snooze_that_is_over_is_told(servers: tuple[Served, Served], client: Socket, sku: str) -> None:
    """The server wakes the alert by itself, for those who watch what is awake, too."""
    [alert] = (await adjust(servers[0].api, sku, -5))["level"]["alerts"]
    feed = await client.start(ALERTS, filter={"skus": [sku], "isSnoozed": False})
    told = [await feed.next()]
    await noted(servers[1].api, SNOOZE, alert["id"], until=soon(milliseconds=400))
    told += await feed.take(2)
    assert [brief(event) for event in told] == [
        ("SNAPSHOT", None, None, "LOW", 1),
        ("CHANGE", "SNOOZED", "alertSnooze", "LOW", 2),
        ("CHANGE", "UNSNOOZED", "alertWake", "LOW", 3),
    ]

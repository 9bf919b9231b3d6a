"""What every step of reservations, transfers, unavailable units and counts tells those who watch levels."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.store.driver.client import Database
from tests.graphql.api import Api, settings_of
from tests.graphql.live.sockets import Served, served
from tests.graphql.operations import seed

LEVELS = """
subscription Levels($filter: StockLevelFilter!) {
  stockLevels(filter: $filter) {
    kind
    level { onHand reserved unavailable incoming available version }
    movement { reason change { onHand reserved unavailable incoming } }
    delta { sinceVersion onHand reserved unavailable incoming available }
  }
}
"""
RESERVE = """
mutation ($input: ReservationCreateInput!) { reservationCreate(input: $input) { reservation { id } } }
"""
FULFILL = "mutation ($input: ReservationFulfillInput!) { reservationFulfill(input: $input) { userErrors { code } } }"
RELEASE = "mutation ($input: ReservationReleaseInput!) { reservationRelease(input: $input) { userErrors { code } } }"
SEND = "mutation ($input: TransferCreateInput!) { transferCreate(input: $input) { transfer { id } } }"
SHIP = "mutation ($input: TransferShipInput!) { transferShip(input: $input) { userErrors { code } } }"
CANCEL = "mutation ($input: TransferCancelInput!) { transferCancel(input: $input) { userErrors { code } } }"
RECLASSIFY = "mutation ($input: StockReclassifyInput!) { stockReclassify(input: $input) { userErrors { code } } }"
WRITE_OFF = "mutation ($input: StockWriteOffInput!) { stockWriteOff(input: $input) { userErrors { code } } }"
OPEN = "mutation ($input: CountOpenInput!) { countOpen(input: $input) { count { id } } }"
RECORD = "mutation ($input: CountRecordInput!) { countRecord(input: $input) { userErrors { code } } }"
POST = "mutation ($input: CountPostInput!) { countPost(input: $input) { userErrors { code } } }"

TEA = {"sku": "TEA-1", "location": "MAIN"}


@pytest.fixture
async def server(database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Served]:
    """Return a server of a stocked shop."""
    await seed(database)
    async with served(settings_of(mongo_url, redis_url, database.name)) as server:
        yield server


async def reserved(api: Api, quantity: int) -> str:
    """Reserve tea; return the reservation's id."""
    payload = await api.run(RESERVE, input={"lines": [{**TEA, "quantity": quantity}]})
    return str(payload["reservation"]["id"])


async def every_step(api: Api) -> AsyncIterator[tuple[str, dict[str, int]]]:
    """Take each step in turn; yield the reason and the change that those who watch the tea must hear of."""
    order = await reserved(api, 3)
    yield "RESERVATION", {"reserved": 3}
    await api.run(FULFILL, input={"id": order, "lines": [{"sku": "TEA-1", "quantity": 1}]})
    yield "SALE", {"onHand": -1, "reserved": -1}
    await api.run(RELEASE, input={"id": order})
    yield "RELEASE", {"reserved": -2}
    lines = [{"sku": "TEA-1", "quantity": 2}]
    transfer = await api.run(SEND, input={"source": "MAIN", "destination": "NORTH", "lines": lines})
    identity = transfer["transfer"]["id"]
    await api.run(SHIP, input={"id": identity})
    yield "TRANSFER", {"onHand": -2}
    await api.run(CANCEL, input={"id": identity})
    yield "TRANSFER", {"onHand": 2}
    await api.run(RECLASSIFY, input={**TEA, "quantity": 1, "to": "DAMAGED"})
    yield "RECLASSIFICATION", {"unavailable": 1}
    await api.run(WRITE_OFF, input={**TEA, "quantity": 1, "reason": "DAMAGED"})
    yield "WRITE_OFF", {"onHand": -1, "unavailable": -1}
    count = (await api.run(OPEN, input={"location": "MAIN", "scope": {"skus": ["TEA-1"]}}))["count"]["id"]
    await api.run(RECORD, input={"id": count, "lines": [{"sku": "TEA-1", "quantity": 5}]})
    await api.run(POST, input={"id": count})
    yield "COUNT", {}


async def test_each_step_is_told_with_its_movement_and_reason(server: Served) -> None:
    """One event per step, in order, with what it changed; the last of them shows the level as it is."""
    nothing = {"onHand": 0, "reserved": 0, "unavailable": 0, "incoming": 0}
    async with server.dial() as client:
        feed = await client.start(LEVELS, filter={"skus": ["TEA-1"], "locations": ["MAIN"]})
        snapshot = await feed.next()
        level: dict[str, Any] = snapshot["level"]
        assert snapshot["delta"] is None
        async for reason, change in every_step(server.api):
            event = await feed.next()
            assert event["level"]["version"] == level["version"] + 1
            # The channel may not have been open for long enough for the first; the counts are the same either way.
            if event["kind"] == "CHANGE":
                assert event["movement"]["reason"] == reason
                if reason != "COUNT":
                    assert event["movement"]["change"] == nothing | change
                assert event["delta"].pop("sinceVersion") == level["version"]
                assert {name: level[name] + units for name, units in event["delta"].items()} == {
                    name: event["level"][name] for name in event["delta"]
                }
            else:
                assert event["delta"] is None
            level = event["level"]
    assert event["kind"] == "CHANGE"
    assert level["onHand"] == level["available"] == 5

"""Subscriptions to reservations and transfers over a real websocket: snapshot, changes, and how they resume."""

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import pytest

from app.store.driver.client import Database
from tests.graphql.api import Api, settings_of
from tests.graphql.live.sockets import Feed, Served, Socket, served
from tests.graphql.operations import seed
from tests.graphql.reservations.operations import EXTEND, FULFILL, RELEASE, WHOLE, given_limit, line, reserved
from tests.graphql.transfers import operations as transfer_operations
from tests.graphql.transfers.operations import RECEIVE, SHIP

RESERVATIONS = (
    """
subscription Reservations($filter: ReservationFilter, $after: String) {
  reservations(filter: $filter, after: $after) { kind cause cursor state version reservation { ...Whole } }
}
"""
    + WHOLE
)
TRANSFERS = (
    """
subscription Transfers($filter: TransferFilter, $after: String) {
  transfers(filter: $filter, after: $after) { kind cause cursor state version transfer { ...Whole } }
}
"""
    + transfer_operations.WHOLE
)
ADJUST = "mutation ($input: StockAdjustInput!) { stockAdjust(input: $input) { userErrors { code } } }"
LIST_CURSOR = "{ reservations(first: 1) { pageInfo { endCursor } } }"

_NUMBERS = count(1)


@pytest.fixture(scope="module")
async def server(lasting_database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Served]:
    """Return a server that the tests of the module share: each has documents of its own."""
    await seed(lasting_database)
    async with served(settings_of(mongo_url, redis_url, lasting_database.name)) as server:
        await adjust(server.api, "TEA-1", 1_000)
        yield server


@pytest.fixture
async def client(server: Served) -> AsyncIterator[Socket]:
    """Return a connection to it."""
    async with server.dial() as client:
        yield client


@pytest.fixture
def reference() -> str:
    """Return a reference that the documents of this test alone have."""
    return f"O-{next(_NUMBERS)}"


async def adjust(api: Api, sku: str, delta: int, location: str = "MAIN") -> None:
    """Add units to a level."""
    request = {"sku": sku, "location": location, "delta": delta, "reason": "FOUND"}
    assert await api.run(ADJUST, input=request) == {"userErrors": []}


async def change(api: Api, query: str, **input: Any) -> None:  # noqa: ANN401 - JSON is of any type
    """Change a document."""
    assert (await api.run(query, input=input))["userErrors"] == []


def brief(event: dict[str, Any]) -> tuple[str, str | None, str, int]:
    """Return the kind and the cause of an event, and the state and the version that it tells of."""
    return event["kind"], event["cause"], event["state"], event["version"]


def contents(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what events tell of the past: without their cursors, for one place may have several."""
    told = ("kind", "cause", "state", "version")
    return [{name: event[name] for name in told} for event in events]


async def refused(feed: Feed) -> str:
    """Return the message with which an operation ends that is the client's fault."""
    message = await feed.message()
    assert message["type"] == "error", message
    [error] = message["payload"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    return str(error["message"])


async def test_first_come_the_reservations_and_then_each_change(server: Served, client: Socket, reference: str) -> None:
    """The newest first, each whole and as the mutations told it; a change says which mutation made it."""
    # given
    first = await reserved(server.api, line("TEA-1", 5), reference=reference)
    second = await reserved(server.api, line("TEA-1", 2), line("CUP-1", 1), reference=reference)
    # when
    feed = await client.start(RESERVATIONS, filter={"reference": reference})
    snapshot = await feed.take(2)
    await change(server.api, RELEASE, id=second["id"])
    await change(server.api, FULFILL, id=first["id"], lines=[line("TEA-1", 2)])
    third = await reserved(server.api, line("TEA-1", 1), reference=reference)
    await reserved(server.api, line("TEA-1", 1), reference="another")
    await change(server.api, FULFILL, id=first["id"])
    changes = await feed.take(4)
    # then
    assert [(event["kind"], event["cause"], event["reservation"]) for event in snapshot] == [
        ("SNAPSHOT", None, second),
        ("SNAPSHOT", None, first),
    ]
    assert [brief(event) for event in changes] == [
        ("CHANGE", "reservationRelease", "RELEASED", 2),
        ("CHANGE", "reservationFulfill", "PARTIALLY_FULFILLED", 2),
        ("CHANGE", "reservationCreate", "HELD", 1),
        ("CHANGE", "reservationFulfill", "FULFILLED", 3),
    ]
    assert changes[2]["reservation"] == third
    assert [event["reservation"]["id"] for event in changes] == [
        second["id"],
        first["id"],
        third["id"],
        first["id"],
    ]


async def test_a_reservation_that_leaves_the_states_is_told_once_more(
    server: Served, client: Socket, reference: str
) -> None:
    """So that a list of what is held can strike it off."""
    made = await reserved(server.api, line("TEA-1", 2), reference=reference)
    feed = await client.start(RESERVATIONS, filter={"reference": reference, "states": ["HELD"]})
    told = [brief(await feed.next())]
    await change(server.api, EXTEND, id=made["id"], ttlSeconds=600)
    await change(server.api, FULFILL, id=made["id"], lines=[line("TEA-1", 1)])
    await change(server.api, FULFILL, id=made["id"])
    await reserved(server.api, line("TEA-1", 3), reference=reference)
    told += map(brief, await feed.take(3))
    assert told == [
        ("SNAPSHOT", None, "HELD", 1),
        ("CHANGE", "reservationExtend", "HELD", 2),
        ("CHANGE", "reservationFulfill", "PARTIALLY_FULFILLED", 3),
        ("CHANGE", "reservationCreate", "HELD", 1),
    ]


@pytest.mark.complaint("V1")
async def test_the_feed_resumes_on_a_new_connection(server: Served, reference: str) -> None:
    """In the middle of the snapshot or of the changes, with what happened in between, and each change once."""
    # given
    made = [await reserved(server.api, line("TEA-1", 1), reference=reference) for _ in range(3)]
    where = {"reference": reference}
    async with server.dial() as client:
        snapshot = [await (await client.start(RESERVATIONS, filter=where)).next()]
    # when
    async with server.dial() as client:
        feed = await client.start(RESERVATIONS, filter=where, after=snapshot[0]["cursor"])
        snapshot += await feed.take(2)
        for each in made:
            await change(server.api, EXTEND, id=each["id"])
        heard = await feed.take(2)
    await change(server.api, RELEASE, id=made[0]["id"])
    async with server.dial() as client:
        feed = await client.start(RESERVATIONS, filter={**where, "states": ["HELD"]}, after=heard[-1]["cursor"])
        heard += await feed.take(2)
        await change(server.api, RELEASE, id=made[1]["id"])
        heard.append(await feed.next())
    # then
    assert [event["reservation"]["id"] for event in snapshot] == [each["id"] for each in reversed(made)]
    assert {event["kind"] for event in snapshot} == {"SNAPSHOT"}
    assert [(event["reservation"]["id"], *brief(event)) for event in heard] == [
        (made[0]["id"], "CHANGE", "reservationExtend", "HELD", 2),
        (made[1]["id"], "CHANGE", "reservationExtend", "HELD", 2),
        (made[2]["id"], "CHANGE", "reservationExtend", "HELD", 2),
        (made[0]["id"], "CHANGE", "reservationRelease", "RELEASED", 3),
        (made[1]["id"], "CHANGE", "reservationRelease", "RELEASED", 3),
    ]


async def test_what_the_server_does_by_itself_is_told_too(server: Served, client: Socket, reference: str) -> None:
    """Reservations that get the units they waited for, and one whose time runs out."""
    # given
    await given_limit(server.api, "CUP-1", "NORTH", 10)
    feed = await client.start(RESERVATIONS, filter={"reference": reference})
    for _ in range(2):
        await reserved(server.api, line("CUP-1", 3, "NORTH"), reference=reference)
    await feed.take(2)
    # when
    await adjust(server.api, "CUP-1", 6, "NORTH")
    assigned = await feed.take(2)
    await reserved(server.api, line("TEA-1", 1), reference=reference, ttlSeconds=1)
    expired = await feed.take(2)
    # then
    assert [brief(event) for event in assigned] == [("CHANGE", "backordersAssign", "HELD", 2)] * 2
    assert [event["reservation"]["lines"][0]["held"] for event in assigned] == [3, 3]
    assert brief(expired[1]) == ("CHANGE", "reservationExpire", "EXPIRED", 2)
    async with server.dial() as second:
        feed = await second.start(RESERVATIONS, filter={"reference": reference}, after=assigned[0]["cursor"])
        assert contents(await feed.take(3)) == contents([assigned[1], *expired])


async def test_transfers_are_followed_in_the_same_way(server: Served, client: Socket) -> None:
    """From the draft to its arrival; reservations are none of theirs."""
    draft = await transfer_operations.created(server.api, line("TEA-1", 5))
    feed = await client.start(TRANSFERS, filter={"source": "MAIN", "sku": "TEA-1"})
    told = [await feed.next()]
    await reserved(server.api, line("TEA-1", 1))
    await change(server.api, SHIP, id=draft)
    await change(server.api, RECEIVE, id=draft, lines=[line("TEA-1", 2)])
    await change(server.api, RECEIVE, id=draft)
    told += await feed.take(3)
    assert [brief(event) for event in told] == [
        ("SNAPSHOT", None, "DRAFT", 1),
        ("CHANGE", "transferShip", "IN_TRANSIT", 2),
        ("CHANGE", "transferReceive", "PARTIALLY_RECEIVED", 3),
        ("CHANGE", "transferReceive", "RECEIVED", 4),
    ]
    assert {event["transfer"]["id"] for event in told} == {draft}
    async with server.dial() as second:
        feed = await second.start(TRANSFERS, filter={"states": ["RECEIVED"]}, after=told[1]["cursor"])
        again = await feed.take(2)
    assert contents(again) == contents(told[2:])
    assert [event["transfer"] for event in again] == [told[-1]["transfer"]] * 2


async def test_cursors_of_other_lists_are_refused(server: Served, client: Socket, reference: str) -> None:
    """One of a page, and one from within the snapshot of other reservations, or of none."""
    await reserved(server.api, line("TEA-1", 1), reference=reference)
    listed = (await server.api.run(LIST_CURSOR))["pageInfo"]["endCursor"]
    assert "Cursors of lists" in await refused(await client.start(RESERVATIONS, after=listed))
    feed = await client.start(RESERVATIONS, filter={"reference": reference})
    within = (await feed.next())["cursor"]
    await feed.stop()
    for query in (RESERVATIONS, TRANSFERS):
        assert "fits the same filter only" in await refused(await client.start(query, after=within))

# ruff: noqa: ANN401 - JSON is of any type
"""Subscriptions over a real websocket: snapshot and changes, the resumable ledger, and how they end."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Any

import pytest
from gql import Client as GqlClient
from gql import gql
from gql.transport.websockets import WebsocketsTransport
from websockets.exceptions import ConnectionClosed

from app.domain.stock.level import LevelKey
from app.services.live.live import Live
from app.store.driver.client import Database
from tests.graphql.api import DEADLINE_SECONDS, Api, settings_of
from tests.graphql.live.sockets import Feed, Served, Socket, served
from tests.graphql.operations import WHY
from tests.support.scene import given_catalog
from tests.support.store import mongo_store

LEVELS = """
subscription Levels($filter: StockLevelFilter) {
  stockLevels(filter: $filter) {
    kind
    level { item { sku } location { code } onHand status version }
    movement { delta reason reference version level { onHand } }
  }
}
"""
KEYS = """
subscription Keys($filter: StockLevelFilter) {
  stockLevels(filter: $filter) { kind level { id item { sku } onHand } }
}
"""
NAMES = """
subscription Names($filter: StockLevelFilter) {
  stockLevels(filter: $filter) { kind level { item { name } location { name } version } }
}
"""
FAT = """
fragment Whole on StockLevel {
  id onHand reserved unavailable incoming available reorderPoint status version changedAt item { sku } location { code }
}
subscription Fat { stockLevels { kind level { ...Whole } movement { id delta reason level { ...Whole } } } }
"""
LEDGER = """
subscription Ledger($filter: MovementFilter, $after: String) {
  movements(filter: $filter, after: $after) {
    cursor
    movement { id delta version level { item { sku } } operation { kind } }
  }
}
"""
UPSERT = """
mutation ($sku: String!, $name: String!) { itemUpsert(input: {sku: $sku, name: $name}) { userErrors { message } } }
"""
PLACE = """
mutation ($code: String!) { locationUpsert(input: {code: $code, name: $code, kind: STORE}) { userErrors { message } } }
"""
ARCHIVE = {
    "item": """
mutation ($name: String!, $is_archived: Boolean!) {
  itemArchive(input: {sku: $name, isArchived: $is_archived, windDown: true}) { userErrors { message } }
}
""",
    "location": """
mutation ($name: String!, $is_archived: Boolean!) {
  locationArchive(input: {code: $name, isArchived: $is_archived, windDown: true}) { userErrors { message } }
}
""",
}
ADJUST = (
    """
mutation Adjust($input: StockAdjustInput!) {
  stockAdjust(input: $input) { level { onHand item { sku } } replayed userErrors { ...Why } }
}
"""
    + WHY
)
ADJUST_MANY = """
mutation ($lines: [StockAdjustLineInput!]!) { stockAdjustMany(input: {lines: $lines}) { userErrors { message } } }
"""
CONFIGURE = """
mutation ($input: StockLevelConfigureInput!) { stockLevelConfigure(input: $input) { userErrors { message } } }
"""

_NUMBERS = count(1)


@asynccontextmanager
async def serving(database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Served]:
    """Serve a shop that has items and places, until a first change has come through Redis."""
    await given_catalog(mongo_store(database), LevelKey("FIRST", "MAIN"), LevelKey("FIRST", "NORTH"))
    async with served(settings_of(mongo_url, redis_url, database.name)) as server:
        await adjust(server.api, "FIRST", 1)
        async with server.dial() as client, asyncio.timeout(DEADLINE_SECONDS):
            feed = await client.start(LEVELS)
            await feed.next()
            kind = ""
            while kind != "CHANGE":
                await adjust(server.api, "FIRST", 1)
                kind = (await feed.next())["kind"]
        yield server


@pytest.fixture(scope="module")
async def server(lasting_database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Served]:
    """Return a server that the tests of the module share: each has items of its own."""
    async with serving(lasting_database, mongo_url, redis_url) as server:
        yield server


@pytest.fixture
async def client(server: Served) -> AsyncIterator[Socket]:
    """Return a connection to it."""
    async with server.dial() as client:
        yield client


@pytest.fixture
async def sku(server: Served) -> str:
    """Return an item of this test alone."""
    return await new_item(server.api)


async def new_item(api: Api, name: str = "Thing") -> str:
    """Create an item without levels."""
    sku = f"S{next(_NUMBERS):03}"
    await api.run(UPSERT, sku=sku, name=name)
    return sku


async def adjust(api: Api, sku: str, delta: int, location: str = "MAIN", **about: Any) -> None:
    """Change a level."""
    request = {"sku": sku, "location": location, "delta": delta, "reason": "CORRECTION", **about}
    assert (await api.run(ADJUST, input=request))["userErrors"] == []


def event(kind: str, sku: str, on_hand: int, version: int, **others: Any) -> dict[str, Any]:
    """Return an event of LEVELS; `delta` makes it one with its movement."""
    delta, reference = others.get("delta"), others.get("reference")
    return {
        "kind": kind,
        "level": {
            "item": {"sku": sku},
            "location": {"code": others.get("location", "MAIN")},
            "onHand": on_hand,
            "status": others.get("status", "IN_STOCK"),
            "version": version,
        },
        "movement": delta
        and {
            "delta": delta,
            "reason": "CORRECTION",
            "reference": reference,
            "version": version,
            "level": {"onHand": on_hand},
        },
    }


async def test_first_comes_the_snapshot_then_each_change_with_its_movement(
    server: Served, client: Socket, sku: str
) -> None:
    """In the order of the SKUs at first, and then of the changes."""
    # given
    await adjust(server.api, sku, 5)
    await adjust(server.api, sku, 2, "NORTH")
    # when
    feed = await client.start(LEVELS, filter={"skus": [sku]})
    snapshot = await feed.take(2)
    await adjust(server.api, sku, -5, reference="R-1")
    changes = [await feed.next()]
    await adjust(server.api, sku, 3, "NORTH")
    changes.append(await feed.next())
    # then
    assert snapshot == [
        event("SNAPSHOT", sku, 5, 1),
        event("SNAPSHOT", sku, 2, 1, location="NORTH"),
    ]
    assert changes == [
        event("CHANGE", sku, 0, 2, delta=-5, reference="R-1", status="OUT"),
        event("CHANGE", sku, 5, 2, delta=3, location="NORTH"),
    ]


async def test_a_level_that_begins_is_told(server: Served, client: Socket, sku: str) -> None:
    """There was nothing to show, and then there is."""
    other = await new_item(server.api)
    await adjust(server.api, other, 1)
    feed = await client.start(LEVELS, filter={"skus": [sku, other]})
    assert await feed.next() == event("SNAPSHOT", other, 1, 1)
    await adjust(server.api, sku, 4)
    assert await feed.next() == event("CHANGE", sku, 4, 1, delta=4)


@pytest.mark.parametrize("what", ["item", "location"])
async def test_what_is_archived_or_restored_is_told(server: Served, client: Socket, sku: str, what: str) -> None:
    """Although nothing moves: none of it is available, and who watches what is in stock hears that it has left."""
    code = f"P-{sku}"
    await server.api.run(PLACE, code=code)
    await adjust(server.api, sku, 5, code)
    feeds = [await client.start(LEVELS, filter={"skus": [sku]})]
    assert await feeds[0].next() == event("SNAPSHOT", sku, 5, 1, location=code)
    async with server.dial() as other:
        feeds.append(await other.start(LEVELS, filter={"skus": [sku], "statuses": ["IN_STOCK"]}))
        assert await feeds[1].next() == event("SNAPSHOT", sku, 5, 1, location=code)
        for is_archived, status, version in ((True, "OUT", 2), (False, "IN_STOCK", 3)):
            name = sku if what == "item" else code
            assert (await server.api.run(ARCHIVE[what], name=name, is_archived=is_archived))["userErrors"] == []
            for feed in feeds:
                told = await feed.next()
                assert (told["kind"], told["level"]) == (
                    "CHANGE",
                    event("", sku, 5, version, status=status, location=code)["level"],
                )
                assert (told["movement"]["delta"], told["movement"]["reason"]) == (0, "SETTINGS")


async def test_who_watches_open_or_archived_items_is_told_of_each_that_changes_sides(
    server: Served, client: Socket, sku: str
) -> None:
    """At once, as it enters the selection, and once as it leaves it."""
    old = await new_item(server.api)
    for each in (sku, old):
        await adjust(server.api, each, 5)
    await server.api.run(ARCHIVE["item"], name=old, is_archived=True)
    feed = await client.start(LEVELS, filter={"skus": [sku, old], "isArchived": False})
    assert await feed.next() == event("SNAPSHOT", sku, 5, 1)
    async with server.dial() as other:
        archived = await other.start(LEVELS, filter={"skus": [sku, old], "isArchived": True})
        assert await archived.next() == event("SNAPSHOT", old, 5, 2, status="OUT")
        for version in (2, 3):
            await server.api.run(ARCHIVE["item"], name=sku, is_archived=version == 2)
            for each in (feed, archived):
                level = (await each.next())["level"]
                assert (level["item"]["sku"], level["version"]) == (sku, version)
        await adjust(server.api, sku, -1)
        assert (await feed.next())["level"]["version"] == 4
        await other.nothing_waits()


async def test_a_snapshot_is_longer_than_a_page(server: Served, client: Socket) -> None:
    """Each level once, however many pages that takes."""
    skus = await asyncio.gather(*(new_item(server.api) for _ in range(130)))
    places = ("MAIN", "NORTH")
    lines = [{"sku": sku, "location": code, "delta": 1, "reason": "FOUND"} for sku in skus for code in places]
    assert await server.api.run(ADJUST_MANY, lines=lines) == {"userErrors": []}
    feed = await client.start(LEVELS, filter={"skus": skus})
    told = [(each["level"]["item"]["sku"], each["level"]["location"]["code"]) for each in await feed.take(260)]
    assert told == [(sku, code) for sku in sorted(skus) for code in places]


async def test_other_items_and_locations_are_not_told(server: Served, client: Socket, sku: str) -> None:
    """Both filters must match."""
    other = await new_item(server.api)
    await adjust(server.api, sku, 1)
    await adjust(server.api, sku, 1, "NORTH")
    feed = await client.start(KEYS, filter={"skus": [sku], "locations": ["MAIN", "NONE"]})
    assert (await feed.next())["kind"] == "SNAPSHOT"
    await adjust(server.api, sku, 1, "NORTH")
    await adjust(server.api, other, 1)
    await adjust(server.api, sku, 6)
    told = await feed.next()
    assert (told["kind"], told["level"]["item"]["sku"], told["level"]["onHand"]) == ("CHANGE", sku, 7)


async def test_a_level_that_leaves_the_statuses_is_told_once_more(server: Served, client: Socket, sku: str) -> None:
    """With the status that it has then; and again when it comes back."""
    # given
    await server.api.run(CONFIGURE, input={"sku": sku, "location": "MAIN", "reorderPoint": 5})
    await adjust(server.api, sku, 5)
    feed = await client.start(LEVELS, filter={"skus": [sku], "statuses": ["LOW"]})
    assert await feed.next() == event("SNAPSHOT", sku, 5, 2, status="LOW")
    # when
    told = []
    for delta, is_published in ((-1, True), (4, True), (1, False), (-9, False), (3, True)):
        await adjust(server.api, sku, delta)
        if is_published:
            told.append(await feed.next())
    # then
    assert told == [
        event("CHANGE", sku, 4, 3, delta=-1, status="LOW"),
        event("CHANGE", sku, 8, 4, delta=4),
        event("CHANGE", sku, 3, 7, delta=3, status="LOW"),
    ]


async def test_a_search_follows_the_items_that_it_finds(server: Served, client: Socket) -> None:
    """By the words of their names."""
    teapot = await new_item(server.api, "Blue Teapot")
    kettle = await new_item(server.api, "Blue Kettle")
    for each in (teapot, kettle):
        await adjust(server.api, each, 1)
    feed = await client.start(LEVELS, filter={"search": "TEAPOT blue"})
    assert await feed.next() == event("SNAPSHOT", teapot, 1, 1)
    await adjust(server.api, kettle, 1)
    await adjust(server.api, teapot, 1)
    assert await feed.next() == event("CHANGE", teapot, 2, 2, delta=1)


async def test_a_renamed_item_has_its_new_name_in_later_events(server: Served, client: Socket, sku: str) -> None:
    """What an earlier event has loaded is forgotten."""
    await adjust(server.api, sku, 1)
    feed = await client.start(NAMES, filter={"skus": [sku]})
    names = [(await feed.next())["level"]["item"]["name"]]
    for name in ("Second", "Third"):
        await server.api.run(UPSERT, sku=sku, name=name)
        await adjust(server.api, sku, 1)
        names.append((await feed.next())["level"]["item"]["name"])
    assert names == ["Thing", "Second", "Third"]


async def test_a_stopped_feed_says_no_more(server: Served, client: Socket, sku: str) -> None:
    """Its connection goes on for others."""
    await adjust(server.api, sku, 1)
    feed = await client.start(KEYS, filter={"skus": [sku]})
    await feed.next()
    await feed.stop()
    await client.nothing_waits()
    await adjust(server.api, sku, 1)
    other = await client.start(KEYS, filter={"skus": [sku]})
    assert [(each["kind"], each["level"]["onHand"]) for each in await other.take(1)] == [("SNAPSHOT", 2)]


async def begun(feed: Feed) -> str:
    """Wait until a movements feed has started; return the cursor of that start."""
    first = await feed.next()
    assert first["movement"] is None
    return str(first["cursor"])


@pytest.mark.complaint("V1")
async def test_the_ledger_resumes_on_a_new_connection(server: Served, sku: str) -> None:
    """Each line once and in order, wherever the connection broke off, and those of the time between as well."""
    # given
    where = {"sku": sku}
    async with server.dial() as client:
        feed = await client.start(LEDGER, filter=where)
        start = await begun(feed)
        for delta in range(1, 6):
            await adjust(server.api, sku, delta)
        heard = await feed.take(3)
    for delta in range(6, 9):
        await adjust(server.api, sku, delta)
    # when
    async with server.dial() as client:
        feed = await client.start(LEDGER, filter=where, after=heard[-1]["cursor"])
        heard += await feed.take(5)
        await adjust(server.api, sku, 9)
        heard.append(await feed.next())
    # then
    assert [each["movement"]["delta"] for each in heard] == [*range(1, 10)]
    versions = [each["movement"]["version"] for each in heard]
    assert versions == [*range(versions[0], versions[0] + 9)]
    assert {each["movement"]["operation"]["kind"] for each in heard} == {"stockAdjust"}
    async with server.dial() as client:
        feed = await client.start(LEDGER, filter=where, after=start)
        assert [each["movement"] for each in await feed.take(9)] == [each["movement"] for each in heard]


async def test_a_cursor_of_the_ledger_serves_any_filter(server: Served, client: Socket, sku: str) -> None:
    """It names a place in the whole ledger."""
    other = await new_item(server.api)
    cursor = await begun(await client.start(LEDGER, filter={"sku": sku}))
    await adjust(server.api, sku, 7)
    await adjust(server.api, other, 8)
    async with server.dial() as second:
        feed = await second.start(LEDGER, filter={"sku": other, "reason": "CORRECTION"}, after=cursor)
        assert (await feed.next())["movement"]["delta"] == 8


async def test_mutations_and_queries_go_over_the_websocket_too(client: Socket, sku: str) -> None:
    """With refusals as data, and with keys, like over HTTP."""
    request = {"sku": sku, "location": "MAIN", "delta": 3, "reason": "FOUND", "idempotencyKey": f"ws-{sku}"}
    done = {"level": {"onHand": 3, "item": {"sku": sku}}, "replayed": False, "userErrors": []}
    for expected in (done, {**done, "replayed": True}):
        operation = await client.start(ADJUST, input=request)
        assert await operation.next() == expected
        assert await operation.message() == {"type": "complete"}
    operation = await client.start(ADJUST, input={**request, "delta": -4, "idempotencyKey": None})
    [error] = (await operation.next())["userErrors"]
    assert (error["code"], error["requested"], error["available"]) == ("INSUFFICIENT_STOCK", 4, 3)


async def test_many_feeds_share_a_connection(server: Served, client: Socket, sku: str) -> None:
    """Each has an id, and hears of its own."""
    other = await new_item(server.api)
    for each in (sku, other):
        await adjust(server.api, each, 1)
    feed = await client.start(KEYS, filter={"skus": [sku]})
    assert (await feed.next())["level"]["item"]["sku"] == sku
    second = await client.start(KEYS, filter={"skus": [other]})
    assert (await second.next())["level"]["item"]["sku"] == other
    await adjust(server.api, other, 1)
    assert (await second.next())["level"]["onHand"] == 2
    await adjust(server.api, sku, 2)
    assert (await feed.next())["level"]["onHand"] == 3


async def test_an_ordinary_client_can_subscribe(server: Served, sku: str) -> None:
    """`gql`, as partners use it."""
    await adjust(server.api, sku, 1)
    transport = WebsocketsTransport(url=f"ws://127.0.0.1:{server.port}/graphql")
    async with GqlClient(transport=transport) as session, asyncio.timeout(DEADLINE_SECONDS):
        query = gql(KEYS)
        query.variable_values = {"filter": {"skus": [sku]}}
        events = session.subscribe(query)
        assert (await anext(events))["stockLevels"]["kind"] == "SNAPSHOT"
        await adjust(server.api, sku, 1)
        assert (await anext(events))["stockLevels"]["level"]["onHand"] == 2
        await events.aclose()


async def test_a_client_that_falls_behind_is_told_to_come_back(
    database: Database, mongo_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once so many changed levels wait for it, its connection closes with 1013: it should begin with a new snapshot."""
    monkeypatch.setitem(Live.__init__.__kwdefaults__, "levels_kept", 96)  # instead of 4,096
    skus, places = [f"S-{number:02}" for number in range(50)], [f"P-{number:02}" for number in range(40)]
    keys = [LevelKey(sku, code) for sku in skus for code in places]
    await given_catalog(mongo_store(database), *keys)
    async with serving(database, mongo_url, redis_url) as server:
        await change(server.api, keys)
        with socket.socket() as narrow:
            narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            narrow.connect(("127.0.0.1", server.port))
            async with server.dial(sock=narrow, max_queue=1) as client:
                feed = await client.start(FAT)
                assert (await feed.next())["kind"] == "SNAPSHOT"
                # It reads no more until every level has changed.
                await change(server.api, keys)
                async with asyncio.timeout(DEADLINE_SECONDS):
                    with suppress(ConnectionClosed):
                        while True:
                            await client.connection.recv()
                assert await client.closed() == (
                    1013,
                    "More than 96 changed levels waited to be taken. Subscribe again.",
                )


async def change(api: Api, keys: list[LevelKey]) -> None:
    """Add a unit to each level, a thousand at once."""
    for start in range(0, len(keys), 1_000):
        lines = [
            {"sku": key.sku, "location": key.location, "delta": 1, "reason": "FOUND"}
            for key in keys[start : start + 1_000]
        ]
        assert await api.run(ADJUST_MANY, lines=lines) == {"userErrors": []}

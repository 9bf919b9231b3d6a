"""A database is destroyed under load and made again from its backup: what was promised before is kept."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from app.domain.time import Moment
from app.services.live.ledger_offset import LedgerOffset
from app.store.driver.client import BsonDocument, Database
from app.store.mapping.ledger import movement_of
from tests.as_served.clients import Follower
from tests.backup.test_rebuild import contents, run
from tests.reconciliation.books import given_books
from tests.support.clock import StillClock
from tests.support.database import drop
from tests.support.receiver import Received, Receiver
from tests.support.served import Server
from tests.support.store import mongo_store
from tests.support.waiting import eventually

WATCH = """
mutation ($url: String!) { webhookCreate(
  input: {url: $url, events: [LEVEL_CHANGED], skus: ["TEA-1"], locations: ["MAIN"]}) {
  userErrors { message }
} }"""
ADJUST = """
mutation ($key: String!) {
  stockAdjust(input: {sku: "TEA-1", location: "MAIN", delta: 1, reason: FOUND, idempotencyKey: $key}) {
    replayed level { onHand } userErrors { message }
  }
}"""
LEVEL = 'subscription { stockLevels(filter: {skus: ["TEA-1"], locations: ["MAIN"]}) { level { version onHand } } }'
LINES = 'subscription ($after: String) { movements(after: $after, filter: {sku: "TEA-1"}) { cursor movement { id } } }'
TILLS = 4
BEFORE, AFTER = 40, 20  # units found around the backup: those before close the alert of the level
STOCKED = 32  # of TEA-1 at MAIN by the books


Contents = dict[str, list[BsonDocument]]


class Tills:
    """What tills have had acknowledged, by key, and whether it was new."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.replayed: dict[str, bool] = {}

    async def sell(self, client: httpx.AsyncClient, key: str) -> None:
        """Change the level once under this key."""
        response = await client.post(self._server.url, json={"query": ADJUST, "variables": {"key": key}})
        payload = response.json()["data"]["stockAdjust"]
        assert payload["userErrors"] == []
        self.replayed[key] = payload["replayed"]

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Let them work until the context is left; each ends with an acknowledgement."""
        is_open = True

        async def work(till: int, client: httpx.AsyncClient) -> None:
            for number in itertools.count():
                if not is_open:
                    return
                await self.sell(client, f"till/{till}/{number}")

        async with httpx.AsyncClient(timeout=60) as client, asyncio.TaskGroup() as tills:
            for till in range(TILLS):
                tills.create_task(work(till, client))
            yield
            is_open = False


async def recorded_keys(database: Database) -> Counter[str]:
    """Return how often each key of a till is in the ledger."""
    lines = await database["movements"].find({"header.key": {"$regex": "^till/"}}, {"header": 1}).to_list(None)
    own = await database["operations"].find({"key": {"$regex": "^till/"}}, {"key": 1}).to_list(None)  # of alerts
    return Counter(each["key"] for each in [*(line["header"] for line in lines), *own])


async def ask(server: Server, query: str, **variables: Any) -> None:  # noqa: ANN401 - JSON
    """Send a mutation that is not refused."""
    async with httpx.AsyncClient(timeout=60) as client:
        response = await client.post(server.url, json={"query": query, "variables": variables})
    [payload] = response.json()["data"].values()
    assert payload["userErrors"] == []


async def test_a_destroyed_shop_comes_back_as_it_was_backed_up(
    database: Database, mongo_url: str, redis_url: str, tmp_path: Path
) -> None:
    """All that was acknowledged before the backup is there once; repeats replay, and webhooks and dashboards go on."""
    store = mongo_store(database, clock=StillClock(Moment(time.time_ns() // 1_000)))
    await given_books(store)
    await store.close()
    settings = {"STOCKPULSE_WEBHOOK_ALLOW_PRIVATE": "true"}
    server = Server(mongo_url=mongo_url, redis_url=redis_url, database=database.name, settings=settings)
    tills = Tills(server)
    try:
        await asyncio.to_thread(server.start)
        async with (
            Receiver() as receiver,
            Follower(server.port, LEVEL) as dashboard,
            Follower(server.port, LINES) as feed,
        ):
            first = dashboard.events[-1]["level"]["version"] + 1
            await ask(server, WATCH, url=receiver.url)
            async with tills.working():
                await eventually(lambda: len(tills.replayed) >= BEFORE)
                await eventually(lambda: database["webhook_cursors"].count_documents({}))
                promised = set(tills.replayed)
                created = await run(mongo_url, database.name, "backup", "create", tmp_path / "backup")
                assert created.exit_code == 0, created.output
                await eventually(lambda: len(tills.replayed) >= len(promised) + AFTER)
            server.kill()
            lost = await contents(database)
            # when
            await drop(database)
            rebuilt = await run(mongo_url, database.name, "rebuild", tmp_path / "backup")
            # then
            assert rebuilt.exit_code == 0, rebuilt.output
            assert "levels that the ledger makes are those that there were." in rebuilt.stdout
            kept = await recorded_keys(database)
            assert promised <= set(kept) < set(tills.replayed)
            assert set(kept.values()) == {1}
            found = await contents(database)
            prove_that_all_of_it_had_been_there(found, lost, sold=len(kept))
            # then: repeats, webhooks and dashboards
            delivered = versions_behind_the_webhook(found)
            assert delivered
            sent, told, new = len(receiver.requests), len(feed.events), len(tills.replayed) - len(kept)
            await asyncio.to_thread(server.start)
            # the feed has seen what is lost, so that its cursor is none of this ledger: it begins anew
            await eventually(lambda: len(feed.events) > told)
            assert "ahead of the ledger, which was restored" in feed.refusals[0]["message"]
            async with httpx.AsyncClient(timeout=60) as client:
                for key in sorted(tills.replayed):
                    await tills.sell(client, key)
            assert {key for key, is_replay in tills.replayed.items() if is_replay} == set(kept)
            total = STOCKED + len(tills.replayed)
            await eventually(lambda: dashboard.events[-1]["level"]["onHand"] == total)
            await eventually(lambda: len(feed.events) >= told + 1 + new)
            version = dashboard.events[-1]["level"]["version"]
            await eventually(lambda: {*versions(receiver.taken[sent:]), *delivered} >= {*range(first, version + 1)})
            assert delivered.isdisjoint(versions(receiver.requests[sent:]))
    finally:
        await asyncio.to_thread(server.kill)
    proven = await run(mongo_url, database.name, "reconcile")
    assert proven.exit_code == 0, proven.output


def versions(requests: Iterable[Received]) -> set[int]:
    """Return the versions of the level of which a receiver heard."""
    return {request.message["data"]["level"]["version"] for request in requests}


def versions_behind_the_webhook(found: Contents) -> set[int]:
    """Return the versions of the level that were sent, as far as the webhook had noted that."""
    [stored] = found["webhook_cursors"]
    offset = LedgerOffset(base=stored["base"], reached=dict(stored["reached"]))
    lines = [movement_of(line) for line in found["movements"] if line["_id"].startswith("MAIN/TEA-1#")]
    return {line.after.version for line in lines if offset.is_past(line)}


def prove_that_all_of_it_had_been_there(found: Contents, lost: Contents, *, sold: int) -> None:
    """Prove that the ledger and the documents are those of the destroyed database, and the level is their sum."""
    for name in ("movements", "operations", "reservations", "transfers", "purchase_orders", "alerts", "items"):
        assert found[name], name
        assert [each for each in found[name] if each not in lost[name]] == [], name
    tea = next(level for level in found["levels"] if level["_id"] == "MAIN/TEA-1")
    assert tea["on_hand"] == STOCKED + sold

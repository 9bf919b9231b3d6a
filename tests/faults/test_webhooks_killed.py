"""The process that sends is killed in the middle: another takes over, and the receiver misses nothing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook as Verifier

from app.store.driver.client import Database
from tests.graphql.operations import seed
from tests.live.webhook_workers import versions_in
from tests.support.receiver import Received, Receiver, Response
from tests.support.served import Server
from tests.support.waiting import eventually

CREATE = """
mutation ($url: String!) { webhookCreate(input: {url: $url, events: [LEVEL_CHANGED], skus: ["TEA-1", "CUP-1"]}) {
  secret userErrors { message }
} }
"""
ADJUST = """
mutation ($sku: String!) { stockAdjust(input: {sku: $sku, location: "MAIN", delta: 1, reason: FOUND}) {
  level { version } userErrors { message }
} }
"""
CHANGES = 120
SECONDS_PER_ANSWER = 0.03


@pytest.fixture
async def processes(database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[list[Server]]:
    """Return two processes that are not running yet, over a stocked shop."""
    await seed(database)
    settings = {"STOCKPULSE_WEBHOOK_ALLOW_PRIVATE": "true"}
    servers = [
        Server(mongo_url=mongo_url, redis_url=redis_url, database=database.name, settings=settings) for _ in range(2)
    ]
    yield servers
    for server in servers:
        server.kill()


async def ask(server: Server, query: str, **variables: Any) -> Any:  # noqa: ANN401 - JSON
    """Return the one root field of a mutation that is not refused."""
    async with httpx.AsyncClient(timeout=60) as client:
        response = await client.post(server.url, json={"query": query, "variables": variables})
    [payload] = response.json()["data"].values()
    assert payload["userErrors"] == []
    return payload


async def test_another_process_goes_on_where_a_killed_one_stood(database: Database, processes: list[Server]) -> None:
    """Every change arrives and verifies, in the order of its level; what comes twice is the same message."""

    async def slowly(_: Received) -> Response:
        await asyncio.sleep(SECONDS_PER_ANSWER)
        return Response()

    first, second = processes
    await asyncio.to_thread(first.start)
    async with Receiver(slowly) as receiver:
        secret = (await ask(first, CREATE, url=receiver.url))["secret"]
        await eventually(lambda: _is_leased(database))
        await asyncio.to_thread(second.start)
        # when
        await asyncio.gather(*(ask(second, ADJUST, sku=("TEA-1", "CUP-1")[number % 2]) for number in range(CHANGES)))
        await eventually(lambda: len(receiver.taken) >= CHANGES // 4)
        first.kill()
        await _ends_lease(database)
        seen = len(receiver.requests)
        assert seen < CHANGES, "it was killed too late to prove anything"
        # then
        await eventually(lambda: _is_leased(database, term=2))
        await eventually(lambda: len({each.id for each in receiver.taken}) == CHANGES)
    firsts = {each.id: each for each in reversed(receiver.taken)}  # each as it came first
    in_order = versions_in([each for each in receiver.taken if each is firsts[each.id]])
    assert in_order == {sku: list(range(2, CHANGES // 2 + 2)) for sku in ("TEA-1", "CUP-1")}
    for each in receiver.requests:
        assert each.body == firsts[each.id].body
        Verifier(secret).verify(each.body, each.headers)


async def _ends_lease(database: Database) -> None:
    """Let the lease of the killed process end now; tests of leases prove that it does so by itself."""
    await database["leases"].update_many({"_id": {"$regex": "^webhook:"}}, [{"$set": {"until": "$$NOW"}}])


async def _is_leased(database: Database, *, term: int = 1) -> bool:
    return bool(await database["leases"].count_documents({"_id": {"$regex": "^webhook:"}, "term": term}))

"""A server that is killed while it writes the audit."""

import asyncio
from itertools import count

import httpx

from app.domain.audit.chain import ChainWalk
from app.domain.audit.entry import entry_of
from app.services.paging import PageRequest
from app.store.audit.pages import MongoAuditPages
from app.store.driver.client import Client
from tests.graphql.operations import seed
from tests.support.database import drop, fresh_database
from tests.support.served import Server, serving

ADJUST = "mutation ($input: StockAdjustInput!) { stockAdjust(input: $input) { userErrors { code } } }"
RECEIPT = {"sku": "CUP-1", "location": "MAIN", "delta": 1, "reason": "RECEIPT"}
CLIENTS = 8
ANSWERS = 200  # before it is killed


async def test_what_was_answered_is_in_a_whole_chain_after_a_kill(
    mongo_client: Client, mongo_url: str, redis_url: str
) -> None:
    """Where answers wait for their entries, each is there; and the next process continues the chain."""
    database = await fresh_database(mongo_client, "audit_killed")
    await seed(database)
    with serving(
        mongo_url=mongo_url, redis_url=redis_url, database=database.name, STOCKPULSE_AUDIT_WAIT="true"
    ) as server:
        answered = await _answered_until_killed(server)
        await asyncio.to_thread(server.start)
        async with httpx.AsyncClient(timeout=60) as client:
            await _send(client, server, "next")
    assert len(answered) >= ANSWERS
    walk, recorded, after = ChainWalk(), list[str | None](), 0
    while True:
        page = await MongoAuditPages(database).pages(page=PageRequest(first=100, after=(after,)))
        for stored in page.nodes:
            walk.add(stored.page, stored.hash, is_indexed=stored.is_indexed)
            recorded += [entry_of(line).request_id for line in stored.page.lines]
            after = stored.page.number
        if not page.has_next:
            break
    walk.end()
    assert (walk.breaks, recorded[-1]) == ([], "next")
    assert answered <= set(recorded)
    assert len(recorded) == len(set(recorded))
    await drop(database)


async def _send(client: httpx.AsyncClient, server: Server, identity: str) -> None:
    body = {"query": ADJUST, "variables": {"input": RECEIPT}}
    response = await client.post(server.url, json=body, headers={"x-request-id": identity})
    assert response.status_code == 200, response.text


async def _answered_until_killed(server: Server) -> set[str]:
    """Send mutations side by side, kill the server amid them, and return the request ids of those it answered."""
    answered, numbers = set[str](), count()

    async def work(client: httpx.AsyncClient) -> None:
        while True:
            identity = f"request-{next(numbers)}"
            try:
                await _send(client, server, identity)
            except httpx.TransportError:
                return
            answered.add(identity)
            if len(answered) == ANSWERS:
                server.kill()

    async with httpx.AsyncClient(timeout=60) as client:
        await asyncio.gather(*(work(client) for _ in range(CLIENTS)))
    return answered

"""What the audit keeps of requests, as a server was asked over HTTP and websockets."""

import re
from hashlib import sha256
from typing import Any

from app.domain.audit.entry import AuditEntry, AuditKind, AuditTransport
from app.services.audit.filters import AuditFilter
from app.services.paging import PageRequest
from app.store.audit.pages import MongoAuditPages
from app.store.driver.client import Database
from tests.graphql.api import settings_of
from tests.graphql.live.sockets import served
from tests.graphql.operations import seed

ADJUST = """mutation Sell($input: StockAdjustInput!) {
  stockAdjust(input: $input) { operation { id } userErrors { code } }
}"""
ADJUST_QUIETLY = "mutation ($input: StockAdjustInput!) { stockAdjust(input: $input) { replayed } }"
SET_MANY = "mutation ($input: StockSetManyInput!) { stockSetMany(input: $input) { replayed } }"
CUP = {"sku": "CUP-1", "location": "MAIN"}
EXPENSIVE = "{ movements(first: 250) { nodes { operation { movements(first: 250) { nodes { id } } } } } }"


async def entries(database: Database) -> list[AuditEntry]:
    """Return all entries, the oldest first, without the servers' own."""
    page = await MongoAuditPages(database).entries(AuditFilter(), page=PageRequest(first=250))
    return [each.entry for each in reversed(page.nodes)]


async def test_each_mutation_and_each_refusal_is_recorded_with_all_that_is_known(
    database: Database, mongo_url: str, redis_url: str
) -> None:
    """Over HTTP and a websocket alike; of a query that succeeds, nothing. A stop writes what is left."""
    await seed(database)
    async with served(settings_of(mongo_url, redis_url, database.name)) as server:
        api = server.api
        sale = {**CUP, "delta": -1, "reason": "SALE", "idempotencyKey": "k"}
        sold = await api.post(ADJUST, {"input": sale}, **{"x-request-id": "till-1"})
        short = await api.post(ADJUST_QUIETLY, {"input": {**CUP, "delta": -99_999, "reason": "SALE"}})
        wrong = await api.post(ADJUST, {"input": {**CUP, "delta": "many", "secret": "hunter2"}, "password": "hunter2"})
        await api.post("{ stockLevels(first: 1) { nodes { onHand } } }")
        costly = await api.post(EXPENSIVE)
        assert costly.json()["errors"][0]["extensions"]["code"] == "COST_EXCEEDED", costly.text
        async with server.dial() as socket:
            feed = await socket.start(ADJUST, input={**sale, "idempotencyKey": "l"})
            await feed.next()
    first, second, third, fourth, fifth = await entries(database)
    assert first.at > 0
    assert first.duration_micros is not None
    assert 0 < first.duration_micros < 60_000_000
    assert fifth == AuditEntry(
        at=fifth.at,
        kind=AuditKind.MUTATION,
        principal="anonymous",
        address="127.0.0.1",
        transport=AuditTransport.WEBSOCKET,
        operation="Sell",
        fields=("stockAdjust",),
        document=sha256(ADJUST.encode()).hexdigest(),
        variables=fifth.variables,
        codes=("OK",),
        operations=fifth.operations,
        cost=first.cost,
        request_id=fifth.request_id,
        duration_micros=fifth.duration_micros,
    )
    assert fifth.variables == {"input": {**sale, "idempotencyKey": "l"}}
    assert re.fullmatch(r".+\.1", fifth.request_id or "")
    assert (first.transport, first.request_id, first.codes) == (AuditTransport.HTTP, "till-1", ("OK",))
    assert sold.status_code == 200
    assert [len(each.operations) for each in (first, second, third, fourth, fifth)] == [1, 0, 0, 0, 1]
    assert (second.kind, second.codes, second.operation) == (AuditKind.MUTATION, ("INSUFFICIENT_STOCK",), None)
    assert second.request_id == short.headers["x-request-id"]
    assert (third.kind, third.codes) == (AuditKind.REFUSAL, ("BAD_USER_INPUT",))
    assert third.request_id == wrong.headers["x-request-id"]
    assert third.variables == {"input": {**CUP, "delta": "many"}}
    assert (fourth.kind, fourth.codes, fourth.fields) == (AuditKind.REFUSAL, ("COST_EXCEEDED",), ("movements",))
    assert fourth.cost is not None
    assert fourth.cost > 100_000


async def test_lines_that_were_refused_and_answers_that_wait(
    database: Database, mongo_url: str, redis_url: str
) -> None:
    """A refused line's code is there although the client did not select it; an entry is written before the answer."""
    await seed(database)
    async with served(settings_of(mongo_url, redis_url, database.name, audit_wait=True)) as server:
        lines: list[Any] = [{**CUP, "quantity": 3, "force": True}, {**CUP, "sku": "NONE", "quantity": 1, "force": True}]
        await server.api.run(SET_MANY, input={"lines": lines, "atomic": False})
        [entry] = await entries(database)
        assert (entry.kind, entry.codes, len(entry.operations)) == (AuditKind.MUTATION, ("UNKNOWN_ITEM",), 1)

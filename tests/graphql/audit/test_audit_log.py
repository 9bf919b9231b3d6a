"""The audit log as an admin reads it, and as no other principal does."""

from hashlib import sha256
from typing import Any

import pytest

from app.domain.access.scope import Scope
from app.domain.access.visibility import Visibility
from app.domain.audit.chain import ChainWalk
from app.domain.audit.page import AuditPage
from app.web.error_codes import error_code
from app.web.graphql import Engine, Execution
from schema.root import schema
from tests.graphql.access.gate import client, client_of, context
from tests.graphql.api import Api

ADJUST = """mutation Sell($input: StockAdjustInput!) {
  stockAdjust(input: $input) { operation { id } userErrors { code } }
}"""
ADD_USER = "mutation ($input: UserCreateInput!) { userCreate(input: $input) { userErrors { code } } }"
LOG = """query ($filter: AuditFilter, $first: Int! = 50, $after: String) {
  auditLog(filter: $filter, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes {
      id day at kind principal actingUser address transport operation fields documentHash variables codes operationIds
      cost requestId durationMs count removedThrough
    }
  }
}"""
PAGES = "{ auditPages(first: 25) { totalCount nodes { text hash isIndexed } } }"
CUP = {"sku": "CUP-1", "location": "MAIN", "reason": "SALE"}


async def given_entries(shop: Api) -> str:
    """Make a sale, a sale that is refused, and a user; return the operation of the sale."""
    sold = (await shop.post(ADJUST, {"input": {**CUP, "delta": -1}}, **{"x-request-id": "sale-1"})).json()
    await shop.post(ADJUST, {"input": {**CUP, "delta": -99_999}}, **{"x-request-id": "sale-2"})
    await shop.post(ADD_USER, {"input": {"name": "anna", "password": "hunter2 hunter2", "roles": ["viewer"]}})
    operation: str = sold["data"]["stockAdjust"]["operation"]["id"]
    return operation


async def log(shop: Api, number: int, **filter_: Any) -> Any:  # noqa: ANN401 - JSON
    """Return the log once it has so many entries: they are written within a moment."""
    while True:
        found = await shop.run(LOG, filter=filter_)
        if min(len(found["nodes"]), found["totalCount"]) >= number:  # they are two reads
            return found


async def test_an_admin_reads_the_log_by_any_of_its_fields(shop: Api) -> None:
    """Every field, page by page; passwords are not in it, nor is the query of the log."""
    operation = await given_entries(shop)
    found = await log(shop, 3)
    user, short, sale = found["nodes"]
    assert {name: value for name, value in sale.items() if name not in {"id", "day", "at", "durationMs"}} == {
        "kind": "MUTATION",
        "principal": "anonymous",
        "actingUser": None,
        "address": "127.0.0.1",
        "transport": "HTTP",
        "operation": "Sell",
        "fields": ["stockAdjust"],
        "documentHash": sha256(ADJUST.encode()).hexdigest(),
        "variables": '{"input":{"sku":"CUP-1","location":"MAIN","reason":"SALE","delta":-1}}',
        "codes": ["OK"],
        "operationIds": [operation],
        "cost": sale["cost"],
        "requestId": "sale-1",
        "count": 1,
        "removedThrough": None,
    }
    assert (short["codes"], short["operationIds"]) == (["INSUFFICIENT_STOCK"], [])
    assert (user["fields"], "hunter2" in str(found)) == (["userCreate"], False)
    assert '"password":"(secret)"' in user["variables"]
    for filter_ in (
        {"requestId": "sale-2"},
        {"code": "INSUFFICIENT_STOCK"},
        {"until": user["at"], "since": short["at"]},
    ):
        assert (await log(shop, 1, **filter_))["nodes"] == [short]
    assert (await log(shop, 2, operation="stockAdjust", principal="anonymous", kind="MUTATION"))["totalCount"] == 2
    assert (await shop.run(LOG, filter={"address": "10.0.0.1"}))["nodes"] == []
    first = await shop.run(LOG, first=2)
    rest = await shop.run(LOG, first=2, after=first["pageInfo"]["endCursor"])
    assert first["nodes"] + rest["nodes"] == found["nodes"]
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)


async def test_a_client_can_verify_the_chain_itself(shop: Api) -> None:
    """A page's text is what is hashed, and says all that the walk needs."""
    await given_entries(shop)
    await log(shop, 3)
    found = await shop.run(PAGES)
    walk = ChainWalk()
    for node in found["nodes"]:
        assert sha256(node["text"].encode()).hexdigest() == node["hash"]
        walk.add(AuditPage.of_text(node["text"]), node["hash"], is_indexed=node["isIndexed"])
    walk.end()
    assert (walk.breaks, walk.entries, walk.pages) == ([], 3, found["totalCount"])
    with pytest.raises(ValueError, match="no page"):
        AuditPage.of_text("1\n2026-11-29")


async def test_an_admin_who_sees_a_part_may_not_read_the_log() -> None:
    """The audit shows every location: a principal who is limited is refused, as one without the scope is."""
    limited = context(Scope.ADMIN, visibility=Visibility(locations=frozenset({"MAIN"})))
    served = Engine(Execution(schema), make_context=lambda *_: limited, map_error=error_code)
    async with client_of(served) as admin, client(Scope.STOCK_WRITE, Scope.WEBHOOKS_WRITE) as other:
        for http in (admin, other):
            for query in (LOG, PAGES):
                answer = (await http.post("/graphql", json={"query": query})).json()
                assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"], answer

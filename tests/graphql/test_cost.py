"""What an operation costs, as clients meet it."""

import asyncio
from types import SimpleNamespace
from typing import cast

import pytest
from graphql import get_introspection_query, get_nullable_type, is_list_type

from app.domain.access.principal import TRUSTED
from app.domain.purchasing.supplier import Supplier, SupplierItem
from app.services.paging import Page
from app.services.use_cases import Services
from app.store.driver.client import Database
from schema.context import MAX_READS_AT_ONCE, Context
from schema.declarations.costs import SIZE, fields
from schema.root import schema
from tests.graphql.api import Api, settings_of
from tests.graphql.live.sockets import served

LEVELS = "query ($first: Int! = 2) { stockLevels(first: $first) { nodes { onHand item { name } } } }"
DEEP = "query ($first: Int!) { movements(first: $first) { nodes { operation { %s } } } }"
MOVEMENTS = "movements(first: 250) { nodes { id level { onHand } %s } }"

# Each was answered once, and held the process for seconds; the last took all connections to the database.
LOOPS = {
    "a bulk, its operation, its movements": DEEP % (MOVEMENTS % ("operation { " + MOVEMENTS % "" + " }")),
    "a page of movements, their operations": DEEP % (MOVEMENTS % ""),
    "suppliers of what suppliers sell": """
query ($first: Int!) {
  supplier(code: "ACME") { items(first: $first) { nodes { item { offers { nodes {
    supplier { items(first: $first) { nodes { item { sku } } } }
  } } } } } }
}
""",
}
WATCH = """
subscription { stockLevels { level { alerts { level { alerts { level { alerts { level { alerts { id } } } } } } } } } }
"""
SEARCH = "query ($search: String) { items(filter: {search: $search}) { nodes { sku } } }"


def test_every_list_says_how_large_it_is() -> None:
    """What costs are computed from is known of each list of the schema: see schema/declarations/costs.py."""
    lists = [
        f"{parent}.{name}"
        for parent, name, field in fields(schema)
        if is_list_type(get_nullable_type(field.type)) and not parent.startswith("__")
        if SIZE not in field.extensions
    ]
    assert lists == []


async def test_the_cost_is_told_where_it_is_asked_for(lasting_shop: Api) -> None:
    """By a header, or by the request's own `extensions`; else nothing is said of it."""
    asked = await lasting_shop.post(LEVELS, {"first": 2}, **{"GraphQL-Cost": "1"})
    cost = asked.json()["extensions"]["cost"]
    assert cost["maximum"] == 100_000
    body = {"query": LEVELS, "variables": {"first": 3}, "extensions": {"cost": True}}
    more = (await lasting_shop.client.post("/graphql", json=body)).json()["extensions"]["cost"]["requested"]
    one_level = more - cost["requested"]
    assert 0 < one_level < 20
    assert cost["requested"] == 101 + 2 * one_level
    assert "extensions" not in (await lasting_shop.post(LEVELS, {"first": 2})).json()


@pytest.mark.parametrize("query", LOOPS.values(), ids=LOOPS)
async def test_loops_are_refused_by_what_they_cost(lasting_shop: Api, query: str) -> None:
    """The client is told by how much, and where to ask for less."""
    [fault] = await lasting_shop.errors(query, first=250)
    extensions = fault["extensions"]
    assert extensions["code"] == "COST_EXCEEDED"
    assert extensions["cost"] > extensions["maximum"] == 100_000
    assert extensions["heaviest"].split(".")[0] in query
    assert "ask there for fewer entries (`first`" in fault["message"]


async def test_a_websocket_is_no_way_around(lasting_database: Database, mongo_url: str, redis_url: str) -> None:
    """The same limits hold for operations and subscriptions on websockets."""
    settings = settings_of(mongo_url, redis_url, lasting_database.name, max_operation_cost=1_000)
    async with served(settings) as server, server.dial() as socket:
        for query in (LEVELS, WATCH):
            message = await (await socket.start(query, first=250)).message()
            assert message["type"] == "error"
            assert [error["extensions"]["code"] for error in message["payload"]] == ["COST_EXCEEDED"]
        message = await (await socket.start(SEARCH, search="x" * 5_000)).message()
        assert [error["extensions"]["field"] for error in message["payload"]] == [["$search"]]


async def test_tools_can_read_the_schema(lasting_shop: Api) -> None:
    """The whole introspection is allowed, and is made beside the loop, which serves others all the while."""
    rounds = 0

    async def count() -> None:
        nonlocal rounds
        while True:
            rounds += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    await lasting_shop.run(get_introspection_query(input_value_deprecation=True))
    counting.cancel()
    assert rounds > 200  # a request alone takes some ten


class Suppliers:
    """Thirty suppliers; counts how many are asked for their offers at once."""

    def __init__(self) -> None:
        self.now = self.most = 0

    async def page_of_suppliers(self, *_: object, **__: object) -> Page[Supplier]:
        """Return them all."""
        nodes = tuple(Supplier(id=f"S-{number}", name="S", lead_time_days=1) for number in range(30))
        return Page(nodes=nodes, positions=tuple((each.code,) for each in nodes), order="CODE", has_next=False)

    async def count_suppliers(self, *_: object) -> int:
        """Fail: the query asks for no count."""
        raise AssertionError("not asked for")

    async def count_offers(self, *_: object) -> int:
        """Fail: the query asks for no count."""
        raise AssertionError("not asked for")

    async def page_of_offers(self, *_: object, **__: object) -> Page[SupplierItem]:
        """Take some turns of the loop."""
        self.now += 1
        self.most = max(self.most, self.now)
        for _turn in range(5):
            await asyncio.sleep(0)
        self.now -= 1
        return Page(nodes=(), positions=(), order="SKU", has_next=False)


async def test_a_request_takes_few_connections_at_a_time() -> None:
    """What is read for each parent of a list waits for its turn, so that others are served meanwhile."""
    suppliers = Suppliers()
    services = cast(Services, SimpleNamespace(suppliers=suppliers))
    context = Context(services=services, request_id="r", principal=TRUSTED)
    query = "{ suppliers { nodes { items { nodes { id } } } } }"
    result = await schema.execute(query, context_value=context)
    assert result.errors is None
    assert suppliers.most == MAX_READS_AT_ONCE

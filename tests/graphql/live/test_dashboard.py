"""A dashboard: many subscriptions on one websocket, of which each ends with what its query answers."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from app.store.driver.client import Database
from tests.graphql.alerts.operations import adjust
from tests.graphql.api import DEADLINE_SECONDS, settings_of
from tests.graphql.live.sockets import Served, Socket, served
from tests.graphql.operations import seed
from tests.support.waiting import eventually

TOTALS = "levels lowLevels outLevels onHand reserved available onHandValue"
SUMMARY = f"totals {{ {TOTALS} }} byLocation {{ location {{ code name }} totals {{ onHand }} }}"
COUNTS = "alerts acknowledged snoozed byType { type alerts }"
SUBSCRIPTIONS = {
    "summary": f"""
        subscription ($ms: Int!) {{
          inventorySummary(throttleMs: $ms) {{
            summary {{ asOf {SUMMARY} }}
            delta {{ since totals {{ {TOTALS} }} }}
          }}
        }}""",
    "north": f"""
        subscription ($ms: Int!) {{
          inventorySummary(filter: {{ locations: ["NORTH"] }}, throttleMs: $ms) {{ summary {{ {SUMMARY} }} }}
        }}""",
    "alerts": f"""
        subscription ($ms: Int!) {{
          alertCounts(throttleMs: $ms) {{
            counts {{ asOf {COUNTS} }}
            delta {{ since alerts acknowledged snoozed }}
          }}
        }}""",
    "movers": """
        subscription ($ms: Int!) {
          topMovers(window: LAST_15_MINUTES, orderBy: UNITS_SOLD, first: 3, throttleMs: $ms) {
            asOf since movers { item { sku name } unitsSold unitsIn unitsOut }
          }
        }""",
    "levels": """
        subscription ($ms: Int!) {
          stockLevels(filter: { skus: ["TEA-1"] }, throttleMs: $ms) {
            kind level { id version onHand available } delta { sinceVersion onHand available }
          }
        }""",
    "ledger": "subscription { movements { movement { delta version } } }",
}
QUERIES = f"""
{{
  inventorySummary {{ {SUMMARY} }}
  north: inventorySummary(filter: {{ locations: ["NORTH"] }}) {{ {SUMMARY} }}
  alertCounts {{ {COUNTS} }}
}}
"""
ITEM = "mutation ($input: ItemUpsertInput!) { itemUpsert(input: $input) { userErrors { code } } }"
SALE = "mutation ($input: SaleRecordInput!) { saleRecord(input: $input) { userErrors { code } } }"


@pytest.fixture
async def server(database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Served]:
    """Return a server of a stocked shop."""
    await seed(database)
    async with served(settings_of(mongo_url, redis_url, database.name)) as server:
        yield server


class Dashboard:
    """What a page has got, by subscription."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._names: dict[str, str] = {}
        self.got: defaultdict[str, list[Any]] = defaultdict(list)

    async def start(self, subscriptions: dict[str, str]) -> None:
        """Start them, one by one."""
        for name, query in subscriptions.items():
            feed = await self._socket.start(query, **({"ms": 100} if "$ms" in query else {}))
            self._names[feed._id] = name

    async def until(self, is_enough: Callable[[], bool]) -> None:
        """Take what comes until it is enough."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            while not is_enough():
                message = json.loads(await self._socket.connection.recv())
                assert message["type"] == "next", message
                [value] = message["payload"]["data"].values()
                self.got[self._names[message["id"]]].append(value)


async def asked(server: Served) -> dict[str, Any]:
    """Return what the queries answer."""
    answer = await server.api.run(QUERIES)
    return {
        "summary": answer["inventorySummary"],
        "north": answer["north"],
        "alerts": answer["alertCounts"],
    }


async def test_six_subscriptions_share_a_socket_and_end_with_what_their_queries_answer(server: Served) -> None:
    """Sums, counts and a ranking, beside levels and the ledger; what items cost, too. Deltas lead to the next."""
    async with server.dial() as socket:
        page = Dashboard(socket)
        await page.start(SUBSCRIPTIONS)
        await page.until(lambda: page.got.keys() == SUBSCRIPTIONS.keys())
        assert page.got["movers"][0]["movers"] == []
        # when
        for units in (2, 3):
            sale = {"location": "MAIN", "lines": [{"sku": "TEA-1", "quantity": units}]}
            assert (await server.api.run(SALE, input=sale))["userErrors"] == []
        await adjust(server.api, "CUP-1", 7, "NORTH")
        await page.until(lambda: page.got["summary"][-1]["summary"]["totals"]["onHand"] == 21)
        cost = {"sku": "CUP-1", "unitCost": "2.50"}
        assert (await server.api.run(ITEM, input=cost))["userErrors"] == []
        # then
        await page.until(lambda: page.got["summary"][-1]["summary"]["totals"]["onHandValue"] == "27.50")
        answers = await eventually(lambda: _of_the_moment(server, page))
        await page.until(lambda: _shown(page) == answers)
        [seller] = page.got["movers"][-1]["movers"]
        assert seller == {
            "item": {"sku": "TEA-1", "name": "Green Tea"},
            "unitsSold": 5,
            "unitsIn": 12,
            "unitsOut": 5,
        }
        assert answers["alerts"]["byType"][0] == {"type": "LOW", "alerts": 1}
        check_deltas(
            [(each["summary"]["asOf"], each["summary"]["totals"], each["delta"]) for each in page.got["summary"]]
        )
        await page.until(lambda: page.got["levels"][-1]["level"]["version"] == 3)
        last = page.got["levels"][-1]
        *_, held, _ = (each["level"] for each in page.got["levels"] if each["level"]["id"] == last["level"]["id"])
        check_levels(held, last)
        check_deltas([(each["counts"]["asOf"], each["counts"], each["delta"]) for each in page.got["alerts"]])


def check_levels(held: dict[str, Any], last: dict[str, Any]) -> None:
    """Prove that the delta leads to the level, by as many versions as were gathered."""
    delta = last["delta"]
    assert last["kind"] == "CHANGE"
    if delta["sinceVersion"] == held["version"]:
        assert held["onHand"] + delta["onHand"] == last["level"]["onHand"]
        assert held["available"] + delta["available"] == last["level"]["available"]


def check_deltas(events: list[tuple[str, dict[str, Any], dict[str, Any] | None]]) -> None:
    """Prove that each delta is the difference of two events, the first has none, and the last are not the only ones."""
    assert events[0][2] is None
    assert len(events) > 1
    for (as_of, before, _), (_, after, delta) in pairwise(events):
        assert delta is not None
        assert delta["since"] == as_of
        for name, units in delta.get("totals", delta).items():
            if name != "since":
                assert Decimal(before[name]) + Decimal(units) == Decimal(after[name]), name


async def _of_the_moment(server: Served, page: Dashboard) -> dict[str, Any] | None:
    """Return what the queries answer, once they do not show a moment ago any more."""
    found = await asked(server)
    return found if found["summary"]["totals"]["onHandValue"] == "27.50" else None


def _shown(page: Dashboard) -> dict[str, Any]:
    summary, north, alerts = (page.got[name][-1] for name in ("summary", "north", "alerts"))
    return {
        "summary": {name: part for name, part in summary["summary"].items() if name != "asOf"},
        "north": north["summary"],
        "alerts": {name: part for name, part in alerts["counts"].items() if name != "asOf"},
    }

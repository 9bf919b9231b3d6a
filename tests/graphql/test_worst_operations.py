"""The most expensive operations that are allowed: each is answered, and holds nobody up."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Self

import httpx
import pytest

from app.store.driver.client import Database
from app.web.graphql.transport.limits import Limits
from bench.expensive import Search
from schema.root import schema
from tests.graphql.api import Api, opened, settings_of
from tests.support.long_lists import LINES, PLACES, SKUS, given_crowd
from tests.support.waiting import eventually

CORE = schema._schema
ROOTS = [name for name, field in CORE.query_type.fields.items() if "first" in field.args]  # type: ignore[union-attr]
PROBE = "{ __typename }"
MAX_PROBE_SECONDS = 0.25
ATTEMPTS = 3  # what the code holds up it holds up each time, what the machine does it does not
LINE = (
    "movement { id delta reason version recordedAt change { onHand reserved } level { id onHand available version } }"
)
BULK = f"""
mutation ($input: StockAdjustManyInput!) {{
  stockAdjustMany(input: $input) {{
    userErrors {{ code }} results {{ line {LINE} level {{ id onHand available }} userErrors {{ code message }} }}
  }}
}}
"""

WITH_LINES = "transfer { id lines(first: 1000) { nodes { quantity } } }"
CREATE = f"mutation ($input: TransferCreateInput!) {{ transferCreate(input: $input) {{ {WITH_LINES} }} }}"
SHIP = f"mutation ($input: TransferShipInput!) {{ transferShip(input: $input) {{ {WITH_LINES} }} }}"
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Transfer { lines(first: 1000) { nodes { quantity } } } } }"


@pytest.fixture(scope="module")
async def crowded(lasting_database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Api]:
    """Return a client of a shop in which every list is long."""
    async with opened(settings_of(mongo_url, redis_url, lasting_database.name)) as api:
        await given_crowd(api)
        yield api


class Probe:
    """Asks for next to nothing again and again, and keeps the longest that it waited.

    It waits in the processor's time of its thread, which is that of the server as well: what other processes take of a
    busy machine is not counted.
    """

    def __init__(self, api: Api) -> None:
        self._api = api
        self.longest_seconds = 0.0

    async def __aenter__(self) -> Self:
        self._asking = asyncio.create_task(self._ask())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._asking.cancel()
        with suppress(asyncio.CancelledError):
            await self._asking

    async def _ask(self) -> None:
        while True:
            begun = time.thread_time()
            await asyncio.sleep(0)  # its turn comes after everybody else's, as that of a request which arrives now
            await self._api.post(PROBE)
            self.longest_seconds = max(self.longest_seconds, time.thread_time() - begun)


async def answered(api: Api, document: str) -> httpx.Response | None:
    """Return the answer; None where a ranking is still computed when the server answers, as on a busy machine."""
    response = await api.post(document)
    messages = [error["message"] for error in response.json().get("errors", ())]
    return None if any(message.startswith("The ranking is not ready") for message in messages) else response


async def check_nobody_is_held_up(api: Api, ask: Callable[[], Awaitable[None]]) -> None:
    """Prove that a probe is answered within 250 ms beside what is asked, at one of three attempts."""
    longest = []
    for _ in range(ATTEMPTS):
        async with Probe(api) as probe:
            await ask()
        longest.append(probe.longest_seconds)
        if longest[-1] < MAX_PROBE_SECONDS:
            break
    assert 0 < min(longest) < MAX_PROBE_SECONDS, longest


@pytest.mark.parametrize("root", ROOTS)
async def test_the_worst_operations_hold_nobody_up(crowded: Api, root: str) -> None:
    """Beside what a search finds to cost the most that is allowed, a probe is answered within 250 ms."""
    arguments = {"location": f'"{PLACES[0]}"'} if root == "countsDue" else {}
    worst = Search(CORE, Limits(), seed=ROOTS.index(root)).found(root, arguments)
    assert worst.cost > 20_000

    async def ask() -> None:
        for _ in range(2):  # the second time it is compiled
            response: httpx.Response | None = await eventually(lambda: answered(crowded, worst.document))
            assert response is not None
            assert "errors" not in response.json(), (worst.document, response.text[:1_000])

    await check_nobody_is_held_up(crowded, ask)


async def test_a_bulk_of_a_thousand_lines_holds_nobody_up(crowded: Api) -> None:
    """All its lines are checked, decided, written, and told with their movements and levels."""
    lines = [{"sku": sku, "location": place, "delta": 1, "reason": "FOUND"} for sku in SKUS for place in PLACES]
    lines += [{"sku": f"NONE-{number}", "location": PLACES[0], "delta": 1, "reason": "FOUND"} for number in range(400)]

    async def ask() -> None:
        payload = await crowded.run(BULK, input={"lines": lines, "atomic": False})
        assert len(payload["results"]) == 1_000

    await check_nobody_is_held_up(crowded, ask)


async def test_large_documents_that_change_together_hold_nobody_up(crowded: Api) -> None:
    """Twelve transfers of 250 lines are shipped at once, and shown with all their lines."""
    lines = [{"sku": sku, "quantity": 1} for sku in SKUS[:LINES]]
    ends = {"source": PLACES[0], "destination": PLACES[1]}

    async def ask() -> None:
        made = [await crowded.run(CREATE, input={**ends, "lines": lines}) for _ in range(12)]
        ids = [each["transfer"]["id"] for each in made]
        shipped = await asyncio.gather(*(crowded.run(SHIP, input={"id": each}) for each in ids))
        found = await crowded.run(NODES, ids=ids)
        assert [len(each["lines"]) for each in (*found, *(one["transfer"] for one in shipped))] == 24 * [LINES]

    await check_nobody_is_held_up(crowded, ask)

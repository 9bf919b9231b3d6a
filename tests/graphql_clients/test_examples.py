"""The examples of docs/clients follow a real server over restarts of Redis and of the API, and stop where they must."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from app.domain.stock.level import LevelKey
from app.store.driver.client import Database
from tests.as_served.clients import Partner
from tests.as_served.running import KEY
from tests.as_served.shop import ADJUST, ITEM, PLACE
from tests.graphql.api import settings_of
from tests.graphql.live.sockets import served
from tests.graphql_clients.running_examples import CUT, Example, ended_by, exit_code, running
from tests.live.process import a_process
from tests.live.redis_process import RestartableRedis
from tests.support.served import Server
from tests.support.waiting import eventually

LEVELS = 'query { stockLevels(first: 100, filter: { locations: ["LONDON"] }) { nodes { available item { sku } } } }'
AGAIN_SECONDS = 0.2  # between two changes, until one arrives as such


class Shop:
    """Who changes stock. `changes` are those of London, each with the item and by how much."""

    def __init__(self, partner: Partner) -> None:
        self._partner = partner
        self.changes: list[list[str]] = []

    async def begin(self) -> None:
        """Set it up, with some stock."""
        await self._partner.change(PLACE, code="LONDON", name="London")
        for sku in ("CUP-1", "TEA-1", "TIN-1"):
            await self._partner.change(ITEM, sku=sku, name=sku)
        await self.adjust("TEA-1", 100)
        await self.adjust("CUP-1", 50)
        self.changes.clear()

    async def adjust(self, sku: str, delta: int) -> list[str]:
        """Change a level, and return the item and its version."""
        change = {"sku": sku, "location": "LONDON", "delta": delta, "reason": "CORRECTION"}
        payload = await self._partner.change(ADJUST, **change)
        self.changes.append([sku, str(delta)])
        return [sku, str(payload["movement"]["version"])]

    async def levels(self) -> list[str]:
        """Return what an example must show."""
        nodes = (await self._partner.run(LEVELS))["nodes"]
        return [
            word
            for sku, available in sorted((n["item"]["sku"], n["available"]) for n in nodes)
            for word in (sku, str(available))
        ]


async def test_each_example_follows_over_a_restart_of_redis_and_of_the_api(
    programs: Mapping[str, Sequence[str | Path]], database: Database, mongo_url: str, tmp_path: Path
) -> None:
    """Levels come as changes again, every line of the ledger once, and what is shown last is what the server has."""
    redis = RestartableRedis(tmp_path)
    settings = {"STOCKPULSE_AUTH": "required", "STOCKPULSE_BOOTSTRAP_KEY": KEY}
    server = Server(mongo_url=mongo_url, redis_url=redis.url, database=database.name, settings=settings)
    async with AsyncExitStack() as stack:
        stack.callback(redis.kill)
        await redis.start()
        stack.callback(server.kill)
        await asyncio.to_thread(server.start)
        shop = Shop(await stack.enter_async_context(Partner(server.port)))
        await shop.begin()
        examples = [
            await stack.enter_async_context(running(server.url, name, command)) for name, command in programs.items()
        ]

        # given: all of them show the shop
        await _all(examples, lambda each: each.told("LEDGER"))
        await _shows(examples, shop)

        # when, then: a change, and a level that is new
        await _arrives(examples, await shop.adjust("TEA-1", -3), "CHANGE")
        await _arrives(examples, await shop.adjust("TIN-1", 5), "CHANGE")
        await _shows(examples, shop)

        # when, then: Redis is away, and there again
        redis.kill()
        await _arrives(examples, await shop.adjust("CUP-1", -1), "CHANGE", "RESYNC")
        await redis.start()
        await _changes_again(examples, shop)
        await _shows(examples, shop)

        # when, then: the API is killed, and started again after a change by another process
        server.kill()
        async with a_process(database, redis.url) as other:
            await other.adjust((LevelKey("TEA-1", "LONDON"), -7))
            shop.changes.append(["TEA-1", "-7"])
        await asyncio.to_thread(server.start)
        await _shows(examples, shop)
        await _changes_again(examples, shop)
        await _shows(examples, shop)


@pytest.mark.parametrize("codes", [[1012, CUT, 1013, 4403, 4408, 4401], [4429]])
async def test_only_a_final_code_stops_them(
    programs: Mapping[str, Sequence[str | Path]], codes: Sequence[int | None]
) -> None:
    """After each other one they connect again."""
    both = (programs[name] for name in ("graphql-ws", "python_gql"))
    ended = await asyncio.gather(*(ended_by(codes, command) for command in both))
    assert ended == [(1, len(codes))] * 2


async def test_credentials_that_are_not_valid_stop_them(
    programs: Mapping[str, Sequence[str | Path]], database: Database, mongo_url: str, redis_url: str, tmp_path: Path
) -> None:
    """By the close code, by what a query answers, or by the status of an event stream."""
    settings = settings_of(mongo_url, redis_url, database.name, auth="required", data_dir=tmp_path)
    async with served(settings) as server:
        url = f"http://127.0.0.1:{server.port}/graphql"
        codes = await asyncio.gather(*(exit_code(command, url) for command in programs.values()))
    assert dict(zip(programs, codes, strict=True)) == dict.fromkeys(programs, 1)


async def _changes_again(examples: list[Example], shop: Shop) -> None:
    """Change a level until each example is told so as of a change."""
    begun = [len(each.told("CHANGE")) for each in examples]

    async def arrived() -> bool:
        await shop.adjust("TEA-1", -1)
        await asyncio.sleep(AGAIN_SECONDS)
        return all(len(each.told("CHANGE")) > before for each, before in zip(examples, begun, strict=True))

    await eventually(arrived)


async def _arrives(examples: list[Example], change: list[str], *kinds: str) -> None:
    await _all(examples, lambda each: change in each.told(*kinds))


async def _shows(examples: list[Example], shop: Shop) -> None:
    """Wait until each example shows what the server has, and has told each line of the ledger once and in order."""
    levels = await shop.levels()
    await _all(examples, lambda each: each.shown == levels and each.told("LINE") == shop.changes)


async def _all(examples: list[Example], holds: Callable[[Example], object]) -> None:
    try:
        await eventually(lambda: all(map(holds, examples)))
    except TimeoutError:
        raise AssertionError({each.name: each.lines[-5:] for each in examples if not holds(each)}) from None

"""The examples of docs/clients follow a real server over restarts of Redis and of the API, and end with its state."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from app.domain.stock.level import LevelKey
from app.store.client import Database
from tests.as_served.clients import Partner
from tests.as_served.running import KEY
from tests.as_served.shop import ADJUST, ITEM, PLACE
from tests.live.process import a_process
from tests.live.redis_process import RestartableRedis
from tests.support.served import Server
from tests.support.waiting import eventually

HERE = Path(__file__).parent
PYTHON = HERE.parents[1] / "docs" / "clients" / "python_gql.py"
IN_NODE = ("graphql-ws", "apollo", "urql", "relay", "graphql-sse")
LEVELS = 'query { stockLevels(first: 100, filter: { locations: ["LONDON"] }) { nodes { available item { sku } } } }'
AGAIN_SECONDS = 0.2  # between two changes, until one arrives as such


class Example:
    """A running example. `lines` are what it has printed, in words."""

    def __init__(self, name: str, process: Process) -> None:
        self.name = name
        self.lines: list[list[str]] = []
        self._process = process
        self._reading = asyncio.create_task(self._read())

    def told(self, *kinds: str) -> list[list[str]]:
        """Return what follows these words at the beginning of lines."""
        return [rest for kind, *rest in self.lines if kind in kinds]

    @property
    def shown(self) -> list[str]:
        """The levels as it shows them now: the item and what is available, one after the other."""
        return self.told("LEVELS")[-1] if self.told("LEVELS") else []

    async def end(self) -> None:
        """End it."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        await self._reading

    async def _read(self) -> None:
        assert self._process.stdout
        async for line in self._process.stdout:
            self.lines.append(line.decode().replace(",", "").split())


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
    node: Sequence[str | Path], examples: Path, database: Database, mongo_url: str, tmp_path: Path
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
        commands = [[*node, "--import", examples / "browser.mjs", examples / "dist" / f"{name}.js"] for name in IN_NODE]
        running = [
            await stack.enter_async_context(_running(server.url, *command))
            for command in [*commands, [sys.executable, PYTHON]]
        ]

        # given: all of them show the shop
        await _all(running, lambda each: each.told("LEDGER"))
        await _shows(running, shop)

        # when, then: a change, and a level that is new
        await _arrives(running, await shop.adjust("TEA-1", -3), "CHANGE")
        await _arrives(running, await shop.adjust("TIN-1", 5), "CHANGE")
        await _shows(running, shop)

        # when, then: Redis is away, and there again
        redis.kill()
        await _arrives(running, await shop.adjust("CUP-1", -1), "CHANGE", "RESYNC")
        await redis.start()
        await _changes_again(running, shop)
        await _shows(running, shop)

        # when, then: the API is killed, and started again after a change by another process
        server.kill()
        async with a_process(database, redis.url) as other:
            await other.adjust((LevelKey("TEA-1", "LONDON"), -7))
            shop.changes.append(["TEA-1", "-7"])
        await asyncio.to_thread(server.start)
        await _shows(running, shop)
        await _changes_again(running, shop)
        await _shows(running, shop)


async def _changes_again(running: list[Example], shop: Shop) -> None:
    """Change a level until each example is told so as of a change."""
    begun = [len(each.told("CHANGE")) for each in running]

    async def arrived() -> bool:
        await shop.adjust("TEA-1", -1)
        await asyncio.sleep(AGAIN_SECONDS)
        return all(len(each.told("CHANGE")) > before for each, before in zip(running, begun, strict=True))

    await eventually(arrived)


async def _arrives(running: list[Example], change: list[str], *kinds: str) -> None:
    await _all(running, lambda each: change in each.told(*kinds))


async def _shows(running: list[Example], shop: Shop) -> None:
    """Wait until each example shows what the server has, and has told each line of the ledger once and in order."""
    levels = await shop.levels()
    await _all(running, lambda each: each.shown == levels and each.told("LINE") == shop.changes)


async def _all(running: list[Example], holds: Callable[[Example], object]) -> None:
    try:
        await eventually(lambda: all(map(holds, running)))
    except TimeoutError:
        raise AssertionError({each.name: each.lines[-5:] for each in running if not holds(each)}) from None


@asynccontextmanager
async def _running(url: str, *command: str | Path) -> AsyncIterator[Example]:
    environment = {**os.environ, "SERVER_URL": url, "STOCKPULSE_KEY": KEY}
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, env=environment)
    example = Example(Path(command[-1]).stem, process)
    try:
        yield example
    finally:
        await example.end()

"""The processes of subscribers: commands for all of them, and the sum of their answers."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

from app.client.live_bench.latencies import Latencies
from app.client.live_bench.plan import SubscriberPlan

STOP_SECONDS = 10
GRACE_SECONDS = 30  # for an answer, beyond what the command itself may take
MAX_LINE_BYTES = 64 * 1_048_576

Answer = dict[str, Any]
EventId = tuple[str, int]  # a level and its version


class ProcessEnded(Exception):
    """A process of subscribers ended by itself; what it printed says why."""


@dataclass(slots=True)
class Arrivals:
    """When one event arrived: its first and its last subscriber, as Unix times."""

    recorded: float
    count: int
    first: float
    last: float


@dataclass(slots=True, kw_only=True)
class Received:
    """What all subscribers received since the command to begin."""

    messages: int = 0
    bytes: int = 0
    out_of_order: int = 0
    lost: int = 0
    cpu_seconds: float = 0.0
    failures: Counter[str] = field(default_factory=Counter)
    latencies: Latencies = field(default_factory=Latencies)
    events: dict[EventId, Arrivals] = field(default_factory=dict)

    def add(self, answer: Mapping[str, Any]) -> None:
        """Add what one process says."""
        for name in ("messages", "bytes", "out_of_order", "lost", "cpu_seconds"):
            setattr(self, name, getattr(self, name) + answer[name])
        self.failures.update(answer["failures"])
        self.latencies.merge(Latencies.of_json(answer["latencies"]))
        for key, version, recorded, count, first, last in answer["events"]:
            found = self.events.get((key, version))
            if found is None:
                self.events[key, version] = Arrivals(recorded, count, first, last)
            else:
                found.count += count
                found.first, found.last = min(found.first, first), max(found.last, last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """How the subscribers came in."""

    ready: int
    seconds: float
    failures: Counter[str]


class ProcessPool:
    """The processes that are open."""

    def __init__(self, processes: list["_Process"]) -> None:
        self._processes = processes

    @property
    def pids(self) -> list[int]:
        """Their process ids."""
        return [each.pid for each in self._processes]

    @property
    def ready(self) -> int:
        """How many subscribers are ready, as last said."""
        return sum(each.progress["ready"] for each in self._processes)

    @property
    def messages(self) -> int:
        """How many events arrived, as last said."""
        return sum(each.progress["messages"] for each in self._processes)

    async def connected(self, *, seconds: float) -> Connected:
        """Wait until all have connected, or cannot."""
        answers = await self._each(lambda process: process.answer(seconds=seconds))
        failures: Counter[str] = Counter()
        for answer in answers:
            failures.update(answer["failures"])
        return Connected(
            ready=sum(each["ready"] for each in answers),
            seconds=max(each["seconds"] for each in answers),
            failures=failures,
        )

    async def begin(self, *, clock_difference: float = 0.0) -> None:
        """Count from now on; the server's clock is so many seconds before ours."""
        await self._all({"do": "begin", "clock_difference": clock_difference})

    async def wait_for(self, messages: int, *, seconds: float) -> int:
        """Wait until each process has its part of so many events, all having as many subscribers; return how many."""
        part = messages // len(self._processes)
        answers = await self._all({"do": "await", "messages": part, "seconds": seconds}, seconds=seconds)
        return sum(each["messages"] for each in answers)

    async def stall(self, subscribers: int) -> None:
        """Let so many read nothing any more."""
        await self._all({"do": "stall", "subscribers": subscribers // len(self._processes)})

    async def settle(self, levels: Mapping[str, tuple[int, int]], *, seconds: float) -> tuple[int, list[str]]:
        """Return how many subscribers have another state than these versions and units, and examples."""
        answers = await self._all({"do": "settle", "levels": levels, "seconds": seconds}, seconds=seconds)
        return sum(each["wrong"] for each in answers), [text for each in answers for text in each["examples"]]

    async def end(self) -> Received:
        """Return what was received."""
        received = Received()
        for answer in await self._all({"do": "end"}):
            received.add(answer)
        return received

    async def _all(self, command: Mapping[str, Any], *, seconds: float = 0) -> list[Answer]:
        for process in self._processes:
            process.tell(command)
        return await self._each(lambda process: process.answer(seconds=seconds + GRACE_SECONDS))

    async def _each(self, act: Callable[["_Process"], Any]) -> list[Answer]:
        return list(await asyncio.gather(*map(act, self._processes)))


@asynccontextmanager
async def process_pool(plan: SubscriberPlan, *, processes: int) -> AsyncIterator[ProcessPool]:
    """Start so many processes, at most one per subscriber, which connect at once; end them in the end."""
    opened: list[_Process] = []
    try:
        for share in plan.shared_out(processes):
            opened.append(await _Process.started(share))  # noqa: PERF401 - each is stopped even if the next cannot start
        yield ProcessPool(opened)
    finally:
        await asyncio.gather(*(each.stop() for each in opened))


class _Process:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._answers: asyncio.Queue[Answer | None] = asyncio.Queue()
        self.progress = {"ready": 0, "messages": 0}
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def started(cls, plan: SubscriberPlan) -> "_Process":
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app.client.live_bench.process"),
            stdin=pipe,
            stdout=pipe,
            limit=MAX_LINE_BYTES,
            start_new_session=True,  # Ctrl-C is for us; it ends when its input does
        )
        assert process.stdin
        process.stdin.write(plan.to_json() + b"\n")
        return cls(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    def tell(self, command: Mapping[str, Any]) -> None:
        assert self._process.stdin
        self._process.stdin.write(orjson.dumps(command) + b"\n")

    async def answer(self, *, seconds: float) -> Answer:
        try:
            async with asyncio.timeout(seconds):
                answer = await self._answers.get()
        except TimeoutError:
            raise ProcessEnded(f"A process of subscribers did not answer within {seconds:g} s.") from None
        if answer is None:
            raise ProcessEnded("A process of subscribers ended by itself.")
        return answer

    async def stop(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self._reading

    async def _read(self) -> None:
        assert self._process.stdout
        while line := await self._process.stdout.readline():
            answer = orjson.loads(line)
            if "progress" in answer:
                self.progress = answer["progress"]
            else:
                self._answers.put_nowait(answer)
        self._answers.put_nowait(None)

"""One process of subscribers: `python -m app.client.live_bench.process`; its commands are lines of JSON.

It reads a `SubscriberPlan`, connects, and prints how many are ready. Then it answers commands:

  {"do": "begin", "clock_difference"}    counts from now on
  {"do": "await", "messages", "seconds"} waits until so many events were counted
  {"do": "stall", "subscribers"}         lets so many read nothing any more
  {"do": "settle", "levels", "seconds"}  waits until all subscribers have these versions of the levels they have
  {"do": "end"}                          says what was counted

Rule: each command has one line for an answer; lines of progress have the word `progress` and come unasked.
"""

import asyncio
import os
import socket
import ssl
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson

from app.client.http.connection import Endpoint
from app.client.live_bench.events import KnownMessages
from app.client.live_bench.handshake import Handshake
from app.client.live_bench.latencies import Latencies
from app.client.live_bench.plan import SubscriberPlan
from app.client.live_bench.subscriber import Subscriber, Tally

PROGRESS_SECONDS = 0.5
LOOK_SECONDS = 0.02  # between two looks at what is waited for
CONNECT_SECONDS = 30
MAX_LINE_BYTES = 64 * 1_048_576
MAX_EXAMPLES = 3

Answer = dict[str, Any]


class SubscriberProcess:
    """The subscribers of this process."""

    def __init__(self, plan: SubscriberPlan) -> None:
        self._plan = plan
        self._endpoint = Endpoint.parse(plan.url, key=plan.key)
        self._known = KnownMessages(reads_levels=plan.reads_levels)
        self._tally = Tally()
        self._began = 0.0
        self.subscribers: list[Subscriber] = []

    async def connect(self) -> Answer:
        """Connect all subscribers, so many at the same time, and wait until they are ready."""
        begun = time.monotonic()
        tickets = iter(range(self._plan.subscribers))
        deadline = begun + self._plan.ready_seconds

        async def work() -> None:
            for number in tickets:
                if time.monotonic() > deadline:
                    return
                await self._connect(number, seconds=deadline - time.monotonic())

        await asyncio.gather(*(work() for _ in range(self._plan.connecting_at_once)))
        ready = sum(not each.is_lost and each.ready.done() for each in self.subscribers)
        missing = self._plan.subscribers - ready - self._tally.failures.total()
        if missing:
            self._tally.failures[f"not ready within {self._plan.ready_seconds:g} s"] += missing
        return {"ready": ready, "seconds": time.monotonic() - begun, "failures": dict(self._tally.failures)}

    def progress(self) -> Answer:
        """Return how far it is."""
        ready = sum(each.ready.done() and not each.is_lost for each in self.subscribers)
        return {"progress": {"ready": ready, "messages": self._tally.messages}}

    async def do(self, command: Mapping[str, Any]) -> Answer:
        """Carry out one command."""
        actions: dict[str, Callable[[Mapping[str, Any]], Awaitable[Answer]]] = {
            "begin": self._begin,
            "await": self._await,
            "stall": self._stall,
            "settle": self._settle,
            "end": self._end,
        }
        return await actions[command["do"]](command)

    async def _connect(self, number: int, *, seconds: float) -> None:
        plan = self._plan
        payload = {"authorization": f"Bearer {plan.key}"} if plan.key else {}
        variables = plan.variables[number % len(plan.variables)]
        request = {"query": plan.document, "variables": variables}
        subscriber = Subscriber(
            handshake=Handshake.of(self._endpoint),
            init=orjson.dumps({"type": "connection_init", "payload": payload}),
            subscribe=orjson.dumps({"id": "1", "type": "subscribe", "payload": request}),
            expected=plan.first_messages,
            known=self._known,
            tally=self._tally,
        )
        where = self._endpoint
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(min(CONNECT_SECONDS, seconds)):
                transport, _ = await loop.create_connection(
                    lambda: subscriber, where.host, where.port, ssl=True if where.is_secure else None
                )
        except TimeoutError:
            self._tally.failures["no connection in time"] += 1
        except (OSError, ssl.SSLError) as error:
            self._tally.failures[error.strerror or str(error)] += 1
        else:
            if plan.receive_buffer_bytes is not None:
                connection = transport.get_extra_info("socket")
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, plan.receive_buffer_bytes)
            self.subscribers.append(subscriber)
            await asyncio.wait([subscriber.ready], timeout=seconds)

    async def _begin(self, command: Mapping[str, Any]) -> Answer:
        tally = self._tally
        tally.messages = tally.bytes = 0
        tally.latencies = Latencies()
        tally.clock_difference = command["clock_difference"]
        self._known.forget_times()
        self._began = time.process_time()
        return {}

    async def _await(self, command: Mapping[str, Any]) -> Answer:
        await _until(lambda: self._tally.messages >= command["messages"], seconds=command["seconds"])
        return {"messages": self._tally.messages}

    async def _stall(self, command: Mapping[str, Any]) -> Answer:
        for each in self.subscribers[: command["subscribers"]]:
            each.stall()
        return {}

    async def _settle(self, command: Mapping[str, Any]) -> Answer:
        """Count the subscribers whose last states are not the expected ones, within some seconds."""
        expected: Mapping[str, tuple[int, int]] = {key: tuple(each) for key, each in command["levels"].items()}
        await _until(lambda: not self._wrong(expected), seconds=command["seconds"])
        wrong = self._wrong(expected)
        examples = [example for each in wrong[:MAX_EXAMPLES] if (example := each.difference(expected))]
        return {"wrong": len(wrong), "examples": examples}

    def _wrong(self, expected: Mapping[str, tuple[int, int]]) -> list[Subscriber]:
        return [each for each in self.subscribers if not each.is_lost and each.difference(expected)]

    async def _end(self, _: Mapping[str, Any]) -> Answer:
        tally = self._tally
        return {
            "messages": tally.messages,
            "bytes": tally.bytes,
            "out_of_order": tally.out_of_order,
            "failures": dict(tally.failures),
            "lost": sum(each.is_lost for each in self.subscribers),
            "latencies": tally.latencies.to_json(),
            "cpu_seconds": time.process_time() - self._began,
            "events": [
                (
                    each.key,
                    each.version,
                    (each.recorded or 0.0) - tally.clock_difference,
                    each.count,
                    each.first,
                    each.last,
                )
                for each in self._known.timed.values()
            ],
        }


async def _until(is_so: Callable[[], object], *, seconds: float) -> None:
    """Wait until something is so, or the time is over."""
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:  # noqa: ASYNC110 - an event would be set for each message
        await asyncio.sleep(LOOK_SECONDS)


async def _main() -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=MAX_LINE_BYTES)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    process = SubscriberProcess(SubscriberPlan.of_json(await reader.readline()))
    showing = asyncio.create_task(_show_progress(process))
    _say(await process.connect())
    while line := await reader.readline():
        _say(await process.do(orjson.loads(line)))
    showing.cancel()
    for each in process.subscribers:
        each.close()


async def _show_progress(process: SubscriberProcess) -> None:
    while True:
        await asyncio.sleep(PROGRESS_SECONDS)
        _say(process.progress())


def _say(answer: Answer) -> None:
    data = memoryview(orjson.dumps(answer) + b"\n")
    while data:
        data = data[os.write(sys.stdout.fileno(), data) :]


def _run() -> None:
    factory = None
    if sys.platform != "win32":
        import uvloop  # noqa: PLC0415 - it does not exist on Windows

        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(_main())


if __name__ == "__main__":
    _run()

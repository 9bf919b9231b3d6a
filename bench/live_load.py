"""What thousands of websockets do to a server and to each other: memory, stalled readers, HTTP beside a broadcast."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, closing
from pathlib import Path
from statistics import median, quantiles

from app.client.http.connection import Endpoint, HttpConnection
from app.client.http.request import Request
from bench.live_side import LiveSide, subscribed
from bench.measure import Result, Target
from bench.scene import LOCATION, SKUS
from bench.stage import Server, Stage

MEMORY_SUBSCRIBERS = 2_000
FIRST_SUBSCRIBERS = 20  # so that whatever is loaded once is loaded before memory is compared
CHANGES_PER_SECOND = 20.0

BESIDE_STALLED = 200
STALLED = 2
STALLED_BUFFER_BYTES = 4_096
FILLING_CHANGES = 1_500  # of 335 bytes: more than the server's buffer of 256 KiB for a socket
STALLED_BYTES = 100_000  # that wait for a socket: then it is taken for stalled
STALLED_CHANGES_PER_SECOND = 100.0
LONGER = 3  # than other rounds: a p99 is a matter of chance unless it stands for several

BROADCAST_SUBSCRIBERS = 5_000
BROADCASTS_PER_SECOND = 2.0
REQUESTS_PER_SECOND = 100.0
REQUEST_CONNECTIONS = 8

DASHBOARDS = 100
DASHBOARD_LEVELS = 50
COMMITS_PER_SECOND = 1_000.0

_PAGE = Request(
    "query Page($location: String!) { stockLevels(filter: {locations: [$location]}, first: 10) { nodes { onHand } } }",
    {"location": LOCATION},
)
_KIB, _MIB = 1_024, 1_048_576


async def memory(stage: Stage, name: str, target: Target | None) -> Result:
    """Compare the KiB of a subscribed socket with those of a plain broadcast; then send events, and look again."""
    ours, growth = await _memory(await stage.live("live memory"), messages=stage.live_messages)
    other, _ = await _memory(await stage.broadcast("broadcast memory"), messages=0)
    return Result(
        name=name,
        unit="KiB",
        ours=[ours],
        other=[other],
        target=target,
        extra={"growth_mib": round(growth / _MIB, 2), "messages": stage.live_messages},
    )


async def stalled(stage: Stage, name: str, target: Target | None) -> Result:
    """Compare the p99 of milliseconds from write to arrival beside sockets that are not read, and without them."""
    server = await stage.live()
    ours, other = list[float](), list[float]()
    async with subscribed(server, subscribers=BESIDE_STALLED) as side:
        await _p99(side, seconds=1)
        for _ in range(stage.rounds):
            await _fill(side)  # as below: what so many changes leave to be done is the same for both
            other.append(await _p99(side, seconds=stage.seconds * LONGER))
            async with _stalled(server):
                ours.append(await _p99(side, seconds=stage.seconds * LONGER))
        await side.check_states()
    return Result(name=name, unit="ms", ours=ours, other=other, target=target)


async def http(stage: Stage, name: str, target: Target | None) -> Result:
    """Compare the p99 of a small query during broadcasts to thousands with the same while all is quiet."""
    ours, other = list[float](), list[float]()
    async with subscribed(await stage.live(), subscribers=BROADCAST_SUBSCRIBERS) as side:
        await _asked(side.endpoint, seconds=1)
        for _ in range(stage.rounds):
            seconds = stage.seconds * LONGER
            other.append(await _asked(side.endpoint, seconds=seconds))
            broadcast = asyncio.create_task(side.run(rate=BROADCASTS_PER_SECOND, seconds=seconds))
            ours.append(await _asked(side.endpoint, seconds=seconds))
            await broadcast
        await side.check_states()
    return Result(name=name, unit="ms", ours=ours, other=other, target=target)


async def commit(stage: Stage, name: str, target: Target | None) -> Result:
    """Return the median of the milliseconds from the beginning of the write to the arrival at each dashboard."""
    p50, p99, made, from_answer = list[float](), list[float](), list[float](), list[float]()
    async with subscribed(await stage.live(), subscribers=DASHBOARDS, skus=SKUS, levels_each=DASHBOARD_LEVELS) as side:
        await side.run(rate=COMMITS_PER_SECOND, seconds=1)
        for _ in range(stage.rounds):
            run = await side.run(rate=COMMITS_PER_SECOND, seconds=stage.seconds)
            p50.append(run.received.latencies.percentile(50) * 1_000)
            p99.append(run.received.latencies.percentile(99) * 1_000)
            from_answer.append(run.to_last_ms(50, is_from_write=False))
            made.append(len(run.sent.made) / run.sent.seconds)
        await side.check_states()
    extra = {
        "p99_ms": round(median(p99), 1),
        "changes_per_second": round(median(made)),
        "from_answer_to_last_ms": round(median(from_answer), 1),
    }
    return Result(name=name, unit="ms", ours=p50, target=target, extra=extra)


async def connect(stage: Stage, name: str, target: Target | None) -> Result:
    """Return the seconds until thousands have their snapshots, and the memory then; all of it twice."""
    server = await stage.live("live connect")
    seconds, mebibytes = list[float](), list[float]()
    for _ in range(2):
        async with subscribed(server, subscribers=BROADCAST_SUBSCRIBERS) as side:
            seconds.append(side.connected.seconds)
            mebibytes.append(round(side.usage().memory_bytes / _MIB, 1))
    return Result(name=name, unit="s", ours=seconds, target=target, extra={"memory_mib": mebibytes})


async def _memory(server: Server, *, messages: int) -> tuple[float, float]:
    """Return the KiB that each socket takes, and the bytes by which all grow while events are sent."""
    async with subscribed(server, subscribers=FIRST_SUBSCRIBERS) as first:
        before = first.usage().memory_bytes
    async with subscribed(server, subscribers=MEMORY_SUBSCRIBERS) as side:
        connected = side.usage().memory_bytes
        if messages:
            seconds = messages / CHANGES_PER_SECOND / MEMORY_SUBSCRIBERS
            await side.run(rate=CHANGES_PER_SECOND, seconds=max(seconds, 1 / CHANGES_PER_SECOND))
        each = (connected - before) / (MEMORY_SUBSCRIBERS - FIRST_SUBSCRIBERS) / _KIB
        return each, side.usage().memory_bytes - connected


async def _p99(side: LiveSide, *, seconds: float) -> float:
    run = await side.run(rate=STALLED_CHANGES_PER_SECOND, seconds=seconds)
    return run.received.latencies.percentile(99) * 1_000


async def _fill(side: LiveSide) -> None:
    await side.change(rate=FILLING_CHANGES / 3, seconds=3)
    await asyncio.sleep(1)  # until nothing is late from that


@asynccontextmanager
async def _stalled(server: Server) -> AsyncIterator[None]:
    """Open sockets that are not read, and send until their buffers are full."""
    async with AsyncExitStack() as stack:
        side = await stack.enter_async_context(
            subscribed(server, subscribers=STALLED, receive_buffer_bytes=STALLED_BUFFER_BYTES)
        )
        await side.pool.stall(STALLED)
        await _fill(side)
        assert sum(each > STALLED_BYTES for each in _unsent_bytes(server.port)) == STALLED, "their buffers are not full"
        yield


def _unsent_bytes(port: int) -> Iterator[int]:
    """Yield what waits in the kernel for each socket of a server; see proc_net_tcp in the kernel's documentation."""
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        _, local, _, _, queues, *_ = line.split()
        if int(local.rpartition(":")[2], 16) == port:
            yield int(queues.partition(":")[0], 16)


async def _asked(endpoint: Endpoint, *, seconds: float) -> float:
    """Return the p99 of the milliseconds from when requests were due to their answers."""
    body, taken = _PAGE.to_json(), list[float]()
    with ExitStack() as stack:
        free = asyncio.Queue[HttpConnection]()
        for _ in range(REQUEST_CONNECTIONS):
            free.put_nowait(stack.enter_context(closing(HttpConnection(endpoint))))

        async def ask(due: float) -> None:
            connection = await free.get()
            await connection.post(body)
            free.put_nowait(connection)
            taken.append(time.monotonic() - due)

        async with asyncio.TaskGroup() as group:
            begun = time.monotonic()
            for number in range(int(REQUESTS_PER_SECOND * seconds)):
                due = begun + number / REQUESTS_PER_SECOND
                await asyncio.sleep(due - time.monotonic())
                group.create_task(ask(due))
    return quantiles(taken, n=100, method="inclusive")[98] * 1_000

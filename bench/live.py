"""What a subscriber costs, and when its events arrive: against the least that uvicorn can do, and stock Strawberry.

Rule: both sides deliver the same event to as many sockets at the same pace, and every event has to arrive.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from statistics import median

from bench.live_side import LiveRun, subscribed
from bench.measure import Result, Target
from bench.scene import SKUS
from bench.stage import Server, Stage

# The changes themselves cost our server some milliseconds each, and the others nothing. It counts, divided by these.
SUBSCRIBERS = 5_000
SUBSCRIBERS_OF_STRAWBERRY = 2_000  # the most that it serves in bearable time
EVENTS_PER_SECOND = 20_000  # a fifth of a core, where they cost the least
LEVELS = 5

LONE_SUBSCRIBERS = 1_000
LONE_CHANGES_PER_SECOND = 4.0  # each has arrived everywhere before the next one
WARM_SECONDS = 1.0


async def cpu(stage: Stage, name: str, target: Target | None) -> Result:
    """Compare the server's CPU per delivered event with that of a plain broadcast; in microseconds."""
    rate = EVENTS_PER_SECOND / SUBSCRIBERS
    ours, other = await _compared(stage, subscribers=SUBSCRIBERS, rate=rate, against=Stage.broadcast)
    return Result(
        name=name,
        unit="µs",
        ours=[run.cpu_us for run in ours],
        other=[run.cpu_us for run in other],
        target=target,
        extra=_extra(ours, other),
    )


async def against_strawberry(stage: Stage, name: str, target: Target | None) -> Result:
    """Compare events per second of the server's CPU time with stock Strawberry."""
    rate = EVENTS_PER_SECOND / SUBSCRIBERS_OF_STRAWBERRY / 4  # else it answers no mutation within 30 seconds
    ours, other = await _compared(
        stage, subscribers=SUBSCRIBERS_OF_STRAWBERRY, rate=rate, against=Stage.live_strawberry
    )
    return Result(
        name=name,
        unit="message/s/core",
        ours=[run.messages_per_core_second for run in ours],
        other=[run.messages_per_core_second for run in other],
        target=target,
        extra=_extra(ours, other),
    )


async def last(stage: Stage, name: str, target: Target | None) -> Result:
    """Compare the milliseconds until the last of the subscribers of one level has a change: p99 of the changes.

    From the first sign of its being written that a client gets; from the beginning of the write in `from_write_ms`.
    """
    ours, other = await _compared(
        stage, subscribers=LONE_SUBSCRIBERS, rate=LONE_CHANGES_PER_SECOND, levels=1, against=Stage.broadcast, longer=2
    )
    return Result(
        name=name,
        unit="ms",
        ours=[run.to_last_ms(99, is_from_write=False) for run in ours],
        other=[run.to_last_ms(99, is_from_write=False) for run in other],
        target=target,
        extra={
            **_extra(ours, other),
            "from_write_ms": [round(run.to_last_ms(99, is_from_write=True), 2) for run in ours],
            "other_from_write_ms": [round(run.to_last_ms(99, is_from_write=True), 2) for run in other],
        },
    )


async def _compared(
    stage: Stage,
    *,
    subscribers: int,
    rate: float,
    against: Callable[[Stage], Awaitable[Server]],
    levels: int = LEVELS,
    longer: float = 1,
) -> tuple[Sequence[LiveRun], Sequence[LiveRun]]:
    """Return the rounds of our server and of another, each with its sockets; prove our subscribers' last states."""
    async with AsyncExitStack() as stack:
        sides = [
            await stack.enter_async_context(
                subscribed(server, subscribers=subscribers, skus=SKUS[:levels], levels_each=levels)
            )
            for server in (await stage.live(), await against(stage))
        ]
        for side in sides:
            await side.run(rate=rate, seconds=WARM_SECONDS)
        runs: tuple[list[LiveRun], list[LiveRun]] = ([], [])
        for _ in range(stage.rounds):
            for side, taken in zip(sides, runs, strict=True):
                taken.append(await side.run(rate=rate, seconds=stage.seconds * longer))
        await sides[0].check_states()
        return runs


def _extra(ours: Sequence[LiveRun], other: Sequence[LiveRun]) -> dict[str, object]:
    """Return what else is known of both sides, over all rounds."""
    return {
        side: {
            "messages": sum(run.received.messages for run in runs),
            "bytes_per_message": round(
                sum(run.received.bytes for run in runs) / sum(run.received.messages for run in runs)
            ),
            "messages_per_second": round(sum(run.received.messages for run in runs) / sum(run.seconds for run in runs)),
            "cpu_us": round(median(run.cpu_us for run in runs), 2),
            "own_cpu_us": round(
                sum(run.received.cpu_seconds for run in runs) / sum(run.received.messages for run in runs) * 1_000_000,
                2,
            ),
        }
        for side, runs in (("ours_live", ours), ("other_live", other))
    }

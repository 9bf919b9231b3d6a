"""Runs the sides of a benchmark in turns: A B A B …, after a round that does not count."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from bench.measure import Result, Run, Sample, Target, cpu_per_operation, cpu_ratio, latencies_ms
from bench.processes import cpu_seconds

Load = Callable[[float], Awaitable[Run]]  # works for so many seconds

WARM_SECONDS = 1.0
OPERATIONS_PER_SECOND = "op/s"


async def compare(
    name: str,
    *,
    ours: Load,
    other: Load,
    seconds: float,
    rounds: int,
    processes: Mapping[str, Sequence[int]],
    target: Target | None = None,
    by_latency: bool = False,
) -> Result:
    """Compare rates; or, for one caller, the median latency."""
    for load in (ours, other):
        await load(WARM_SECONDS)
    samples: tuple[list[Sample], list[Sample]] = ([], [])
    for _ in range(rounds):
        for load, taken in zip((ours, other), samples, strict=True):
            taken.append(await _sample(load, seconds, processes))
    mine, theirs = samples
    return Result(
        name=name,
        unit="µs" if by_latency else OPERATIONS_PER_SECOND,
        ours=_figures(mine, by_latency=by_latency),
        other=_figures(theirs, by_latency=by_latency),
        target=target,
        extra={
            "ours_cpu_us": cpu_per_operation(mine),
            "other_cpu_us": cpu_per_operation(theirs),
            "cpu_ratio": cpu_ratio(mine, theirs),
            "ours_latency_ms": latencies_ms(mine),
            "other_latency_ms": latencies_ms(theirs),
        },
    )


async def _sample(load: Load, seconds: float, processes: Mapping[str, Sequence[int]]) -> Sample:
    before = cpu_seconds(processes)
    run = await load(seconds)
    after = cpu_seconds(processes)
    return Sample(
        operations=len(run.latencies),
        seconds=run.seconds,
        latencies=run.latencies,
        cpu_seconds={process: after[process] - before[process] for process in before if process in after},
    )


def _figures(samples: Sequence[Sample], *, by_latency: bool) -> list[float]:
    return [sample.latency_us(50) if by_latency else sample.rate for sample in samples]

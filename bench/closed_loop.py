"""So many callers, each of which calls again as soon as it is answered."""

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter

from bench.measure import Run


async def closed_loop(step: Callable[[], Awaitable[object]], *, callers: int, seconds: float) -> Run:
    """Let the callers call for so many seconds. The first error ends it, and is raised."""
    latencies: list[float] = []
    began = perf_counter()
    deadline = began + seconds

    async def call() -> None:
        sent = perf_counter()
        while sent < deadline:
            await step()
            answered = perf_counter()
            latencies.append(answered - sent)
            sent = answered

    async with asyncio.TaskGroup() as group:
        for _ in range(callers):
            group.create_task(call())
    return Run(seconds=perf_counter() - began, latencies=latencies)

"""One of several processes that write at the same time; it works when its parent asks it to.

Started as `python -m bench.worker_process URL DATABASE spread|hot CALLERS`. Each line that it reads is `ours SECONDS`
or `other SECONDS`; each line that it writes is the run that came of it, as JSON.
"""

import asyncio
import json
import sys
from collections.abc import Sequence

import uvloop

from app.server.process.die_with_parent import tied_to_us
from bench.driver_loop import DriverLoop, open_driver
from bench.measure import Run
from bench.scene import keys
from bench.writer import WriterLoop, open_writer

LINE_MAX_BYTES = 16 * 1024**2  # a run's latencies


class WorkerProcess:
    """The process, seen by the one that started it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.pid = process.pid

    @classmethod
    async def start(cls, url: str, database: str, *, is_hot: bool, callers: int) -> "WorkerProcess":
        """Start it; it ends with us."""
        where = "hot" if is_hot else "spread"
        command = tied_to_us([sys.executable, "-m", "bench.worker_process", url, database, where, str(callers)])
        pipe = asyncio.subprocess.PIPE
        return cls(await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, limit=LINE_MAX_BYTES))

    async def run(self, side: str, seconds: float) -> Run:
        """Let it work."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{side} {seconds}\n".encode())
        return Run(**json.loads(await self._process.stdout.readline()))

    async def stop(self) -> None:
        """End it."""
        assert self._process.stdin
        self._process.stdin.close()
        await self._process.wait()


async def all_at_once(colleagues: Sequence[WorkerProcess], side: str, seconds: float) -> Run:
    """Let all of them work at the same time, and add up what they did."""
    runs = await asyncio.gather(*(each.run(side, seconds) for each in colleagues))
    latencies = [latency for run in runs for latency in run.latencies]
    return Run(seconds=max(run.seconds for run in runs), latencies=latencies)


async def _work(url: str, database: str, where: str, callers: str) -> None:
    async with open_writer(url, database) as writer, open_driver(url) as client:
        sides: dict[str, WriterLoop | DriverLoop] = {
            "ours": WriterLoop(writer, keys(is_hot=where == "hot")),
            "other": DriverLoop(client, keys(is_hot=where == "hot")),
        }
        while line := await asyncio.to_thread(sys.stdin.readline):
            side, seconds = line.split()
            run = await sides[side].run(float(seconds), callers=int(callers))
            print(json.dumps({"seconds": run.seconds, "latencies": run.latencies}), flush=True)


if __name__ == "__main__":
    uvloop.run(_work(*sys.argv[1:]))

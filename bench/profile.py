"""`python -m bench.profile WHAT`: where the CPU of an operation goes, function by function."""

import json
import os
import signal
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from time import process_time

import click
import uvloop
from rich.console import Console
from rich.table import Table

from bench import bulk, requests
from bench.import_levels import import_levels
from bench.loadgen import HttpLoad, NextRequest
from bench.measure import MICROSECONDS
from bench.processes import cpu_seconds
from bench.reservations import orders_of_five
from bench.rounds import WARM_SECONDS
from bench.sampler import Sampler
from bench.scene import keys
from bench.stage import Stage, open_stage
from bench.writer import WriterLoop, open_writer

ROWS_PROFILED = 30_000

_REQUESTS: dict[str, tuple[Callable[..., NextRequest], bytes]] = {
    "http": (requests.adjust, requests.ADJUST_ENDING),
    "query": (requests.levels, requests.LEVELS_ENDING),
    "orders": (orders_of_five, requests.ADJUST_ENDING),
    "adjust-many": (bulk.adjustments, bulk.ENDING),
    "adjust-many-results": (partial(bulk.adjustments, with_results=True), bulk.ENDING),
    "set-many": (bulk.counts, bulk.ENDING),
}


@click.command()
@click.argument("what", type=click.Choice(["writer", "import", *_REQUESTS]))
@click.option("--seconds", type=click.FloatRange(0.1, 60), default=10.0, show_default=True)
@click.option("--callers", type=click.IntRange(1, 1_000), default=64, show_default=True)
@click.option("--hot", is_flag=True, help="One SKU instead of 1,000.")
@click.option("--secured", is_flag=True, help="With authentication, scopes, budget and audit (http and query only).")
@click.option("--key", "has_key", is_flag=True, help="With an idempotency key (http only).")
@click.option("--top", type=int, default=45, show_default=True, help="Functions to show.")
def main(what: str, *, seconds: float, callers: int, hot: bool, secured: bool, has_key: bool, top: int) -> None:
    """Print the functions that take most CPU, in microseconds per operation."""
    uvloop.run(
        _profile(what, seconds=seconds, callers=callers, is_hot=hot, is_secured=secured, has_key=has_key, top=top)
    )


async def _profile(
    what: str, *, seconds: float, callers: int, is_hot: bool, is_secured: bool, has_key: bool, top: int
) -> None:
    async with open_stage(seconds=seconds, rounds=1) as stage:
        if what == "writer":
            await _writer(stage, callers=callers, is_hot=is_hot, top=top)
            return
        file = stage.directory / "profile.json"
        sampled = ["-m", "bench.sampler", str(file), "serve"]
        server = await (stage.secured_api(sampled) if is_secured else stage.api(sampled))
        if what == "import":
            os.kill(server.pid, signal.SIGUSR1)
            result = await import_levels(stage, what, None, rows=ROWS_PROFILED)
            print(f"{what}: CPU in µs per row {result.extra['ours_cpu_us']}; inserted {result.extra['other_cpu_us']}")
            await stage.stop_servers()
            _show(file, result.extra["ours_cpu_us"]["server"] / MICROSECONDS, top=top)
            return
        make, ending = _REQUESTS[what]
        make = requests.adjust_with_key if has_key else make
        secured = {"key": stage.key} if is_secured else {}
        request = make(is_hot=is_hot, **secured) if what == "http" else make(**secured)
        load = HttpLoad(server.port, next_request=request, good_ending=ending, connections=callers)
        await load.run(WARM_SECONDS)
        os.kill(server.pid, signal.SIGUSR1)
        processes = {"server": [server.pid], "mongod": [stage.mongod_pid]}
        before = cpu_seconds(processes)
        run = await load.run(seconds)
        used = {name: (after - before[name]) / len(run.latencies) for name, after in cpu_seconds(processes).items()}
        print(f"{what}: CPU in µs per operation", {name: round(each * MICROSECONDS) for name, each in used.items()})
        await stage.stop_servers()
        _show(file, used["server"], top=top)


async def _writer(stage: Stage, *, callers: int, is_hot: bool, top: int) -> None:
    async with open_writer(stage.mongo_url, stage.settings.mongo_database) as writer:
        loop = WriterLoop(writer, keys(is_hot=is_hot))
        await loop.run(WARM_SECONDS, callers=callers)
        sampler, before = Sampler(), process_time()
        sampler.start()
        run = await loop.run(stage.seconds, callers=callers)
        sampler.stop()
        used = process_time() - before
    _print(sampler.to_json(), used / len(run.latencies), top=top)


def _show(file: Path, seconds_per_operation: float, *, top: int) -> None:
    _print(json.loads(file.read_text(encoding="utf-8")), seconds_per_operation, top=top)


def _print(seen: Mapping[str, object], seconds_per_operation: float, *, top: int) -> None:
    samples = seen["samples"]
    assert isinstance(samples, int)
    scale = seconds_per_operation * MICROSECONDS / samples
    for title, name in (("own, with the C code that it calls", "own"), ("with all that it calls", "within")):
        counts = Counter(seen[name])  # type: ignore[call-overload] # a mapping of names to counts
        table = Table(title=f"{title}; {seconds_per_operation * MICROSECONDS:.0f} µs per operation, {samples} samples")
        table.add_column("µs", justify="right")
        table.add_column("function", no_wrap=True)
        for function, count in counts.most_common(top):
            table.add_row(f"{count * scale:.1f}", function)
        Console(width=160).print(table)


if __name__ == "__main__":
    main()

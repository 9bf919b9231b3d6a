"""From a URL to a verdict.

Rule: changes are sent by their schedule, whatever the server does, and latencies begin at the server's own time of the
write, so that neither a slow server nor a slow client makes the figures better.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import click
import orjson
from rich.console import Console

from app.client.exits import EXIT_INTERRUPTED, CannotWork
from app.client.http.connection import Endpoint, WrongKey, WrongUrl
from app.client.http.progress_display import ProgressDisplay
from app.client.http.retrying_client import CannotGoOn
from app.client.live_bench.changes import CONNECTIONS, Sent, send_changes
from app.client.live_bench.events import LEVELS
from app.client.live_bench.handshake import http_url
from app.client.live_bench.open_files import NoRoom, make_room
from app.client.live_bench.options import LiveBenchOptions
from app.client.live_bench.plan import SubscriberPlan
from app.client.live_bench.process_pool import Connected, ProcessEnded, ProcessPool, process_pool
from app.client.live_bench.report import LiveBenchReport, ServerUsage, hints
from app.client.live_bench.server_process import Usage, listening_on, usage
from app.client.live_bench.shop import clock_difference, levels_at, prepare
from app.client.replay.tables import show

READY_SECONDS = 120  # for all subscribers to come in
SETTLE_SECONDS = 30  # for the last events to arrive
LOOK_SECONDS = 0.25


def main(options: LiveBenchOptions) -> int:
    """Measure and print; return the exit code. Raises CannotWork."""
    options = replace(options, url=http_url(options.url))
    display = ProgressDisplay(Console(stderr=True), is_quiet=options.is_quiet)
    try:
        make_room(options.subscribers // options.processes + 1)
        report = asyncio.run(measured(options, display))
    except (WrongUrl, WrongKey, CannotGoOn, NoRoom, ProcessEnded) as error:
        raise CannotWork(str(error)) from error
    except KeyboardInterrupt:
        display.say("Stopped by Ctrl-C.")
        return EXIT_INTERRUPTED
    figures = report.figures()
    if options.is_json:
        click.echo(orjson.dumps(figures, option=orjson.OPT_INDENT_2))
    else:
        show(Console(), figures)
    return 0 if report.is_good else 1


async def measured(options: LiveBenchOptions, display: ProgressDisplay) -> LiveBenchReport:
    """Let subscribers come in, change levels or wait, and compare the ends. Raises CannotGoOn and ProcessEnded."""
    endpoint = Endpoint.parse(options.url, key=options.key)
    difference = await _prepared(endpoint, options) if options.document is None else 0.0
    pids = options.server_pids or tuple(listening_on(endpoint.host, endpoint.port))
    before = usage(pids)
    async with process_pool(_plan(options), processes=options.processes) as pool:
        connected = await _connected(pool, options, display)
        await pool.begin(clock_difference=difference)
        report = await _observed(pool, endpoint, options, display, connected=connected, pids=pids, before=before)
        return replace(report, clock_difference=difference)


async def _observed(
    pool: ProcessPool,
    endpoint: Endpoint,
    options: LiveBenchOptions,
    display: ProgressDisplay,
    *,
    connected: Connected,
    pids: tuple[int, ...],
    before: Usage | None,
) -> LiveBenchReport:
    usage_connected, begun = usage(pids), time.monotonic()
    wrong, examples = 0, list[str]()
    sent: Sent | None = None
    async with _progress(pool, display, seconds=options.seconds):
        if options.document is None:
            sent = await send_changes(
                endpoint,
                location=options.location,
                skus=options.skus,
                rate=options.rate,
                seconds=options.seconds,
                connections=CONNECTIONS,
            )
        else:
            await asyncio.sleep(options.seconds)
    if sent is not None:
        wrong, examples = await pool.settle(await levels_at(endpoint, options.location), seconds=SETTLE_SECONDS)
    seconds, end = time.monotonic() - begun, usage(pids)
    known = before is not None and usage_connected is not None and end is not None
    return LiveBenchReport(
        options=options,
        connected=connected,
        received=await pool.end(),
        seconds=seconds,
        server=ServerUsage(before=before, connected=usage_connected, end=end) if known else None,  # type: ignore[arg-type]  # each is known
        sent=sent,
        wrong=wrong,
        examples=examples,
    )


def _plan(options: LiveBenchOptions) -> SubscriberPlan:
    is_own = options.document is not None
    return SubscriberPlan(
        url=options.url,
        key=options.key,
        document=options.document or LEVELS,
        variables=[options.variables] if is_own else [{"filter": each} for each in options.filters],
        subscribers=options.subscribers,
        first_messages=options.first_messages if is_own else options.snapshot_size,
        reads_levels=not is_own,
        connecting_at_once=options.connecting_at_once,
        ready_seconds=READY_SECONDS,
    )


async def _connected(pool: ProcessPool, options: LiveBenchOptions, display: ProgressDisplay) -> Connected:
    """Wait for the subscribers. Raises CannotGoOn where none came in."""
    with display.phase("Connecting", total=options.subscribers) as advance:
        waiting = asyncio.create_task(pool.connected(seconds=READY_SECONDS + SETTLE_SECONDS))
        shown = 0
        while not waiting.done():
            await asyncio.wait([waiting], timeout=LOOK_SECONDS)
            advance(pool.ready - shown)
            shown = pool.ready
        connected = await waiting
        advance(connected.ready - shown)
    if not connected.ready:
        reasons = "; ".join(f"{reason} ({count:,})" for reason, count in connected.failures.most_common(3))
        raise CannotGoOn(" ".join([f"No subscriber came in: {reasons}.", *hints(connected.failures)]))
    return connected


@asynccontextmanager
async def _progress(pool: ProcessPool, display: ProgressDisplay, *, seconds: float) -> AsyncIterator[None]:
    with display.phase("Measuring", total=round(seconds)) as advance:
        advancing = asyncio.create_task(_advance_by_seconds(advance, round(seconds)))
        try:
            yield
        finally:
            advancing.cancel()
    display.say(f"{pool.messages:,} events so far; waiting for the last ones.")


async def _advance_by_seconds(advance: Any, seconds: int) -> None:  # noqa: ANN401 - a function of the display
    for _ in range(seconds):
        await asyncio.sleep(1)
        advance(1)


async def _prepared(endpoint: Endpoint, options: LiveBenchOptions) -> float:
    """Make what is needed, and return how far the clocks are apart."""
    await prepare(endpoint, location=options.location, skus=options.skus)
    return await clock_difference(endpoint, location=options.location, sku=options.skus[0])

"""`python -m bench`: the table of contents, and how it is run."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

import click
import uvloop

from app.web.gc_tuning import collect_garbage_rarely
from bench import bulk, http, insights, live, live_load, report, reservations, write_path
from bench.disk import disk_per_movement
from bench.footprint import footprint, items, levels, orders
from bench.import_levels import adjust_beside_import, import_levels
from bench.kept_totals import writer_with_totals
from bench.measure import Result, Target
from bench.replay import replay
from bench.review import DEFAULT_LEVELS, daily_review
from bench.review_scene import LOCATIONS
from bench.scene import check_books
from bench.stage import Stage, open_stage
from bench.summary import inventory_summary
from bench.worst import worst_operations

Benchmark = Callable[[Stage, str, Target | None], Awaitable[Result | None]]

BENCHMARKS: dict[str, tuple[Benchmark, Target | None]] = {
    # our writer alone ÷ the driver's find_one_and_update loop
    "writer_spread": (partial(write_path.writer, is_hot=False, callers=64), Target(ratio=3)),
    "writer_hot": (partial(write_path.writer, is_hot=True, callers=64), Target(ratio=4.5)),
    "writer_spread_256": (partial(write_path.writer, is_hot=False, callers=256), Target(ratio=5)),
    "writer_hot_256": (partial(write_path.writer, is_hot=True, callers=256), Target(ratio=8)),
    "writer_spread_3_processes": (partial(write_path.writers, is_hot=False, callers=64, count=3), Target(ratio=3)),
    "writer_hot_3_processes": (partial(write_path.writers, is_hot=True, callers=64, count=3), Target(ratio=4)),
    # with the worker that keeps totals in the same process ÷ without
    "writer_spread_with_totals": (partial(writer_with_totals, is_hot=False, callers=64), None),
    "writer_hot_with_totals": (partial(writer_with_totals, is_hot=True, callers=64), None),
    "lone_caller_latency": (write_path.lone_caller, Target(ratio=2, is_most=True)),
    # the whole way over HTTP ÷ the same loop
    "http_adjust_spread": (partial(http.adjust, is_hot=False), Target(ratio=1.2)),
    "http_adjust_hot": (partial(http.adjust, is_hot=True), Target(ratio=1.6)),
    "http_adjust_spread_with_key": (partial(http.adjust, is_hot=False, has_key=True), None),
    "http_adjust_hot_with_key": (partial(http.adjust, is_hot=True, has_key=True), None),
    # the whole way over HTTP ÷ one transaction of the driver per order
    "http_reserve_orders": (reservations.orders, Target(ratio=2)),
    # the whole way over HTTP ÷ the same API in plain Strawberry
    "http_adjust_vs_strawberry": (http.adjust_vs_strawberry, Target(ratio=5, is_aim=True)),
    "query_levels": (partial(http.query_levels, path="/graphql"), Target(ratio=8)),
    "query_levels_vs_tuned": (partial(http.query_levels, path="/tuned"), Target(ratio=4)),
    "query_levels_spread_vs_tuned": (partial(http.query_levels, path="/tuned", is_spread=True), None),
    # … and the same page by Node's Mercurius with its JIT compiler, over the same database
    "query_levels_vs_mercurius": (http.query_levels_vs_mercurius, Target(ratio=1.2)),
    "query_levels_spread_vs_mercurius": (partial(http.query_levels_vs_mercurius, is_spread=True), None),
    # with authentication, scopes, budget and audit ÷ the same server without
    "secured_adjust": (http.adjust_with_security, Target(ratio=0.9)),
    "secured_query_levels": (http.query_with_security, Target(ratio=0.9)),
    # … and with the audit alone ÷ without
    "audited_adjust": (http.adjust_with_audit, Target(ratio=0.95)),
    # with metrics, the request log and traces of 1 % ÷ without
    "observed_adjust": (http.adjust_with_observation, Target(ratio=0.97)),
    # … and with metrics alone ÷ without
    "metered_adjust": (http.adjust_with_metrics, Target(ratio=0.98)),
    # 1,000 lines in one request over HTTP ÷ one raw bulk_write of 1,000 statements
    "bulk_adjust": (partial(bulk.adjust_many, with_results=False), Target(ratio=1.2, is_most=True)),
    "bulk_adjust_with_results": (partial(bulk.adjust_many, with_results=True), None),
    "bulk_set": (bulk.set_many, None),
    # rows of our own import ÷ a raw insert of the same levels; and a caller beside it ÷ the same caller alone
    "import_levels": (import_levels, None),
    "adjust_beside_import": (adjust_beside_import, None),
    # the daily review ÷ only reading the levels that it reviews
    "daily_review": (daily_review, None),
    # events to thousands of websockets: by server CPU ÷ a plain broadcast of the same uvicorn, and ÷ stock Strawberry
    "live_cpu": (live.cpu, Target(ratio=2, is_most=True)),
    "live_vs_strawberry": (live.against_strawberry, Target(ratio=12)),
    # … one event to 1,000, until the last of them has it
    "live_last": (live.last, Target(ratio=3, is_most=True)),
    # memory of a subscribed socket ÷ one of a plain broadcast; and what it grows by while events are sent
    "live_memory": (live_load.memory, Target(ratio=1.4, is_most=True)),
    # p99 of the others beside 1 % that read nothing ÷ without; HTTP's during a broadcast to 5,000 ÷ while all is quiet
    "live_stalled": (live_load.stalled, Target(ratio=1.1, is_most=True)),
    "live_http": (live_load.http, Target(ratio=2, is_most=True)),
    # 1,000 changes per second over 1,000 items, to 100 dashboards of 50 levels: milliseconds from write to arrival
    "live_commit": (live_load.commit, Target(ratio=10, is_most=True)),
    # 5,000 sockets that connect and get snapshots of 20 levels: seconds
    "live_connect": (live_load.connect, Target(ratio=20, is_most=True)),
    # figures that stand alone
    "worst_operations": (worst_operations, None),
    "replay": (replay, None),
    # bytes of each are megabytes per million; of two sizes, to see whether they grow alike
    "disk_per_million_movements": (disk_per_movement, None),
    "disk_per_million_levels_100k": (partial(footprint, of=levels, count=100_000), None),
    "disk_per_million_levels_300k": (partial(footprint, of=levels, count=300_000), None),
    "disk_per_million_items": (partial(footprint, of=items, count=100_000), None),
    "disk_per_million_orders": (partial(footprint, of=orders, count=100_000), None),
    "inventory_summary_100k": (partial(inventory_summary, levels=100_000), None),
    "inventory_summary_1m": (partial(inventory_summary, levels=1_000_000), None),
    # 100,000 levels and 1,000,000 movements in 90 days
    "insight_page_of_location": (partial(insights.insights, measure=insights.page_of_location), None),
    "insight_page_of_items": (partial(insights.insights, measure=insights.page_of_items), None),
    "insight_page_by_value": (partial(insights.insights, measure=insights.page_by_value), None),
    "insight_ranking_of_all": (partial(insights.insights, measure=insights.ranking_of_all), None),
    "insight_ranking_of_all_in_time": (partial(insights.insights, measure=insights.ranking_of_all_in_time), None),
    "demand_of_a_page": (partial(insights.insights, measure=insights.demand_of_a_page), None),
    "demand_of_a_location": (partial(insights.insights, measure=insights.demand_of_a_location), None),
}


@click.command()
@click.option(
    "--seconds", type=click.FloatRange(0.1, 30), default=2.0, show_default=True, help="Of each side, per round."
)
@click.option("--rounds", type=click.IntRange(1, 100), default=5, show_default=True, help="Of both sides in turn.")
@click.option("--only", multiple=True, metavar="NAME", help="Run these only; * stands for anything. May be repeated.")
@click.option("--replay-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Sales to replay.")
@click.option(
    "--review-levels",
    type=click.IntRange(len(LOCATIONS), 5_000_000),
    default=DEFAULT_LEVELS,
    show_default=True,
    help="Levels that the daily review is measured on; a million takes some ten minutes.",
)
@click.option(
    "--live-messages",
    type=click.IntRange(1_000, 100_000_000),
    default=100_000,
    show_default=True,
    help="Events after which the memory of the server is compared; a million take a minute.",
)
def main(
    *,
    seconds: float,
    rounds: int,
    only: tuple[str, ...],
    replay_file: Path | None,
    review_levels: int,
    live_messages: int,
) -> None:
    """Measure Stockpulse against what else could be used, on databases of its own."""
    chosen = [name for name in BENCHMARKS if not only or any(fnmatchcase(name, pattern) for pattern in only)]
    if not chosen:
        raise click.UsageError(f"There is no benchmark {' or '.join(only)}; there are {', '.join(BENCHMARKS)}.")
    results: list[Result] = []
    try:
        collect_garbage_rarely()  # as the server does; for both sides
        opened = open_stage(
            seconds=seconds,
            rounds=rounds,
            replay_file=replay_file,
            review_levels=review_levels // len(LOCATIONS) * len(LOCATIONS),
            live_messages=live_messages,
        )
        uvloop.run(_run(chosen, results, opened))
    finally:  # what was measured before a failure counts
        report.show(results)
        report.write(results)


async def _run(chosen: list[str], results: list[Result], opened: AbstractAsyncContextManager[Stage]) -> None:
    async with opened as stage:
        for name in chosen:
            run, target = BENCHMARKS[name]
            result = await run(stage, name, target)
            if result is not None:
                results.append(result)
                ratio = "" if result.ratio is None else f"ratio {result.ratio:.2f}"
                print(f"{name}: {ratio or f'{result.ours[0]:,.0f} {result.unit}'}")
        movements = await check_books(stage.driver[stage.settings.mongo_database])
        print(f"{movements:,} movements add up to the units on hand exactly")


if __name__ == "__main__":
    main()

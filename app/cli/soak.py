"""`stockpulse soak`: hours of mixed load with faults, and proofs beside it.

Rule: only click is imported here, so that `--help` stays quick.
"""

import shlex
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from app.cli.options.client import KEY_VARIABLE, quiet_option
from app.cli.options.numbers import Number
from app.cli.text import TEXT

NONE, ALL = "none", "all"


def _names(context: click.Context, parameter: click.Parameter, value: str) -> Sequence[str] | None:
    """Return the names of faults: empty for all, None for none."""
    if value == NONE:
        return None
    return () if value == ALL else tuple(name.strip() for name in value.split(","))


@click.command()
@click.option("--hours", type=Number(0, 10_000, min_open=True), help="How long the load lasts, in hours …")
@click.option(
    "--minutes",
    type=Number(0, 600_000, min_open=True),
    help="… and minutes. Default: one hour.",
)
@click.option(
    "--report",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the report; one that is there is overwritten. Default: soak- and the time.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Chance: the same seed plans alike.")
@click.option("--rate", type=Number(1, 10_000), default=50.0, show_default=True, help="Operations per second.")
@click.option(
    "--subscribers", type=click.IntRange(1, 1_000), default=24, show_default=True, help="Websockets and event streams."
)
@click.option(
    "--faults",
    callback=_names,
    metavar="[all|none|NAME,…]",
    default=ALL,
    show_default=True,
    help="What is harmed, such as kill-mongod,freeze-api,rolling-restart.",
)
@click.option(
    "--fault-every",
    type=Number(min=1),
    default=240.0,
    show_default=True,
    help="Seconds from one fault to the next.",
)
@click.option(
    "--processes", type=click.IntRange(1, 64), default=2, show_default=True, help="Server processes that are started."
)
@click.option("--cluster", is_flag=True, help="Start three mongods, three Redis with Sentinels and a balancer instead.")
@click.option("--url", type=TEXT, help="GraphQL endpoint of a server for tests; nothing is started or harmed.")
@click.option("--key", envvar=KEY_VARIABLE, metavar="KEY", help=f"With --url: API key, sp_… . [{KEY_VARIABLE}]")
@click.option("--stop-on-failure", is_flag=True, help="End at the first violation, and not at the end of the time.")
@quiet_option("Print the verdict only.")
def soak(
    *,
    hours: float | None,
    minutes: float | None,
    report: Path | None,
    seed: int,
    rate: float,
    subscribers: int,
    faults: Sequence[str] | None,
    fault_every: float,
    processes: int,
    cluster: bool,
    url: str | None,
    key: str | None,
    stop_on_failure: bool,
    quiet: bool,
) -> None:
    """Load an installation for hours, harm it on a schedule, and prove each minute that nothing is wrong.

    Starts a mongod, a redis-server and several server processes of its own in the folder of the report. Partners
    adjust, order, move, buy and count stock; subscribers and a webhook follow. Parts are killed, frozen and restarted,
    one every few minutes. Each minute everything that is new is compared: what was acknowledged with the ledger, the
    ledger with levels, and all of that with what subscribers know. The report has the violations, how long each fault
    was felt, latencies, and pictures of memory, latency, throughput and lag.

    Ctrl-C ends it in order, with a report of what was so far.

    Exit codes: 0 nothing is wrong, 1 something is, 2 it could not run.
    """
    from app.client.exits import CannotWork  # noqa: PLC0415 - see the rule above
    from app.client.soak.options import SoakOptions  # noqa: PLC0415
    from app.server.commands.soak import SoakTarget, run_soak  # noqa: PLC0415

    if cluster and url is not None:
        raise CannotWork("Give --cluster or --url, not both.")
    options = SoakOptions(
        seconds=((hours or 0) * 60 + (minutes or 0)) * 60 or 3_600,
        rate=rate,
        seed=seed,
        fault_names=faults,
        fault_every_seconds=fault_every,
        subscribers=subscribers,
        report=report or Path(f"soak-{datetime.now(tz=UTC):%Y%m%d-%H%M%S}"),
        stops_on_failure=stop_on_failure,
        is_quiet=quiet,
        command=_shown(sys.argv[1:]),
    )
    target = SoakTarget(url=url, key=key, processes=processes, is_cluster=cluster)
    raise SystemExit(run_soak(target, options))


def _shown(arguments: Sequence[str]) -> str:
    """Return the command without a key that stands in it."""
    shown = ["…" if before == "--key" else each for before, each in zip(("", *arguments), arguments, strict=False)]
    return shlex.join(["stockpulse", *("--key=…" if each.startswith("--key=") else each for each in shown)])

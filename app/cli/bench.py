"""`stockpulse bench live`: what a server delivers to thousands of subscribers.

Rule: only click is imported here, so that `--help` stays quick.
"""

import json
from typing import Any

import click

from app.cli.options.client import key_option, quiet_option, url_option
from app.cli.options.numbers import Number
from app.cli.options.text_file import TextFile
from app.cli.text import TEXT


def _variables(context: click.Context, parameter: click.Parameter, value: str | None) -> dict[str, Any]:
    """Return a JSON object."""
    if value is None:
        return {}
    try:
        found = json.loads(value)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise click.BadParameter("give an object of JSON.", context, parameter)
    return found


@click.group()
def bench() -> None:
    """Measure a running server."""


@bench.command()
@url_option()
@key_option()
@click.option("--subscribers", type=click.IntRange(1, 100_000), required=True, help="Websockets, each subscribed once.")
@click.option("--rate", type=Number(0.1, 100_000), default=10.0, show_default=True, help="Changes per second.")
@click.option("--seconds", type=Number(0.1, 86_400), default=10.0, show_default=True, help="How long to change levels.")
@click.option(
    "--processes", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that hold the sockets."
)
@click.option(
    "--location", type=TEXT, default="BENCH-LIVE", show_default=True, help="Code of the location whose stock changes."
)
@click.option("--levels", type=click.IntRange(1, 100_000), default=20, show_default=True, help="Levels that change.")
@click.option(
    "--levels-each", type=click.IntRange(1, 1_000), help="Levels that each subscriber follows; default: all of them."
)
@click.option(
    "--document",
    type=TextFile(),
    help="File with another subscription. Then nothing is changed, and last states are not checked.",
)
@click.option("--variables", callback=_variables, metavar="JSON", help="With --document: its variables.")
@click.option(
    "--first-messages",
    type=click.IntRange(0, 1_000_000),
    default=0,
    show_default=True,
    help="With --document: events after which a subscriber is ready, such as those of its snapshot.",
)
@click.option(
    "--server-pid",
    "server_pids",
    type=click.IntRange(min=1),
    multiple=True,
    help="Process of the server on this machine; may be repeated. Default: what listens on the port of the URL.",
)
@click.option(
    "--connecting-at-once",
    type=click.IntRange(1, 10_000),
    default=64,
    show_default=True,
    help="Websockets that are opened at the same time.",
)
@click.option("--json", "is_json", is_flag=True, help="Print the figures as JSON.")
@quiet_option("Show no progress.")
def live(*, document: str | None, quiet: bool, **given: Any) -> None:  # noqa: ANN401 - see the options
    """Measure what reaches subscribers, and when.

    Changes stock at a location of its own, which it creates: use it on a server for tests. Every subscriber follows
    levels there, gets a snapshot, and then each change. Changes are sent by their schedule, whether the server keeps up
    or not. In the end the last state of each subscriber is compared with what the server answers to a query.

    Exit codes: 0 all is right, 1 a subscriber was lost, a change was not made or a last state is wrong, 2 it could not
    be measured.
    """
    from app.client.live_bench.main import main  # noqa: PLC0415 - see the rule above
    from app.client.live_bench.options import LiveBenchOptions  # noqa: PLC0415

    if document is not None and not document.strip():
        raise click.BadParameter("the file has no subscription.", param_hint="--document")
    raise SystemExit(main(LiveBenchOptions(document=document, is_quiet=quiet, **given)))

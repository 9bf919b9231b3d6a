"""`stockpulse replay`: real sales against a running server.

Rule: only click is imported here, so that `--help` stays quick.
"""

from pathlib import Path
from typing import Any

import click

from app.cli.options.client import key_option, patience_option, quiet_option, report_option, url_option
from app.cli.options.policy import policy_options, terms_given
from app.cli.text import TEXT

SUFFICIENT = "sufficient"


def _units(context: click.Context, parameter: click.Parameter, value: str) -> int | None:
    """Return the units of each SKU, or None for what suffices."""
    if value == SUFFICIENT:
        return None
    if not (value.isascii() and value.isdigit()):
        raise click.BadParameter(f"give {SUFFICIENT!r} or a number of units.", context, parameter)
    return int(value)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@url_option("GraphQL endpoint to play to.")
@key_option()
@click.option(
    "--connections",
    type=click.IntRange(1, 1_000),
    default=16,
    show_default=True,
    help="Clients that work at the same time, each over a connection of its own.",
)
@click.option(
    "--location", type=TEXT, default="UK-WAREHOUSE", show_default=True, help="Code of the location that sells."
)
@click.option(
    "--opening-stock",
    callback=_units,
    metavar="[sufficient|UNITS]",
    default=SUFFICIENT,
    show_default=True,
    help="Stock before the first invoice: as much of each item as the file takes, or so many units of each.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Play the first so many invoices only.")
@patience_option("a server that is away, or does not order what is needed,")
@report_option("Write figures as JSON.")
@quiet_option("Print the outcome only.")
@policy_options
def replay(
    file: Path,
    *,
    url: str,
    key: str | None,
    connections: int,
    location: str,
    opening_stock: int | None,
    limit: int | None,
    patience: float,
    report: Path | None,
    quiet: bool,
    policies: tuple[str, ...],
    **terms: Any,  # noqa: ANN401 - see policy_options
) -> None:
    """Play a FILE of sales against a running server, and prove that its books agree.

    FILE is a CSV file in the format of the UCI data set "Online Retail", packed with gzip or not. Each invoice is sent
    once under a key of its own, so the same file may be played again: what is there already is not changed. The times
    in the file have no zone; they are sent as UTC.

    With --policy, the days of the file are lived through one after the other, each policy at a location of its own,
    such as UK-WAREHOUSE-MIN-MAX, beside UK-WAREHOUSE-NONE. All open with the same stock. The server orders what a level
    needs automatically, and a simulated supplier brings it when the lead time is over. A day begins with deliveries. A
    sale then takes what is there, in the order of the file; units wanted beyond that are lost, and no customer comes
    again for them. What comes back is sold from the next day on, and no more comes back than went out. What was sold
    and wholly taken back on the same day is left out, and so are items that were not bought during the warm-up. Numbers
    come from the days before, never from those after. For demand-based, the replay measures demand once a week of the
    file, because the server measures it by its own clock. A simulation cannot be played twice at the same locations.
    """
    from app.client.replay.main import main  # noqa: PLC0415 - see the rule above
    from app.client.replay.options import ReplayOptions  # noqa: PLC0415
    from app.client.replay.simulation.terms import terms_of  # noqa: PLC0415

    given = terms_given(policies, terms, opening_units=opening_stock)

    options = ReplayOptions(
        file=file,
        url=url,
        key=key,
        connections=connections,
        location=location,
        opening_units=opening_stock,
        limit=limit,
        patience_seconds=patience,
        report=report,
        is_quiet=quiet,
        terms=None if given is None else terms_of(policies, **given),
    )
    raise SystemExit(main(options))

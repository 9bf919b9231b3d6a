"""`stockpulse reorder`: what a running server would order, and why; or ordering it now.

Rule: only click is imported here, so that `--help` stays quick.
"""

from pathlib import Path

import click

from app.cli.text import TEXT


@click.command()
@click.option("--dry-run", is_flag=True, help="Print what would be ordered and why, and order nothing.")
@click.option(
    "--review",
    is_flag=True,
    help="Do what the server does once a day: measure demand, let levels go by it, and order for PERIODIC levels whose "
    "review date is today.",
)
@click.option(
    "--location", "locations", type=TEXT, multiple=True, help="Only levels at this location; may be repeated."
)
@click.option("--sku", "skus", type=TEXT, multiple=True, help="Only levels of this item; may be repeated.")
@click.option("--url", type=TEXT, default="http://127.0.0.1:8000/graphql", show_default=True, help="GraphQL endpoint.")
@click.option(
    "--patience",
    type=click.FloatRange(min=0),
    default=60,
    show_default=True,
    help="Seconds to wait for a server that is away before giving up.",
)
@click.option(
    "--report", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write the table as JSON, too."
)
@click.option("--quiet", is_flag=True, help="Print the closing sentence only.")
def reorder(
    *,
    dry_run: bool,
    review: bool,
    locations: tuple[str, ...],
    skus: tuple[str, ...],
    url: str,
    patience: float,
    report: Path | None,
    quiet: bool,
) -> None:
    """Order what levels need by their policies, or print it with --dry-run.

    The server orders by itself as soon as a level is short. So a dry run mostly shows what nobody offers, what is
    waited for but not due yet, what was not ordered yet at this very moment, and with --review what the next review
    would do. Running it twice orders nothing twice.
    """
    from app.client.reorder.main import ReorderOptions, main  # noqa: PLC0415 - see the rule above

    if report is not None and not report.absolute().parent.is_dir():
        raise click.BadParameter(f"{report.parent} is no directory.", param_hint="--report")
    options = ReorderOptions(
        is_dry=dry_run,
        is_review=review,
        locations=locations,
        skus=skus,
        url=url,
        patience_seconds=patience,
        report=report,
        is_quiet=quiet,
    )
    raise SystemExit(main(options))

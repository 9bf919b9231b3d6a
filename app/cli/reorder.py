"""`stockpulse reorder`: what a running server would order, and why; or ordering it now.

Rule: only click is imported here, so that `--help` stays quick.
"""

from pathlib import Path

import click

from app.cli.options.client import key_option, levels_options, patience_option, quiet_option, report_option, url_option


@click.command()
@click.option("--dry-run", is_flag=True, help="Print what would be ordered and why, and order nothing.")
@click.option(
    "--review",
    is_flag=True,
    help="Do what the server does once a day: measure demand, set the numbers of DEMAND_BASED levels by it, and order "
    "for PERIODIC levels whose review date is today.",
)
@levels_options
@url_option()
@key_option()
@patience_option()
@report_option("Write the table as JSON, too.")
@quiet_option("Print the closing sentence only.")
def reorder(
    *,
    dry_run: bool,
    review: bool,
    locations: tuple[str, ...],
    skus: tuple[str, ...],
    url: str,
    key: str | None,
    patience: float,
    report: Path | None,
    quiet: bool,
) -> None:
    """Order what levels need by their policies, or print it with --dry-run.

    The server orders automatically as soon as a level is short. So a dry run mostly shows what no supplier offers, what
    is waited for but not due yet, what was not ordered yet at this very moment, and with --review what the next review
    would do. Running it twice orders nothing twice.
    """
    from app.client.reorder.main import ReorderOptions, main  # noqa: PLC0415 - see the rule above

    options = ReorderOptions(
        is_dry=dry_run,
        is_review=review,
        locations=locations,
        skus=skus,
        url=url,
        key=key,
        patience_seconds=patience,
        report=report,
        is_quiet=quiet,
    )
    raise SystemExit(main(options))

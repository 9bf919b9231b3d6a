"""`stockpulse reconcile`: proves that what is recorded agrees.

Rule: only click is imported here, so that `--help` stays quick.
"""

from pathlib import Path

import click

from app.cli.options.client import quiet_option
from app.cli.settings import settings_of
from app.cli.text import TEXT


@click.command()
@click.option("--sku", type=TEXT, help="Only levels of this item.")
@click.option("--location", type=TEXT, help="Only levels at this location.")
@click.option(
    "--data-dir", type=click.Path(path_type=Path), help="Directory of the embedded database. [STOCKPULSE_DATA_DIR]"
)
@click.option(
    "--repair",
    is_flag=True,
    help="Rebuild what is derived from other records: fields of levels and documents that only lists filter by, and "
    "kept totals. Never counts, the ledger, or what people decided.",
)
@click.option("--json", "is_json", is_flag=True, help="Print a line of JSON for each difference, and one at the end.")
@quiet_option("Show no progress.")
def reconcile(
    *, sku: str | None, location: str | None, data_dir: Path | None, repair: bool, is_json: bool, quiet: bool
) -> None:
    """Prove that the ledger, levels, open documents, alerts and totals agree.

    The command reads the database that the settings name (as `stockpulse serve` does: STOCKPULSE_MONGO_URL, or else the
    embedded database of STOCKPULSE_DATA_DIR), beside running servers or without any. Nothing is locked, and changes
    that are made meanwhile are no differences: what belongs together is read at one moment, and a difference is read
    twice before it is reported.

    The exit code is 0 if everything agrees, or was rebuilt by --repair; 1 if something differs; 2 if it could not be
    compared.
    """
    from app.server.commands.reconcile import ReconcileOptions  # noqa: PLC0415 - see the rule above
    from app.server.commands.reconcile import reconcile as run  # noqa: PLC0415
    from app.services.reconciliation.ports import BooksFilter  # noqa: PLC0415

    options = ReconcileOptions(
        where=BooksFilter(sku=sku, location=location), is_repair=repair, is_json=is_json, is_quiet=quiet
    )
    raise SystemExit(run(settings_of(data_dir=data_dir), options))

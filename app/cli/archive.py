"""`stockpulse archive`: moves old ledger lines to Parquet files.

Rule: only click is imported here, so that `--help` stays quick.
"""

from datetime import UTC, datetime
from pathlib import Path

import click

from app.cli.options.client import quiet_option
from app.cli.settings import settings_of


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--before", type=click.DateTime(["%Y-%m-%d"]), help="Move lines recorded before this day of UTC.")
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Print how many lines would be moved; change nothing.")
@click.option("--verify", "is_verify", is_flag=True, help="Prove that the archive and the ledger are one.")
@click.option(
    "--data-dir", type=click.Path(path_type=Path), help="Directory of the embedded database. [STOCKPULSE_DATA_DIR]"
)
@quiet_option("Show no progress.")
def archive(
    *, folder: Path, before: datetime | None, is_dry_run: bool, is_verify: bool, data_dir: Path | None, quiet: bool
) -> None:
    """Move ledger lines that are older than two years from the database to Parquet files in FOLDER, or prove them.

    The command works on the database that the settings name, beside running servers or without any. Each file is on
    disk, read back and noted before the first of its lines is deleted; run the command again if it was interrupted.
    Of each level the last lines stay, at least the newest one and the last sale, so that levels, `reconcile` and
    insight are as before. FOLDER is the same for all runs: an archive has one place.
    """
    from app.server.commands.archive import archive as run  # noqa: PLC0415 - see the rule above
    from app.server.commands.archive import prove  # noqa: PLC0415

    if is_verify is not (before is None) or (is_verify and is_dry_run):
        raise click.UsageError("Give either --before or --verify.")
    settings = settings_of(data_dir=data_dir)
    if before is None:
        raise SystemExit(prove(settings, folder, is_quiet=quiet))
    day = before.replace(tzinfo=UTC)
    raise SystemExit(run(settings, folder, before=day, is_dry_run=is_dry_run, is_quiet=quiet))

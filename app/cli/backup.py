"""`stockpulse backup` and `stockpulse rebuild`: what the database knows, out of it and in again.

Rule: only click is imported here, so that `--help` stays quick.
"""

from pathlib import Path

import click

from app.cli.options.client import quiet_option
from app.cli.settings import settings_of

_FOLDER = click.Path(path_type=Path)
_data_dir = click.option("--data-dir", type=_FOLDER, help="Directory of the embedded database. [STOCKPULSE_DATA_DIR]")


@click.group()
def backup() -> None:
    """Write and prove backups, of which `stockpulse rebuild` makes the database again."""


@backup.command()
@click.argument("folder", type=_FOLDER)
@_data_dir
@quiet_option("Show no progress.")
def create(*, folder: Path, data_dir: Path | None, quiet: bool) -> None:
    """Write a backup into FOLDER, which does not exist yet.

    The command reads the database that the settings name, beside running servers or without any, as of one moment:
    everything that was acknowledged before it began is in the backup. It contains what no other record says; levels,
    totals and rankings follow from the ledger. It has everything but secrets in the clear: keep it as you keep the
    database.
    """
    from app.server.commands.backup import create as run  # noqa: PLC0415 - see the rule above

    raise SystemExit(run(settings_of(data_dir=data_dir), folder, is_quiet=quiet))


@backup.command()
@click.argument("folder", type=_FOLDER)
@quiet_option("Show no progress.")
def verify(*, folder: Path, quiet: bool) -> None:
    """Prove that the files of a backup are complete and unchanged. No database is needed."""
    from app.server.commands.backup import verify as run  # noqa: PLC0415

    raise SystemExit(run(folder, is_quiet=quiet))


@click.command()
@click.argument("folder", type=_FOLDER, required=False)
@click.option("--levels", "is_levels", is_flag=True, help="Make only the levels anew, from the ledger that is there.")
@_data_dir
@quiet_option("Show no progress.")
def rebuild(*, folder: Path | None, is_levels: bool, data_dir: Path | None, quiet: bool) -> None:
    """Make an empty database from the backup in FOLDER, or, with --levels, the levels from their ledger.

    Stop all server processes before. The backup is proven before anything is written. Until the end the database is
    marked, and no server starts on it; run the command again if it was interrupted. It ends with the proof of
    `stockpulse reconcile`, and its exit code.
    """
    from app.server.commands.backup import rebuild as run  # noqa: PLC0415
    from app.server.commands.backup import rebuild_levels  # noqa: PLC0415

    if (folder is None) is not is_levels:
        raise click.UsageError("Give either the folder of a backup or --levels.")
    settings = settings_of(data_dir=data_dir)
    if folder is None:
        raise SystemExit(rebuild_levels(settings, is_quiet=quiet))
    raise SystemExit(run(settings, folder, is_quiet=quiet))

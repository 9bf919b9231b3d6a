"""`stockpulse migrate`: brings a database up to date without serving it.

Rule: only click is imported here, so that `--help` stays quick.
"""

from pathlib import Path

import click

from app.cli.options.client import quiet_option
from app.cli.settings import settings_of


@click.command()
@click.option(
    "--plan",
    "is_plan",
    is_flag=True,
    help="Say what would be done, with how many documents are left and how long that may take, and change nothing.",
)
@click.option(
    "--data-dir", type=click.Path(path_type=Path), help="Directory of the embedded database. [STOCKPULSE_DATA_DIR]"
)
@click.option("--json", "is_json", is_flag=True, help="Print a line of JSON for each step, and one at the end.")
@quiet_option("Show no progress.")
def migrate(*, is_plan: bool, data_dir: Path | None, is_json: bool, quiet: bool) -> None:
    """Bring the database up to this version: collections, indexes and migrations.

    A job of a deployment runs it before new processes start; with STOCKPULSE_MIGRATE=wait or check these change nothing
    themselves. Old processes may go on serving meanwhile, unless the plan says that they cannot. It may be interrupted
    and repeated, and run in several processes at once.

    The exit code is 0 if the database is up to date; 1 if --plan found something to do; 2 if it could not be done.
    """
    from app.server.commands.migrate import MigrateOptions  # noqa: PLC0415 - see the rule above
    from app.server.commands.migrate import migrate as run  # noqa: PLC0415

    options = MigrateOptions(is_plan=is_plan, is_json=is_json, is_quiet=quiet)
    raise SystemExit(run(settings_of(data_dir=data_dir), options))

"""The `stockpulse` command: a table of contents.

Rule: only click is imported here; a command's module is imported when the command runs, and what it does in its body.
"""

from typing import Final

import click

from app.cli.commands import CommandPlaces, CommandSections, LazyGroup
from app.cli.text import print_anything

SECTIONS: Final[CommandSections] = {
    "Server": {
        "serve": (
            "app.cli.serve:serve",
            "Start the server, and a MongoDB and a Redis of its own unless others are configured.",
        ),
        "config": (
            "app.cli.installation:config",
            "Print every setting with its value, secrets hidden.",
        ),
        "secret-key": (
            "app.cli.installation:secret_key",
            "Print a new key for STOCKPULSE_SECRET_KEYS.",
        ),
        "bootstrap-key": (
            "app.cli.installation:bootstrap_key",
            "Print a new API key for STOCKPULSE_BOOTSTRAP_KEY.",
        ),
    },
    "Database": {
        "migrate": (
            "app.cli.migrate:migrate",
            "Bring the database up to this version: collections, indexes and migrations.",
        ),
        "shard": (
            "app.cli.shard:shard",
            "Print or run the commands that divide the database over the shards of a MongoDB cluster.",
        ),
        "reconcile": (
            "app.cli.reconcile:reconcile",
            "Prove that the ledger, levels, open documents, alerts and totals agree.",
        ),
        "backup": (
            "app.cli.backup:backup",
            "Write and prove backups, of which `stockpulse rebuild` makes the database again.",
        ),
        "rebuild": (
            "app.cli.backup:rebuild",
            "Make an empty database from the backup in FOLDER, or, with --levels, the levels from their ledger.",
        ),
        "archive": (
            "app.cli.archive:archive",
            (
                "Move ledger lines that are older than two years from the database to Parquet files in FOLDER, "
                "or prove them."
            ),
        ),
    },
    "Access to a running server": {
        "keys": (
            "app.cli.keys:keys",
            "Make, list, update, rotate and revoke API keys.",
        ),
        "users": (
            "app.cli.users:users",
            "Make, list, update, disable and enable users, and set their passwords.",
        ),
        "roles": (
            "app.cli.roles:roles",
            "Make, list and delete roles.",
        ),
        "documents": (
            "app.cli.documents:documents",
            "Register, list and remove trusted documents.",
        ),
        "audit": (
            "app.cli.audit:audit",
            "Ask who did what.",
        ),
    },
    "Stock of a running server": {
        "import": (
            "app.cli.import_:import_",
            "Take items or counts from a CSV file into a running server.",
        ),
        "export": (
            "app.cli.export:export",
            "Write a list of a running server to a file.",
        ),
        "reorder": (
            "app.cli.reorder:reorder",
            "Order what levels need by their policies, or print it with --dry-run.",
        ),
        "replay": (
            "app.cli.replay:replay",
            "Play a FILE of sales against a running server, and prove that its books agree.",
        ),
        "demo": (
            "app.cli.demo:demo",
            "Play the days of the demo shop in fast motion, so that every page of the dashboard moves.",
        ),
    },
    "Measuring": {
        "bench": (
            "app.cli.bench:bench",
            "Measure a running server.",
        ),
        "soak": (
            "app.cli.soak:soak",
            "Load an installation for hours, harm it on a schedule, and prove each minute that nothing is wrong.",
        ),
    },
}
COMMANDS: Final[CommandPlaces] = {name: place for places in SECTIONS.values() for name, place in places.items()}


@click.group(cls=LazyGroup, sections=SECTIONS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="stockpulse")
def main() -> None:
    """Run Stockpulse, a live inventory server."""
    print_anything()

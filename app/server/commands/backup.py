"""`stockpulse backup` and `stockpulse rebuild`: from the settings to a sentence that says what was done.

Rule: the standard output has the result, and nothing else; progress goes to the standard error.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from app.bootstrap import backup
from app.client.exits import EXIT_INTERRUPTED, CannotWork
from app.client.http.progress_display import ProgressDisplay
from app.config import Settings
from app.domain.failures import ServiceError
from app.embedded import EmbeddedError
from app.server.checks import preflight
from app.server.commands.database import patient_database_of
from app.server.commands.reconcile import ReconcileOptions, reconcile
from app.services.reconciliation.ports import BooksFilter
from app.store.backup.errors import BackupError
from app.store.backup.manifest import Manifest, read_manifest
from app.store.backup.rebuild import Rebuilt

EVERYTHING = ReconcileOptions(where=BooksFilter(), is_repair=False, is_json=False, is_quiet=False)


def create(settings: Settings, folder: Path, *, is_quiet: bool) -> int:
    """Write a backup, and return the exit code. Raises CannotWork."""
    progress = progress_display(is_quiet=is_quiet)
    with failures(progress, folder), patient_database_of(settings) as complete:
        manifest = asyncio.run(backup.create_backup(complete, folder, phase=progress.phase))
        print_line(f"{folder} has {_contents(manifest)}.")
        return 0
    return EXIT_INTERRUPTED


def verify(folder: Path, *, is_quiet: bool) -> int:
    """Prove the checksums of a backup, and return the exit code. Raises CannotWork."""
    progress = progress_display(is_quiet=is_quiet)
    with failures(progress):
        manifest = asyncio.run(backup.verify_backup(folder, phase=progress.phase))
        print_line(f"{folder} is complete and unchanged: {_contents(manifest)}.")
        return 0
    return EXIT_INTERRUPTED


def rebuild(settings: Settings, folder: Path, *, is_quiet: bool) -> int:
    """Make the database from a backup, prove it, and return the exit code. Raises CannotWork."""
    progress = progress_display(is_quiet=is_quiet)
    with failures(progress):
        read_manifest(folder)  # what is no backup is refused before anything is started or waited for
        with patient_database_of(settings, may_be_new=True) as complete:
            rebuilt = asyncio.run(backup.rebuild(complete, folder, phase=progress.phase, report=progress.say))
            print_line(f"{settings.mongo_database} has {_contents(rebuilt.manifest)}.")
            differs = _compared(rebuilt)
            return reconcile(complete, EVERYTHING) or differs
    return EXIT_INTERRUPTED


def rebuild_levels(settings: Settings, *, is_quiet: bool) -> int:
    """Make the levels from the ledger, prove them, and return the exit code. Raises CannotWork."""
    progress = progress_display(is_quiet=is_quiet)
    with failures(progress), patient_database_of(settings) as complete:
        made = asyncio.run(backup.rebuild_levels(complete, phase=progress.phase, report=progress.say))
        print_line(
            f"The ledger makes {made.levels:,} levels: {made.changed:,} were missing or different, and "
            f"{made.removed:,} that it does not know were removed."
        )
        return reconcile(complete, EVERYTHING)
    return EXIT_INTERRUPTED


def _compared(rebuilt: Rebuilt) -> int:
    """Say whether the levels are those that there were; return 1 where they are not."""
    expected, found = rebuilt.manifest.levels, rebuilt.levels
    if expected == found:
        print_line(f"All {found.levels:,} levels that the ledger makes are those that there were.")
        return 0
    print_line(
        f"The ledger makes {found.levels:,} levels that differ from the {expected.levels:,} that there were: "
        "some had been changed in the database by hand. The ledger counts."
    )
    return 1


@contextmanager
def failures(progress: ProgressDisplay, folder: Path | None = None) -> Iterator[None]:
    """Raise CannotWork for what is not our own bug; after Ctrl-C, say so and leave the block.

    Where a file cannot be written and the error names none, its message names the folder.
    """
    try:
        yield
    except (BackupError, EmbeddedError, preflight.PreflightError, ServiceError) as error:
        raise CannotWork(str(error)) from error
    except OSError as error:
        what = error.filename or folder or "A file cannot be written"
        raise CannotWork(f"{what}: {error.strerror or error}.") from error
    except KeyboardInterrupt:
        progress.say("Stopped by Ctrl-C.")


def progress_display(*, is_quiet: bool) -> ProgressDisplay:
    """Return a display on the standard error."""
    return ProgressDisplay(Console(stderr=True), is_quiet=is_quiet)


def _contents(manifest: Manifest) -> str:
    size = sum(each.bytes for each in manifest.collections.values())
    lines = manifest.collections["movements"].documents
    return (
        f"{manifest.documents:,} documents ({size / 1e6:,.1f} MB), among them {lines:,} ledger lines of "
        f"{manifest.levels.levels:,} levels, as of {manifest.moment}"
    )


def print_line(line: str) -> None:
    """Print a line of the result, whole."""
    Console(highlight=False, markup=False, soft_wrap=True).print(line)

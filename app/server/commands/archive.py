"""`stockpulse archive`: from the settings to a sentence that says what was done."""

import asyncio
from datetime import datetime
from pathlib import Path
from types import ModuleType

from app.client.exits import EXIT_INTERRUPTED, CannotWork
from app.config import Settings
from app.domain.time import moment_of
from app.server.commands.backup import failures, print_line, progress_display
from app.server.commands.database import patient_database_of

MAX_SHOWN = 20  # differences that are printed; more do not help


def archive(settings: Settings, folder: Path, *, before: datetime, is_dry_run: bool, is_quiet: bool) -> int:
    """Move old lines to Parquet files, and return the exit code. Raises CannotWork."""
    connecting, progress = _connecting(), progress_display(is_quiet=is_quiet)
    moment = moment_of(before)
    with failures(progress, folder), patient_database_of(settings) as complete:
        if is_dry_run:
            count = asyncio.run(connecting.count_lines(complete, before=moment))
            print_line(f"{count:,} ledger lines would be moved; nothing was changed.")
            return 0
        done = asyncio.run(connecting.archive(complete, folder, before=moment, phase=progress.phase))
        print_line(
            f"Moved {done.lines:,} ledger lines to {done.files:,} files ({done.bytes / 1e6:,.1f} MB) in {folder}."
        )
        return 0
    return EXIT_INTERRUPTED


def prove(settings: Settings, folder: Path, *, is_quiet: bool) -> int:
    """Prove that archive and ledger are one, and return the exit code. Raises CannotWork."""
    connecting, progress = _connecting(), progress_display(is_quiet=is_quiet)
    with failures(progress, folder), patient_database_of(settings) as complete:
        found = asyncio.run(connecting.prove_archive(complete, folder, phase=progress.phase))
        for difference in found.differences[:MAX_SHOWN]:
            print_line(difference)
        compared = f"{found.lines:,} lines of {found.levels:,} levels in {found.files:,} files"
        verdict = (
            f"{len(found.differences):,} differences" if found.differences else "the ledger goes on where they end"
        )
        print_line(f"{compared}: {verdict}.")
        return 1 if found.differences else 0
    return EXIT_INTERRUPTED


def _connecting() -> ModuleType:
    try:
        from app.bootstrap import archive as connecting  # noqa: PLC0415 - pyarrow is an extra
    except ModuleNotFoundError as error:
        if error.name != "pyarrow":
            raise
        raise CannotWork(
            "The archive needs pyarrow; install it in the checkout with: .venv/bin/pip install '.[parquet]'."
        ) from error
    return connecting

"""The outcome of an import in sentences."""

from collections.abc import Iterator
from pathlib import Path

from app.client.files.importing.outcome.tally import ImportTally


def verdict(
    tally: ImportTally, *, is_rehearsal: bool, run: int, is_named: bool, rejects: Path | None, is_whole: bool
) -> Iterator[str]:
    """Yield what became of the rows, or what would, in the run of that number, or the run that `is_named`.

    `rejects` is the file of those that were rejected, if any were written. It `is_whole` if nothing cut it off.
    """
    counts = _would(tally) if is_rehearsal else _did(tally)
    yield f"{tally.rows:,} rows in {tally.seconds:.1f} s ({tally.rows_per_second:,.0f} rows/s): {counts}."
    if is_whole and not tally.rows:
        yield "The file has no rows below its header."
    elif run > 1:
        yield _repeated(tally, is_rehearsal=is_rehearsal, times=run - 1)
    if tally.recorded_before and not is_named and is_whole:
        yield "What an earlier try applied is as it has become since. To set it anew, run the same command again."
    if rejects is not None:
        yield f"The rejected rows are in {rejects}, each with its reasons: mend them there, and import that file."


def _did(tally: ImportTally) -> str:
    before = f"{tally.recorded_before:,} applied by an earlier try, " if tally.recorded_before else ""
    return f"{tally.applied:,} applied, {before}{tally.unchanged:,} unchanged, {tally.rejected:,} rejected"


def _would(tally: ImportTally) -> str:
    new = f" ({tally.new_items:,} of them new items)" if tally.new_items else ""
    return (
        f"{tally.applied:,} would be applied{new}, {tally.unchanged:,} are so already, "
        f"{tally.rejected:,} would be rejected. Nothing was changed"
    )


def _repeated(tally: ImportTally, *, is_rehearsal: bool, times: int) -> str:
    often = "once" if times == 1 else f"{times:,} times"
    if not tally.applied:
        return f"This file was imported {often} before, and nothing of it has moved since."
    was = "would be" if is_rehearsal else "was"
    return f"This file was imported {often} before; what has moved since {was} set to what it says."

"""The outcome of an import in sentences."""

from collections.abc import Iterator
from pathlib import Path

from app.files.importing.tally import Tally

_NOTHING_NEW = (
    "An earlier run or try of this import recorded all that could be applied. Give --run with a name to import the "
    "file anew."
)


def verdict(tally: Tally, *, is_rehearsal: bool, rejects: Path) -> Iterator[str]:
    """Yield what became of the rows, or what would."""
    counts = _would(tally) if is_rehearsal else _did(tally)
    yield f"{tally.rows:,} rows in {tally.seconds:.1f} s ({tally.rows_per_second:,.0f} rows/s): {counts}."
    if tally.recorded_before and not tally.applied:
        yield _NOTHING_NEW
    if tally.rejected:
        yield f"The rejected rows are in {rejects}, each with its reasons: mend them there, and import that file."


def _did(tally: Tally) -> str:
    return (
        f"{tally.applied:,} applied, {tally.recorded_before:,} unchanged because they were recorded before, "
        f"{tally.rejected:,} rejected"
    )


def _would(tally: Tally) -> str:
    new = f" ({tally.new_items:,} of them new items)" if tally.new_items else ""
    return f"{tally.applied:,} would be applied{new}, {tally.rejected:,} would be rejected. Nothing was changed"

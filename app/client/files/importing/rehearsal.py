"""What an import would do: each row is compared with what is recorded, and nothing is sent that changes anything.

Rule: what a rehearsal rejects the import rejects, for the same reasons. What only a transaction can tell, such as units
that are promised, is left to the import.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from app.client.files.importing import requests
from app.client.files.importing.barcode_owners import BarcodeOwners, Owners
from app.client.files.importing.chunks import Chunk
from app.client.files.importing.kind import ImportedRow, ImportTerms, Kind, Present
from app.client.files.importing.outcome.changed_cells import ChangedCells
from app.client.files.importing.outcome.rejects import Rejects
from app.client.files.importing.outcome.row_warnings import RowWarnings
from app.client.files.importing.outcome.tally import ImportTally
from app.client.files.importing.reading.rows import Reject, Row, reason_of
from app.client.http.retrying_client import RetryingClient
from app.domain.errors import Archived, InventoryError, UnknownLocation

MAX_LOCATIONS_KEPT = 10_000  # a file names few locations, and each many times

IsArchived = bool | None  # None where the server does not know it


class Rehearsal:
    """One import that is not done."""

    def __init__(
        self,
        kind: Kind,
        *,
        terms: ImportTerms,
        tally: ImportTally,
        rejects: Rejects,
        changes: ChangedCells,
        warnings: RowWarnings,
        barcodes: BarcodeOwners,
    ) -> None:
        self._kind, self._terms, self._barcodes = kind, terms, barcodes
        self._tally, self._rejects, self._changes, self._warnings = tally, rejects, changes, warnings
        self._locations: dict[str, IsArchived] = {}

    async def look(self, client: RetryingClient, chunk: Chunk, *, name: int | str) -> None:
        """Take note of what would become of a chunk, whatever its `name`. Raises CannotGoOn."""
        codes = {row.entry.location for row in chunk.rows if row.entry.location is not None}
        locations = await self._known_locations(client, codes)
        rejects = list(chunk.rejects)
        for start in range(0, len(chunk.rows), requests.ENTRIES_PER_QUESTION):
            rows = chunk.rows[start : start + requests.ENTRIES_PER_QUESTION]
            owners = await self._barcodes.asked(client, rows)
            data = await client.ask(requests.present([row.entry for row in rows], self._kind))
            for number, row in enumerate(rows):
                item, level = data[f"i{number}"], data.get(f"l{number}")
                reject = self._rejected(row, item, level, locations, owners)
                if reject is None:
                    self._note(row, item, level)
                else:
                    rejects.append(reject)
        self._tally.rejected += len(rejects)
        self._rejects.add(rejects)

    def _rejected(
        self,
        row: Row,
        item: Present | None,
        level: Present | None,
        locations: Mapping[str, IsArchived],
        owners: Owners,
    ) -> Reject | None:
        stale = row.entry.stale_error(item if row.entry.location is None else level, self._terms)
        error = _error_of(row.entry, item, locations, winds_down=row.entry.winds_down(level))
        if error is None and stale is None:
            error = row.entry.loss_error(item) or self._barcodes.error_of(row, owners)
        if error is not None:
            return Reject(row.record, [reason_of(self._kind, error.message, error.field)])
        return None if stale is None else Reject(row.record, [stale])

    def _note(self, row: Row, item: Present | None, level: Present | None) -> None:
        present = item if row.entry.location is None else level
        differences = list(row.entry.differences(present))
        self._barcodes.change_hands(row, before=(item or {}).get("barcodes", ()))
        self._changes.add(row.record.line, row.entry.name, differences)
        self._warnings.add(row.record.line, list(self._doubted(row)))
        self._tally.new_items += item is None
        if differences or present is None:
            self._tally.applied += 1
        else:
            self._tally.unchanged += 1

    def _doubted(self, row: Row) -> Iterator[str]:
        """Yield what may be a slip in a row, as far as the file alone tells."""
        if row.twin is not None and row.entry.location is None:
            what = f"{row.entry.name} differs from what stands in line {row.twin}"
            yield f"{what} in case, width or the form of signs only."
        yield from (reason_of(self._kind, each.message, each.field) for each in row.entry.warnings())

    async def _known_locations(self, client: RetryingClient, codes: set[str]) -> dict[str, IsArchived]:
        if len(self._locations) > MAX_LOCATIONS_KEPT:
            self._locations.clear()
        known: dict[str, IsArchived] = {}
        for code in codes:
            if code not in self._locations:
                data = await client.ask(requests.location(code))
                self._locations[code] = _is_archived(data["known"])
            known[code] = self._locations[code]
        return known


def _error_of(
    entry: ImportedRow, item: Present | None, locations: Mapping[str, IsArchived], *, winds_down: bool
) -> InventoryError | None:
    if winds_down:
        return None  # there is such a level, and whatever is archived of it may be emptied
    if entry.location is not None and (error := _location_error(entry.location, locations[entry.location])):
        return error
    if item is None:
        return entry.new_item_error()
    if entry.location is not None and _is_archived(item):
        return Archived(kind="item", name=entry.sku, field=("sku",))
    return None


def _is_archived(found: Mapping[str, Any] | None) -> IsArchived:
    return None if found is None else found["isArchived"]


def _location_error(code: str, is_archived: IsArchived) -> InventoryError | None:
    if is_archived is None:
        return UnknownLocation(location=code, field=("location",))
    return Archived(kind="location", name=code, field=("location",)) if is_archived else None

"""What an import would do, as far as that can be told without doing it.

Rule: it reads. The server is asked which items and locations it knows, and nothing else.
"""

from collections.abc import Mapping, Sequence

from app.domain.errors import Archived, InventoryError, UnknownLocation
from app.files.importing import requests
from app.files.importing.chunks import Chunk
from app.files.importing.kind import Entry, Kind
from app.files.importing.rejects import Rejects
from app.files.importing.rows import Reject, reason_of
from app.files.importing.tally import Tally
from app.partner_client.partner import Partner

MAX_LOCATIONS_KEPT = 10_000  # a file names few locations, and each many times

IsArchived = bool | None  # None where the server does not know it


class Rehearsal:
    """One import that is not done."""

    def __init__(self, kind: Kind, *, tally: Tally, rejects: Rejects) -> None:
        self._kind, self._tally, self._rejects = kind, tally, rejects
        self._locations: dict[str, IsArchived] = {}

    async def __call__(self, partner: Partner, chunk: Chunk) -> None:
        """Take note of what would become of a chunk. Raises CannotGoOn."""
        items = await self._items(partner, list({row.entry.sku for row in chunk.rows}))
        codes = {row.entry.location for row in chunk.rows if row.entry.location is not None}
        locations = await self._known_locations(partner, codes)
        rejects = list(chunk.rejects)
        for row in chunk.rows:
            fault = self._fault(row.entry, items, locations)
            if fault is not None:
                rejects.append(Reject(row.record, [reason_of(self._kind, fault.message, fault.field)]))
            elif items[row.entry.sku] is None:
                self._tally.new_items += 1
        self._tally.applied += chunk.count - len(rejects)
        self._tally.rejected += len(rejects)
        self._rejects.add(rejects)

    def _fault(
        self, entry: Entry, items: Mapping[str, IsArchived], locations: Mapping[str, IsArchived]
    ) -> InventoryError | None:
        if entry.location is not None and (fault := _location_fault(entry.location, locations[entry.location])):
            return fault
        if items[entry.sku] is None:
            return entry.new_item_fault()
        if entry.location is not None and items[entry.sku]:
            return Archived(kind="item", name=entry.sku, field=("sku",))
        return None

    async def _items(self, partner: Partner, skus: Sequence[str]) -> dict[str, IsArchived]:
        found: dict[str, IsArchived] = {}
        for start in range(0, len(skus), requests.ITEMS_PER_QUESTION):
            asked = skus[start : start + requests.ITEMS_PER_QUESTION]
            data = await partner.ask(requests.items(asked))
            found.update((sku, _is_archived(data[f"i{number}"])) for number, sku in enumerate(asked))
        return found

    async def _known_locations(self, partner: Partner, codes: set[str]) -> dict[str, IsArchived]:
        if len(self._locations) > MAX_LOCATIONS_KEPT:
            self._locations.clear()
        known: dict[str, IsArchived] = {}
        for code in codes:
            if code not in self._locations:
                data = await partner.ask(requests.location(code))
                self._locations[code] = _is_archived(data["known"])
            known[code] = self._locations[code]
        return known


def _is_archived(found: Mapping[str, bool] | None) -> IsArchived:
    return None if found is None else found["isArchived"]


def _location_fault(code: str, is_archived: IsArchived) -> InventoryError | None:
    if is_archived is None:
        return UnknownLocation(location=code, field=("location",))
    return Archived(kind="location", name=code, field=("location",)) if is_archived else None

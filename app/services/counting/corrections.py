"""Looks up in the ledger which corrections followed the counting of items: by other counts, and by hand."""

from collections.abc import Iterable, Mapping
from itertools import chain

from app.domain.counting.count import Count
from app.domain.counting.count_line import Correction, CountLine, count_line_key
from app.domain.operation import Operation
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.movement import Movement, MovementReason
from app.domain.time import Moment
from app.services.filters import MovementFilter
from app.services.paging import pages
from app.services.ports import DocumentReader, LedgerReader


class Corrections:
    """Reads corrections, which CountLine.outstanding takes into account. Raises Unavailable."""

    def __init__(self, *, ledger: LedgerReader, documents: DocumentReader) -> None:
        self._ledger = ledger
        self._documents = documents

    async def since(self, lines: Iterable[CountLine], levels: Mapping[LevelKey, Level]) -> Mapping[str, Correction]:
        """Return by SKU the corrections of those levels that were corrected after they were counted."""
        found = {
            line: await self._movements(line, until=level.counted_at)
            for line in lines
            if (level := levels.get(line.level_key)) and line.is_corrected(level)
        }
        known_at = await self._known_at(list(chain.from_iterable(found.values())))
        return {
            line.sku: Correction(
                units=sum(movement.change.on_hand for movement in movements),
                until=levels[line.level_key].counted_at,
                is_newer=any(known_at[movement] > line.counted_at for movement in movements),
            )
            for line, movements in found.items()
        }

    async def _movements(self, line: CountLine, *, until: Moment) -> list[Movement]:
        """Return the movements of reason COUNT of a level since it was counted for this line."""
        where = MovementFilter(
            sku=line.sku,
            location=line.location,
            reason=MovementReason.COUNT,
            since=Moment(line.entries[-1].corrected_at + 1),
            until=Moment(until + 1),
        )
        return [
            movement
            async for page in pages(lambda page: self._ledger.movements(where, page=page))
            for movement in page.nodes
        ]

    async def _known_at(self, movements: list[Movement]) -> Mapping[Movement, Moment]:
        """Return when each movement's count was seen by people: when it was counted, not when it was posted."""
        if not movements:
            return {}
        operations = await self._ledger.operations(list({movement.operation_id for movement in movements}))
        counts = {movement: _count_of(operations[movement.operation_id]) for movement in movements}
        ids = [count_line_key(count.id, at.after.key.sku).id for at, count in counts.items() if count is not None]
        lines = await self._documents.documents(CountLine, ids)
        moments = {}
        for movement, count in counts.items():
            said = operations[movement.operation_id].info.occurred_at
            if count is None:
                moments[movement] = movement.recorded_at if said is None else min(said, movement.recorded_at)
            else:
                line = lines[count_line_key(count.id, movement.after.key.sku).id]
                moments[movement] = line.counted_at if line.entries else count.posting_at or movement.recorded_at
        return moments


def _count_of(operation: Operation) -> Count | None:
    """Return the count that an operation posted, None for other operations."""
    return next((each for each in operation.documents if isinstance(each, Count)), None)

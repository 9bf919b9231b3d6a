"""Reads visible movements, and of operations what is visible."""

from collections.abc import AsyncIterator, Mapping, Sequence

from msgspec import structs

from app.domain.document import DocumentKey
from app.domain.excerpt import Extent
from app.domain.operation import Operation
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import Movement
from app.services.filters import MovementFilter
from app.services.limited.sight import Sight, page_of_visible
from app.services.page_cursor import KeysetPosition
from app.services.paging import Page, PageRequest, pages
from app.services.ports import LedgerReader

_PART = 50  # operations, whose documents may have a thousand lines each


class LimitedLedger:
    """LedgerReader of visible movements. An operation has no others.

    Where nothing of it is visible, it exists for the actor alone that recorded it.
    """

    def __init__(self, ledger: LedgerReader, *, sight: Sight) -> None:
        self._ledger = ledger
        self._sight = sight

    async def movements_at(self, versions: Sequence[tuple[LevelKey, int]]) -> Mapping[tuple[LevelKey, int], Movement]:
        seen = await self._sight.levels(key for key, _ in versions)
        asked = [(key, version) for key, version in versions if key in seen]
        return await self._ledger.movements_at(asked) if asked else {}

    async def movements(self, where: MovementFilter, *, page: PageRequest) -> Page[Movement]:
        async def read(there: MovementFilter, asked: PageRequest) -> Page[Movement]:
            return await self._ledger.movements(there, page=asked)

        return await page_of_visible(read, where, page=page, sight=self._sight, keep=self._seen)

    async def count_movements(self, where: MovementFilter) -> int:
        return await self._ledger.count_movements(await self._sight.narrowed(where))

    async def operations(
        self, ids: Sequence[str], *, extent: Extent | None = None, asked_by: str | None = None
    ) -> Mapping[str, Operation]:
        """Read them whole, whatever the extent: the part that is asked for may not be visible."""
        found = await self._ledger.operations(ids)
        return {
            operation.id: operation
            for operation in await self._all_shown(list(found.values()))
            if operation.levels or operation.documents or operation.info.actor == asked_by
        }

    async def operations_of(
        self, document: DocumentKey, *, page: PageRequest, extent: Extent | None = None
    ) -> Page[Operation]:
        """Read them whole, as `operations` does: what the document was then may not be visible."""
        nodes: list[Operation] = []
        positions: list[KeysetPosition] = []
        async for found in self._whole(document, after=page.after):
            for operation, position in zip(await self._all_shown(found.nodes), found.positions, strict=True):
                if operation.levels or operation.documents:
                    nodes.append(operation)
                    positions.append(position)
            if len(nodes) > page.first:
                break
        shown = slice(page.first)
        return Page(
            nodes=tuple(nodes[shown]),
            positions=tuple(positions[shown]),
            order="NEWEST",
            has_next=0 < page.first < len(nodes),
        )

    async def count_operations_of(self, document: DocumentKey) -> int:
        """Return how many are visible, by reading all of them."""
        visible = 0
        async for found in self._whole(document):
            shown = await self._all_shown(found.nodes)
            visible += sum(1 for operation in shown if operation.levels or operation.documents)
        return visible

    async def movements_of(self, operations: Sequence[Operation]) -> Sequence[tuple[Movement, ...]]:
        seen = await self._sight.levels(key for operation in operations for key, _ in operation.levels)
        return await self._ledger.movements_of([await self._shown(operation, seen) for operation in operations])

    async def _seen(self, movements: Sequence[Movement]) -> Sequence[Movement]:
        items = await self._sight.items(line.after.key.sku for line in movements)
        return [line for line in movements if line.after.key.sku in items]

    def _whole(self, document: DocumentKey, *, after: KeysetPosition | None = None) -> AsyncIterator[Page[Operation]]:
        return pages(lambda page: self._ledger.operations_of(document, page=page), size=_PART, after=after)

    async def _all_shown(self, operations: Sequence[Operation]) -> list[Operation]:
        seen = await self._sight.levels(key for operation in operations for key, _ in operation.levels)
        return [await self._shown(operation, seen) for operation in operations]

    async def _shown(self, operation: Operation, seen: frozenset[LevelKey]) -> Operation:
        """Return what is visible of an operation. Its refusals are its caller's, and may name anything."""
        levels = tuple((key, version) for key, version in operation.levels if key in seen)
        documents = tuple(await self._sight.documents(operation.documents))
        info = operation.info if levels or documents else structs.replace(operation.info, reverses=None)
        return structs.replace(operation, info=info, levels=levels, documents=documents, refusals=())

"""Reads the ledger: movements, the newest first, and the operations that they belong to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from msgspec import structs

from app.domain.document import DocumentKey
from app.domain.excerpt import Extent
from app.domain.operation import Operation
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import Movement
from app.services.concurrency.time_slices import in_turns
from app.services.filters import MovementFilter
from app.services.page_cursor import KeysetPosition
from app.services.paging import Page, PageRequest
from app.store.driver.client import BsonDocument, Collection, Database, Session
from app.store.driver.failures import raises_unavailable
from app.store.keyset_paging import count, page_of, read_page
from app.store.mapping import names
from app.store.mapping.excerpts import LongList, excerpts, is_read_in_parts, parts
from app.store.mapping.ledger import movement_id, movement_of
from app.store.mapping.operations import OPERATION_WITHOUT_DOCUMENTS, operation_of
from app.store.mapping.raw_documents import decoded, undecoded
from app.store.queries.level_lines import lines_at
from app.store.queries.movements import LEDGER_ORDER, movement_index, movement_query
from app.store.queries.operations import NEWEST_PUBLISHED, OF_DOCUMENT, operations_of
from app.store.readers.ledger.merged_movements import MERGED, count_merged, newest_merged
from app.store.readers.ledger.operations import stored_operations

_LEVELS = (LongList("levels"),)


class MongoLedger:
    """LedgerReader over MongoDB."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._movements = database[names.MOVEMENTS]

    @raises_unavailable
    async def movements_at(self, versions: Sequence[tuple[LevelKey, int]]) -> Mapping[tuple[LevelKey, int], Movement]:
        found = await self._movements.find(lines_at(versions), batch_size=len(versions) + 1, hint="_id_").to_list(None)
        return {(line.after.key, line.after.version): line for line in await in_turns(found, movement_of)}

    @raises_unavailable
    async def movements(self, where: MovementFilter, *, page: PageRequest) -> Page[Movement]:
        hint = movement_index(where)
        if hint in MERGED:
            lines = await newest_merged(self._database, where, page=page, hint=hint)
            return await page_of(lines, page=page, order="NEWEST", position=_position, build=movement_of)
        return await read_page(
            self._movements,
            movement_query(where),
            sort=LEDGER_ORDER,
            page=page,
            order="NEWEST",
            position=_position,
            build=movement_of,
            hint=hint,
        )

    @raises_unavailable
    async def count_movements(self, where: MovementFilter) -> int:
        hint = movement_index(where)
        if hint in MERGED:
            return await count_merged(self._database, where, hint=hint)
        return await count(self._movements, movement_query(where))

    @raises_unavailable
    async def operations(
        self, ids: Sequence[str], *, extent: Extent | None = None, asked_by: str | None = None
    ) -> Mapping[str, Operation]:
        stored = await stored_operations(self._database, ids, shown=_shown(extent))
        return {operation.id: operation for operation in await in_turns(stored, _built(extent))}

    @raises_unavailable
    async def operations_of(
        self, document: DocumentKey, *, page: PageRequest, extent: Extent | None = None
    ) -> Page[Operation]:
        found = await read_page(
            undecoded(self._database[names.OPERATIONS]),
            operations_of(document),
            sort=NEWEST_PUBLISHED,
            page=page,
            order="NEWEST",
            position=_unread,
            build=_built(extent),
            projection=_shown(extent),
            hint=OF_DOCUMENT,
        )
        return replace(found, positions=tuple((operation.published_at or 0,) for operation in found.nodes))

    @raises_unavailable
    async def count_operations_of(self, document: DocumentKey) -> int:
        return await count(self._database[names.OPERATIONS], operations_of(document))

    @raises_unavailable
    async def movements_of(self, operations: Sequence[Operation]) -> Sequence[tuple[Movement, ...]]:
        return await read_movements(self._movements, operations)


async def read_movements(
    movements: Collection, operations: Sequence[Operation], *, session: Session | None = None
) -> Sequence[tuple[Movement, ...]]:
    """Read the movements of each operation that are not archived, in the order of its lines."""
    ids = [[movement_id(key, version) for key, version in operation.levels] for operation in operations]
    wanted = list(chain.from_iterable(operation.levels for operation in operations))
    found = await movements.find(lines_at(wanted), batch_size=len(wanted) + 1, hint="_id_", session=session).to_list(
        None
    )
    by_id = dict(zip((line["_id"] for line in found), await in_turns(found, movement_of), strict=True))
    return [tuple(by_id[identity] for identity in of_one if identity in by_id) for of_one in ids]


def _position(document: BsonDocument) -> KeysetPosition:
    return (document["recorded_at"], document["writer"])


def _unread(_: BsonDocument) -> KeysetPosition:
    return ()  # the built operation has it, without decoding the bytes once more


def _shown(extent: Extent | None) -> BsonDocument | None:
    """Return the projection of operations with documents of their own; None for all of them."""
    return None if extent is None else {**OPERATION_WITHOUT_DOCUMENTS, **parts(_LEVELS, extent)}


def _built(extent: Extent | None) -> Callable[[BsonDocument], Operation]:
    """Return what builds operations that were read to this extent."""

    def build(raw: BsonDocument) -> Operation:
        document = decoded(raw)
        operation = operation_of(document)
        if extent is None or not is_read_in_parts(document, _LEVELS):  # what stands in the ledger is read whole
            return operation
        return structs.replace(operation, **excerpts(operation, document, _LEVELS, extent))

    return build

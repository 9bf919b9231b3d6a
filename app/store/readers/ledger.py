"""Reads the ledger: movements newest first, and the operations behind them."""

from collections.abc import Mapping, Sequence
from itertools import chain

from app.domain.excerpt import Extent
from app.domain.operation import Operation
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import Movement
from app.services.filters import MovementFilter
from app.services.paging import KeysetPosition, Page, PageRequest
from app.services.turns import in_turns
from app.store.bson_documents import SHOWN_OF_OPERATION, movement_id, movement_of, operation_of
from app.store.client import BsonDocument, Collection, Database, Session
from app.store.driver_failures import unavailable_on_failure
from app.store.excerpts import LongList, excerpted, parts
from app.store.keyset_paging import count, read_page
from app.store.queries.text_forms import in_any_form
from app.store.raw_documents import decoded, undecoded

_LEVELS = (LongList("levels"),)
_NEWEST_FIRST = [("recorded_at", -1), ("writer", -1)]


@unavailable_on_failure
class MongoLedger:
    """See LedgerReader."""

    def __init__(self, database: Database) -> None:
        self._movements = database["movements"]
        self._operations = database["operations"]

    async def movements_at(self, versions: Sequence[tuple[LevelKey, int]]) -> Mapping[tuple[LevelKey, int], Movement]:
        ids = [movement_id(key, version) for key, version in versions]
        found = await self._movements.find({"_id": {"$in": ids}}, batch_size=len(ids) + 1).to_list(None)
        return {(line.after.key, line.after.version): line for line in await in_turns(found, movement_of)}

    async def movements(self, where: MovementFilter, *, page: PageRequest) -> Page[Movement]:
        return await read_page(
            self._movements,
            movement_query(where),
            sort=_NEWEST_FIRST,
            page=page,
            order="NEWEST",
            position=_position,
            build=movement_of,
            hint=_index(where),
        )

    async def count_movements(self, where: MovementFilter) -> int:
        return await count(self._movements, movement_query(where))

    async def operations(self, ids: Sequence[str], *, extent: Extent | None = None) -> Mapping[str, Operation]:
        shown = None if extent is None else {**SHOWN_OF_OPERATION, **parts(_LEVELS, extent)}
        stored = undecoded(self._operations).find({"_id": {"$in": list(ids)}}, shown, batch_size=len(ids) + 1)

        def build(raw: BsonDocument) -> Operation:
            document = decoded(raw)
            operation = operation_of(document)
            return operation if extent is None else excerpted(operation, document, _LEVELS, extent)

        return {operation.id: operation for operation in await in_turns(await stored.to_list(None), build)}

    async def movements_of(self, operations: Sequence[Operation]) -> Sequence[tuple[Movement, ...]]:
        return await read_movements(self._movements, operations)


async def read_movements(
    movements: Collection, operations: Sequence[Operation], *, session: Session | None = None
) -> Sequence[tuple[Movement, ...]]:
    """Read the movements of each operation, in the order of its lines."""
    ids = [[movement_id(key, version) for key, version in operation.levels] for operation in operations]
    wanted = list(chain.from_iterable(ids))
    found = await movements.find({"_id": {"$in": wanted}}, batch_size=len(wanted) + 1, session=session).to_list(None)
    by_id = dict(zip((line["_id"] for line in found), await in_turns(found, movement_of), strict=True))
    return [tuple(by_id[identity] for identity in of_one) for of_one in ids]


def movement_query(where: MovementFilter) -> BsonDocument:
    """Return the query of a filter."""
    query: BsonDocument = {}
    for name in ("sku", "location", "reference"):
        if (value := getattr(where, name)) is not None:
            query[name] = in_any_form(value)
    if where.reason is not None:
        query["reason"] = where.reason.value
    bounds = {"$gte": where.since, "$lt": where.until}
    if window := {operator: moment for operator, moment in bounds.items() if moment is not None}:
        query["recorded_at"] = window
    return query


def _index(where: MovementFilter) -> str:
    """Return the index that has the order of the list, by what narrows it most.

    Left to choose, the server prefers the one that insight reads by level, and sorts in memory.
    """
    narrowing = {"reference": "newest_of_reference", "sku": "newest_of_sku", "location": "newest_at_location"}
    for name, index in narrowing.items():
        if getattr(where, name) is not None:
            return index
    return "newest" if where.reason is None else "newest_for_reason"


def _position(document: BsonDocument) -> KeysetPosition:
    return (document["recorded_at"], document["writer"])

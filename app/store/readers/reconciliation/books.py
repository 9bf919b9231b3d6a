"""Reads the books of levels: each level with the sums of its lines and of the documents that count in it.

Rule: all of a chunk is read in one snapshot. A chunk is bounded by levels and by lines, so that it takes little memory
here and far less time than the server keeps a snapshot for; the lines themselves never leave the server.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import pymongo

from app.domain.reconciliation.level_books import LevelBooks
from app.domain.stock.level import Level, LevelKey
from app.services.concurrency.time_slices import in_turns
from app.services.reconciliation.ports import BooksChunk, BooksFilter
from app.store.driver.client import BsonDocument, Client, Database, Session, aggregated, snapshot
from app.store.driver.failures import raises_unavailable
from app.store.mapping import names
from app.store.mapping.catalog import item_fields_on_level, item_of
from app.store.mapping.ledger import movement_of
from app.store.mapping.levels import derived_fields, level_id, level_of
from app.store.queries.level_lines import BY_LEVEL, lines_at
from app.store.readers.reconciliation.books_sums import (
    held_by_reservations,
    line_sums,
    line_sums_of,
    on_purchase_orders,
    on_transfers,
)

CHUNK_LEVELS = 1_000  # 2 MB
CHUNK_LINES = 500_000  # some 5 s of the server; a level that has more is a chunk of its own
READ_SECONDS = 240  # for all reads of a chunk: within the 300 s for which the server keeps a snapshot

_UNREADABLE = (AssertionError, KeyError, TypeError, ValueError)  # what a record raises that breaks the rules of levels


class MongoBooks:
    """BooksReader over MongoDB."""

    def __init__(
        self,
        client: Client,
        database: Database,
        *,
        chunk_levels: int = CHUNK_LEVELS,
        chunk_lines: int = CHUNK_LINES,
    ) -> None:
        self._client, self._database = client, database
        self._chunk_levels, self._chunk_lines = chunk_levels, chunk_lines
        self._levels = database[names.LEVELS]

    @raises_unavailable
    async def count_levels(self, where: BooksFilter) -> int:
        if where.is_whole:
            return await self._levels.estimated_document_count()
        with pymongo.timeout(READ_SECONDS):
            return await self._levels.count_documents(_query(where))

    @raises_unavailable
    async def chunk(self, where: BooksFilter, *, after: str | None) -> BooksChunk:
        with pymongo.timeout(READ_SECONDS):
            async with snapshot(self._client) as session:
                stored, until = await self._stored(where, after, session)
                bounds = _query(where, after=after, until=until)
                return BooksChunk(books=await self._books(stored, bounds, session), until=until)

    @raises_unavailable
    async def books_of(self, key: LevelKey) -> LevelBooks:
        with pymongo.timeout(READ_SECONDS):
            async with snapshot(self._client) as session:
                bounds: BsonDocument = {"sku": key.sku, "location": key.location}
                stored = await self._levels.find(bounds, session=session).to_list(None)
                found = await self._books(stored, bounds, session)
        return next((each for each in found if each.key == key), LevelBooks(key=key))

    async def _stored(
        self, where: BooksFilter, after: str | None, session: Session
    ) -> tuple[list[BsonDocument], str | None]:
        """Return the levels of the next items, and the last of these items if others follow."""
        limit = self._chunk_levels + 1
        page = await self._levels.find(
            _query(where, after=after),
            sort=[("sku", 1), ("location", 1)],
            limit=limit,
            batch_size=limit + 1,
            hint="by_sku" if where.location is None else "by_location",
            session=session,
        ).to_list(None)
        last = page[-1]["sku"] if len(page) == limit else None
        whole = [document for document in page if document["sku"] != last]
        fitting = _within_lines(whole, limit=self._chunk_lines)
        if last is None and len(fitting) == len(page):
            return page, None
        if fitting:
            return fitting, fitting[-1]["sku"]
        sku = page[0]["sku"]  # has more levels than a chunk
        return await self._levels.find(_query(where) | {"sku": sku}, hint="by_sku", session=session).to_list(None), sku

    async def _books(
        self, stored: Sequence[BsonDocument], bounds: BsonDocument, session: Session
    ) -> Sequence[LevelBooks]:
        """Return the books of these levels, and of those of which other records tell that lie within the bounds."""
        found = {LevelKey(document["sku"], document["location"]): document for document in stored}
        lines = await self._line_sums(bounds, session)
        after = await self._levels_after(found, session)
        units = await self._units(found, bounds, session)
        alerts = await self._open_alerts(bounds, session)
        items = await self._item_fields({key.sku for key in found}, session)

        def books(key: LevelKey) -> LevelBooks:
            document = found.get(key)
            level, unreadable = (None, None) if document is None else _read(document)
            derived: Mapping[str, tuple[object, object]] = {}
            if document is not None and level is not None:
                derived = wrong_fields(document, derived_fields(level) | items.get(key.sku, {}))
            return LevelBooks(
                key=key,
                level=level,
                unreadable=unreadable,
                lines=line_sums_of(lines.get(key), after=after.get(key)),
                units=units.get(key, {}),
                open_alerts=alerts.get(key, {}),
                derived=derived,
            )

        return await in_turns(sorted({*found, *lines, *units, *alerts}), books)

    async def _line_sums(self, bounds: BsonDocument, session: Session) -> dict[LevelKey, BsonDocument]:
        pipeline = [{"$match": bounds}, *line_sums()] if bounds else line_sums()
        movements = self._database[names.MOVEMENTS]
        found = await aggregated(movements, pipeline, hint=BY_LEVEL, session=session)
        return {_key(row["_id"]): row for row in found}

    async def _levels_after(self, found: Mapping[LevelKey, BsonDocument], session: Session) -> dict[LevelKey, Level]:
        """Return each level after the line of its version, of the lines that are there and can be read."""
        where = lines_at((key, document.get("version", 0)) for key, document in found.items())
        movements = self._database[names.MOVEMENTS]
        lines = movements.find(where, batch_size=len(found) + 1, hint="_id_", session=session)
        stored = await lines.to_list(None)
        levels = await in_turns(stored, _level_after)
        return {level.key: level for level in levels if level is not None}

    async def _units(
        self, found: Mapping[LevelKey, BsonDocument], bounds: BsonDocument, session: Session
    ) -> dict[LevelKey, Counter[str]]:
        """Return the units of open documents by level, where there are any."""
        units: defaultdict[LevelKey, Counter[str]] = defaultdict(Counter)
        reservations = self._database[names.RESERVATIONS]
        for pipeline, hint in held_by_reservations(map(level_id, found)):
            for row in await aggregated(reservations, pipeline, hint=hint, session=session):
                units[_key(row["_id"])].update(reserved=row["held"], backordered=row["waiting"])
        for row in await aggregated(self._database[names.TRANSFERS], on_transfers(bounds), session=session):
            by = row["_id"]
            units[LevelKey(by["sku"], by["destination"])].update(incoming=row["outstanding"], planned=row["proposed"])
            units[LevelKey(by["sku"], by["source"])].update(pledged=row["proposed"])
        for row in await aggregated(self._database[names.PURCHASE_ORDERS], on_purchase_orders(bounds), session=session):
            units[_key(row["_id"])].update(incoming=row["ordered"], planned=row["drafted"])
        location = bounds.get("location")  # transfers also name their other end
        return {
            key: of_one for key, of_one in units.items() if any(of_one.values()) and location in (None, key.location)
        }

    async def _open_alerts(self, bounds: BsonDocument, session: Session) -> defaultdict[LevelKey, dict[str, str]]:
        alerts: defaultdict[LevelKey, dict[str, str]] = defaultdict(dict)
        query = {**bounds, "state": "OPEN"}
        shown = {"sku": 1, "location": 1, "type": 1}
        hint = "newest_of_sku" if "sku" in bounds else "newest_in_state"
        for each in await self._database[names.ALERTS].find(query, shown, hint=hint, session=session).to_list(None):
            alerts[_key(each)][each["_id"]] = each["type"]
        return alerts

    async def _item_fields(self, skus: set[str], session: Session) -> dict[str, BsonDocument]:
        items = self._database[names.ITEMS]
        stored = await items.find({"_id": {"$in": list(skus)}}, batch_size=len(skus) + 1, session=session).to_list(None)
        fields = await in_turns(stored, lambda document: item_fields_on_level(item_of(document)))
        return {document["_id"]: of_one for document, of_one in zip(stored, fields, strict=True)}


def wrong_fields(document: BsonDocument, expected: BsonDocument) -> dict[str, tuple[object, object]]:
    """Return the fields that are not as expected: what is expected, and what is there. None stands for no field."""
    return {
        name: (value, document.get(name))
        for name, value in expected.items()
        if (document.get(name) or None if value is None else document.get(name)) != value
    }


def _within_lines(whole: list[BsonDocument], *, limit: int) -> list[BsonDocument]:
    """Return the levels of the first items that together have so many lines at most, of one item at least."""
    lines, first = 0, whole[0]["sku"] if whole else None
    for index, document in enumerate(whole):
        lines += document.get("version", 0)
        if lines > limit and document["sku"] != first:
            begin = document["sku"]
            return [each for each in whole[:index] if each["sku"] != begin]
    return whole


def _query(where: BooksFilter, *, after: str | None = None, until: str | None = None) -> BsonDocument:
    query: BsonDocument = {}
    if where.sku is not None:
        query["sku"] = where.sku
    elif between := {name: sku for name, sku in (("$gt", after), ("$lte", until)) if sku is not None}:
        query["sku"] = between
    if where.location is not None:
        query["location"] = where.location
    return query


def _read(document: BsonDocument) -> tuple[Level | None, str | None]:
    try:
        return level_of(document), None
    except _UNREADABLE as error:
        return None, f"a record that is no level: {type(error).__name__} {error}"[:200]


def _level_after(document: BsonDocument) -> Level | None:
    try:
        return movement_of(document).after
    except _UNREADABLE:
        return None


def _key(row: BsonDocument) -> LevelKey:
    return LevelKey(row["sku"], row["location"])

"""Keeps the pages of the audit, one document each.

Rule: a page is inserted and read, and never changed; `remove_through` is the only way in which one goes.
"""

from collections.abc import AsyncIterator, Collection
from typing import Final

import pymongo
from msgspec import MsgspecError
from pymongo import DESCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from app.domain.audit.entry import entry_of
from app.domain.audit.page import MAX_SPAN_MICROS, AuditPage, Head, is_indexed
from app.domain.time import Moment
from app.services.audit.audit_log import ENTRIES, PAGES
from app.services.audit.filters import AuditFilter
from app.services.audit.ports import PlacedEntry, StoredPage
from app.services.background.heartbeat import beat
from app.services.page_cursor import KeysetPosition
from app.services.paging import Page, PageRequest
from app.store.driver.client import BsonDocument, Database
from app.store.driver.failures import raises_unavailable
from app.store.mapping import names

READ_SECONDS = 20  # a combination that hardly any entry has is found by reading the pages of its rarest term
MAX_ANSWER_CHARACTERS = 4 * 1024 * 1024  # of pages that are read at once; one has much less
REMOVED_AT_ONCE = 1_000  # pages

RULES: Final[BsonDocument] = {
    "$jsonSchema": {
        "bsonType": "object",
        "required": ["day", "written_at", "writer", "previous", "hash", "lines", "first_at", "last_at", "terms"],
        "properties": {"_id": {"bsonType": ["int", "long"], "minimum": 1}},
    }
}
BY_TIME: Final = "by_time"
BY_TERM: Final = "by_term"
BY_DAY: Final = "by_day"
_NEWEST: Final = [("first_at", DESCENDING), ("_id", DESCENDING)]
INDEXES: Final = [
    IndexModel(_NEWEST, name=BY_TIME),
    IndexModel([("terms", 1), *_NEWEST], name=BY_TERM),
    IndexModel([("day", 1), ("_id", 1)], name=BY_DAY),
]
_HEAD: Final = {"hash": 1, "day": 1, "written_at": 1}


class MongoAuditPages:
    """AuditPages over MongoDB."""

    def __init__(self, database: Database) -> None:
        self._pages = database[names.AUDIT_PAGES]

    @raises_unavailable
    async def head(self) -> Head:
        found = await self._pages.find_one({}, _HEAD, sort=[("_id", DESCENDING)])
        return Head() if found is None else _head(found)

    @raises_unavailable
    async def hash_of(self, number: int) -> str | None:
        found = await self._pages.find_one({"_id": number}, {"hash": 1})
        return None if found is None else str(found["hash"])

    @raises_unavailable
    async def add(self, page: AuditPage, *, first_at: Moment, last_at: Moment, terms: Collection[str]) -> bool:
        document: BsonDocument = {
            "_id": page.number,
            "day": page.day,
            "written_at": page.written_at,
            "writer": page.writer,
            "previous": page.previous,
            "hash": page.hash,
            "lines": list(page.lines),
            "first_at": first_at,
            "last_at": last_at,
            "terms": sorted(terms),
        }
        try:
            await self._pages.insert_one(document)
        except DuplicateKeyError:
            return False
        return True

    @raises_unavailable
    async def entries(self, where: AuditFilter, *, page: PageRequest) -> Page[PlacedEntry]:
        found: list[tuple[KeysetPosition, PlacedEntry]] = []
        if page.first == 0:
            return Page(nodes=(), positions=(), order=ENTRIES, has_next=False)
        with pymongo.timeout(READ_SECONDS):
            async for document in self._documents(where, page.after):
                beat()
                found += _matching(document, where, after=page.after)
                if len(found) > page.first:
                    break
        shown = found[: page.first]
        return Page(
            nodes=tuple(placed for _, placed in shown),
            positions=tuple(position for position, _ in shown),
            order=ENTRIES,
            has_next=len(found) > page.first,
        )

    @raises_unavailable
    async def count(self, where: AuditFilter) -> int:
        found = 0
        with pymongo.timeout(READ_SECONDS):
            async for document in self._documents(where, None):
                beat()
                found += len(_matching(document, where, after=None))
        return found

    @raises_unavailable
    async def count_pages(self) -> int:
        return await self._pages.count_documents({})

    async def _documents(self, where: AuditFilter, after: KeysetPosition | None) -> AsyncIterator[BsonDocument]:
        query, hint = entries_query(where, after=after)
        cursor = self._pages.find(query, {"lines": 1, "day": 1, "first_at": 1}, sort=_NEWEST, hint=hint, batch_size=20)
        async for document in cursor:
            yield document

    @raises_unavailable
    async def pages(self, *, page: PageRequest) -> Page[StoredPage]:
        query = {"_id": {"$gt": page.after[0] if page.after else 0}}
        found: list[StoredPage] = []
        size = 0
        async for document in self._pages.find(query, sort=[("_id", 1)], limit=page.first + 1, batch_size=20):
            beat()
            found.append(_stored(document))
            size += sum(len(line) for line in found[-1].page.lines)
            if size > MAX_ANSWER_CHARACTERS:
                break
        shown = found[: page.first] if size <= MAX_ANSWER_CHARACTERS else found[:-1]
        return Page(
            nodes=tuple(shown),
            positions=tuple((each.page.number,) for each in shown),
            order=PAGES,
            has_next=len(found) > len(shown),
        )

    @raises_unavailable
    async def last_before(self, day: str) -> Head | None:
        newest = [("day", DESCENDING), ("_id", DESCENDING)]
        found = await self._pages.find_one({"day": {"$lt": day}}, _HEAD, sort=newest, hint=BY_DAY)
        return None if found is None else _head(found)

    @raises_unavailable
    async def remove_through(self, number: int) -> int:
        removed = 0
        while (
            oldest := await self._pages.find_one({"_id": {"$lte": number}}, {"_id": 1}, sort=[("_id", 1)])
        ) is not None:
            through = min(number, oldest["_id"] + REMOVED_AT_ONCE - 1)
            removed += (await self._pages.delete_many({"_id": {"$lte": through}})).deleted_count
            beat()
        return removed


def entries_query(where: AuditFilter, *, after: KeysetPosition | None = None) -> tuple[BsonDocument, str]:
    """Return the query of the pages that may have matching entries, and the name of its index."""
    query: BsonDocument = {}
    if where.terms:
        rarest, *others = where.terms
        query["terms"] = rarest
        if others:
            query["$and"] = [{"terms": each} for each in others]
    first_at: BsonDocument = {}
    if where.until is not None:
        first_at["$lt"] = where.until
    if where.since is not None:  # a page does not last longer
        first_at["$gte"] = where.since - MAX_SPAN_MICROS
    if after is not None:
        first_at["$lte"] = after[0]
    if first_at:
        query["first_at"] = first_at
    return query, BY_TERM if where.terms else BY_TIME


def _matching(
    document: BsonDocument, where: AuditFilter, *, after: KeysetPosition | None
) -> list[tuple[KeysetPosition, PlacedEntry]]:
    """Return the matching entries of a page behind a position, the newest first."""
    found: list[tuple[KeysetPosition, PlacedEntry]] = []
    number, day = document["_id"], document["day"]
    for index, line in reversed(list(enumerate(document["lines"]))):
        position = (document["first_at"], number, index)
        if after is not None and position >= after:
            continue
        try:
            entry = entry_of(line)
        except MsgspecError:
            continue  # it was changed in the database, which verification reports
        if where.matches(entry):
            found.append((position, PlacedEntry(number, day, index, entry)))
    return found


def _head(document: BsonDocument) -> Head:
    return Head(document["_id"], document["hash"], document["day"], Moment(document["written_at"]))


def _stored(document: BsonDocument) -> StoredPage:
    page = AuditPage(
        number=document["_id"],
        day=document["day"],
        written_at=Moment(document["written_at"]),
        writer=document["writer"],
        previous=document["previous"],
        lines=tuple(document["lines"]),
    )
    found = is_indexed(page.lines, first_at=document.get("first_at"), terms=document.get("terms") or ())
    return StoredPage(page, document["hash"], found)

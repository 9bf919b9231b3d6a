"""Reads documents of every kind."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Generic, TypeVar

from app.domain.document import Document as DomainDocument
from app.domain.document import DocumentKind
from app.domain.excerpt import Extent
from app.services.concurrency.time_slices import in_turns
from app.services.filters import DocumentFilter
from app.services.page_cursor import KeysetPosition
from app.services.paging import Page, PageRequest
from app.store.driver.client import BsonDocument, Collection, Database
from app.store.driver.failures import raises_unavailable
from app.store.keyset_paging import count, read_page
from app.store.mapping.document_mapping import DOCUMENT_MAPPINGS, from_bson
from app.store.mapping.excerpts import excerpts, projection, without_lengths
from app.store.mapping.raw_documents import decoded, undecoded
from app.store.queries.newest_first import NEWEST_FIRST

D = TypeVar("D", bound=DomainDocument)


class MongoDocuments:
    """DocumentReader over MongoDB."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @raises_unavailable
    async def documents(self, kind: type[D], ids: Sequence[str], *, extent: Extent | None = None) -> Mapping[str, D]:
        reading = _Reading(kind, extent)
        collection = undecoded(self._of(kind.kind))
        where = {"_id": {"$in": list(ids)}, **DOCUMENT_MAPPINGS[kind.kind].shard_key(ids)}
        found = collection.find(where, reading.projection, batch_size=len(ids) + 1, hint="_id_")
        built = await in_turns(await found.to_list(None), reading.built)
        return {document.id: document for document in built}

    @raises_unavailable
    async def page_of_documents(
        self, where: DocumentFilter[D], *, page: PageRequest, extent: Extent | None = None
    ) -> Page[D]:
        kind: type[D] = DOCUMENT_MAPPINGS[where.kind].type  # type: ignore[assignment] # of the filter's own kind
        reading = _Reading(kind, extent)
        found = await read_page(
            undecoded(self._of(where.kind)),
            DOCUMENT_MAPPINGS[where.kind].query(where),
            sort=NEWEST_FIRST,
            page=page,
            order="NEWEST",
            position=_unread,
            build=reading.built,
            projection=reading.projection,
            hint=DOCUMENT_MAPPINGS[where.kind].hint(where),
        )
        return replace(found, positions=tuple((document.created_at, document.id) for document in found.nodes))

    @raises_unavailable
    async def count_documents(self, where: DocumentFilter[D]) -> int:
        return await count(self._of(where.kind), DOCUMENT_MAPPINGS[where.kind].query(where))

    def _of(self, kind: DocumentKind) -> Collection:
        return self._database[DOCUMENT_MAPPINGS[kind].collection]


class _Reading(Generic[D]):
    """How documents of a kind are read: whole or in excerpts."""

    def __init__(self, kind: type[D], extent: Extent | None) -> None:
        self._kind, self._extent = kind, extent
        self._lists = DOCUMENT_MAPPINGS[kind.kind].long if extent is not None else ()
        self.projection = projection(kind, self._lists, extent) if self._lists and extent is not None else None

    def built(self, stored: BsonDocument) -> D:
        """Return the document of what was read."""
        stored = decoded(stored)
        document = from_bson(self._kind.kind, without_lengths(stored, self._lists) if self._lists else stored)
        assert isinstance(document, self._kind)
        if not self._lists or self._extent is None:
            return document
        return replace(document, **excerpts(document, stored, self._lists, self._extent))


def _unread(_: BsonDocument) -> KeysetPosition:
    return ()  # the built document has it, without decoding the bytes once more

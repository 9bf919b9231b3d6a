"""Reads documents of every kind. See DocumentReader."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from app.domain.document import Document as DomainDocument
from app.domain.document import DocumentKind
from app.services.document_reader import DocumentFilter
from app.services.paging import Page, PageRequest, Position
from app.store.client import Collection, Database, Document
from app.store.failures import unavailable_on_failure
from app.store.filing import SHELVES, unfiled
from app.store.paging import count, read_page

NEWEST_FIRST = [("created_at", -1), ("_id", -1)]

D = TypeVar("D", bound=DomainDocument)


@unavailable_on_failure
class MongoDocuments:
    """See DocumentReader."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def documents(self, kind: type[D], ids: Sequence[str]) -> Mapping[str, D]:
        """See DocumentReader."""
        found = self._of(kind.kind).find({"_id": {"$in": list(ids)}}, batch_size=len(ids) + 1)
        return {stored["_id"]: _built(kind, stored) for stored in await found.to_list(None)}

    async def page_of_documents(self, where: DocumentFilter[D], *, page: PageRequest) -> Page[D]:
        """See DocumentReader."""
        kind: type[D] = SHELVES[where.kind].type  # type: ignore[assignment] # of the filter's own kind

        def build(stored: Document) -> D:
            return _built(kind, stored)

        return await read_page(
            self._of(where.kind),
            SHELVES[where.kind].query(where),
            sort=NEWEST_FIRST,
            page=page,
            order="NEWEST",
            position=_position,
            build=build,
            hint=SHELVES[where.kind].hint(where),
        )

    async def count_documents(self, where: DocumentFilter[D]) -> int:
        """See DocumentReader."""
        return await count(self._of(where.kind), SHELVES[where.kind].query(where))

    def _of(self, kind: DocumentKind) -> Collection:
        return self._database[SHELVES[kind].collection]


def _built(kind: type[D], stored: Document) -> D:
    document = unfiled(kind.kind, stored)
    assert isinstance(document, kind)
    return document


def _position(stored: Document) -> Position:
    return (stored["created_at"], stored["_id"])

"""Reads the present state of what an operation of the past has changed (ADR 24).

Rule: a repeated request is answered with its first outcome, and with the present state of what it changed.
"""

from app.domain.document import Document, DocumentKey
from app.domain.operation import Operation
from app.domain.outcome import Present
from app.services.ports import DocumentReader, LevelReader


class PresentReader:
    """Reads the levels and documents of operations. Raises Unavailable."""

    def __init__(self, *, levels: LevelReader, documents: DocumentReader) -> None:
        self._levels = levels
        self._documents = documents

    async def of(self, operation: Operation) -> Present:
        """Return the present state of what the operation changed: one read for levels, one per kind of document."""
        ids: dict[type[Document], list[str]] = {}
        for document in operation.documents:
            ids.setdefault(type(document), []).append(document.id)
        keys = list(dict.fromkeys(key for key, _ in operation.levels))
        documents: dict[DocumentKey, Document] = {}
        for kind, some in ids.items():
            documents |= {found.key: found for found in (await self._documents.documents(kind, some)).values()}
        return Present(levels=await self._levels.levels_at(keys) if keys else {}, documents=documents)

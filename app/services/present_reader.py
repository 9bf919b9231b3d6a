"""Reads what an operation of the past has changed, as it is now (ADR 24).

Rule: who repeats a request is told what it did then, and how things stand today.
"""

from app.domain.command_batch import Present
from app.domain.document import Document, DocumentKey
from app.domain.operation import Operation
from app.services.ports import DocumentReader, LevelReader


class PresentReader:
    """Reads the levels and documents of operations. Raises Unavailable."""

    def __init__(self, *, levels: LevelReader, documents: DocumentReader) -> None:
        self._levels = levels
        self._documents = documents

    async def of(self, operation: Operation) -> Present:
        """Return what the operation changed: one read for its levels, and one for each kind of its documents."""
        ids: dict[type[Document], list[str]] = {}
        for document in operation.documents:
            ids.setdefault(type(document), []).append(document.id)
        keys = list(dict.fromkeys(key for key, _ in operation.levels))
        documents: dict[DocumentKey, Document] = {}
        for kind, some in ids.items():
            documents |= {found.key: found for found in (await self._documents.documents(kind, some)).values()}
        return Present(levels=await self._levels.levels_at(keys) if keys else {}, documents=documents)

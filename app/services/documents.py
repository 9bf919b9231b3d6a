"""Use cases of documents, whatever their kind."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from app.domain.document import Document
from app.domain.excerpt import Extent
from app.services.ports import DocumentReader

D = TypeVar("D", bound=Document)


class Documents:
    """Reads documents to which others refer. Raises Unavailable."""

    def __init__(self, *, documents: DocumentReader) -> None:
        self._documents = documents

    async def by_id(self, kind: type[D], ids: Sequence[str], *, extent: Extent | None = None) -> Mapping[str, D]:
        """Return the documents of a kind that exist, by id; with an extent, perhaps no more of each than that."""
        return await self._documents.documents(kind, ids, extent=extent)

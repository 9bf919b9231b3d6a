"""The port through which documents are read, whatever their kind."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol, TypeVar

from app.domain.document import Document, DocumentKind
from app.domain.excerpt import Extent
from app.services.paging import Page, PageRequest

D = TypeVar("D", bound=Document)
Reads_co = TypeVar("Reads_co", bound=Document, covariant=True)


class DocumentFilter(Protocol[Reads_co]):
    """What a list of one kind is narrowed to. Lists, counts and feeds go by the same filter."""

    kind: ClassVar[DocumentKind]

    def matches(self, document: Any, /) -> bool:  # noqa: ANN401 - a document of the kind
        """Tell whether a document of the kind is in the list."""


class DocumentReader(Protocol):
    """Reads documents. All methods raise Unavailable.

    With an `extent` they read of long lists no more than it asks for: what they return is to be shown, and must not be
    decided on. Of kinds that have no long list, and of stores that hold documents as they are, it narrows nothing.
    """

    async def documents(self, kind: type[D], ids: Sequence[str], *, extent: Extent | None = None) -> Mapping[str, D]:
        """Return the documents of a kind that exist, by id."""

    async def page_of_documents(
        self, where: DocumentFilter[D], *, page: PageRequest, extent: Extent | None = None
    ) -> Page[D]:
        """Return a page of documents, the newest first. Positions are (created_at, id)."""

    async def count_documents(self, where: DocumentFilter[D]) -> int:
        """Return how many documents match."""

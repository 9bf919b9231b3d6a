"""The present versions of documents, for a feed of their changes.

Rule: what a feed shows of a document is never older than what it showed of it before.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Generic, TypeVar

from app.domain.document import Document
from app.domain.time import NEVER
from app.services.live.patient_read import when_available
from app.services.ports import DocumentReader

D = TypeVar("D", bound=Document)


class NewestDocuments(Generic[D]):
    """Looks for newer versions than those of a batch, where there may be some. Belongs to one feed or stream."""

    def __init__(self, documents: DocumentReader) -> None:
        self._documents = documents
        self.read_until = NEVER  # a version that was changed later is newer than any that was read

    def is_to_be_read(self, changed: Sequence[D], *, is_late: bool) -> bool:
        """Tell whether there may be newer versions than the last of these, which are in their order.

        `is_late` says that there may be some for other reasons.
        """
        return bool(changed) and (is_late or any(each.changed_at <= self.read_until for each in changed))

    async def of(self, changed: Sequence[D]) -> Mapping[str, D]:
        """Return each of these documents, by id: in its last version, or one that is newer and was read."""
        newest = {document.id: document for document in changed}
        read = partial(self._documents.documents, type(changed[0]), list(newest))
        for found in (await when_available(read)).values():
            if found.version > newest[found.id].version:
                newest[found.id] = found
                self.read_until = max(self.read_until, found.changed_at)
        return newest

    def absorb(self, other: "NewestDocuments[D]") -> None:
        """Show nothing that is older than what another one has read."""
        self.read_until = max(self.read_until, other.read_until)

"""The present versions of documents, for a feed of their changes.

Rule: what a feed shows of a document is never older than what it showed of it before.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Generic, TypeVar

from app.domain.document import Document
from app.domain.time import NEVER
from app.services.live.ledger_feed import when_available
from app.services.ports import DocumentReader

D = TypeVar("D", bound=Document)


class NewestDocuments(Generic[D]):
    """Looks for newer versions than those of a batch, where there may be some. Belongs to one feed."""

    def __init__(self, documents: DocumentReader) -> None:
        self._documents = documents
        self._read_until = NEVER  # a version that was changed later is newer than any that was read

    async def of(self, changed: Sequence[D], *, is_late: bool) -> Mapping[str, D]:
        """Return each of the documents, by id: in the last version of the batch, or one that is newer.

        `changed` are versions in their order; `is_late` says that there may be newer ones.
        """
        newest = {document.id: document for document in changed}
        if not newest or not (is_late or any(each.changed_at <= self._read_until for each in newest.values())):
            return newest
        read = partial(self._documents.documents, type(changed[0]), list(newest))
        for found in (await when_available(read)).values():
            if found.version > newest[found.id].version:
                newest[found.id] = found
                self._read_until = max(self._read_until, found.changed_at)
        return newest

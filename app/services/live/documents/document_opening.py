"""What a subscriber of documents gets before it shares the stream: a snapshot, and what came since.

It follows the ledger from before the first page of the snapshot is read: a change that no page shows comes from the
ledger, and one that a page showed is not sent again.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Generic, TypeVar

from app.domain.document import Document
from app.domain.live.events import DocumentEvent, DocumentEventKind
from app.services.background.cancellation import raise_if_cancelled
from app.services.filters import DocumentFilter
from app.services.live.documents.document_offset import DocumentOffset, SnapshotProgress
from app.services.live.documents.document_source import DocumentSource, event_of
from app.services.live.ledger.ledger_feed import follow_ledger
from app.services.live.ledger.ledger_stream import LedgerStream
from app.services.live.ledger.shared_tail import SharedTail
from app.services.live.ports import LedgerTail
from app.services.live.stream import Entry
from app.services.paging import Page, PageRequest, pages
from app.services.ports import DocumentReader

PAGE_DOCUMENTS = 50  # each may have a thousand lines, and takes up to 10 ms to build

D = TypeVar("D", bound=Document)


class DocumentOpening(Generic[D]):
    """An Opening of documents: those that match, or what came after an offset.

    It ends where the stream stands at the same offset. It covers the versions that its snapshot showed.
    """

    def __init__(
        self,
        stream: LedgerStream[DocumentEvent[D]],
        source: DocumentSource[D],
        *,
        where: DocumentFilter[D],
        name: str,
        after: DocumentOffset | None,
        documents: DocumentReader,
        ledger: LedgerTail,
        tail: SharedTail,
    ) -> None:
        """`name` is that of the list."""
        self.position = stream.end
        self._stream = stream
        self._source = source
        self._where = where
        self._name = name
        self._after = after
        self._documents = documents
        self._ledger = ledger
        self._tail = tail

    async def batches(self) -> AsyncGenerator[Sequence[DocumentEvent[D]], None]:
        after = self._after
        steps = follow_ledger(
            None if after is None else after.offset, ledger=self._ledger, tail=self._tail, until=self._stream
        )
        async with aclosing(steps) as found:
            start = after or DocumentOffset(offset=(await anext(found)).after)
            if after is None or after.shown is not None:
                async with aclosing(self._snapshot(start)) as shown:
                    async for events in shown:
                        yield events
            async for step in found:
                changes = self._source.events(step)
                if not isinstance(changes, Sequence):
                    changes = await changes
                if changes:
                    yield changes
            self.position = self._stream.end  # nothing was awaited since the two stood at one offset
            shared = self._stream.source
            assert isinstance(shared, DocumentSource)
            shared.take_over(self._source)

    def covers(self, entry: Entry[DocumentEvent[D]]) -> bool:
        return self._source.selection.has_shown(entry.event.recorded)

    @property
    def is_over(self) -> bool:
        selection, offset = self._source.selection, self._stream.offset
        return not selection.is_anything_shown or (offset is not None and offset.base > selection.last_shown)

    async def _snapshot(self, start: DocumentOffset) -> AsyncGenerator[Sequence[DocumentEvent[D]], None]:
        async def read(page: PageRequest) -> Page[D]:
            return await self._documents.page_of_documents(self._where, page=page)

        async for page in pages(read, size=PAGE_DOCUMENTS, after=start.end_of_shown):
            raise_if_cancelled()
            events: list[DocumentEvent[D]] = []
            for document in page.nodes:
                self._source.selection.show(document, base=start.offset.base)
                here = replace(start, shown=SnapshotProgress(self._name, document.created_at, document.id))
                events.append(event_of(DocumentEventKind.SNAPSHOT, document, cause=None, cursor=here.cursor))
            yield events

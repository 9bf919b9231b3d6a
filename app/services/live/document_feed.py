"""The feed of documents of one kind for one subscriber: a snapshot, then every change, without a gap and resumable.

The feed follows the ledger from before the first page of the snapshot is read: a change that no page shows comes from
the ledger, and one that a page showed is not sent again.

Rule: each version is sent once and in order, together with the newest known version of its document: a late event shows
the present document, not a past one.
"""

from collections.abc import AsyncGenerator, Collection, Iterator, Mapping
from contextlib import aclosing
from dataclasses import replace
from hashlib import blake2b
from typing import Any, TypeVar

from app.domain.access.visibility import EVERYTHING, Visibility
from app.domain.document import Document, DocumentKind
from app.domain.live.events import DocumentEvent, DocumentEventKind
from app.services.access.visible_items import VisibleItems
from app.services.cancellation import raise_if_cancelled
from app.services.filters import DocumentFilter
from app.services.live.document_offset import DocumentOffset, PartialOperation, SnapshotProgress
from app.services.live.document_selection import MAX_DOCUMENTS_REMEMBERED, DocumentSelection
from app.services.live.ledger_feed import LedgerStep, follow_ledger, when_available
from app.services.live.newest_documents import NewestDocuments
from app.services.live.ports import LedgerTail
from app.services.live.shared_tail import SharedTail
from app.services.paging import Page, PageRequest, pages
from app.services.ports import DocumentReader

PAGE_DOCUMENTS = 50  # each may have a thousand lines, and takes up to 10 ms to build

D = TypeVar("D", bound=Document)


async def document_feed(
    where: DocumentFilter[D],
    *,
    within: DocumentFilter[D],
    after: DocumentOffset | None,
    documents: DocumentReader,
    ledger: LedgerTail,
    tail: SharedTail,
    visibility: Visibility = EVERYTHING,
    visible: VisibleItems | None = None,
    remembered_max: int = MAX_DOCUMENTS_REMEMBERED,
) -> AsyncGenerator[DocumentEvent[D], None]:
    """Yield the documents that match, then each change of one, as `Live.documents` promises.

    A version that is not visible is left out, also the one with which a document leaves the sight.
    """
    selection = DocumentSelection(where, within=within, is_resumed=after is not None, maximum=remembered_max)
    newest = NewestDocuments[D](documents)
    async with aclosing(follow_ledger(after.offset if after else None, ledger=ledger, tail=tail)) as found:
        start = after or DocumentOffset(offset=(await anext(found)).after)
        if after is None or after.shown is not None:
            name = list_name(where, visibility)
            async for event in _snapshot(where, start=start, name=name, documents=documents, selection=selection):
                yield event
        async for step in found:
            selection.pass_by(step.after.base)
            hidden = await _hidden(step, where.kind, visibility=visibility, visible=visible)
            changes = list(_changes(step, where.kind, parts=start.parts, selection=selection, hidden=hidden))
            present = await newest.of([event.recorded for event in changes], is_late=step.is_late)
            for event in changes:
                yield replace(event, document=present[event.recorded.id])


def list_name(where: DocumentFilter[D], visibility: Visibility = EVERYTHING) -> str:
    """Return a name that identifies the list of a filter, as far as a principal sees it."""
    limits = tuple(sorted(each) if each is not None else None for each in (visibility.locations, visibility.categories))
    seen = repr(limits) if visibility.is_limited else ""
    return blake2b(f"{where.kind}{where!r}{seen}".encode(), digest_size=6).hexdigest()


async def _snapshot(
    where: DocumentFilter[D],
    *,
    start: DocumentOffset,
    name: str,
    documents: DocumentReader,
    selection: DocumentSelection[D],
) -> AsyncGenerator[DocumentEvent[D], None]:
    async def read(page: PageRequest) -> Page[D]:
        return await documents.page_of_documents(where, page=page)

    async for page in pages(read, size=PAGE_DOCUMENTS, after=start.end_of_shown):
        raise_if_cancelled()
        for document in page.nodes:
            selection.show(document, base=start.offset.base)
            here = replace(start, shown=SnapshotProgress(name, document.created_at, document.id))
            yield _event(DocumentEventKind.SNAPSHOT, document, cause=None, cursor=here.cursor)


async def _hidden(
    step: LedgerStep, kind: DocumentKind, *, visibility: Visibility, visible: VisibleItems | None
) -> Collection[tuple[str, int]]:
    """Return the ids and versions of the documents in a step that are not visible."""
    if not visibility.is_limited:
        return ()
    changed = [each for operation in step.found.operations for each in operation.documents if each.kind is kind]
    about = {about for each in changed if (about := each.about_item) is not None}
    items = about if visible is None else await when_available(lambda: visible.lately_among(about))
    return {
        (each.id, each.version)
        for each in changed
        if not each.is_within(visibility) or (each.about_item is not None and each.about_item not in items)
    }


def _changes(
    step: LedgerStep,
    kind: DocumentKind,
    *,
    parts: Mapping[str, PartialOperation],
    selection: DocumentSelection[D],
    hidden: Collection[tuple[str, int]],
) -> Iterator[DocumentEvent[D]]:
    reached, gone_past = DocumentOffset(offset=step.after, parts=parts), 0
    operations = step.found.operations
    for index, operation in enumerate(operations):
        changed: tuple[Any, ...] = operation.documents
        past = reached.documents_past(operation)
        for number, document in enumerate(changed[past:], start=past + 1):
            if (
                document.kind is kind
                and not (hidden and (document.id, document.version) in hidden)
                and selection.wants(document)
            ):
                reached, gone_past = (
                    reached.after(*operations[gone_past:index]),
                    index,
                )  # only now: most change others
                cause, cursor = operation.info.kind, reached.within(operation, documents=number).cursor
                yield _event(DocumentEventKind.CHANGE, document, cause=cause, cursor=cursor)


def _event(kind: DocumentEventKind, document: D, *, cause: str | None, cursor: str) -> DocumentEvent[D]:
    return DocumentEvent(kind=kind, recorded=document, document=document, cause=cause, cursor=cursor)

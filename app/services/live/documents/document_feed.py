"""The feed of documents of one kind: a snapshot or what came after a cursor, then every change that is shared."""

from collections.abc import Mapping
from typing import TypeVar

from app.domain.access.visibility import EVERYTHING, Visibility
from app.domain.document import Document
from app.domain.live.events import DocumentEvent
from app.services.access.visible_items import VisibleItems
from app.services.filters import DocumentFilter
from app.services.live.documents.document_offset import DocumentOffset, PartialOperation, document_offset_of
from app.services.live.documents.document_opening import DocumentOpening
from app.services.live.documents.document_selection import MAX_DOCUMENTS_REMEMBERED, DocumentSelection
from app.services.live.documents.document_source import DocumentSource, list_name
from app.services.live.documents.newest_documents import NewestDocuments
from app.services.live.ledger.ledger_stream import LedgerStream
from app.services.live.ledger.resumable_feed import ResumableFeed
from app.services.live.ledger.shared_tail import SharedTail
from app.services.live.ports import LedgerTail
from app.services.live.shared_streams import SharedStreams
from app.services.live.still_visible import StillVisible
from app.services.ports import DocumentReader

MAX_DOCUMENTS_KEPT = 1_000  # of a stream; each may have a thousand lines

D = TypeVar("D", bound=Document)


def document_feed(
    where: DocumentFilter[D],
    *,
    within: DocumentFilter[D],
    after: DocumentOffset | None,
    documents: DocumentReader,
    ledger: LedgerTail,
    tail: SharedTail,
    streams: SharedStreams,
    visibility: Visibility = EVERYTHING,
    visible: VisibleItems | None = None,
    remembered_max: int = MAX_DOCUMENTS_REMEMBERED,
    kept_max: int = MAX_DOCUMENTS_KEPT,
) -> ResumableFeed[DocumentEvent[D], DocumentOffset]:
    """Return the feed of the documents that match, and of each change of one, as `Live.documents` promises."""
    name = list_name(where, visibility)

    def source(parts: Mapping[str, PartialOperation], *, is_resumed: bool) -> DocumentSource[D]:
        return DocumentSource(
            where.kind,
            selection=DocumentSelection(where, within=within, is_resumed=is_resumed, maximum=remembered_max),
            newest=NewestDocuments(documents),
            visibility=visibility,
            visible=visible,
            parts=parts,
        )

    def begin(stream: LedgerStream[DocumentEvent[D]], after: DocumentOffset | None) -> DocumentOpening[D]:
        own = source({} if after is None else after.parts, is_resumed=after is not None)
        return DocumentOpening(
            stream, own, where=where, name=name, after=after, documents=documents, ledger=ledger, tail=tail
        )

    return ResumableFeed(
        key=("documents", where, within, visibility),
        streams=streams,
        start=lambda: LedgerStream(source({}, is_resumed=False), tail=tail, maximum=kept_max),
        after=after,
        begin=begin,
        offset_of=lambda event: document_offset_of(event.cursor, of=name),
        visible=StillVisible(visible, sku_of=lambda event: event.recorded.about_item),
    )

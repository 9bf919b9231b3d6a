"""The events of documents of one kind, for a stream or for the opening of one subscriber.

Rule: each version is sent once and in order, together with the newest known version of its document: a late event shows
the present document, not a past one.
"""

from collections.abc import Collection, Coroutine, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any, Generic, TypeVar

from app.domain.access.visibility import EVERYTHING, Visibility
from app.domain.document import Document, DocumentKind
from app.domain.live.events import DocumentEvent, DocumentEventKind
from app.services.access.visible_items import VisibleItems
from app.services.filters import DocumentFilter
from app.services.live.documents.document_offset import DocumentOffset, PartialOperation
from app.services.live.documents.document_selection import DocumentSelection
from app.services.live.documents.newest_documents import NewestDocuments
from app.services.live.ledger.ledger_feed import LedgerStep
from app.services.live.patient_read import when_available

D = TypeVar("D", bound=Document)

_NOTHING_HIDDEN: Collection[tuple[str, int]] = ()


class DocumentSource(Generic[D]):
    """An EventSource of the documents that are selected.

    A version that is not visible is left out, also the one with which a document leaves the sight. `parts` are those of
    operations that were sent before.
    """

    def __init__(
        self,
        kind: DocumentKind,
        *,
        selection: DocumentSelection[D],
        newest: NewestDocuments[D],
        visibility: Visibility = EVERYTHING,
        visible: VisibleItems | None = None,
        parts: Mapping[str, PartialOperation] | None = None,
    ) -> None:
        self.selection = selection
        self.newest = newest
        self._kind = kind
        self._visibility = visibility
        self._visible = visible
        self._parts = parts or {}

    def events(self, step: LedgerStep) -> Sequence[DocumentEvent[D]] | Coroutine[Any, Any, Sequence[DocumentEvent[D]]]:
        self.selection.pass_by(step.after.base)
        if self._visibility.is_limited:
            return self._limited(step)
        return self._in_newest_versions(step, _NOTHING_HIDDEN)

    def take_over(self, other: "DocumentSource[D]") -> None:
        """Go on for a subscriber that has what another source has sent."""
        self.selection.absorb(other.selection)
        self.newest.absorb(other.newest)

    async def _limited(self, step: LedgerStep) -> Sequence[DocumentEvent[D]]:
        events = self._in_newest_versions(step, await self._hidden(step))
        return events if isinstance(events, Sequence) else await events

    def _in_newest_versions(
        self, step: LedgerStep, hidden: Collection[tuple[str, int]]
    ) -> Sequence[DocumentEvent[D]] | Coroutine[Any, Any, Sequence[DocumentEvent[D]]]:
        changes = list(_changes(step, self._kind, parts=self._parts, selection=self.selection, hidden=hidden))
        if not self.newest.is_to_be_read([event.recorded for event in changes], is_late=step.is_late):
            newest = {event.recorded.id: event.recorded for event in changes}
            return [replace(event, document=newest[event.recorded.id]) for event in changes]
        return self._read_newest(changes)

    async def _read_newest(self, changes: Sequence[DocumentEvent[D]]) -> Sequence[DocumentEvent[D]]:
        present = await self.newest.of([event.recorded for event in changes])
        return [replace(event, document=present[event.recorded.id]) for event in changes]

    async def _hidden(self, step: LedgerStep) -> Collection[tuple[str, int]]:
        """Return the ids and versions of the documents in a step that are not visible."""
        operations = step.found.operations
        changed = [each for operation in operations for each in operation.documents if each.kind is self._kind]
        about = {about for each in changed if (about := each.about_item) is not None}
        visible = self._visible
        items = about if visible is None else await when_available(lambda: visible.lately_among(about))
        return {
            (each.id, each.version)
            for each in changed
            if not each.is_within(self._visibility) or (each.about_item is not None and each.about_item not in items)
        }


def list_name(where: DocumentFilter[D], visibility: Visibility = EVERYTHING) -> str:
    """Return a name that identifies the list of a filter, as far as a principal sees it."""
    limits = tuple(sorted(each) if each is not None else None for each in (visibility.locations, visibility.categories))
    seen = repr(limits) if visibility.is_limited else ""
    return blake2b(f"{where.kind}{where!r}{seen}".encode(), digest_size=6).hexdigest()


def event_of(kind: DocumentEventKind, document: D, *, cause: str | None, cursor: str) -> DocumentEvent[D]:
    """Return the event of a version that is the newest known one."""
    return DocumentEvent(kind=kind, recorded=document, document=document, cause=cause, cursor=cursor)


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
                yield event_of(DocumentEventKind.CHANGE, document, cause=cause, cursor=cursor)

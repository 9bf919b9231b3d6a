"""The documents that one subscriber selects, or all of a stream: what was sent of them, and so what must be sent.

Rule: a document is sent while it matches, and once more when it no longer does, each version at most once.
"""

from collections import OrderedDict
from typing import Generic, TypeVar

from app.domain.document import Document
from app.domain.time import NEVER, Moment
from app.services.filters import DocumentFilter

MAX_DOCUMENTS_REMEMBERED = 10_000  # 1.5 MB; a subscriber to documents watches some hundreds

D = TypeVar("D", bound=Document)


class DocumentSelection(Generic[D]):
    """Decides per version of a document, in the order in which they come.

    `within` is the filter without the facts that may change about a document; where nothing may, no document ever
    leaves it. Otherwise the selection remembers which documents the subscriber has. Where that is unknown, because the
    feed was resumed or there are too many, a document that matches `within` counts as sent: it is sent once in vain
    rather than never.
    """

    def __init__(
        self,
        where: DocumentFilter[D],
        *,
        within: DocumentFilter[D],
        is_resumed: bool,
        maximum: int = MAX_DOCUMENTS_REMEMBERED,
    ) -> None:
        self._where = where
        self._within = within
        self._may_leave = where != within
        self._maximum = maximum
        self.knows_all = not is_resumed
        self.held: OrderedDict[str, bool] = OrderedDict()  # by id; False is kept only unless all are known
        self._shown: dict[str, int] = {}
        self.last_shown = NEVER  # the moment of the latest change that a page showed

    def show(self, document: D, *, base: Moment) -> None:
        """Note that the snapshot shows a version; its change may come later where it is not before `base`."""
        if document.changed_at >= base:
            self._shown[document.id] = document.version
            self.last_shown = max(self.last_shown, document.changed_at)
        if self._may_leave:
            self._note(document.id, is_held=True)

    @property
    def is_anything_shown(self) -> bool:
        """Whether a change of what a page showed may still come."""
        return bool(self._shown)

    def has_shown(self, document: D) -> bool:
        """Tell whether a page showed this version, or a later one."""
        return document.version <= self._shown.get(document.id, 0)

    def absorb(self, other: "DocumentSelection[D]") -> None:
        """Count as sent what another selection does, too. The other one forgets it."""
        if not self._may_leave:
            return
        self.knows_all = self.knows_all and other.knows_all
        for name, is_held in other.held.items():
            if is_held:
                self._note(name, is_held=True)
        other.held.clear()

    def pass_by(self, base: Moment) -> None:
        """Note that no change before this moment comes any more: what the snapshot showed can be forgotten."""
        if base > self.last_shown:
            self._shown.clear()

    def wants(self, document: D) -> bool:
        """Tell whether a version that has just come is to be sent to the subscriber."""
        if self.has_shown(document):
            return False
        is_match = self._where.matches(document)
        return self._is_to_be_sent(document, is_match=is_match) if self._may_leave else is_match

    def _is_to_be_sent(self, document: D, *, is_match: bool) -> bool:
        if is_match:
            self._note(document.id, is_held=True)
            return True
        was_held = self.held.pop(document.id, None)
        if self.knows_all or not self._within.matches(document):
            return was_held is True
        self._note(document.id, is_held=False)
        return document.version > 1 if was_held is None else was_held

    def _note(self, id: str, *, is_held: bool) -> None:
        self.held[id] = is_held
        self.held.move_to_end(id)
        if len(self.held) > self._maximum:
            _, was_held = self.held.popitem(last=False)
            self.knows_all = self.knows_all and not was_held

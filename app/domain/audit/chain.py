"""The walk along the chain of the audit, from its oldest page to its newest.

Rule: to change, remove, add or move a page is to change every later one, up to the head. So each break shows,
except where the whole rest of the chain was written anew or cut off: only a head that was kept elsewhere shows that.
"""

from typing import NamedTuple

from msgspec import MsgspecError

from app.domain.audit.entry import AuditKind, entry_of
from app.domain.audit.page import GENESIS, AuditPage, Head

MAX_BREAKS = 100  # listed; more do not help


class ChainBreak(NamedTuple):
    """Where the chain breaks, and how that shows."""

    number: int
    day: str
    what: str


class ChainWalk:
    """One walk. Give it each page with the hash that is stored beside it, and whether lists find its entries."""

    def __init__(self, *, known: Head | None = None) -> None:
        """`known` is a head that was noted before: it must still be part of the chain."""
        self._known = known
        self.breaks: list[ChainBreak] = []
        self.pages = self.entries = 0
        self.first: AuditPage | None = None
        self.head = Head()
        self._anchors: set[str] = set()
        self._removed_through = ""

    def add(self, page: AuditPage, stored_hash: str, *, is_indexed: bool) -> None:
        """Check the next page."""
        if self.first is None:
            self.first = page
        else:
            self._follow(page)
        if page.hash != stored_hash:
            self._broken(page, "its content was changed: it does not have the hash that is stored with it")
        if not is_indexed:
            self._broken(page, "what it is found by was changed: lists leave entries out")
        for line in page.lines:
            self._read(page, line)
        self.pages += 1
        self.head = Head(page.number, stored_hash, page.day, page.written_at)
        if self._known is not None and self._known.number == page.number and self._known.hash != stored_hash:
            self._broken(page, "it is not the page that was the head once")

    def end(self) -> None:
        """Check the beginning, and that the chain is as long as it was once."""
        if self.first is not None and not self._is_beginning_explained(self.first):
            self._broken(self.first, "the pages before it are missing, and no retention has removed them")
        if self._known is not None:
            self._find(self._known)

    def _find(self, known: Head) -> None:
        """Check that the known head is not beyond an end of the chain: there its page is missing.

        The page right before the first one shows by the hash that the first one continues.
        """
        if known.number > self.head.number:
            self.breaks.append(ChainBreak(known.number, "", "the end is missing: the chain was longer once"))
        elif self.first is not None and known.number < self.first.number:
            if known.number < self.first.number - 1:
                what = "it was removed, so that nothing shows whether the chain continues it: verify with a later head"
                self.breaks.append(ChainBreak(known.number, "", what))
            elif known.hash != self.first.previous:
                self._broken(self.first, "it does not continue the page that was the head once")

    def _follow(self, page: AuditPage) -> None:
        before = self.head
        expected = before.number + 1
        if page.number > expected:
            missing = (
                f"page {expected} is" if page.number == expected + 1 else f"pages {expected} to {page.number - 1} are"
            )
            self._broken(page, f"{missing} missing before it")
        elif page.number < expected:
            self._broken(page, f"it follows page {before.number}: the order was changed")
        elif page.previous != before.hash:
            self._broken(page, "it does not continue the page before: one of the two was replaced")
        elif page.day < before.day or page.written_at < before.written_at:
            self._broken(page, "it was written before the page before")

    def _read(self, page: AuditPage, line: str) -> None:
        try:
            entry = entry_of(line)
        except MsgspecError:
            self._broken(page, "a line is no entry")
            return
        self.entries += entry.count
        if entry.kind is AuditKind.RETENTION and entry.head is not None and entry.through is not None:
            self._anchors.add(entry.head)
            self._removed_through = max(self._removed_through, entry.through)

    def _is_beginning_explained(self, page: AuditPage) -> bool:
        """Tell whether the chain begins here, or retention has removed what was before, or is about to."""
        is_first = page.number == 1 and page.previous == GENESIS
        return is_first or page.previous in self._anchors or page.day <= self._removed_through

    def _broken(self, page: AuditPage, what: str) -> None:
        if len(self.breaks) < MAX_BREAKS:
            self.breaks.append(ChainBreak(page.number, page.day, what))

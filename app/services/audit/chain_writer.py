"""Appends pages to the chain of the audit, which all processes share.

Rule: a page is only built on one that a majority of the database has, and takes the next number. Where another process
was faster, the number is taken, and the page is built again on that one. So the chain has neither holes nor forks,
whenever a process dies. And no entry is written twice: what became of an insert that was not answered is found out
before its entries are written again.
"""

import asyncio
import random
from collections.abc import Sequence
from typing import NamedTuple

from app.domain.audit.page import AuditPage, Head
from app.domain.time import Moment
from app.services.audit.ports import AuditPages
from app.services.ports import Clock

RETRY_SECONDS = 0.005  # about what the majority takes for a page


class Batch(NamedTuple):
    """The entries of one page: their lines, the times of the first and the last, and by what they are found."""

    lines: Sequence[str]
    first_at: Moment
    last_at: Moment
    terms: frozenset[str]


class ChainWriter:
    """Appends the pages of one process, one after the other."""

    def __init__(self, pages: AuditPages, *, writer: str, clock: Clock) -> None:
        """`writer` names the process, as no other is named."""
        self._pages, self._writer, self._clock = pages, writer, clock
        self._head: Head | None = None
        self._unanswered: list[Head] = []

    async def append(self, batch: Batch) -> None:
        """Write a batch as a page. Raises Unavailable: give the same batch again then."""
        while True:
            head = self._head or await self._pages.head()
            if self._unanswered and await self._is_written(head):
                break
            page = AuditPage.after(head, batch.lines, writer=self._writer, now=self._clock())
            this = Head(page.number, page.hash, page.day, page.written_at)
            self._head = None  # unless it is answered
            self._unanswered.append(this)
            if await self._pages.add(page, first_at=batch.first_at, last_at=batch.last_at, terms=batch.terms):
                self._head = this
                break
            self._unanswered.pop()  # it was answered: another page has the number
            await asyncio.sleep(RETRY_SECONDS * random.uniform(0.2, 1))  # noqa: S311 - jitter, not a secret
        self._unanswered.clear()

    async def _is_written(self, head: Head) -> bool:
        """Tell whether an earlier attempt at this batch was written after all."""
        for number, hash_, *_ in self._unanswered:
            if number <= head.number and await self._pages.hash_of(number) == hash_:
                return True
        return False

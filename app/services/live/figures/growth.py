"""Tells those who wait that something was written, in this process or another; what it was they have to read.

Rule: a reader that was woken finds what it was woken for: it is woken once a commit can be seen.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from app.services.committed_batch import CommittedBatch


class Growth:
    """The events that are set as the database grows. Belongs to one event loop."""

    def __init__(self) -> None:
        self._listening: set[asyncio.Event] = set()

    @property
    def is_awaited(self) -> bool:
        """Whether a reader waits."""
        return bool(self._listening)

    def wake(self) -> None:
        """Wake those who wait. Returns at once."""
        for each in self._listening:
            each.set()

    def committed(self, _: CommittedBatch) -> None:
        """Wake those who wait for what this process has written. Returns at once."""
        self.wake()

    @contextmanager
    def listen(self) -> Iterator[asyncio.Event]:
        """Give an event that is set with each growth, until the context is left."""
        event = asyncio.Event()
        self._listening.add(event)
        try:
            yield event
        finally:
            self._listening.discard(event)

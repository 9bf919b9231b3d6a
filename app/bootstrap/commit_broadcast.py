"""Hands each committed batch of this process to its listeners.

Rule: a listener that fails harms neither the other listeners nor the writer.
"""

import logging
from collections.abc import Sequence

from app.services.committed_batch import CommittedBatch, OnCommitted

logger = logging.getLogger(__name__)


class CommitBroadcast:
    """The listeners of one writer. They are set once, when all of them exist: see open_application."""

    def __init__(self, *listeners: OnCommitted) -> None:
        self.listeners: Sequence[OnCommitted] = listeners

    def __call__(self, batch: CommittedBatch) -> None:
        """Call each listener in turn."""
        for listener in self.listeners:
            try:
                listener(batch)
            except Exception:
                logger.exception("%s could not take a committed batch.", listener)

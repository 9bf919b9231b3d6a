"""The ports of the audit."""

from collections.abc import Awaitable
from typing import Protocol

from app.domain.audit.entry import AuditEntry


class AuditTrail(Protocol):
    """Takes what is to be recorded. It never waits, and never fails."""

    def record(self, entry: AuditEntry) -> Awaitable[None] | None:
        """Record an entry; its time is set. Return what to wait for where answers wait for their entries."""

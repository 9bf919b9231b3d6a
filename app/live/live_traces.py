"""The spans of messages over Redis: sending those of several operations, and receiving each line of one (ADR 57).

Rule: a line carries the place of its operation, so that a process of an older release, which leaves that unread, breaks
nothing.
"""

import time
from collections.abc import Iterable, Sequence

from app.telemetry.tracing import Attributes, SpanKind, Tracing, below


class LiveTraces:
    """Those of one channel; none without tracing."""

    def __init__(self, tracing: Tracing | None, *, channel: str) -> None:
        self._tracing = tracing
        self._messaging: Attributes = {"messaging.system": "redis", "messaging.destination.name": channel}

    def causes(self, traces: Iterable[str | None]) -> Sequence[str]:
        """Return those that are traced, each once."""
        return () if self._tracing is None else [each for each in dict.fromkeys(traces) if each is not None]

    def sent(self, causes: Sequence[str], *, began: int, messages: int) -> None:
        """Note that messages were sent with lines of these operations. `began` is in nanoseconds since 1970."""
        if self._tracing is None or not causes:
            return
        attributes: Attributes = {
            **self._messaging,
            "messaging.operation.type": "send",
            "messaging.batch.message_count": messages,
        }
        first, *others = causes
        self._tracing.end(
            below(first), "send changes", began=began, kind=SpanKind.PRODUCER, attributes=attributes, links=others
        )

    def received(self, cause: str | None, *, began: int) -> None:
        """Note that a line was handed to those who listen."""
        if self._tracing is None or cause is None:
            return
        attributes: Attributes = {**self._messaging, "messaging.operation.type": "receive"}
        self._tracing.end(below(cause), "receive change", began=began, kind=SpanKind.CONSUMER, attributes=attributes)

    @property
    def now(self) -> int:
        """The present moment in nanoseconds since 1970; 0 without tracing."""
        return 0 if self._tracing is None else time.time_ns()

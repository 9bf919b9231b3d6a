"""The spans of a batch, one for each batch with a command that is traced (ADR 57).

Rule: a batch serves many requests, and a span is in one trace. So it is below the first command that is traced, names
the places of the others as links, and each of them has a span for its wait, which links to the batch.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from app.store.writer.waiting_commands import Waiting
from app.telemetry.tracing import Tracing, below
from app.telemetry.work import current_work

_NANOSECONDS = 1_000_000_000


class BatchTraces:
    """Those of one writer; none without tracing."""

    def __init__(self, tracing: Tracing | None) -> None:
        self._tracing = tracing

    @contextmanager
    def of(self, batch: Sequence[Waiting]) -> Iterator[None]:
        """Trace what is done for a batch within the context; its steps are spans below."""
        tracing = self._tracing
        causes = {} if tracing is None else {each.command.info.trace: each for each in batch}
        causes.pop(None, None)
        if tracing is None or not causes:
            yield
            return
        first, *others = [trace for trace in causes if trace is not None]
        place, began, now = below(first), time.time_ns(), time.perf_counter()
        for trace in (first, *others):
            waited = int((now - causes[trace].since) * _NANOSECONDS)
            links = [place.text]
            tracing.end(below(trace), "wait for writer", began=began - waited, ended=began, links=links)
        work = current_work()
        if work is not None:
            work.cause, work.tracing = place.text, tracing
        try:
            yield
        finally:
            if work is not None:
                work.cause = work.tracing = None
            attributes = {
                "stockpulse.batch.commands": len(batch),
                "stockpulse.batch.lines": sum(each.lines for each in batch),
            }
            tracing.end(place, "batch", began=began, attributes=attributes, links=others)

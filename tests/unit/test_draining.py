"""The begin of a stop, as the log has it."""

import asyncio
import logging
import signal
from contextvars import ContextVar

from app.web.edge.draining import Draining, drained_first

LONG_SECONDS = 600.0


async def test_the_log_names_no_task_that_a_stop_met() -> None:
    """The signal comes while a task runs, whose context says what its lines belong to."""
    task_of_line: ContextVar[str | None] = ContextVar("task_of_line", default=None)
    lines: asyncio.Queue[tuple[str, str | None]] = asyncio.Queue()

    def note(record: logging.LogRecord) -> bool:
        lines.put_nowait((record.getMessage(), task_of_line.get()))
        return True

    logger = logging.getLogger("app.web.edge.draining")
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    logger.addFilter(note)
    try:
        draining = Draining()
        with drained_first(draining, seconds=LONG_SECONDS):
            task_of_line.set("expiry")
            signal.raise_signal(signal.SIGTERM)
            line = await lines.get()
        assert line == ("Asked to stop: not ready any more, and stopping in 600 s.", None)
        assert draining.problem() is not None
    finally:
        logger.removeFilter(note)
        signal.signal(signal.SIGTERM, before)

"""The deadline of a stop: the process ends, even if something hangs.

Rule: from the beginning of the stop to the end of the process no more than STOP_SECONDS pass, whatever hangs; where
workers first drain, their parent gives them as much longer.
"""

import math
import os
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue

FAREWELL_SECONDS = 0.2
STOP_SECONDS = 9.5  # below the 10 s after which container managers kill


class StopDeadline:
    """Reports once that the process stops, and ends it if that takes too long."""

    def __init__(
        self, report: Callable[[str], None], *, drain_seconds: float = 0, on_begin: Callable[[], None] = lambda: None
    ) -> None:
        self._report, self._seconds, self._on_begin = report, STOP_SECONDS + drain_seconds, on_begin
        self._signals: SimpleQueue[None] = SimpleQueue()  # a signal handler may interrupt another within `put`
        # Its own thread, because nothing may be printed from a signal handler, and because the main thread may hang.
        threading.Thread(target=self._watch, name="stop deadline", daemon=True).start()

    def begin(self) -> None:
        """Start the clock; safe in a signal handler, and any number of times."""
        self._signals.put(None)

    def _watch(self) -> None:
        self._signals.get()
        self._aside(self._begin)
        time.sleep(self._seconds)
        farewell = f"Still not stopped after {self._seconds:g} s: ending without grace."
        self._aside(lambda: self._report(farewell)).join(FAREWELL_SECONDS)
        os._exit(1)

    def _begin(self) -> None:
        self._on_begin()
        self._report(f"Stopping ({math.ceil(self._seconds)} s at most).")

    def _aside(self, work: Callable[[], None]) -> threading.Thread:
        """Do it in a thread: it may wait for who reads what is printed, such as a terminal that is held."""
        thread = threading.Thread(target=work, name="report of the stop", daemon=True)
        thread.start()
        return thread

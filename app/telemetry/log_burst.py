"""Limits how many lines are logged of what happens with every request.

Rule: some are logged, and the others are counted: the count is logged at the end of the interval, or before the next
line where there is no event loop.
"""

import asyncio
from collections.abc import Callable
from contextvars import Context
from time import monotonic


class LogBurst:
    """The limit of one kind of line. Belongs to one event loop."""

    def __init__(self, report_more: Callable[[int], None], *, max_logged: int, in_seconds: float) -> None:
        """`report_more` logs how many were left out."""
        self._report_more, self._max_logged, self._in_seconds = report_more, max_logged, in_seconds
        self._began_at = float("-inf")
        self._logged = self._more = 0

    def is_due(self) -> bool:
        """Return whether one more line is logged; count it where it is not."""
        if monotonic() - self._began_at >= self._in_seconds:
            Context().run(self._say)  # the count is of no one request
            self._began_at, self._logged = monotonic(), 0
        if self._logged < self._max_logged:
            self._logged += 1
            return True
        self._more += 1
        if self._more == 1:
            self._say_later()
        return False

    def _say_later(self) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        loop.call_later(max(0.0, self._began_at + self._in_seconds - monotonic()), self._say, context=Context())

    def _say(self) -> None:
        more, self._more = self._more, 0
        if more:
            self._report_more(more)

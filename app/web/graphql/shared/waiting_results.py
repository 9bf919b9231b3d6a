"""A sink for connections that are written to by a task: results wait here until the task takes them.

Rule: results wait only until the last ones are taken, so that what waits is bounded by one write.
"""

import asyncio
from collections.abc import Callable, Sequence

from app.web.graphql.shared.sink import ResultSink


class WaitingResults(ResultSink):
    """The results of one operation that wait for the task that sends them."""

    __slots__ = ("_arrived", "_error", "_results", "_resume")

    def __init__(self) -> None:
        self._results: Sequence[bytes] = ()
        self._error: Exception | None = None
        self._resume: Callable[[], None] | None = None
        self._arrived = asyncio.Event()

    @property
    def is_writable(self) -> bool:
        """Whether everything was taken."""
        return not self._results

    def write(self, results: Sequence[bytes]) -> None:
        """Let them be taken."""
        self._results = [*self._results, *results]
        self._arrived.set()

    def on_writable(self, resume: Callable[[], None]) -> None:
        """Call back when everything has been taken."""
        self._resume = resume

    def fail(self, error: Exception) -> None:
        """Raise the error when everything has been taken."""
        self._error = error
        self._arrived.set()

    async def take(self) -> Sequence[bytes]:
        """Wait for results and return them. Raises what the operation failed with."""
        if not self._results and (resume := self._resume) is not None:
            self._resume = None
            resume()
        while not self._results:
            if self._error is not None:
                raise self._error
            self._arrived.clear()
            await self._arrived.wait()
        results, self._results = self._results, ()
        return results

"""Where the results of one subscription go: to its websocket, or to its stream of Server-Sent Events.

Rule: a sink takes what it is given, in its order, and says beforehand whether it wants more. Nothing here awaits, so
that one result goes to thousands of sinks in one go; a client that does not read costs what its sink has not sent yet.
"""

from collections.abc import Callable, Sequence
from typing import Protocol


class ResultSink(Protocol):
    """The way of one operation's results to its client.

    It is let go of before the operation ends in any other way than by `fail`: then nothing is written to it any more.
    """

    @property
    def is_writable(self) -> bool:
        """Whether results may be written now: not while much is unsent, nor once the connection is closed."""

    def write(self, results: Sequence[bytes]) -> None:
        """Send results, each a response in JSON, as one message each and in few writes. Called where it is writable."""

    def on_writable(self, resume: Callable[[], None]) -> None:
        """Call back once, soon after it has become writable; never, where it is closed. Called where it is not."""

    def fail(self, error: Exception) -> None:
        """End the operation, whose source of events has failed while it ran."""

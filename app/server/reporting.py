"""Reports to the operator, one line per step.

Rule: a report that fails changes nothing else. The reader of our output may have gone, and the thread that reports the
end of a server must restart it all the same.
"""

import os
import sys
from collections.abc import Callable
from contextlib import suppress

Report = Callable[[str], None]


def unfailing(report: Report) -> Report:
    """Return a report that raises nothing; a line that cannot be written is lost."""

    def write(line: str) -> None:
        with suppress(Exception, SystemExit):  # rich wants to end the process where a pipe is broken
            report(line)

    return write


def drop_what_is_not_read() -> None:
    """Discard what the standard streams still hold for a reader that has gone: else Python would end with 120."""
    for stream in filter(None, (sys.stdout, sys.stderr)):  # Python has none where a descriptor was closed at its start
        try:
            stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)

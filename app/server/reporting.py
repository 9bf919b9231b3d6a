"""Telling the operator, one line per step.

Rule: nobody fails by telling. Whoever read our output may have gone, and what tells of a server that died must start
it again all the same.
"""

from collections.abc import Callable
from contextlib import suppress

Report = Callable[[str], None]


def unfailing(report: Report) -> Report:
    """Return a way to report that raises nothing; a line that cannot be told is lost."""

    def tell(line: str) -> None:
        with suppress(Exception, SystemExit):  # rich wants to end the process where a pipe is broken
            report(line)

    return tell

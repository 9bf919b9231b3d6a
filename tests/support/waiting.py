"""Waiting for a condition of another process, with a deadline."""

import time
from collections.abc import Callable

DEADLINE_SECONDS = 30  # reached only by a failure


def until(condition: Callable[[], bool], what: str) -> None:
    """Return as soon as the condition holds; fail with what was waited for."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"not within {DEADLINE_SECONDS} s: {what}"
        time.sleep(0.02)

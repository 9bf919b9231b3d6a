"""Waiting for what several processes agree on.

Rule: no wait is without end, and the error says what did not come.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from app.embedded.errors import EmbeddedError

FORM_SECONDS = 180.0  # for members to find each other on a busy machine; they need two
LOOK_SECONDS = 0.02

T = TypeVar("T")


class NotInTime(EmbeddedError):
    """The members of the cluster did not agree in time."""


def within(seconds: float, find: Callable[[], T | None], otherwise: str) -> T:
    """Return what is found, as soon as it is neither None nor false; raise NotInTime with the sentence."""
    deadline = time.monotonic() + seconds
    while True:
        found = find()
        if found:
            return found
        if time.monotonic() > deadline:
            raise NotInTime(f"{otherwise} after {seconds:g} s.")
        time.sleep(LOOK_SECONDS)

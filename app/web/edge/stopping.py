"""Tells the application that the server stops, while requests still wait for their answers.

Rule: the lifespan ends behind the last request, so it cannot tell; each open connection does, as often as there are.
"""

from collections.abc import Callable, Mapping
from typing import Any

ON_STOP = "on_stop"  # in the state that the lifespan gives to requests


def tell_of_stop(state: Mapping[str, Any]) -> None:
    """Call what the lifespan has left to be called."""
    on_stop: Callable[[], None] | None = state.get(ON_STOP)
    if on_stop is not None:
        on_stop()

"""Notifies the application that the server stops, while requests are still being answered.

Rule: the lifespan ends after the last request, too late for that; so each open connection notifies it.
"""

from collections.abc import Callable, Mapping
from typing import Any

ON_STOP = "on_stop"  # in the state that the lifespan gives to requests


def tell_of_stop(state: Mapping[str, Any]) -> None:
    """Call the callback that the lifespan has put into the state, if any."""
    on_stop: Callable[[], None] | None = state.get(ON_STOP)
    if on_stop is not None:
        on_stop()

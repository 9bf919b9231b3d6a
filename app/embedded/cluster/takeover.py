"""How long an election took: from the harm of the member that had a role until another has it.

Rule: it is the members that are asked, not the application: what clients notice beyond it is the application's doing.
"""

import time
from collections.abc import Callable
from threading import Event, Thread

from app.embedded.cluster.member import ClusterMember
from app.embedded.errors import EmbeddedError

LOOK_SECONDS = 0.02


class Takeover:
    """Looks, in a thread of its own, for another member in a role until it is stopped."""

    def __init__(self, find: Callable[[], ClusterMember | None], *, harmed: str) -> None:
        """`find` returns the member that has the role; `harmed` is the name of the one that had it."""
        self.seconds: float | None = None  # until another was found
        self._find, self._harmed = find, harmed
        self._began, self._stopped = time.monotonic(), Event()
        Thread(target=self._look, name="takeover", daemon=True).start()

    def stop(self) -> float | None:
        """Look no longer; return how long it took, or None where no other has taken over."""
        self._stopped.set()
        return self.seconds

    def _look(self) -> None:
        while not self._stopped.wait(LOOK_SECONDS):
            try:
                found = self._find()
            except EmbeddedError:
                continue
            if found is not None and found.name != self._harmed:
                self.seconds = time.monotonic() - self._began
                return

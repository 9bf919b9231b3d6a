"""Where exported rows go. Each format has a sink."""

from collections.abc import Sequence
from typing import Protocol

from app.client.files.exporting.listing import Row


class Sink(Protocol):
    """Takes rows, in order."""

    def write(self, rows: Sequence[Row]) -> None:
        """Take some rows."""

    def finish(self) -> None:
        """Write what is not written yet; nothing comes after it. The file itself stays open."""

"""What was taken from a file, and may be a slip: reported at the end, the first lines of the file first.

Rule: a doubt keeps no row out.
"""

from bisect import insort
from collections.abc import Iterator, Sequence

MOST_SHOWN = 20  # what fits on a screen


class RowWarnings:
    """Gathers them; `count` is that of the rows which have some."""

    def __init__(self) -> None:
        self.count = 0
        self._first: list[tuple[int, str]] = []

    def add(self, line: int, sentences: Sequence[str]) -> None:
        """Take note of what may be wrong with a line of the file, if anything."""
        if not sentences:
            return
        self.count += 1
        insort(self._first, (line, " ".join(sentences)))
        del self._first[MOST_SHOWN:]

    def sentences(self) -> Iterator[str]:
        """Yield how many rows may have a slip, and what it is in the first of them."""
        if not self.count:
            return
        yield f"{self.count:,} of the rows may have a slip, and are taken as they are:"
        for line, sentence in self._first:
            yield f"  line {line}: {sentence}"
        if self.count > len(self._first):
            yield f"  and {self.count - len(self._first):,} more."

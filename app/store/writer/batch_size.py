"""How many lines a batch may have now (ADR 66).

Rule: a batch that could not be committed in time is followed by one of half its lines, and one that was committed by
one of twice as many as were allowed, up to the maximum. So a process that is slow, because it shares its machine with
too much else, commits something; all of it at once would miss the deadline again and again.
"""

from app.store.writer.waiting_commands import MAX_LINES_PER_BATCH

MIN_LINES_PER_BATCH = 8  # a slower process cannot serve at all; from here a few commits lead back to the maximum


class BatchSize:
    """The lines that the next batch may have; a single command is always tried, however many it has."""

    def __init__(self) -> None:
        self.lines = MAX_LINES_PER_BATCH

    def missed(self, lines: int) -> None:
        """Take note that a batch of so many lines was given up at its deadline."""
        self.lines = max(MIN_LINES_PER_BATCH, min(self.lines, lines) // 2)

    def committed(self) -> None:
        """Take note that a batch was committed."""
        self.lines = min(MAX_LINES_PER_BATCH, 2 * self.lines)

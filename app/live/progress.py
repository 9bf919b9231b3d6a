"""How far the news has been followed, writer by writer, and whether some of it is missing.

This is the watermark of what was published: it is kept by each who listens, and nobody writes it down.
"""

from app.domain.time import Moment
from app.services.live.ledger_offset import LedgerOffset


class Progress:
    """A position that grows with each message that joins on to it.

    Messages behind a gap are remembered as one run per writer, which joins on as soon as the gap has been read.
    """

    def __init__(self, position: LedgerOffset) -> None:
        self.position = position
        self._runs: dict[str, tuple[Moment, Moment]] = {}

    def follow(self, writer: str, *, after: Moment, to: Moment) -> bool:
        """Note a message with the lines between two moments. False: there is a gap before it."""
        if after <= self.position.of(writer):
            self._advance(writer, to)
            return True
        start, end = self._runs.get(writer, (after, to))
        self._runs[writer] = (start, max(end, to)) if after <= end else (after, to)
        return False

    def catch_up(self, position: LedgerOffset) -> None:
        """Note that everything behind a position has been read."""
        self.position = self.position.joined(position)
        for writer, (start, end) in tuple(self._runs.items()):
            if start <= self.position.of(writer):
                del self._runs[writer]
                self._advance(writer, end)

    def has_reached(self, position: LedgerOffset) -> bool:
        """Tell whether nothing is missing before a position."""
        return self.position.has_reached(position)

    def _advance(self, writer: str, to: Moment) -> None:
        if to > self.position.of(writer):
            reached = {**self.position.reached, writer: to}
            self.position = LedgerOffset(base=self.position.base, reached=reached)

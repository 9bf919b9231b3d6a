"""How far the published changes have been followed, writer by writer, and whether some are missing.

Rule: each listener keeps this watermark for itself, in memory; it is stored nowhere.
"""

from app.domain.time import Moment
from app.services.live.ledger_offset import LedgerOffset


class Progress:
    """A ledger offset that grows with each message that joins on to it.

    Messages behind a gap are kept as one run per writer, which joins on as soon as the gap has been read.
    """

    def __init__(self, offset: LedgerOffset) -> None:
        self.offset = offset
        self._runs: dict[str, tuple[Moment, Moment]] = {}

    def follow(self, writer: str, *, after: Moment, to: Moment) -> bool:
        """Note a message with the lines between two moments. Return False where there is a gap before it."""
        if after <= self.offset.of(writer):
            self._advance(writer, to)
            return True
        start, end = self._runs.get(writer, (after, to))
        self._runs[writer] = (start, max(end, to)) if after <= end else (after, to)
        return False

    def catch_up(self, offset: LedgerOffset) -> None:
        """Note that everything up to an offset has been read."""
        self.offset = self.offset.joined(offset)
        for writer, (start, end) in tuple(self._runs.items()):
            if start <= self.offset.of(writer):
                del self._runs[writer]
                self._advance(writer, end)

    def has_reached(self, offset: LedgerOffset) -> bool:
        """Tell whether nothing is missing before an offset."""
        return self.offset.has_reached(offset)

    def _advance(self, writer: str, to: Moment) -> None:
        if to > self.offset.of(writer):
            reached = {**self.offset.reached, writer: to}
            self.offset = LedgerOffset(base=self.offset.base, reached=reached)

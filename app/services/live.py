"""Use cases around watching stock: the levels as they change, and the ledger as it grows.

Rule: what Redis tells is only a hint. Once writes stop, what a subscriber was told last equals the database.
"""

from collections.abc import AsyncGenerator

from app.domain.events import LevelEvent, MovementEvent
from app.services.filters import LevelFilter, MovementFilter
from app.services.level_feed import level_feed
from app.services.live_ports import LedgerTail, LevelHub
from app.services.movement_feed import movement_feed
from app.services.ports import LevelReader
from app.services.positions import position_of
from app.services.shared_tail import SharedTail
from app.services.word_index import WordIndex


class Live:
    """Opens feeds. Each is an async generator that ends only with `aclose()` or an error."""

    def __init__(
        self, *, hub: LevelHub, levels: LevelReader, words: WordIndex, ledger: LedgerTail, tail: SharedTail
    ) -> None:
        self._hub = hub
        self._levels = levels
        self._words = words
        self._ledger = ledger
        self._tail = tail

    def levels(self, where: LevelFilter) -> AsyncGenerator[LevelEvent, None]:
        """Tell each matching level once as it is (SNAPSHOT), and from then on what changes (CHANGE, RESYNC).

        Versions of a level grow, and the last one told is the newest. A level that leaves the `statuses` is told once
        more, with the status that it has then. Iterating raises SlowConsumer where the events are taken too slowly.
        """
        return level_feed(where, hub=self._hub, levels=self._levels, words=self._words)

    def movements(self, where: MovementFilter, *, after: str | None = None) -> AsyncGenerator[MovementEvent, None]:
        """Tell each matching ledger line once, in the order of each level's versions.

        `after` is the cursor of an event that any such feed gave, with whatever filter; without it the feed starts now,
        and its first event has no line but the cursor of that start. A slow consumer loses nothing. Raises BadArgument
        at once where the cursor is none of a live feed: those of the `movements` list are of another kind.
        """
        position = None if after is None else position_of(after)
        return movement_feed(where, after=position, ledger=self._ledger, tail=self._tail)

"""Use cases of live feeds: levels as they change, the ledger as it grows, and documents.

Rule: what Redis delivers is only a hint. Once writes stop, what a subscriber received last equals the database.
"""

from dataclasses import replace
from functools import partial
from typing import TypeVar

from app.domain.access.visibility import EVERYTHING, Visibility
from app.domain.document import Document
from app.domain.live.events import DocumentEvent, LevelEvent, MovementEvent
from app.services.access.visible_items import VisibleItems
from app.services.catalog.item_match_cache import ItemMatchCache
from app.services.filters import DocumentFilter, LevelFilter, MovementFilter, visible
from app.services.live.documents.document_feed import document_feed
from app.services.live.documents.document_offset import document_offset_of
from app.services.live.documents.document_source import list_name
from app.services.live.ledger.movement_feed import movement_feed
from app.services.live.ledger.shared_tail import SharedTail
from app.services.live.ledger_offset import offset_of
from app.services.live.levels.level_feed import LevelFeed
from app.services.live.levels.level_log import MAX_LEVELS_KEPT
from app.services.live.levels.level_selection import LevelSelection
from app.services.live.levels.level_stream import LevelStream
from app.services.live.levels.throttled import ThrottledFeed, level_throttle_of
from app.services.live.ports import LedgerTail, LevelHub
from app.services.live.shared_streams import SharedStreams
from app.services.live.stream import Feed
from app.services.ports import DocumentReader, LevelReader

D = TypeVar("D", bound=Document)


class Live:
    """Describes feeds. Each costs nothing until it is opened, and ends only when it is closed, or with an error."""

    def __init__(
        self,
        *,
        hub: LevelHub,
        levels: LevelReader,
        item_matches: ItemMatchCache,
        documents: DocumentReader,
        ledger: LedgerTail,
        tail: SharedTail,
        streams: SharedStreams,
        visibility: Visibility = EVERYTHING,
        items: VisibleItems | None = None,
        levels_kept: int = MAX_LEVELS_KEPT,
    ) -> None:
        """Show what a principal sees; `items` tells which items that is, where its categories are limited.

        `levels` and `documents` must show no more than that. A stream keeps changes of so many levels.
        """
        self._visibility = visibility
        self._items = items
        self._hub = hub
        self._levels = levels
        self._item_matches = item_matches
        self._documents = documents
        self._ledger = ledger
        self._tail = tail
        self._streams = streams
        self._levels_kept = levels_kept

    def levels(self, where: LevelFilter, *, throttle_ms: int = 0) -> Feed[LevelEvent]:
        """Yield each matching level once as it is (SNAPSHOT), and from then on its changes (CHANGE, RESYNC).

        Versions of a level grow, and the last one sent is the newest. A level that leaves the statuses, methods or
        needs that were asked for is sent once more, as it is then. Iterating raises SlowConsumer where the events are
        taken too slowly.

        With a throttle each level is sent at most once per so many milliseconds, with what changed since then. Raises
        BadArgument at once where it is out of its bounds.
        """
        where = replace(where, locations=visible(where.locations, self._visibility.locations))
        feed: Feed[LevelEvent] = LevelFeed(
            key=("levels", where, self._visibility),
            streams=self._streams,
            start=partial(self._start_levels, where),
            visible=self._items,
        )
        if not throttle_ms:
            return feed
        seconds = level_throttle_of(throttle_ms)
        return ThrottledFeed(
            feed=feed,
            seconds=seconds,
            streams=self._streams,
            maximum=self._levels_kept,
        )

    def movements(self, where: MovementFilter, *, after: str | None = None) -> Feed[MovementEvent]:
        """Yield each matching ledger line once, in the order of each level's versions.

        `after` is the cursor of an event of any such feed, whatever its filter; without it the feed starts now, and its
        first event has no line but the cursor of that start. A slow consumer loses nothing. Raises BadArgument at once
        where the cursor is none of a live feed: those of the `movements` list are of another kind.
        """
        return movement_feed(
            where,
            after=None if after is None else offset_of(after),
            ledger=self._ledger,
            tail=self._tail,
            streams=self._streams,
            visibility=self._visibility,
            visible=self._items,
        )

    def documents(
        self, where: DocumentFilter[D], *, within: DocumentFilter[D] | None = None, after: str | None = None
    ) -> Feed[DocumentEvent[D]]:
        """Yield each matching document as it is (SNAPSHOT), the newest first, and from then on every change (CHANGE).

        Each version is sent once, and those of a document in order. A document that no longer matches is sent once
        more. `after` is the cursor of an event of a feed of documents or movements: the feed continues there without a
        snapshot, or with the rest of it where the event was part of one. What a snapshot showed may then come again as
        a change, with the same version. A slow consumer loses nothing.

        A resumed feed does not know which documents matched before. A document that does not match is sent once if it
        matches `within`, the filter without the facts that may change about a document (if left out: `where`, so that
        none is). A subscriber that fell behind the stream counts as resumed.

        Raises BadArgument at once where the cursor is none of a live feed, or belongs to the snapshot of another
        filter. Iterating raises Unavailable while the snapshot is read.
        """
        return document_feed(
            where,
            within=where if within is None else within,
            after=None if after is None else document_offset_of(after, of=list_name(where, self._visibility)),
            documents=self._documents,
            ledger=self._ledger,
            tail=self._tail,
            streams=self._streams,
            visibility=self._visibility,
            visible=self._items,
        )

    def _start_levels(self, where: LevelFilter) -> LevelStream:
        selection = LevelSelection(where, item_matches=self._item_matches, visible=self._items)
        return LevelStream(where, hub=self._hub, levels=self._levels, selection=selection, maximum=self._levels_kept)

"""Reads the lines of a count that are yet to be posted, in chunks of what one operation may carry."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass, replace

from app.domain.counting.commands.post_count import PostingChunk
from app.domain.counting.count import Count, CountList, CountScope, UncountedRule
from app.domain.counting.count_line import CountLine, count_line_key
from app.domain.limits import MAX_LINES_PER_OPERATION
from app.domain.stock.level import Level, LevelKey
from app.services.counting.corrections import Corrections
from app.services.counting.filters import CountLineFilter, levels_in
from app.services.counting.ports import CountReader
from app.services.filters import LevelOrder
from app.services.paging import pages
from app.services.ports import DocumentReader, LevelReader
from app.services.stock.past_levels import PastLevels


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshChunk:
    """A chunk with the facts of the ledger, and the lines and levels that were read for it."""

    chunk: PostingChunk
    lines: Mapping[str, CountLine]
    levels: Mapping[LevelKey, Level]


class CountChunks:
    """Reads the chunks of counts. All methods raise Unavailable."""

    def __init__(
        self,
        *,
        documents: DocumentReader,
        counts: CountReader,
        levels: LevelReader,
        corrections: Corrections,
        past: PastLevels,
    ) -> None:
        self._documents = documents
        self._counts = counts
        self._levels = levels
        self._corrections = corrections
        self._past = past

    async def scope(self, count: Count) -> CountScope:
        """Return the scope of a count."""
        listed = await self._documents.documents(CountList, [count.id]) if count.is_listed else {}
        return count.scope(listed.get(count.id))

    async def remaining(self, count: Count, rule: UncountedRule) -> AsyncGenerator[PostingChunk, None]:
        """Yield the unposted chunks by a rule, by SKU: at least one, for the last one ends the posting."""
        counted: list[str] = []
        uncounted: list[str] = []
        async for sku, is_counted in self._items(count, rule):
            if len(counted) + len(uncounted) == MAX_LINES_PER_OPERATION:
                yield PostingChunk(counted=tuple(counted), uncounted=tuple(uncounted), is_last=False)
                counted, uncounted = [], []
            (counted if is_counted else uncounted).append(sku)
        yield PostingChunk(counted=tuple(counted), uncounted=tuple(uncounted), is_last=True)

    async def fresh(self, count: Count, chunk: PostingChunk) -> FreshChunk:
        """Return the chunk with the present facts of the ledger."""
        keys = {sku: LevelKey(sku, count.location) for sku in chunk.skus}
        found = await self._documents.documents(CountLine, [count_line_key(count.id, sku).id for sku in chunk.skus])
        lines = {line.sku: line for line in found.values()}
        levels = await self._levels.levels_at(list(keys.values()))
        corrections = await self._corrections.since((line for line in lines.values() if not line.is_posted), levels)
        begun = count.posting_at
        past = await self._past.at(begun, [keys[sku] for sku in chunk.uncounted]) if begun is not None else {}
        return FreshChunk(chunk=replace(chunk, corrections=corrections, past=past), lines=lines, levels=levels)

    async def _items(self, count: Count, rule: UncountedRule) -> AsyncIterator[tuple[str, bool]]:
        """Yield (sku, is counted) of each item that is yet to be posted."""
        where = CountLineFilter(count=count.id)
        async for lines in pages(lambda page: self._counts.page_of_lines(where, page=page)):
            for line in lines.nodes:
                if not line.is_posted:
                    yield line.sku, True
        if rule is UncountedRule.IGNORE:
            return
        scope = levels_in(count.location, await self.scope(count))
        async for levels in pages(lambda page: self._levels.levels(scope, order=LevelOrder.LOCATION, page=page)):
            ids = {count_line_key(count.id, level.key.sku).id: level.key.sku for level in levels.nodes if level.on_hand}
            known = await self._documents.documents(CountLine, list(ids))
            for identity, sku in ids.items():
                if identity not in known:
                    yield sku, False

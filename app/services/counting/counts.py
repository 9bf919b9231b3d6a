"""Use cases of stock counts."""

from collections.abc import Mapping, Sequence

from app.domain.catalog.barcode import Barcode, barcode_key
from app.domain.counting.commands.cancel_count import CancelCount
from app.domain.counting.commands.open_count import OpenCount
from app.domain.counting.commands.record_count import CountedUnits, RecordCount
from app.domain.counting.count import MAX_LISTED, Count, CountList, CountScope, CountState, UncountedRule
from app.domain.counting.count_line import CountLine, CountMode
from app.domain.failures import BadArgument
from app.domain.limits import MAX_LINES_PER_OPERATION
from app.domain.outcome import Outcome
from app.domain.stock.level import LevelKey
from app.domain.stock.past_level import PastLevel
from app.domain.time import moment_of
from app.services.command_bus import CommandBus
from app.services.counting.chunks import CountChunks
from app.services.counting.filters import CountFilter, CountLineFilter, levels_in
from app.services.counting.ports import CountReader
from app.services.counting.posting import CountPosting, Posting
from app.services.paging import Page, page_request
from app.services.ports import CatalogReader, DocumentReader, LevelReader
from app.services.request_info import RequestInfo
from app.services.stale_read_retry import decided_on_fresh
from app.services.stock.past_levels import PastLevels


class Counts:
    """Changes and reads counts. Every change raises Refused, Overloaded or Unavailable."""

    def __init__(
        self,
        *,
        bus: CommandBus,
        documents: DocumentReader,
        counts: CountReader,
        levels: LevelReader,
        catalog: CatalogReader,
        past: PastLevels,
        chunks: CountChunks,
        posting: CountPosting,
    ) -> None:
        self._bus = bus
        self._documents = documents
        self._counts = counts
        self._levels = levels
        self._past = past
        self._chunks = chunks
        self._posting = posting

    async def open(
        self,
        location: str,
        *,
        request: RequestInfo,
        category: str | None = None,
        tags: tuple[str, ...] = (),
        skus: tuple[str, ...] | None = None,
        is_blind: bool = False,
        mode: CountMode = CountMode.LAST,
    ) -> Outcome:
        """Open a count of the items at a location that match all that is given."""
        scope = CountScope(category=category, tags=tags, skus=None if skus is None else frozenset(skus[:MAX_LISTED]))
        matching = await self._levels.count_levels(levels_in(location, scope))
        return await self._bus.run(
            "countOpen",
            request,
            lambda info: OpenCount(
                info=info,
                location=location,
                category=category,
                tags=tags,
                skus=skus,
                is_blind=is_blind,
                mode=mode,
                matching=matching,
            ),
        )

    async def record(
        self, identity: str, lines: Sequence[CountedUnits], *, request: RequestInfo, counted_by: str | None = None
    ) -> Outcome:
        """Record what was counted at `request.occurred_at`, or just now."""
        count = await self.count(identity)
        location = None if count is None else count.location
        looked_up = lines[:MAX_LINES_PER_OPERATION]  # more are refused
        skus = await self._skus_of({line.barcode for line in looked_up if line.barcode is not None})

        async def run() -> Outcome:
            past = await self._past_of(location, looked_up, skus, request) if location else {}
            return await self._bus.run(
                "countRecord",
                request,
                lambda info: RecordCount(
                    info=info,
                    count_id=identity,
                    location=location,
                    lines=tuple(lines),
                    counted_by=counted_by,
                    skus=skus,
                    past=past,
                ),
            )

        return await decided_on_fresh(run)

    async def post(self, identity: str, *, rule: UncountedRule, request: RequestInfo) -> Posting:
        """Correct the record by a count: see CountPosting."""
        return await self._posting.post(identity, rule=rule, request=request)

    async def cancel(self, identity: str, *, request: RequestInfo) -> Outcome:
        """Cancel an open count."""
        return await self._bus.run("countCancel", request, lambda info: CancelCount(info=info, count_id=identity))

    async def count(self, identity: str) -> Count | None:
        """Return one count."""
        return (await self._documents.documents(Count, [identity])).get(identity)

    async def page_of_counts(self, where: CountFilter, *, first: int, after: str | None) -> Page[Count]:
        """Return a page of counts, the newest first. Raises BadArgument."""
        page = page_request(order="NEWEST", shape=(int, str), first=first, after=after)
        return await self._documents.page_of_documents(where, page=page)

    async def count_counts(self, where: CountFilter) -> int:
        """Return how many counts match."""
        return await self._documents.count_documents(where)

    async def lines(self, count: Count, *, only_variances: bool, first: int, after: str | None) -> Page[CountLine]:
        """Return a page of a count's lines by SKU.

        Raises BadArgument, also where the choice of lines would reveal the recorded quantities of a blind count.
        """
        if only_variances and count.is_secret:
            raise BadArgument("A blind count tells nothing of its variances while it is open.")
        page = page_request(order="SKU", shape=(str,), first=first, after=after)
        return await self._counts.page_of_lines(
            CountLineFilter(count=count.id, only_variances=only_variances), page=page
        )

    async def count_lines(self, count: Count, *, only_variances: bool) -> int:
        """Return how many lines a count has."""
        return await self._counts.count_lines(CountLineFilter(count=count.id, only_variances=only_variances))

    async def listed(self, count: Count) -> CountList | None:
        """Return the SKUs that a count lists, if it lists any."""
        return (await self._documents.documents(CountList, [count.id])).get(count.id) if count.is_listed else None

    async def uncounted(self, count: Count) -> int | None:
        """Return how many levels in scope are not counted, or were not when posting began; None once cancelled."""
        if count.state is not CountState.OPEN:
            return count.uncounted
        return await self._counts.count_uncounted(count.id, levels_in(count.location, await self._chunks.scope(count)))

    async def _skus_of(self, barcodes: set[str]) -> Mapping[str, str]:
        if not barcodes:
            return {}
        numbers = {code: barcode_key(code).id for code in barcodes}
        found = await self._documents.documents(Barcode, list(set(numbers.values())))
        owners = {barcode.id: barcode.sku for barcode in found.values()}
        return {code: sku for code, number in numbers.items() if (sku := owners.get(number)) is not None}

    async def _past_of(
        self, location: str, lines: Sequence[CountedUnits], skus: Mapping[str, str], request: RequestInfo
    ) -> Mapping[LevelKey, PastLevel]:
        if request.occurred_at is None:
            return {}
        named = {line.sku if line.barcode is None else skus.get(line.barcode) for line in lines}
        keys = [LevelKey(sku, location) for sku in named if sku is not None]
        return await self._past.at(moment_of(request.occurred_at), keys)

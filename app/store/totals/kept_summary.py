"""Answers summaries from the kept totals and what they do not have yet; other summaries are counted.

Rule: an answer is what counting in the same snapshot would give, to the unit. Where that needs too much of the ledger,
it is counted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from app.domain.catalog.search import entry_of_category
from app.domain.stock.availability import LevelStatus
from app.domain.stock.kept_totals import Part, Sums, totals_of
from app.domain.stock.summary import InventorySummary, SummaryTally
from app.domain.time import Moment
from app.services.concurrency.time_slices import in_turns
from app.services.filters import LevelFilter
from app.services.ports import Clock, SummaryReader
from app.store.driver.client import BsonDocument, Client, Database, Session, aggregated, snapshot
from app.store.driver.failures import raises_unavailable
from app.store.mapping import names
from app.store.readers.ledger.ledger_tail import horizon
from app.store.totals.caught_up import caught_up
from app.store.totals.kept_documents import ALL, CATEGORIES, LOCATIONS, Rows, rows_of, section_of
from app.store.totals.unapplied import Deltas, ReadLimits

MAX_PAGES = 500  # of whole locations: 25 MB, 0.5 s of this process
LIMITS = ReadLimits(lines=10_000, item_changes=100)  # 0.2 s of this process; counting a million levels takes seconds

_EXISTS: BsonDocument = {"$exists": True}
_Sections = Mapping[str, dict[str | None, Rows]]


class KeptSummary:
    """SummaryReader over the kept totals, with another for what they cannot answer."""

    def __init__(
        self, database: Database, *, clock: Clock, counting: SummaryReader, limits: ReadLimits = LIMITS
    ) -> None:
        self._client: Client = database.client
        self._database = database
        self._totals = database[names.TOTALS]
        self._clock = clock
        self._counting = counting
        self._limits = limits

    @raises_unavailable
    async def summary(self, where: LevelFilter, *, as_of: Moment) -> InventorySummary:
        if _is_kept(where) and (kept := await self._kept(where, as_of=as_of)) is not None:
            return kept
        return await self._counting.summary(where, as_of=as_of)

    async def _kept(self, where: LevelFilter, *, as_of: Moment) -> InventorySummary | None:
        """Return the answer, None where the totals are not complete or too far behind."""
        base = horizon(self._clock())
        async with snapshot(self._client) as session:
            documents = await self._totals.find(ALL, session=session).to_list(None)
            totals = await caught_up(self._database, documents, base=base, limits=self._limits, session=session)
            if totals is None:
                return None
            found = self._database[names.LOCATIONS].find(
                {"is_archived": True}, {"_id": 1}, hint="archived", session=session
            )
            archived = {stored["_id"] for stored in await found.to_list(None)}
            sections = await rows_of(totals.pages)
            chosen = _Chosen(where, archived, totals.deltas)
            if where.locations is None and where.category is None and where.categories is None:
                there = await self._at(archived, None, session=session) if archived else {}
                tally = None if there is None else await chosen.of_all(sections, there)
            else:
                there = await self._at(where.locations, chosen.categories(sections), session=session)
                tally = None if there is None else await chosen.of_some(there)
            return None if tally is None else tally.summary(as_of=as_of)

    async def _at(
        self, locations: Iterable[str] | None, categories: list[str | None] | None, *, session: Session
    ) -> _Sections | None:
        """Read the sums by category at some locations, or all; of some categories, or all. None if these are many."""
        where: BsonDocument = {"location": {"$gt": ""} if locations is None else {"$in": list(locations)}}
        if categories is None:
            pages = await self._totals.find(where, limit=MAX_PAGES + 1, session=session).to_list(None)
            return await rows_of(pages) if len(pages) <= MAX_PAGES else None
        is_asked = {"$in": [{"$arrayElemAt": ["$$each", 0]}, {"$literal": categories}]}
        narrowed = {"names": {"$filter": {"input": "$names", "as": "each", "cond": is_asked}}}
        pipeline: list[BsonDocument] = [{"$match": where}, {"$project": narrowed}, {"$match": {"names.0": _EXISTS}}]
        return await rows_of(await aggregated(self._totals, pipeline, hint="by_location", session=session))


class _Chosen:
    """The sums that a filter selects, by what a summary breaks them down."""

    def __init__(self, where: LevelFilter, archived: set[str], deltas: Deltas) -> None:
        self._where = where
        self._archived = archived
        self._deltas = deltas
        self._at: defaultdict[tuple[str, Part], list[Sums]] = defaultdict(list)
        self._in: defaultdict[tuple[str | None, Part, bool], list[Sums]] = defaultdict(list)

    def categories(self, sections: _Sections) -> list[str | None] | None:
        """Return the categories that are asked for, as they are spelled in the totals; None where all are."""
        if self._where.category is None and self._where.categories is None:
            return None
        return [name for name in sections.get(CATEGORIES, {}) if self._is_asked(name)]

    async def of_all(self, sections: _Sections, there: _Sections) -> SummaryTally:
        """Add up all locations and categories. `there` are the sums at archived locations."""
        for code, rows in sections.get(LOCATIONS, {}).items():
            assert code is not None
            for part, sums in rows.items():
                self._at[code, part].append(sums)
        for category, rows in sections.get(CATEGORIES, {}).items():
            for part, sums in rows.items():
                self._in[category, part, False].append(sums)
        for code in self._archived:
            for category, rows in there.get(section_of(code), {}).items():
                for part, sums in rows.items():
                    self._move(category, part, sums)
        for (code, category, part), sums in self._deltas.items():
            self._at[code, part].append(sums)
            self._in[category, part, code in self._archived].append(sums)
        return await self._tally()

    async def of_some(self, there: _Sections) -> SummaryTally:
        """Add up what there is at the locations, and in the categories, that are asked for."""
        for section, by_category in there.items():
            code = section.removeprefix(section_of(""))
            for category, rows in by_category.items():
                for part, sums in rows.items():
                    self._at[code, part].append(sums)
                    self._in[category, part, code in self._archived].append(sums)
        locations = self._where.locations
        for (code, category, part), sums in self._deltas.items():
            if (locations is None or code in locations) and self._is_asked(category):
                self._at[code, part].append(sums)
                self._in[category, part, code in self._archived].append(sums)
        return await self._tally()

    def _move(self, category: str | None, part: Part, sums: Sums) -> None:
        """Count sums as those of an archived location, and no longer of one that is not."""
        self._in[category, part, False].append(Sums().minus(sums))
        self._in[category, part, True].append(sums)

    async def _tally(self) -> SummaryTally:
        tally = SummaryTally()

        def add_at(group: tuple[str, Part]) -> None:
            code, part = group
            is_archived = code in self._archived
            if self._selects(part, is_archived=is_archived) and (whole := Sums.over(self._at[group])).levels:
                tally.add_at_location(code, totals_of(part, whole, is_location_archived=is_archived))

        def add_in(group: tuple[str | None, Part, bool]) -> None:
            category, part, is_archived = group
            if self._selects(part, is_archived=is_archived) and (whole := Sums.over(self._in[group])).levels:
                tally.add_in_category(category, totals_of(part, whole, is_location_archived=is_archived))

        await in_turns(self._at, add_at)
        await in_turns(self._in, add_in)
        return tally

    def _selects(self, part: Part, *, is_archived: bool) -> bool:
        """Tell whether the filter selects a part at a location that is archived or not: see open_query."""
        where = self._where
        if where.is_archived is not None and part.is_archived != where.is_archived:
            return False
        if where.statuses is None:
            return True
        is_open = not (part.is_archived or is_archived)
        return part.status in where.statuses and (LevelStatus.OUT in where.statuses or is_open)

    def _is_asked(self, category: str | None) -> bool:
        named, any_of = self._where.category, self._where.categories
        if category is None:
            return named is None and any_of is None
        entry = entry_of_category(category)
        return (named is None or entry == entry_of_category(named)) and (
            any_of is None or entry in map(entry_of_category, any_of)
        )


def _is_kept(where: LevelFilter) -> bool:
    """Tell whether a filter asks for nothing but locations, categories, statuses, and whether items are archived."""
    return where == LevelFilter(
        locations=where.locations,
        category=where.category,
        categories=where.categories,
        statuses=where.statuses,
        is_archived=where.is_archived,
    )

"""Proves the kept totals against the levels, and drops them where they are to be built anew."""

from collections.abc import Mapping, Sequence

import pymongo

from app.domain.stock.kept_totals import Part, Sums, TotalsKey
from app.services.ports import Clock
from app.services.stock.ports import TotalsDifference
from app.store.driver.client import Client, Database, snapshot, transaction
from app.store.driver.failures import raises_unavailable
from app.store.mapping import names
from app.store.readers.ledger.ledger_tail import horizon
from app.store.totals.caught_up import caught_up
from app.store.totals.kept_documents import CATEGORIES, LOCATIONS, STATE, rows_of, section_of, sections_of
from app.store.totals.scan import scan_levels
from app.store.totals.unapplied import ReadLimits

SCAN_SECONDS = 240.0  # the server keeps a snapshot for five minutes; 60,000,000 levels
LIMITS = ReadLimits(lines=200_000, item_changes=10_000)


_Group = tuple[str, str | None, Part]


class MongoTotalsAudit:
    """TotalsAudit over MongoDB."""

    def __init__(self, database: Database, *, clock: Clock, limits: ReadLimits = LIMITS) -> None:
        self._client: Client = database.client
        self._database = database
        self._totals = database[names.TOTALS]
        self._clock = clock
        self._limits = limits

    @raises_unavailable
    async def differences(self) -> Sequence[TotalsDifference] | None:
        base = horizon(self._clock())
        with pymongo.timeout(SCAN_SECONDS):
            async with snapshot(self._client) as session:
                documents = await self._totals.find({}, session=session).to_list(None)
                totals = await caught_up(self._database, documents, base=base, limits=self._limits, session=session)
                if totals is None:
                    return None
                counted = await scan_levels(self._database, None, session=session)
        kept = _by_section(totals.deltas)
        for section, by_name in (await rows_of(totals.pages)).items():
            for name, rows in by_name.items():
                for part, sums in rows.items():
                    kept[section, name, part] = kept.get((section, name, part), Sums()).plus(sums)
        found = _by_section(counted)
        return [
            TotalsDifference(_text(group), kept.get(group, Sums()), found.get(group, Sums()))
            for group in sorted({*kept, *found}, key=str)
            if kept.get(group, Sums()) != found.get(group, Sums())
        ]

    @raises_unavailable
    async def rebuild(self) -> None:
        async with transaction(self._client) as session:
            # The number grows, so that a batch of a keeper that has not noticed is refused.
            begun = {"$inc": {"number": 1}, "$set": {"built_to": "", "is_too_large": False}}
            await self._totals.update_one({"_id": STATE}, begun, session=session)
            await self._totals.delete_many({"_id": {"$ne": STATE}}, session=session)
            await session.commit_transaction()


def _by_section(groups: Mapping[TotalsKey, Sums]) -> dict[_Group, Sums]:
    sums: dict[_Group, Sums] = {}
    for key, each in groups.items():
        for section, name in sections_of(key):
            sums[section, name, key.part] = sums.get((section, name, key.part), Sums()).plus(each)
    return sums


def _text(group: _Group) -> str:
    """Name a group for people."""
    section, name, part = group
    category = f"category {name}" if name is not None else "no category"
    where = f"location {name}" if section == LOCATIONS else category
    if section not in (LOCATIONS, CATEGORIES):
        where = f"location {section.removeprefix(section_of(''))}, {category}"
    return f"{where}, {part.status}{', archived items' if part.is_archived else ''}"

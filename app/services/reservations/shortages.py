"""Looks up which reservations are short. See app.domain.reservations.shortage.

Rule: nothing of that is stored. It follows from the level and the reservations that hold units there, so it is exact at
once, whichever process dies.
"""

import asyncio
from collections.abc import Iterable, Mapping

from app.domain.reservations.reservation import OPEN, Reservation
from app.domain.reservations.shortage import Shortage, held_by_level, short_units
from app.domain.stock.level import Level, LevelKey
from app.services.concurrency.time_slices import in_turns
from app.services.ports import DocumentReader, LevelReader
from app.services.reservations.ports import ShortageReader

MAX_SHORT_LEVELS = 1_000  # looked through for short reservations; where there are more, a count went wrong
LEVELS_AT_ONCE = 2_000  # read for a page of reservations, which may hold units of many more
MAX_SHORT_RESERVATIONS = 5_000  # listed


class Shortages:
    """Finds shortages. All methods raise Unavailable."""

    def __init__(self, *, reader: ShortageReader, levels: LevelReader, documents: DocumentReader) -> None:
        self._reader = reader
        self._documents = documents
        self._levels = levels

    async def at(self, levels: Iterable[Level]) -> Mapping[LevelKey, Shortage]:
        """Return the shortage of each of these levels that has a shortfall."""
        short = [level for level in levels if short_units(level)]
        found = await asyncio.gather(
            *(self._reader.newest_holding(level.key, units=short_units(level)) for level in short)
        )
        return {level.key: Shortage.at(level, newest) for level, newest in zip(short, found, strict=True)}

    async def of(self, reservations: Iterable[Reservation]) -> Mapping[str, Mapping[LevelKey, int]]:
        """Return by how many units each of these reservations is short at each level; the others are left out."""
        holding = [each for each in reservations if each.state in OPEN]
        counted = await in_turns(holding, lambda each: held_by_level(each.holds))
        held = {each.id: units for each, units in zip(holding, counted, strict=True)}
        keys = list(dict.fromkeys(key for units in held.values() for key in units))
        shortages: dict[LevelKey, Shortage] = {}
        for start in range(0, len(keys), LEVELS_AT_ONCE):
            levels = await self._levels.levels_at(keys[start : start + LEVELS_AT_ONCE])
            shortages |= await self.at(levels.values())
        if not shortages:
            return {}
        return {
            identity: short
            for identity, units in held.items()
            if (
                short := {
                    key: lost for key in units if key in shortages if (lost := shortages[key].units.get(identity))
                }
            )
        }

    async def at_levels_of(self, identity: str) -> Mapping[LevelKey, Shortage]:
        """Return the shortages at the levels of a reservation."""
        found = (await self._documents.documents(Reservation, [identity])).get(identity)
        levels = await self._levels.levels_at(found.level_keys) if found is not None else {}
        return await self.at(levels.values())

    async def ids(self, *, sku: str | None = None, location: str | None = None) -> tuple[str, ...]:
        """Return the reservations that are short, in no particular order; of one item or location, where given."""
        levels = await self._reader.short_levels(sku=sku, location=location, limit=MAX_SHORT_LEVELS)
        found = await self.at(levels)
        ids = dict.fromkeys(identity for shortage in found.values() for identity in shortage.units)
        return tuple(ids)[:MAX_SHORT_RESERVATIONS]

"""Looks up in the ledger what levels were at an earlier moment."""

from collections.abc import Mapping, Sequence

from app.domain.errors import InvalidValue, Refused
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.past_level import PastLevel
from app.domain.time import NEVER, Moment
from app.services.ports import LedgerReader, LevelReader


class PastLevels:
    """Reads levels as they were. See PastLevel for how far that is certain."""

    def __init__(self, *, levels: LevelReader, ledger: LedgerReader) -> None:
        self._levels = levels
        self._ledger = ledger

    async def at(self, moment: Moment, keys: Sequence[LevelKey]) -> Mapping[LevelKey, PastLevel]:
        """Return all of these levels as they were, empty ones where there was none yet.

        Versions grow with their moments, so each is found by binary search: one read for all levels per bit of the
        highest version. Raises Refused where lines of that time are in the archive of the ledger.
        """
        levels = await self._levels.levels_at(keys)
        past = {key: PastLevel.of(levels.get(key) or Level(key=key), is_final=False) for key in keys}
        # Of the last batch of a level, some lines may have been recorded by then: `changed_at` is the batch's.
        later = {key: level.version + 1 for key, level in levels.items() if level.changed_at > moment}
        past |= {key: PastLevel.of(Level(key=key), is_final=True) for key in later}
        while middles := {
            key: (past[key].version + version) // 2 for key, version in later.items() if version - past[key].version > 1
        }:
            lines = await self._ledger.movements_at(list(middles.items()))
            for key in middles.keys() - {key for key, _ in lines}:  # archived: earlier than all that are there
                past[key] = PastLevel(on_hand=0, version=middles[key], counted_at=NEVER)
            for (key, version), line in lines.items():
                if line.recorded_at > moment:
                    later[key] = version
                else:
                    past[key] = PastLevel.of(line.after, is_final=True)
        if unknown := [key for key in later if not past[key].is_final]:
            rule = f"lies before what the ledger still has of {min(unknown)}: its older lines were archived"
            raise Refused(InvalidValue(what="The moment of counting", rule=rule))
        return past

"""Proves that records agree: runs every check over the chosen levels, and rebuilds what is derived if it is to."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, aclosing
from dataclasses import dataclass, field
from typing import Protocol

from app.domain.reconciliation.discrepancy import CheckKind, Discrepancy
from app.domain.time import Moment
from app.services.ports import Clock
from app.services.reconciliation.ports import BooksFilter, Checker, Repairs


class Display(Protocol):
    """Shows how far a reconciliation is, and what it finds."""

    def phase(self, title: str, *, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """Show a phase; the caller tells each step."""

    def found(self, discrepancy: Discrepancy, *, is_rebuilt: bool) -> None:
        """Show a discrepancy, and whether it was rebuilt."""


@dataclass(kw_only=True)
class Reconciled:
    """The result: how many records were compared by kind, and how many discrepancies there were and are left.

    Everything was read between `since` and `until`, by the clock of the database.
    """

    since: Moment
    until: Moment
    compared: Counter[str] = field(default_factory=Counter)
    discrepancies: Counter[CheckKind] = field(default_factory=Counter)
    rebuilt: int = 0

    @property
    def left(self) -> int:
        """How many discrepancies were not rebuilt."""
        return self.discrepancies.total() - self.rebuilt


class Reconciliation:
    """Runs checks one after the other."""

    def __init__(self, checkers: Sequence[Checker], *, repairs: Repairs, clock: Clock) -> None:
        self._checkers, self._repairs, self._clock = checkers, repairs, clock

    async def run(self, where: BooksFilter, *, is_repair: bool, display: Display) -> Reconciled:
        """Compare all records of the chosen levels. Raises Unavailable."""
        result = Reconciled(since=self._clock(), until=self._clock())
        for checker in self._checkers:
            total = await checker.count(where)
            result.compared[checker.title] = 0
            with display.phase(f"Checking {checker.title}", total=total) as advance:
                async with aclosing(checker.check(where)) as parts:
                    async for part in parts:
                        result.compared[checker.title] += part.count
                        await self._note(part.discrepancies, result, is_repair=is_repair, display=display)
                        advance(part.count)
        result.until = self._clock()
        return result

    async def _note(
        self, discrepancies: Iterable[Discrepancy], result: Reconciled, *, is_repair: bool, display: Display
    ) -> None:
        for each in discrepancies:
            is_rebuilt = is_repair and each.is_derived and await self._repairs.rebuild(each)
            result.discrepancies[each.kind] += 1
            result.rebuilt += is_rebuilt
            display.found(each, is_rebuilt=is_rebuilt)

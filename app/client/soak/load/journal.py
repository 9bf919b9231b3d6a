"""What was sent, and what became of it: a file with a line for each operation, and in memory what is not yet proven.

Rule: the effect of an operation is written down before it is sent. What is acknowledged and was found in the ledger
takes one byte from then on, so that a day takes some megabytes.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag
from pathlib import Path
from types import TracebackType
from typing import Self

from app.client.replay.ledger_walk import AccountCounts
from app.domain.stock.level import LevelKey

Effect = Mapping[LevelKey, AccountCounts]  # what each level changes by; levels whose four counts stay are left out


class OperationFate(IntFlag):
    """What is known of an operation."""

    UNKNOWN = 0
    ACKNOWLEDGED = 1
    REFUSED = 2
    RECORDED = 4  # all its lines were found in the ledger


@dataclass(slots=True)
class SentOperation:
    """An operation that is not proven yet. `missing` are the lines that were not found in the ledger yet."""

    kind: str
    effect: Effect
    missing: dict[LevelKey, AccountCounts]
    acknowledged_at: float | None = None


@dataclass(slots=True)
class _Sum:
    on_hand: int = 0
    reserved: int = 0
    incoming: int = 0


class SoakJournal:
    """The operations of one run, by number; a number is a key of idempotency with the run's name before it."""

    def __init__(self, path: Path, *, run: str) -> None:
        """Begin a file, in place of one that is there."""
        self.run = run
        self.open: dict[int, SentOperation] = {}
        self.kinds: Counter[str] = Counter()
        self._fates = bytearray()
        self._sums: defaultdict[LevelKey, _Sum] = defaultdict(_Sum)
        self._prefix = f"soak:{run}:"
        self._file = path.open("w", encoding="ascii")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def unanswered(self) -> int:
        """How many operations were sent and not answered."""
        return sum(
            not self._fates[number] & (OperationFate.ACKNOWLEDGED | OperationFate.REFUSED) for number in self.open
        )

    def begin(self, kind: str, effect: Effect) -> int:
        """Write down an operation that is about to be sent; return its number."""
        number = len(self._fates)
        self._fates.append(OperationFate.UNKNOWN)
        missing = {key: counts for key, counts in effect.items() if counts != AccountCounts()}
        self.open[number] = SentOperation(kind, effect, missing)
        return number

    def key(self, number: int) -> str:
        """Return the idempotency key of a number."""
        return f"{self._prefix}{number}"

    def number(self, key: str | None) -> int | None:
        """Return the number that a key stands for; None for one that is not of this run."""
        if key is None or not key.startswith(self._prefix):
            return None
        number = int(key.removeprefix(self._prefix))
        return number if number < len(self._fates) else None

    def fate(self, number: int) -> OperationFate:
        """Return what is known of an operation."""
        return OperationFate(self._fates[number])

    def acknowledge(self, number: int, *, attempts: int) -> None:
        """Take note that an operation was accepted."""
        sent = self.open[number]
        sent.acknowledged_at = time.monotonic()
        self._fates[number] |= OperationFate.ACKNOWLEDGED
        for key, counts in sent.effect.items():
            total = self._sums[key]
            total.on_hand += counts.on_hand
            total.reserved += counts.reserved
            total.incoming += counts.incoming
        self._end(number, f"{number} {sent.kind} A {attempts}")

    def refuse(self, number: int, code: str) -> None:
        """Take note that an operation was refused, so that it must have changed nothing."""
        self._fates[number] |= OperationFate.REFUSED
        self._end(number, f"{number} {self.open[number].kind} R {code}")
        del self.open[number]

    def undone(self, level: LevelKey, change: AccountCounts) -> None:
        """Take note of what the server did by itself, such as the release of an order that expired."""
        self._sums[level].reserved += change.reserved

    def recorded(self, number: int, level: LevelKey) -> None:
        """Take note that the line of an operation for this level was found in the ledger."""
        sent = self.open[number]
        del sent.missing[level]
        if not sent.missing:
            self._fates[number] |= OperationFate.RECORDED
            if sent.acknowledged_at is not None:
                del self.open[number]

    def sums(self) -> dict[LevelKey, AccountCounts]:
        """Return what all acknowledged effects of each level add up to."""
        return {key: AccountCounts(each.on_hand, each.reserved, 0, each.incoming) for key, each in self._sums.items()}

    def flush(self) -> None:
        """Hand what is written to the system."""
        self._file.flush()

    def _end(self, number: int, line: str) -> None:
        self.kinds[self.open[number].kind] += 1
        self._file.write(f"{line}\n")
        if self._fates[number] & OperationFate.ACKNOWLEDGED and not self.open[number].missing:
            self._fates[number] |= OperationFate.RECORDED
            del self.open[number]

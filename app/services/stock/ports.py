"""The ports of the totals that are kept behind the ledger."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from app.domain.stock.kept_totals import Sums


class TotalsKeeper(Protocol):
    """Keeps the totals of all levels. Any number of processes may do so at once: each change counts once."""

    async def step(self) -> bool:
        """Apply some of what the totals do not have yet; return whether more is left. Raises Unavailable."""


class TotalsDifference(NamedTuple):
    """A group of levels, as people name it, whose kept sums are not those of its levels."""

    group: str
    kept: Sums
    counted: Sums


class TotalsAudit(Protocol):
    """Proves the kept totals. All methods raise Unavailable."""

    async def differences(self) -> Sequence[TotalsDifference] | None:
        """Compare every group of the kept totals with its levels, in one snapshot, beside any traffic.

        Return those that differ, none where all is well; None while the totals are not complete, or too far
        behind the ledger to be brought up to the snapshot.
        """

    async def rebuild(self) -> None:
        """Drop the totals. They are built anew from the levels, by the worker of a process or by a TotalsKeeper.

        Meanwhile summaries are counted.
        """

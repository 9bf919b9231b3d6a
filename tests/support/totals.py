"""Kept totals over the database of a store, at the time of its clock."""

from app.domain.stock.summary import InventorySummary
from app.domain.time import Moment
from app.services.filters import LevelFilter
from app.services.ports import Clock
from app.services.stock.ports import TotalsKeeper
from app.store.driver.client import Database
from app.store.readers.ledger.ledger_tail import MongoTail
from app.store.totals.audit import MongoTotalsAudit
from app.store.totals.keeper import MongoTotals
from app.store.totals.kept_summary import KeptSummary
from app.store.totals.unapplied import ReadLimits

SMALL = ReadLimits(lines=3, item_changes=1)  # so that work needs many steps


def a_keeper(database: Database, clock: Clock, *, limits: ReadLimits = SMALL) -> MongoTotals:
    """Return a keeper, as each process has one."""
    return MongoTotals(database, tail=MongoTail(database.client, database, clock=clock), clock=clock, limits=limits)


async def keep(keeper: TotalsKeeper) -> None:
    """Keep the totals until nothing is left to be applied."""
    while await keeper.step():
        pass


def kept_alone(database: Database, clock: Clock) -> KeptSummary:
    """Return the reader of the kept totals, which never counts."""
    return KeptSummary(database, clock=clock, counting=NeverCounting())


class NeverCounting:
    """A reader for summaries that must come from the kept totals."""

    async def summary(self, where: LevelFilter, *, as_of: Moment) -> InventorySummary:
        """Fail."""
        raise AssertionError(f"{where} was counted at {as_of}")


async def check_totals(database: Database, clock: Clock) -> None:
    """Require that every kept sum is that of its levels."""
    assert await MongoTotalsAudit(database, clock=clock).differences() == []

"""All readers that use cases read through, and those of a limited principal in their place."""

from dataclasses import dataclass
from typing import Self

from app.domain.access.visibility import Visibility
from app.services.alerts.ports import AlertCounter
from app.services.counting.ports import CountReader, CycleReader
from app.services.insight.ports import HistoryReader, InsightReader, KeptRankings, MoverReader
from app.services.limited.alerts import LimitedAlertCounter
from app.services.limited.catalog import LimitedCatalog, LimitedSupplies
from app.services.limited.counting import LimitedCounts, LimitedCycle
from app.services.limited.documents import LimitedDeliveries, LimitedDocuments
from app.services.limited.insight import LimitedHistory, LimitedInsight, LimitedKeptRankings, LimitedMovers
from app.services.limited.ledger import LimitedLedger
from app.services.limited.levels import LimitedLevels, LimitedSummary
from app.services.limited.sight import Sight
from app.services.ports import CatalogReader, DocumentReader, LedgerReader, LevelReader, SummaryReader
from app.services.purchasing.ports import SupplyReader
from app.services.webhooks.ports import DeliveryReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """The readers of what a client is shown."""

    levels: LevelReader
    catalog: CatalogReader
    ledger: LedgerReader
    documents: DocumentReader
    supplies: SupplyReader
    sums: SummaryReader
    history: HistoryReader
    insight: InsightReader
    kept: KeptRankings
    movers: MoverReader
    alerts: AlertCounter
    counts: CountReader
    cycle: CycleReader
    deliveries: DeliveryReader

    def within(self, visibility: Visibility) -> Self:
        """Return the readers of what is visible."""
        sight = Sight(visibility, catalog=self.catalog)
        documents = LimitedDocuments(self.documents, sight=sight)
        return type(self)(
            levels=LimitedLevels(self.levels, sight=sight),
            catalog=LimitedCatalog(self.catalog, sight=sight),
            ledger=LimitedLedger(self.ledger, sight=sight),
            documents=documents,
            supplies=LimitedSupplies(self.supplies, sight=sight),
            sums=LimitedSummary(self.sums, sight=sight),
            history=LimitedHistory(self.history, sight=sight),
            insight=LimitedInsight(self.insight, sight=sight),
            kept=LimitedKeptRankings(self.kept, sight=sight),
            movers=LimitedMovers(self.movers, sight=sight),
            alerts=LimitedAlertCounter(self.alerts, sight=sight),
            counts=LimitedCounts(self.counts, documents=documents),
            cycle=LimitedCycle(self.cycle, sight=sight),
            deliveries=LimitedDeliveries(self.deliveries, documents=documents),
        )

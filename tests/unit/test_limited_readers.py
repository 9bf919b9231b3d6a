"""Limited readers, against the ports that they implement."""

import inspect

import pytest

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
from app.services.limited.reads import Reads
from app.services.ports import CatalogReader, DocumentReader, LedgerReader, LevelReader, SummaryReader
from app.services.purchasing.ports import SupplyReader
from app.services.webhooks.ports import DeliveryReader

READERS = {
    AlertCounter: LimitedAlertCounter,
    CatalogReader: LimitedCatalog,
    CountReader: LimitedCounts,
    CycleReader: LimitedCycle,
    DeliveryReader: LimitedDeliveries,
    DocumentReader: LimitedDocuments,
    HistoryReader: LimitedHistory,
    InsightReader: LimitedInsight,
    KeptRankings: LimitedKeptRankings,
    LedgerReader: LimitedLedger,
    LevelReader: LimitedLevels,
    MoverReader: LimitedMovers,
    SummaryReader: LimitedSummary,
    SupplyReader: LimitedSupplies,
}


@pytest.mark.parametrize(("port", "reader"), READERS.items(), ids=[reader.__name__ for reader in READERS.values()])
def test_a_limited_reader_implements_each_method_of_its_port(port: type, reader: type) -> None:
    """With the same arguments, and without handing on what it does not know."""
    methods = {name: method for name, method in vars(port).items() if inspect.isfunction(method) and name[0] != "_"}
    own = {name: inspect.signature(method) for name, method in vars(reader).items() if name in methods}
    assert own == {name: inspect.signature(method) for name, method in methods.items()}
    assert not {"__getattr__", "__getattribute__"}.intersection(vars(reader))


def test_each_reader_of_a_use_case_is_limited() -> None:
    """None is handed to a limited principal as it is."""
    ports = set(inspect.get_annotations(Reads).values())
    assert ports == set(READERS)

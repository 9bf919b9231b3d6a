"""A shop that has everything that a reconciliation compares, and the words to run one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from app.domain.reconciliation.discrepancy import Discrepancy
from app.domain.replenishment.policy import Policy, ReplenishmentMethod
from app.domain.stock.level_change import UnavailableReason
from app.services.reconciliation.level_checker import LevelChecker
from app.services.reconciliation.ports import BooksFilter
from app.services.reconciliation.reconciliation import Reconciled, Reconciliation
from app.services.reconciliation.totals_checker import TotalsChecker
from app.store.driver.client import Database
from app.store.readers.reconciliation.books import MongoBooks
from app.store.readers.reconciliation.open_documents import OpenDocumentsChecker
from app.store.readers.reconciliation.operation_links import OperationsChecker
from app.store.repairs import MongoRepairs
from app.store.totals.audit import MongoTotalsAudit
from tests.support import purchases, transfers
from tests.support.alerts import set_policy
from tests.support.reservations import a_line, given_backorder_limit, given_reservation
from tests.support.scene import CUP, TEA, TEA_NORTH, adjust, given_level, line, request_info
from tests.support.store import Store

EVERYTHING = BooksFilter()


@dataclass(kw_only=True)
class Shown:
    """What a reconciliation showed."""

    found: list[tuple[Discrepancy, bool]] = field(default_factory=list)
    result: Reconciled

    @property
    def identities(self) -> list[tuple[str, str, str]]:
        """Each discrepancy as kind, subject and field."""
        return [(each.kind.value, each.subject, each.field) for each, _ in self.found]

    @property
    def rebuilt(self) -> list[bool]:
        """Of each discrepancy, whether it was rebuilt."""
        return [is_rebuilt for _, is_rebuilt in self.found]


class Recorder:
    """A display that remembers."""

    def __init__(self) -> None:
        self.found_: list[tuple[Discrepancy, bool]] = []
        self.steps: dict[str, int] = {}

    @contextmanager
    def phase(self, title: str, *, total: int) -> Iterator[Callable[[int], None]]:
        self.steps[title] = 0

        def advance(steps: int) -> None:
            self.steps[title] += steps

        yield advance

    def found(self, discrepancy: Discrepancy, *, is_rebuilt: bool) -> None:
        self.found_.append((discrepancy, is_rebuilt))


async def reconciled(
    store: Store,
    database: Database,
    where: BooksFilter = EVERYTHING,
    *,
    is_repair: bool = False,
    chunk_levels: int = 1_000,
) -> Shown:
    """Compare what a database holds."""
    client = database.client
    books = MongoBooks(client, database, chunk_levels=chunk_levels)
    totals = MongoTotalsAudit(database, clock=store.clock)
    reconciliation = Reconciliation(
        [
            LevelChecker(books),
            OperationsChecker(database, part=chunk_levels),
            OpenDocumentsChecker(database),
            TotalsChecker(totals, books),
        ],
        repairs=MongoRepairs(client, database, totals=totals),
        clock=store.clock,
    )
    recorder = Recorder()
    result = await reconciliation.run(where, is_repair=is_repair, display=recorder)
    assert recorder.steps == {f"Checking {title}": count for title, count in result.compared.items()}
    return Shown(found=recorder.found_, result=result)


async def given_books(store: Store) -> None:
    """Stock tea and cups, hold and backorder some, and have some on orders, on their way, and proposed.

    TEA-1 at MAIN: 40 received, 5 shipped to NORTH, 3 held, 2 unavailable, 3 lost; LOW is open. CUP-1 at MAIN: 3 on
    hand, 4 ordered by a customer, so that 1 waits. A draft orders 6 of TEA-1, an order 8 of CUP-1.
    """
    await given_level(store, TEA, on_hand=40)
    await given_level(store, CUP, on_hand=2)
    await given_level(store, TEA_NORTH, on_hand=1)
    await set_policy(store, TEA, Policy(method=ReplenishmentMethod.MIN_MAX, target_level=90), reorder_point=60)
    await given_backorder_limit(store, CUP, 10)
    await given_reservation(store, a_line(TEA, 3))
    await given_reservation(store, a_line(CUP, 4))
    await transfers.given_shipped(store, (TEA.sku, 5))
    await purchases.given_supplier(store)
    await purchases.given_draft(store, (TEA.sku, 6))
    await purchases.given_submitted(store, (CUP.sku, 8))
    await store.stock.reclassify(TEA, source=None, target=UnavailableReason.DAMAGED, quantity=2, request=request_info())
    await adjust(store, TEA, -4)
    await store.stock.adjust_many([line(TEA, 1), line(CUP, 1)], is_atomic=True, request=request_info())

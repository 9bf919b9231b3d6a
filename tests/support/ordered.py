"""The proof that exactly what the ledger asked for was ordered by itself.

The proof knows nothing of the code that decides. It reads the ledger of each level from the first line on, adds up the
position, and looks at each line by which the server planned something: whether the level was short by its policy then,
and whether what was ordered is what its policy and its supplier's terms come to.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.domain.operation import SYSTEM, Operation
from app.domain.purchasing.purchase_order import PurchaseOrder, PurchaseOrderState
from app.domain.purchasing.supplier import SupplierItem
from app.domain.replenishment.order_reason import OrderReason
from app.domain.replenishment.policy import NO_POLICY, Policy, ReplenishmentMethod
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import Movement, MovementReason
from app.domain.transfers.transfer import Transfer
from tests.support.store import Contents

ORDER, PROPOSAL = "replenishmentOrder", "replenishmentTransfer"
ON_ORDER_REASONS = {ORDER: MovementReason.PURCHASE, PROPOSAL: MovementReason.TRANSFER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What was on offer for one automatic order: no supplier, and so no terms, where another location sends."""

    minimum: int = 1
    pack: int = 1


@dataclass
class Books:
    """One level as its ledger tells it, added up line by line.

    `best` is the best position since somebody declined what it lacked, as long as that holds.
    """

    available: int = 0
    incoming: int = 0
    planned: int = 0
    pledged: int = 0
    reorder_point: int = 0
    policy: Policy = field(default=NO_POLICY)
    best: int | None = None

    @property
    def position(self) -> int:
        """What will be available once all has come that is on order."""
        return self.available + self.incoming + self.planned

    @property
    def missing(self) -> int:
        """Units that are to be ordered: none where somebody has declined them."""
        return self.lacking if self.best is None else 0

    @property
    def lacking(self) -> int:
        """Units that are missing by the policy: by MIN_MAX and FIXED_QUANTITY, the methods that this proof knows."""
        policy = self.policy
        if policy.method is ReplenishmentMethod.NONE or self.position > self.reorder_point:
            return 0
        if policy.method is ReplenishmentMethod.MIN_MAX:
            assert policy.target_level is not None
            return max(0, policy.target_level - self.position)
        assert policy.method is ReplenishmentMethod.FIXED_QUANTITY
        assert policy.order_quantity is not None
        ordered = 0
        while self.position + ordered <= self.reorder_point:
            ordered += policy.order_quantity
        return ordered

    @property
    def spare(self) -> int:
        """Units that it may give away at most: what is there and not given away yet, beyond its reorder point."""
        return min(self.available, self.position) - self.pledged - max(self.reorder_point, self.policy.safety_stock)

    def take(self, line: Movement) -> None:
        """Add a line."""
        change = line.change
        kept_back = change.damaged + change.quality_control + change.safety + change.other
        self.available += change.on_hand - change.reserved - change.backordered - kept_back
        self.incoming += change.incoming
        self.planned += change.planned
        self.pledged += change.pledged
        if change.reorder_point is not None:
            self.reorder_point = change.reorder_point
        if change.policy is not None:
            self.policy = change.policy
        self._decide(line)

    def _decide(self, line: Movement) -> None:
        if line.change.declined is not None:
            self.best = self.position
        elif line.change.takes_up or not self.lacking or self._is_worse():
            self.best = None
        elif self.best is not None:
            self.best = max(self.best, self.position)

    def _is_worse(self) -> bool:
        """Tell whether half of the best position is gone, or half as much again is waited for, or safety is touched."""
        if self.best is None:
            return False
        is_unsafe = self.position < self.policy.safety_stock <= self.best
        return is_unsafe or self.best - self.position >= max(1, (abs(self.best) + 1) // 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedLines:
    """What was ordered by itself: lines of purchase orders and of proposals, and the units on them."""

    purchases: int
    proposals: int
    units: int


def check_ordered(
    contents: Contents, operations: Mapping[str, Operation], *, without_offer: Iterable[str] = ()
) -> OrderedLines:
    """Prove that each shortage of a level was ordered once, in the right quantity, and that none was left.

    `operations` are all of the ledger, and `without_offer` the items that nobody sells and that may be left short.
    Nobody but the server may have written an order or changed the lines of one.
    """
    terms = {
        (document.supplier, document.sku): Terms(minimum=document.minimum_quantity, pack=document.pack_size)
        for document in contents.documents
        if isinstance(document, SupplierItem)
    }
    lines: Counter[MovementReason] = Counter()
    decided: dict[tuple[str, str], list[OrderReason]] = defaultdict(list)
    for key, ledger in _ledgers(contents).items():
        books = Books()
        for line in ledger:
            if line.change.planned > 0:
                document, reason = check_order(books, line, operations[line.operation_id], terms)
                decided[document, key.sku].append(reason)
                lines[line.reason] += 1
            if line.change.pledged > 0:
                assert books.spare >= line.change.pledged, ("given away without having it", books, line)
            books.take(line)
        assert books.missing == 0 or key.sku in without_offer, (key, books)
    check_documents(contents, decided)
    return OrderedLines(
        purchases=lines[MovementReason.PURCHASE],
        proposals=lines[MovementReason.TRANSFER],
        units=sum(reason.quantity for reasons in decided.values() for reason in reasons),
    )


def check_order(
    before: Books, line: Movement, operation: Operation, terms: Mapping[tuple[str, str], Terms]
) -> tuple[str, OrderReason]:
    """Prove that a line orders what its level lacked right before it, for the reason that its document gives.

    Return the id of the document, and that reason.
    """
    info, planned, missing = operation.info, line.change.planned, before.missing
    assert (info.actor, ON_ORDER_REASONS[info.kind]) == (SYSTEM, line.reason), operation
    document, reason, on_offer = _reason(line, operation, terms)
    assert missing > 0, ("ordered without need", before, line)
    least = max(missing, on_offer.minimum)
    packs = next(packs for packs in range(least // on_offer.pack, least + 1) if packs * on_offer.pack >= least)
    assert planned == packs * on_offer.pack, (before, line, on_offer)
    assert before.position + planned > before.reorder_point, (before, line)
    assert (reason.at, reason.method) == (operation.recorded_at, before.policy.method), reason
    assert reason.at <= line.recorded_at, reason
    seen = (reason.available, reason.incoming, reason.planned, reason.position, reason.reorder_point)
    there = (before.available, before.incoming, before.planned, before.position, before.reorder_point)
    assert seen == there, (reason, before)
    assert (reason.target_level, reason.order_quantity) == (before.policy.target_level, before.policy.order_quantity)
    assert (reason.wanted, reason.quantity) == (missing, planned), (reason, before)
    assert (reason.minimum_quantity, reason.pack_size) == (on_offer.minimum, on_offer.pack), reason
    return document, reason


def check_documents(contents: Contents, decided: Mapping[tuple[str, str], list[OrderReason]]) -> None:
    """Prove that the documents order what was decided, line by line and to the unit, and say why.

    `decided` are the reasons by document and item, the oldest first; documents keep the newest of them. A supplier has
    one draft at most for each location.
    """
    lines: dict[tuple[str, str], tuple[int, tuple[OrderReason | None, ...]]] = {}
    drafts: Counter[tuple[str, str]] = Counter()
    for document in contents.documents:
        if isinstance(document, PurchaseOrder):
            assert document.is_automatic, document
            drafts[document.supplier, document.location] += document.state is PurchaseOrderState.DRAFT
            lines |= {(document.id, line.sku): (line.quantity, line.reasons) for line in document.lines}
        elif isinstance(document, Transfer):
            assert document.is_proposal, document
            lines |= {(document.id, line.sku): (line.quantity, (line.reason,)) for line in document.lines}
    assert lines.keys() == decided.keys()
    for name, (quantity, reasons) in lines.items():
        assert quantity == sum(reason.quantity for reason in decided[name]), name
        assert reasons, name
        assert reasons == tuple(decided[name][-len(reasons) :]), name
    assert set(drafts.values()) <= {0, 1}, drafts


def _reason(
    line: Movement, operation: Operation, terms: Mapping[tuple[str, str], Terms]
) -> tuple[str, OrderReason, Terms]:
    """Return the document of an order, the reason that it gave right after it, and what was on offer."""
    key = line.after.key
    if operation.info.kind == ORDER:
        order = operation.document(PurchaseOrder)
        assert order.location == key.location, order
        return order.id, order.lines_by_sku[key.sku].reasons[-1], terms[order.supplier, key.sku]
    transfer = operation.document(Transfer)
    assert transfer.destination == key.location, transfer
    reason = transfer.lines_by_sku[key.sku].reason
    assert reason is not None, transfer
    return transfer.id, reason, Terms()


def _ledgers(contents: Contents) -> dict[LevelKey, list[Movement]]:
    """Return the lines of each level, the oldest first."""
    ledgers: dict[LevelKey, list[Movement]] = defaultdict(list)
    for line in sorted(contents.movements, key=lambda line: line.after.version):
        ledgers[line.after.key].append(line)
    return ledgers

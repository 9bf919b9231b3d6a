"""Calls that clients make, drawn with a seed: about few items at few locations, so that they meet.

What they may ask for stands in the modules `*_calls`, by subject, and all of it in `tests.property.random_client`.
"""

import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, ClassVar

from app.domain.alerts.alert import Alert
from app.domain.counting.count import Count, CountState
from app.domain.document import Document
from app.domain.limits import MAX_QUANTITY
from app.domain.operation import Operation
from app.domain.outcome import Outcome
from app.domain.purchasing.purchase_order import ON_ORDER, PurchaseOrder, PurchaseOrderState
from app.domain.reservations.reservation import OPEN, Reservation
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import UnavailableReason
from app.domain.stock.movement import REASONS_OF_OUR_OWN, MovementReason
from app.domain.transfers.commands.create_transfer import TransferUnits
from app.domain.transfers.transfer import UNDER_WAY, Transfer, TransferState
from app.services.request_info import RequestInfo
from tests.support.scene import request_info
from tests.support.store import Store

SKUS, CODES = ("TEA", "CUP", "POT"), ("MAIN", "NORTH", "SOUTH")
LATEST = 6  # documents of a kind that are of interest
SEED = os.environ.get("STOCKPULSE_TEST_SEED", "")  # by hand, for another game

Made = Callable[[Store, RequestInfo], Awaitable[Outcome]]
Kinds = Mapping[Callable[[Any], Made], int]  # what may be asked for, and how often, in relation to the others

_REASONS = [reason for reason in MovementReason if reason not in REASONS_OF_OUR_OWN]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call with a key of its own. It may be made again, and of any process."""

    name: str
    made: Made
    request: RequestInfo

    async def run(self, store: Store) -> Outcome:
        """Make the call."""
        return await self.made(store, self.request)


@dataclass
class Known:
    """The ids of what clients have been told of and is still open, the latest last; and what may be taken back.

    What may be taken back is named by its document and the operation that did it.
    """

    reservations: list[str] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    counts: list[str] = field(default_factory=list)
    order_drafts: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    fulfilments: list[tuple[str, str]] = field(default_factory=list)
    losses: list[tuple[str, str]] = field(default_factory=list)
    receipts: list[tuple[str, str]] = field(default_factory=list)
    sales: list[str] = field(default_factory=list)  # by their references

    def note(self, operation: Operation) -> None:
        """Remember what an operation was, if it may be taken back, and its documents."""
        match operation.info.kind:
            case "purchaseOrderReceive":
                self.receipts.append((operation.document(PurchaseOrder).id, operation.id))
            case "reservationFulfill":
                self.fulfilments.append((operation.document(Reservation).id, operation.id))
            case "transferReceive":
                transfer = operation.document(Transfer)
                if any(line.lost for line in transfer.lines):
                    self.losses.append((transfer.id, operation.id))
            case "saleRecord" if operation.info.reference:
                self.sales.append(operation.info.reference)
        self.take(operation.documents)

    def take(self, documents: Sequence[Document]) -> None:
        """Remember documents as a call has left them."""
        for document in documents:
            match document:
                case Reservation():
                    self._keep(self.reservations, document.id, is_open=document.state in OPEN)
                case Transfer():
                    self._keep(self.drafts, document.id, is_open=document.state is TransferState.DRAFT)
                    self._keep(self.sent, document.id, is_open=document.state in UNDER_WAY)
                case PurchaseOrder():
                    self._keep(self.order_drafts, document.id, is_open=document.state is PurchaseOrderState.DRAFT)
                    self._keep(self.orders, document.id, is_open=document.state in ON_ORDER)
                case Count():
                    self._keep(self.counts, document.id, is_open=document.state is CountState.OPEN)
                case Alert():
                    self._keep(self.alerts, document.id, is_open=document.is_open)

    def _keep(self, ids: list[str], identity: str, *, is_open: bool) -> None:
        if is_open and identity not in ids:
            ids.append(identity)
        elif not is_open and identity in ids:
            ids.remove(identity)
            self.ended.append(identity)


class Client:
    """One client, with its own dice and its own keys. A wild one also speaks of as many units as a level can hold."""

    kinds: ClassVar[Kinds] = {}

    def __init__(self, name: str, *, known: Known, is_wild: bool = False) -> None:
        self._name, self._known, self._is_wild = name, known, is_wild
        self._dice = Random(name + SEED)  # noqa: S311 - a game, and to be played again
        self._calls = 0

    def next_call(self) -> Call:
        """Return what the client asks for next."""
        self._calls += 1
        kinds, weights = zip(*self.kinds.items(), strict=True)
        [kind] = self._dice.choices(kinds, weights)
        name = f"{self._name}-{self._calls}"
        said = request_info(name, actor=self._name, reference=name if kind.__name__ == "sell" else None)
        return Call(name=kind.__name__, made=kind(self), request=said)

    def chance(self, percent: int) -> bool:
        """Tell whether something happens that happens so often."""
        return self._dice.randrange(100) < percent

    def _one_of(self, ids: list[str]) -> str:
        if self._known.ended and self.chance(4):
            return self._dice.choice(self._known.ended[-LATEST:])
        return self._dice.choice(ids[-LATEST:]) if ids else "nobody's"

    def _to_take_back(self, done: list[tuple[str, str]]) -> tuple[str, str]:
        return self._dice.choice(done[-LATEST:] or [("none", "none")])

    def _few(self) -> int:
        if self._is_wild and self.chance(3):
            return self._dice.choice([MAX_QUANTITY, MAX_QUANTITY // 2, MAX_QUANTITY - 10])
        return self._dice.randint(1, 5)

    def _code(self) -> str:
        return self._dice.choice(CODES)

    def _key(self) -> LevelKey:
        return LevelKey(self._dice.choice(SKUS), self._code())

    def _keys(self) -> set[LevelKey]:
        return {self._key() for _ in range(self._dice.randint(1, 3))}

    def _skus(self) -> list[str]:
        return self._dice.sample(SKUS, self._dice.randint(1, 2))

    def _units(self) -> list[TransferUnits]:
        return [TransferUnits(sku=sku, quantity=self._few() + 1) for sku in self._skus()]

    def _reason(self) -> MovementReason:
        return self._dice.choice([MovementReason.RECEIPT, MovementReason.COUNT, *_REASONS])

    def _class(self) -> UnavailableReason:
        return self._dice.choice(list(UnavailableReason))

"""Calls of every kind that clients make, drawn with a seed: on few items at few locations, so that they meet."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from app.domain.alert import Alert
from app.domain.commands.adjust_many import Adjustment
from app.domain.commands.catalog import ItemChange
from app.domain.commands.create_transfer import TransferUnits
from app.domain.commands.receipt import Arrival
from app.domain.commands.record_count import CountedUnits
from app.domain.commands.record_sale import SaleLine
from app.domain.commands.set_stock import StockSetting
from app.domain.count import Count, CountState, UncountedRule
from app.domain.count_line import CountMode
from app.domain.document import Document
from app.domain.fold import Outcome
from app.domain.holds import Part
from app.domain.level import LevelKey, UnavailableReason
from app.domain.movement import MovementReason
from app.domain.operation import Operation
from app.domain.purchase_order import ON_ORDER, PurchaseOrder, PurchaseOrderState
from app.domain.reservation import OPEN, RequestedLine, Reservation
from app.domain.time import Moment
from app.domain.transfer import UNDER_WAY, Transfer, TransferState
from app.services.request import About
from tests.support.clock import SECOND, START
from tests.support.scene import about
from tests.support.store import Store

SKUS, CODES = ("TEA", "CUP", "POT"), ("MAIN", "NORTH", "SOUTH")
BARCODES = ("1", "2", "3")
TTL_MAX_SECONDS = 5
LATEST = 6  # documents of a kind that are of interest

Made = Callable[[Store, About], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call with a key of its own. It may be made again, and of any process."""

    name: str
    made: Made
    about: About

    async def run(self, store: Store) -> Outcome:
        """Make the call."""
        return await self.made(store, self.about)


@dataclass
class Known:
    """The ids of what clients have been told of and is still open, the latest last."""

    reservations: list[str] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    counts: list[str] = field(default_factory=list)
    order_drafts: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    receipts: list[tuple[str, str]] = field(default_factory=list)  # of orders, with the order before each

    def note(self, operation: Operation) -> None:
        """Remember what an operation was, if it may be reversed, and its documents."""
        if operation.cause.kind == "purchaseOrderReceive":
            self.receipts.append((operation.document(PurchaseOrder).id, operation.id))
        self.take(operation.documents)

    def take(self, documents: Sequence[Document]) -> None:
        """Remember documents as a call has left them."""
        for document in documents:
            match document:
                case Reservation():
                    _keep(self.reservations, document.id, is_open=document.state in OPEN)
                case Transfer():
                    _keep(self.drafts, document.id, is_open=document.state is TransferState.DRAFT)
                    _keep(self.sent, document.id, is_open=document.state in UNDER_WAY)
                case PurchaseOrder():
                    _keep(self.order_drafts, document.id, is_open=document.state is PurchaseOrderState.DRAFT)
                    _keep(self.orders, document.id, is_open=document.state in ON_ORDER)
                case Count():
                    _keep(self.counts, document.id, is_open=document.state is CountState.OPEN)
                case Alert():
                    _keep(self.alerts, document.id, is_open=document.is_open)


def _keep(ids: list[str], identity: str, *, is_open: bool) -> None:
    if is_open and identity not in ids:
        ids.append(identity)
    elif not is_open and identity in ids:
        ids.remove(identity)


class Client:
    """One client, with its own dice and its own keys."""

    def __init__(self, name: str, *, known: Known) -> None:
        self._name, self._known, self._dice = name, known, Random(name)  # noqa: S311 - a game, and to be played again
        self._calls = 0

    @property
    def kinds(self) -> Mapping[Callable[[Any], Made], int]:
        """What it may ask for, and how often."""
        return KINDS

    def next_call(self) -> Call:
        """Return what the client asks for next."""
        self._calls += 1
        kinds, weights = zip(*self.kinds.items(), strict=True)
        [kind] = self._dice.choices(kinds, weights)
        said = about(f"{self._name}-{self._calls}", actor=self._name)
        return Call(name=kind.__name__, made=kind(self), about=said)

    def chance(self, percent: int) -> bool:
        """Tell whether something happens that happens so often."""
        return self._dice.randrange(100) < percent

    def adjust(self) -> Made:
        """Receive or take units at one level."""
        key, delta, reason = self._key(), self._few() - 2, self._reason()
        return lambda store, said: store.stock.adjust(key, delta=delta or 6, reason=reason, about=said)

    def adjust_many(self) -> Made:
        """Do so at several."""
        lines = [Adjustment(key=key, delta=self._few(), reason=self._reason()) for key in self._keys()]
        return lambda store, said: store.stock.adjust_many(lines, is_atomic=True, about=said)

    def sell(self) -> Made:
        """Sell at one location, or take back."""
        code, lines = self._code(), [SaleLine(sku=sku, quantity=self._few()) for sku in (*self._skus(), *self._skus())]
        return lambda store, said: store.stock.record_sale(code, lines, channel=None, about=said)

    def set_many(self) -> Made:
        """Say how many units there are, where that is what was believed."""
        lines = [
            StockSetting(key=key, quantity=4 * self._few(), reason=MovementReason.COUNT, is_forced=True)
            for key in self._keys()
        ]
        is_atomic = self.chance(50)
        return lambda store, said: store.stock.set_many(lines, is_atomic=is_atomic, about=said)

    def configure(self) -> Made:
        """Let a level promise more or less than it has."""
        key, limit = self._key(), 3 * self._few()
        return lambda store, said: store.stock.configure(key, backorder_limit=limit, about=said)

    def reclassify(self) -> Made:
        """Find units damaged, or well again."""
        key, quantity = self._key(), self._few()
        source, target = self._dice.sample([None, *UnavailableReason], 2)
        return lambda store, said: store.stock.reclassify(
            key, quantity=quantity, source=source, target=target, about=said
        )

    def write_off(self) -> Made:
        """Give up units that may not be sold."""
        key, reason = self._key(), self._dice.choice(list(UnavailableReason))
        return lambda store, said: store.stock.write_off(key, quantity=1, reason=reason, about=said)

    def label(self) -> Made:
        """Claim barcodes for items, or give them up."""
        changes = [
            ItemChange(sku=sku, barcodes=tuple(self._dice.sample(BARCODES, self._dice.randrange(2))))
            for sku in self._skus()
        ]
        return lambda store, said: store.shop.upsert_items(changes, is_atomic=False, about=said)

    def reserve(self) -> Made:
        """Order, at a location or wherever there is stock."""
        lines = [
            RequestedLine(sku=sku, quantity=self._few(), location=self._dice.choice([None, *CODES]))
            for sku in self._skus()
        ]
        ttl, is_partial = self._dice.choice([None, 1, TTL_MAX_SECONDS]), self.chance(30)
        return lambda store, said: store.reservations.create(
            lines, ttl_seconds=ttl, allow_partial=is_partial, about=said
        )

    def extend(self) -> Made:
        """Ask for more time."""
        identity = self._one_of(self._known.reservations)
        return lambda store, said: store.reservations.extend(identity, ttl_seconds=TTL_MAX_SECONDS, about=said)

    def fulfill(self) -> Made:
        """Send an order, or a unit of it."""
        identity, parts = self._one_of(self._known.reservations), self._parts()
        return lambda store, said: store.reservations.fulfill(identity, lines=parts, about=said)

    def release(self) -> Made:
        """Give up an order, or a unit of it."""
        identity, parts = self._one_of(self._known.reservations), self._parts()
        return lambda store, said: store.reservations.release(identity, lines=parts, about=said)

    def plan_transfer(self) -> Made:
        """Write down what is to be sent."""
        (source, destination), units = self._dice.sample(CODES, 2), self._units()
        return lambda store, said: store.transfers.create(source, destination, units, about=said)

    def ship(self) -> Made:
        """Send it."""
        identity = self._one_of(self._known.drafts)
        return lambda store, said: store.transfers.ship(identity, lines=None, about=said)

    def receive(self) -> Made:
        """Take in a part, the rest, or give up what is missing."""
        identity, sku, quantity = self._one_of(self._known.sent), self._dice.choice(SKUS), self._few()
        lines = [Arrival(sku=sku, quantity=quantity, damaged=1, over_reason=MovementReason.FOUND)]
        is_last = self.chance(20)
        return lambda store, said: store.transfers.receive(
            identity,
            lines=lines,
            is_complete=is_last,
            short_reason=MovementReason.LOST if is_last else None,
            about=said,
        )

    def receive_the_rest(self) -> Made:
        """Take in all that is outstanding."""
        identity = self._one_of(self._known.sent)
        return lambda store, said: store.transfers.receive(
            identity, lines=None, is_complete=False, short_reason=None, about=said
        )

    def cancel_transfer(self) -> Made:
        """Send back what is on its way."""
        identity = self._one_of(self._known.sent)
        return lambda store, said: store.transfers.cancel(identity, about=said)

    def open_count(self) -> Made:
        """Begin to count a location."""
        code, mode = self._code(), self._dice.choice(list(CountMode))
        return lambda store, said: store.counts.open(code, mode=mode, about=said)

    def record_count(self) -> Made:
        """Say what was seen."""
        identity = self._one_of(self._known.counts)
        lines = [CountedUnits(sku=sku, quantity=4 * self._few()) for sku in self._skus()]
        return lambda store, said: store.counts.record(identity, lines, about=said)

    def post_count(self) -> Made:
        """Let the record follow."""
        identity, rule = self._one_of(self._known.counts), self._dice.choice(list(UncountedRule))

        async def post(store: Store, said: About) -> Outcome:
            return (await store.counts.post(identity, rule=rule, about=said)).outcome

        return post

    def cancel_count(self) -> Made:
        """Give a count up."""
        identity = self._one_of(self._known.counts)
        return lambda store, said: store.counts.cancel(identity, about=said)

    def acknowledge(self) -> Made:
        """Take care of an alert."""
        identity = self._one_of(self._known.alerts)
        return lambda store, said: store.alerts.acknowledge(identity, about=said)

    def snooze(self) -> Made:
        """Want to hear nothing of it until some moment of the game, or wake it."""
        identity, moment = self._one_of(self._known.alerts), Moment(START + self._dice.randint(5, 90) * SECOND)
        until = moment if self.chance(80) else None
        return lambda store, said: store.alerts.snooze(identity, until=until, about=said)

    def archive(self) -> Made:
        """Close an item to changes, or open it again."""
        sku, is_archived = self._dice.choice(SKUS), self.chance(6)
        return lambda store, said: store.shop.archive_item(sku, is_archived=is_archived, about=said)

    def close(self) -> Made:
        """Close a location to changes, or open it again."""
        code, is_archived = self._code(), self.chance(6)
        return lambda store, said: store.shop.archive_location(code, is_archived=is_archived, about=said)

    def _one_of(self, ids: list[str]) -> str:
        return self._dice.choice(ids[-LATEST:]) if ids else "nobody's"

    def _few(self) -> int:
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
        return [TransferUnits(sku=sku, quantity=2 * self._few()) for sku in self._skus()]

    def _parts(self) -> list[Part] | None:
        return [Part(sku=self._dice.choice(SKUS), quantity=1)] if self.chance(60) else None

    def _reason(self) -> MovementReason:
        return self._dice.choice([MovementReason.RECEIPT, MovementReason.COUNT])


KINDS: Mapping[Callable[[Any], Made], int] = {  # and how often each is made, in relation to the others
    Client.adjust: 8,
    Client.adjust_many: 5,
    Client.sell: 5,
    Client.set_many: 2,
    Client.configure: 2,
    Client.reclassify: 6,
    Client.write_off: 5,
    Client.label: 3,
    Client.reserve: 8,
    Client.extend: 3,
    Client.fulfill: 5,
    Client.release: 4,
    Client.plan_transfer: 7,
    Client.ship: 8,
    Client.receive: 6,
    Client.receive_the_rest: 4,
    Client.cancel_transfer: 4,
    Client.open_count: 3,
    Client.record_count: 6,
    Client.post_count: 6,
    Client.cancel_count: 2,
    Client.acknowledge: 4,
    Client.snooze: 4,
    Client.archive: 3,
    Client.close: 3,
}

"""Records the deeds of the demo's past through the use cases, each once.

Rule: a deed is recorded under its own key, so that the past can be enacted again from its beginning after an
interruption: what is there is not changed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import partial

from msgspec import structs

from app.bootstrap.demo_shop.base_shop import demo_request
from app.bootstrap.demo_shop.deeds import (
    Adjusted,
    Arrived,
    Confirmed,
    Counted,
    CountOpened,
    CountPosted,
    Deed,
    Delivered,
    Held,
    OrderDrafted,
    Packed,
    Posted,
    Shipped,
    Sold,
    Step,
    Submitted,
)
from app.bootstrap.demo_shop.past_clock import PastClock
from app.bootstrap.demo_shop.patience import patiently
from app.domain.counting.commands.record_count import CountedUnits
from app.domain.counting.count import Count, UncountedRule
from app.domain.document import Document
from app.domain.outcome import Outcome
from app.domain.purchasing.commands.purchase_checks import OrderedUnits
from app.domain.purchasing.purchase_order import PurchaseOrder
from app.domain.reservations.reservation import RequestedLine, Reservation
from app.domain.stock.commands.adjust_many import Adjustment
from app.domain.stock.commands.receipt import Arrival
from app.domain.stock.commands.record_sale import SaleLine
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import MICROSECONDS_PER_DAY, Moment
from app.domain.transfers.commands.create_transfer import TransferUnits
from app.domain.transfers.transfer import Transfer
from app.services.request_info import RequestInfo
from app.services.use_cases import Services


class Enactment:
    """Enacts steps; its clock shows the moment of each."""

    def __init__(self, services: Services, *, clock: PastClock) -> None:
        self._services, self._clock = services, clock
        self._ids: dict[str, str] = {}  # of the documents, by the key of the deed that created each

    async def enact(self, steps: Iterable[Step], *, advance: Callable[[float], None]) -> None:
        """Enact all steps, and tell of each how far the past has come, in seconds.

        Raises Refused, Overloaded and Unavailable.
        """
        for step in steps:
            self._clock.show(step.at)
            await patiently(partial(self._enact_all, step))
            advance(step.at)

    async def _enact_all(self, step: Step) -> None:
        await asyncio.gather(*(self._enact(deed) for deed in step.deeds))  # so that they share transactions

    def _enact(self, deed: Deed) -> Awaitable[object]:
        match deed:
            case Sold() | Adjusted():
                return self._move(deed)
            case OrderDrafted() | Submitted() | Confirmed() | Delivered():
                return self._purchase(deed)
            case Packed() | Shipped() | Arrived():
                return self._transfer(deed)
            case CountOpened() | Counted() | CountPosted():
                return self._count(deed)
            case Held() | Posted():
                return self._order(deed)

    async def _move(self, deed: Sold | Adjusted) -> None:
        match deed:
            case Sold():
                await self._services.stock.record_sale(
                    deed.location,
                    [SaleLine(sku=sku, quantity=number) for sku, number in deed.units],
                    channel=deed.channel,
                    request=_request(deed.key, person=deed.person, reference=deed.key.upper()),
                )
            case Adjusted():
                await self._services.stock.adjust_many(
                    [
                        Adjustment(key=LevelKey(sku, deed.location), delta=number, reason=deed.reason)
                        for sku, number in deed.units
                    ],
                    is_atomic=True,
                    request=_request(deed.key, note=deed.note),
                )

    async def _purchase(self, deed: OrderDrafted | Submitted | Confirmed | Delivered) -> None:
        orders = self._services.purchase_orders
        match deed:
            case OrderDrafted():
                lines = [OrderedUnits(sku=sku, quantity=number) for sku, number in deed.units]
                request = _request(deed.key, reference=deed.key.upper())
                self._keep(
                    deed.key, PurchaseOrder, await orders.create(deed.supplier, deed.location, lines, request=request)
                )
            case Submitted():
                await orders.submit(
                    self._ids[deed.order],
                    expected_version=1,
                    ignore_minimums=True,
                    request=_request(f"{deed.order}:submit", person="Nora Lindqvist"),
                )
            case Confirmed():
                promised = Moment(self._clock() // MICROSECONDS_PER_DAY * MICROSECONDS_PER_DAY)
                await orders.confirm(
                    self._ids[deed.order],
                    expected_at=Moment(promised + deed.days * MICROSECONDS_PER_DAY),
                    request=_request(f"{deed.order}:confirm"),
                )
            case Delivered():
                first = Arrival(sku=deed.units[0][0], quantity=deed.units[0][1], damaged=deed.damaged)
                rest = [Arrival(sku=sku, quantity=number) for sku, number in deed.units[1:]]
                await orders.receive(
                    self._ids[deed.order], lines=[first, *rest], is_complete=False, request=_request(deed.key)
                )

    async def _transfer(self, deed: Packed | Shipped | Arrived) -> None:
        transfers = self._services.transfers
        match deed:
            case Packed():
                lines = [TransferUnits(sku=sku, quantity=number) for sku, number in deed.units]
                request = _request(deed.key, reference=deed.key.upper())
                outcome = await transfers.create(deed.source, deed.destination, lines, request=request)
                self._keep(deed.key, Transfer, outcome)
            case Shipped():
                await transfers.ship(self._ids[deed.transfer], lines=None, request=_request(f"{deed.transfer}:ship"))
            case Arrived():
                await transfers.receive(
                    self._ids[deed.transfer],
                    lines=[Arrival(sku=sku, quantity=number) for sku, number in deed.units if number],
                    is_complete=True,
                    short_reason=MovementReason.LOST,
                    request=_request(f"{deed.transfer}:receive"),
                )

    async def _count(self, deed: CountOpened | Counted | CountPosted) -> None:
        counts = self._services.counts
        match deed:
            case CountOpened():
                outcome = await counts.open(
                    deed.location, skus=deed.skus, request=_request(deed.key, reference=deed.key.upper())
                )
                self._keep(deed.key, Count, outcome)
            case Counted():
                await counts.record(
                    self._ids[deed.count],
                    [CountedUnits(sku=sku, quantity=number) for sku, number in deed.units],
                    counted_by=deed.person,
                    request=_request(f"{deed.count}:record"),
                )
            case CountPosted():
                await counts.post(
                    self._ids[deed.count], rule=UncountedRule.IGNORE, request=_request(f"{deed.count}:post")
                )

    async def _order(self, deed: Held | Posted) -> None:
        reservations = self._services.reservations
        match deed:
            case Held():
                lines = [RequestedLine(sku=sku, quantity=number, location=deed.location) for sku, number in deed.units]
                request = _request(deed.key, reference=deed.key.upper())
                self._keep(deed.key, Reservation, await reservations.create(lines, channel="web", request=request))
            case Posted():
                await reservations.fulfill(self._ids[deed.order], request=_request(f"{deed.order}:fulfill"))

    def _keep(self, key: str, kind: type[Document], outcome: Outcome) -> None:
        self._ids[key] = outcome.operation.document(kind).id


def _request(
    key: str, *, person: str | None = None, reference: str | None = None, note: str | None = None
) -> RequestInfo:
    return structs.replace(demo_request(f"demo:past:{key}"), acting_user=person, reference=reference, note=note)

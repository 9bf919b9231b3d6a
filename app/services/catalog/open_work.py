"""Looks up the open work of an item or a location, before it is archived.

Rule: the look is not part of the transaction. Work that begins between the look and the archiving may be finished all
the same, and the answer to the archiving request names it.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from app.domain.catalog.open_work import MAX_OPEN_LISTED, OpenKind, OpenWork, open_documents, open_work
from app.domain.counting.count import Count, CountList, CountState
from app.domain.counting.count_line import CountLine, count_line_key
from app.domain.reservations.reservation import OPEN
from app.domain.stock.summary import InventorySummary
from app.domain.transfers.transfer import UNDER_WAY, Transfer, TransferState
from app.services.counting.filters import CountFilter
from app.services.filters import DocumentFilter, LevelFilter
from app.services.paging import PageRequest
from app.services.ports import CatalogReader, Clock, DocumentReader, LevelReader, SummaryReader
from app.services.purchasing.open_orders import OpenOrders
from app.services.reservations.filters import ReservationFilter
from app.services.transfers.filters import TransferFilter

_OPEN_TRANSFERS = (TransferState.DRAFT, *sorted(UNDER_WAY))
_OPEN_COUNTS = (CountState.OPEN, CountState.POSTING)


class OpenWorkFinder:
    """Finds open work, `orders` the purchase orders among it. All methods raise Unavailable."""

    def __init__(
        self,
        *,
        levels: LevelReader,
        sums: SummaryReader,
        catalog: CatalogReader,
        documents: DocumentReader,
        orders: OpenOrders,
        clock: Clock,
    ) -> None:
        self._levels = levels
        self._catalog = catalog
        self._sums = sums
        self._documents = documents
        self.orders = orders
        self._clock = clock

    async def of_item(self, sku: str) -> Sequence[OpenWork]:
        """Return the open work of an item, at all locations."""
        summary = await self._sums.summary(LevelFilter(skus=(sku,)), as_of=self._clock())
        names = [group.name for group in summary.by_location.groups if group.totals.on_hand]
        return [
            *_units(summary, names),
            *(
                await self._reservations(
                    summary, ReservationFilter(states=tuple(OPEN), sku=sku), lambda h: h.sku == sku
                )
            ),
            *await self._transfers(TransferFilter(states=_OPEN_TRANSFERS, sku=sku), sku=sku),
            *await self.orders.of_item(sku),
            *await self._counts(sku, stocked_at={group.name for group in summary.by_location.groups}),
        ]

    async def of_location(self, code: str) -> Sequence[OpenWork]:
        """Return the open work at a location, and the levels that are resupplied from it."""
        summary = await self._sums.summary(LevelFilter(locations=(code,)), as_of=self._clock())
        resupplied = await self._levels.resupplied_from(code, limit=MAX_OPEN_LISTED)
        counts = await self._open(CountFilter(states=_OPEN_COUNTS, location=code))
        return [
            *_units(summary, ()),
            *(
                await self._reservations(
                    summary, ReservationFilter(states=tuple(OPEN), location=code), lambda h: h.location == code
                )
            ),
            *await self._transfers(TransferFilter(states=_OPEN_TRANSFERS, location=code)),
            *await self.orders.to_location(code),
            *open_documents(OpenKind.COUNT, counts),
            *open_work(OpenKind.RESUPPLY, [str(key) for key in resupplied]),
        ]

    async def _reservations(
        self, summary: InventorySummary, where: ReservationFilter, is_meant: Callable[[Any], bool]
    ) -> Sequence[OpenWork]:
        if not summary.totals.reserved and not summary.totals.backordered:
            return ()  # an old item has many orders, none of which is open
        found = await self._open(where)
        holding = [each for each in found if any(is_meant(hold) and (hold.held or hold.waiting) for hold in each.holds)]
        return open_documents(OpenKind.RESERVATION, holding)

    async def _transfers(self, where: TransferFilter, *, sku: str | None = None) -> Sequence[OpenWork]:
        found = await self._open(where)
        return open_documents(OpenKind.TRANSFER, [each for each in found if _is_moving(each, sku)])

    async def _counts(self, sku: str, *, stocked_at: Collection[str]) -> Sequence[OpenWork]:
        """Find the counts that have counted an item, or are yet to, where it has a level."""
        counts: Sequence[Count] = await self._open(CountFilter(states=_OPEN_COUNTS))
        if not counts:
            return ()
        lines = {count.id: count_line_key(count.id, sku).id for count in counts}
        counted = await self._documents.documents(CountLine, list(lines.values()))
        items = await self._catalog.items([sku])
        there = [each for each in counts if each.location in stocked_at]
        listed = await self._documents.documents(CountList, [each.id for each in there if each.is_listed])
        due = {each.id for each in there if sku in items and each.scope(listed.get(each.id)).covers(items[sku])}
        return open_documents(OpenKind.COUNT, [each for each in counts if each.id in due or lines[each.id] in counted])

    async def _open(self, where: DocumentFilter[Any]) -> Sequence[Any]:
        page = PageRequest(first=MAX_OPEN_LISTED)
        return (await self._documents.page_of_documents(where, page=page)).nodes


def _is_moving(transfer: Transfer, sku: str | None) -> bool:
    if sku is None or transfer.state is TransferState.DRAFT:
        return True
    return transfer.lines_by_sku[sku].outstanding > 0


def _units(summary: InventorySummary, names: Iterable[str]) -> Sequence[OpenWork]:
    units = summary.totals.on_hand
    return [OpenWork(kind=OpenKind.UNITS, count=units, examples=tuple(names))] if units else []

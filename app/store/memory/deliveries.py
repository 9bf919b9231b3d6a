"""Webhook deliveries in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.domain.time import Moment
from app.domain.webhooks.delivery import Delivery, DeliveryState
from app.services.live.ledger_offset import LedgerOffset
from app.services.paging import Page, PageRequest
from app.services.webhooks.filters import DeliveryFilter
from app.services.webhooks.ports import WaitingDelivery
from app.store.memory.page import page_of


class MemoryDeliveries:
    """DeliveryQueue and DeliveryReader over plain dictionaries. Nothing is ever deleted."""

    def __init__(self) -> None:
        self._kept: dict[str, Delivery] = {}
        self._positions: dict[str, tuple[int, LedgerOffset]] = {}

    async def offset(self, webhook_id: str) -> LedgerOffset | None:
        _, position = self._positions.get(webhook_id, (0, None))
        return position

    async def move(self, webhook_id: str, position: LedgerOffset, *, term: int) -> bool:
        latest, _ = self._positions.get(webhook_id, (0, None))
        if latest > term:
            return False
        self._positions[webhook_id] = (term, position)
        return True

    async def waiting(self, webhook_id: str, *, limit: int) -> Sequence[WaitingDelivery]:
        found = [each for each in self._pending() if each.webhook_id == webhook_id]
        ordered = sorted(found, key=lambda each: (each.message.occurred_at, each.id))
        return [
            WaitingDelivery(each.id, each.message.subject, each.attempts, each.next_at, each.is_in_order)
            for each in ordered[:limit]
        ]

    async def known(self, ids: Sequence[str]) -> frozenset[str]:
        return frozenset(ids) & self._kept.keys()

    async def deliveries(self, ids: Sequence[str]) -> Mapping[str, Delivery]:
        return {identity: self._kept[identity] for identity in ids if identity in self._kept}

    async def keep(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            self._kept.setdefault(delivery.id, delivery)

    async def record(self, delivery: Delivery) -> None:
        known = self._kept.get(delivery.id)
        if known is not None and known.state is DeliveryState.PENDING:
            self._kept[delivery.id] = delivery

    async def hurry(self, ids: Sequence[str], *, now: Moment) -> None:
        for delivery in self._pending():
            if delivery.id in ids:
                self._kept[delivery.id] = replace(delivery, next_at=min(delivery.next_at, now))

    async def page_of_deliveries(self, where: DeliveryFilter, *, page: PageRequest) -> Page[Delivery]:
        return page_of(
            filter(where.matches, self._kept.values()),
            page=page,
            order="NEWEST",
            position=lambda delivery: (delivery.created_at, delivery.id),
            newest_first=True,
        )

    async def count_deliveries(self, where: DeliveryFilter) -> int:
        return sum(map(where.matches, self._kept.values()))

    async def redeliver(
        self, webhook_id: str, *, ids: Sequence[str] | None, since: Moment | None, by: str, at: Moment, now: Moment
    ) -> int:
        for each in list(self._kept.values()):
            is_named = each.webhook_id == webhook_id and (ids is None or each.id in ids) and each.redelivered_by != by
            if is_named and _has_died(each, since=since, at=at):
                begun = replace(each, state=DeliveryState.PENDING, attempts=0, is_in_order=False, ended_at=None)
                self._kept[each.id] = replace(begun, next_at=now, redelivered_by=by)
            elif is_named and ids is not None and _has_failed(each, at=at):
                self._kept[each.id] = replace(each, next_at=now, redelivered_by=by)
        return sum(each.redelivered_by == by and each.webhook_id == webhook_id for each in self._kept.values())

    async def give_up(self, webhook_id: str, *, now: Moment) -> None:
        for each in self._pending():
            if each.webhook_id == webhook_id:
                self._kept[each.id] = replace(each, state=DeliveryState.DEAD, ended_at=now)
        self._positions.pop(webhook_id, None)

    def _pending(self) -> list[Delivery]:
        return [each for each in self._kept.values() if each.state is DeliveryState.PENDING]


def _has_died(delivery: Delivery, *, since: Moment | None, at: Moment) -> bool:
    ended_at = delivery.ended_at
    return delivery.state is DeliveryState.DEAD and ended_at is not None and (since or 0) <= ended_at <= at


def _has_failed(delivery: Delivery, *, at: Moment) -> bool:
    return delivery.state is DeliveryState.PENDING and delivery.tried_at is not None and delivery.tried_at <= at

"""Decides what happens next in the demo's shop.

Pure: the same seed, moments and views plan the same acts. It sends nothing.
Rule: each document waits in each of its states for some time, and then takes one step.
"""

import random
from collections.abc import Callable, Iterator, Sequence

from app.client.demo.acts import DemoAct
from app.client.demo.buyers import LEAD_SHARE, Buyers
from app.client.demo.customers import Customers
from app.client.demo.shop_view import OpenDocument, ShopView
from app.client.demo.stockroom import MISHAPS_A_DAY, Stockroom
from app.client.demo.trading_day import DemoTime

REVIEW_EVERY_DAYS, COUNTS_A_DAY = 2, 2
_OWN = ("ORDER-", "TRANSFER-", "WEB-", "COUNT-")  # references of what the demo has begun, now or in its past
_WAITS = {  # in trading days, at least and at most
    "order DRAFT": (0.15, 0.7),
    "order SUBMITTED": (0.1, 0.4),
    "order PARTIALLY_RECEIVED": (0.3, 0.8),
    "transfer DRAFT": (0.1, 0.5),
    "transfer IN_TRANSIT": (0.2, 0.7),
    "transfer PARTIALLY_RECEIVED": (0.2, 0.7),
    "reservation HELD": (0.15, 0.8),
    "reservation PARTIALLY_FULFILLED": (0.1, 0.4),
    "count OPEN": (0.08, 0.2),
    "alert": (0.2, 3.0),
}
_TRY_AGAIN = (0.2, 0.4)  # what had no effect, in trading days


class Planner:
    """Plans from one moment to the next."""

    def __init__(self, *, seed: int, run: str) -> None:
        """`run` makes the references of this run."""
        self._chance = random.Random(seed)  # noqa: S311 - a plan that can be repeated, not a secret
        self._customers = Customers(self._chance, run=run)
        self._stockroom = Stockroom(self._chance, run=run)
        self._buyers = Buyers(self._chance)
        self._due: dict[object, float] = {}
        self._before = DemoTime(0.0)
        self._burst, self._burst_ends = 1.0, 0.0

    def look(self, view: ShopView) -> None:
        """Take note of levels that were read again."""
        self._customers.look(view)

    def plan(self, view: ShopView, now: DemoTime) -> Sequence[DemoAct]:
        """Return what happens between the moment before and this one."""
        passed = now.days - self._before.days
        expected = passed * now.busyness * self._bursts(now)
        acts = [
            *self._customers.receipts(view, expected),
            *self._customers.orders(view, expected),
            *self._happens(now, MISHAPS_A_DAY, lambda _: self._stockroom.mishap(view)),
            *self._happens(now, COUNTS_A_DAY, lambda number: self._stockroom.new_count(view, number)),
            *self._happens(now, 1 / REVIEW_EVERY_DAYS, lambda _: self._buyers.review(view)),
            *self._happens(now, 1, lambda _: self._stockroom.parcels(view)),
            *self._steps("order", view.orders, now, self._buyers.order),
            *self._steps("transfer", view.transfers, now, lambda each: self._stockroom.transfer(view, each)),
            *self._steps("reservation", view.reservations, now, self._customers.next_step),
            *self._steps("count", view.counts, now, lambda each: self._stockroom.count(view, each)),
            *self._answers(view, now),
        ]
        self._before = now
        self._forget(view)
        return acts

    def _bursts(self, now: DemoTime) -> float:
        """Return by how much a burst of customers makes it busier just now."""
        if now.days >= self._burst_ends:
            self._burst = self._chance.choice((0.6, 0.8, 1.0, 1.0, 1.3, 2.2))
            self._burst_ends = now.days + self._chance.uniform(0.02, 0.08)
        return self._burst

    def _happens(self, now: DemoTime, a_day: float, act: Callable[[int], DemoAct | None]) -> Iterator[DemoAct]:
        """Yield what happens so often, once for each time that it does."""
        for number in range(int(self._before.days * a_day), int(now.days * a_day)):
            if planned := act(number):
                yield planned

    def _steps(
        self,
        kind: str,
        documents: Sequence[OpenDocument],
        now: DemoTime,
        step: Callable[[OpenDocument], DemoAct | None],
    ) -> Iterator[DemoAct]:
        for document in documents:
            is_own = document.is_automatic or (document.reference or "").startswith(_OWN)
            if is_own and self._is_due(document.stage, self._wait(kind, document), now) and not document.is_short:
                planned = step(document)
                self._due[document.stage] = now.days + self._chance.uniform(*_TRY_AGAIN)
                if planned:
                    yield planned

    def _answers(self, view: ShopView, now: DemoTime) -> Iterator[DemoAct]:
        for identity, _ in view.alerts:
            if self._is_due(identity, _WAITS["alert"], now):
                self._due[identity] = now.days + self._chance.uniform(*_TRY_AGAIN)
                yield self._buyers.alert(identity)

    def _wait(self, kind: str, document: OpenDocument) -> tuple[float, float]:
        if kind == "order" and document.state == "CONFIRMED":
            days = max(document.lead_days, 1) * LEAD_SHARE
            return 0.7 * days, 1.5 * days
        return _WAITS.get(f"{kind} {document.state}", _TRY_AGAIN)

    def _is_due(self, what: object, wait: tuple[float, float], now: DemoTime) -> bool:
        if what not in self._due:
            self._due[what] = now.days + self._chance.uniform(*wait)
        return now.days >= self._due[what]

    def _forget(self, view: ShopView) -> None:
        """Keep no more than what is open."""
        documents = (*view.orders, *view.transfers, *view.reservations, *view.counts)
        if len(self._due) > 2 * (len(documents) + len(view.alerts)) + 100:
            is_open = {*(document.stage for document in documents), *(identity for identity, _ in view.alerts)}
            self._due = {what: due for what, due in self._due.items() if what in is_open}

"""The pending deliveries of one receiver, and the order in which they may be tried. Pure.

Rule: the messages about one subject are delivered in order, so a failed one holds up those after it. That ends where
the receiver rejects this very message: it took others, then this one was retried, and failed again.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from app.domain.time import Moment
from app.services.webhooks.ports import WaitingDelivery


class DeliveryRun(NamedTuple):
    """Deliveries that are tried one after the other, until one fails."""

    deliveries: Sequence[WaitingDelivery]

    @property
    def due_at(self) -> Moment:
        """When it may be tried."""
        return self.deliveries[0].next_at


class Backlog:
    """The pending deliveries of one webhook. `refused` deliveries hold up no others."""

    def __init__(self, waiting: Sequence[WaitingDelivery], *, refused: Collection[str]) -> None:
        runs: dict[str, list[WaitingDelivery]] = {}
        self.held: set[str] = set()
        for delivery in waiting:
            is_in_order = delivery.is_in_order and delivery.id not in refused
            if is_in_order:
                self.held.add(delivery.subject)
            runs.setdefault(delivery.subject if is_in_order else delivery.id, []).append(delivery)
        self._runs = [DeliveryRun(deliveries) for deliveries in runs.values()]
        self.size = len(waiting)

    @property
    def next_at(self) -> Moment | None:
        """When something may be tried; None where nothing waits."""
        return min((run.due_at for run in self._runs), default=None)

    def due(self, now: Moment) -> Sequence[DeliveryRun]:
        """Return what may be tried, the longest due first."""
        return sorted((run for run in self._runs if run.due_at <= now), key=lambda run: run.due_at)


class RecoveryRetries:
    """Distinguishes a receiver that is down from one that rejects a message.

    After a success, every failed delivery is retried at once, one time: so after an outage everything is sent at once,
    and in order. A message that fails this recovery retry is rejected on its own account.
    """

    def __init__(self) -> None:
        self._attempts: dict[str, int] = {}  # that each had at its recovery retry

    def give(self, waiting: Sequence[WaitingDelivery]) -> Sequence[str]:
        """Return those that get their recovery retry now: all that failed and have not had one."""
        given = [each for each in waiting if each.attempts and each.id not in self._attempts]
        self._attempts = {
            each.id: self._attempts.get(each.id, each.attempts) for each in waiting if each.attempts
        }  # forgets those that no longer wait
        return [each.id for each in given]

    def refused(self, waiting: Sequence[WaitingDelivery]) -> frozenset[str]:
        """Return those that failed their recovery retry."""
        return frozenset(each.id for each in waiting if each.attempts > self._attempts.get(each.id, each.attempts))

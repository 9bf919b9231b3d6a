"""What webhooks need from the outside: somebody who sends, and a place for what was not taken."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from app.domain.time import Moment
from app.domain.webhooks.delivery import Answer, Delivery, WebhookMessage
from app.services.live.ledger_offset import LedgerOffset
from app.services.paging import Page, PageRequest
from app.services.webhooks.filters import DeliveryFilter


class WebhookSender(Protocol):
    """Sends messages."""

    async def send(self, message: WebhookMessage, *, url: str, secrets: Sequence[str], now: Moment) -> Answer:
        """Send a message once, signed with each secret, within some seconds. Whatever goes wrong is an answer."""


class WaitingDelivery(NamedTuple):
    """What is to be known of a pending delivery before it is tried: all but its message."""

    id: str
    subject: str
    attempts: int
    next_at: Moment
    is_in_order: bool


class DeliveryQueue(Protocol):
    """What one webhook has been sent, and what it still waits for. All methods raise Unavailable."""

    async def offset(self, webhook_id: str) -> LedgerOffset | None:
        """Return the position in the ledger behind which nothing was sent or kept yet; None before the first."""

    async def move(self, webhook_id: str, offset: LedgerOffset, *, term: int) -> bool:
        """Note that all before this position was taken or is kept; refused, with False, after a later term did so."""

    async def waiting(self, webhook_id: str, *, limit: int) -> Sequence[WaitingDelivery]:
        """Return the pending deliveries in the order in which their events happened."""

    async def known(self, ids: Sequence[str]) -> frozenset[str]:
        """Return which of these deliveries are kept, in whatever state."""

    async def deliveries(self, ids: Sequence[str]) -> Mapping[str, Delivery]:
        """Return the deliveries that are kept, by id."""

    async def keep(self, deliveries: Sequence[Delivery]) -> None:
        """Keep deliveries. Those that are kept already stay as they are."""

    async def record(self, delivery: Delivery) -> None:
        """Keep what became of a pending delivery."""

    async def hurry(self, ids: Sequence[str], *, now: Moment) -> None:
        """Let pending deliveries be due now."""


class DeliveryReader(Protocol):
    """What clients see of deliveries, and may do with them. All methods raise Unavailable."""

    async def deliveries(self, ids: Sequence[str]) -> Mapping[str, Delivery]:
        """Return the deliveries that are kept, by id."""

    async def page_of_deliveries(self, where: DeliveryFilter, *, page: PageRequest) -> Page[Delivery]:
        """Return a page of deliveries, the newest first. Positions are (created_at, id)."""

    async def count_deliveries(self, where: DeliveryFilter) -> int:
        """Return how many deliveries match."""

    async def redeliver(
        self, webhook_id: str, *, ids: Sequence[str] | None, since: Moment | None, by: str, at: Moment, now: Moment
    ) -> int:
        """Let those named, or all that died since a moment, be due now, and return how many the operation has changed.

        What was tried after `at`, the moment of the operation, stays as it is: so repeating it does nothing again.
        """

    async def give_up(self, webhook_id: str, *, now: Moment) -> None:
        """Let all that is pending be dead, and forget how far the webhook had come."""

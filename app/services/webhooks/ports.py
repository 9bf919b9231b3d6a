"""The ports of webhooks: the sender, and the kept deliveries."""

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
        """Send a message once, signed with each secret, within some seconds. A failure is an answer, too."""


class SecretSealing(Protocol):
    """Protects the secrets of webhooks where they are kept."""

    def seal(self, secret: str) -> str:
        """Return a secret in the form in which it is kept."""

    def opened(self, sealed: str) -> str | None:
        """Return a secret that is kept; None if the key that sealed it is not there."""


class UnreadableSecret(Exception):
    """The key that sealed a secret is not there; the message is a sentence that names it by its id."""


class SecretResealing(Protocol):
    """Brings secrets that are kept to the present key."""

    @property
    def key_id(self) -> str:
        """Name the present key without telling it."""

    def resealed(self, sealed: str) -> str:
        """Return a secret sealed with the present key, itself if it is. Raises UnreadableSecret."""


class WaitingDelivery(NamedTuple):
    """A pending delivery without its message."""

    id: str
    subject: str
    attempts: int
    next_at: Moment
    is_in_order: bool


class DeliveryQueue(Protocol):
    """The deliveries of one webhook, and how far it has followed the ledger. All methods raise Unavailable."""

    async def offset(self, webhook_id: str) -> LedgerOffset | None:
        """Return the ledger offset behind which nothing was sent or kept yet; None before the first."""

    async def move(self, webhook_id: str, offset: LedgerOffset, *, term: int) -> bool:
        """Note that everything before this offset was sent or is kept. Refused, with False, after a later term."""

    async def waiting(self, webhook_id: str, *, limit: int) -> Sequence[WaitingDelivery]:
        """Return the pending deliveries in the order in which their events happened."""

    async def known(self, ids: Sequence[str]) -> frozenset[str]:
        """Return which of these deliveries are kept, in whatever state."""

    async def deliveries(self, ids: Sequence[str]) -> Mapping[str, Delivery]:
        """Return the deliveries that are kept, by id."""

    async def keep(self, deliveries: Sequence[Delivery]) -> None:
        """Keep deliveries. Those that are kept already stay as they are."""

    async def record(self, delivery: Delivery) -> None:
        """Keep the result of an attempt."""

    async def hurry(self, ids: Sequence[str], *, now: Moment) -> None:
        """Make pending deliveries due now."""


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
        """Make those named, or all that died since a moment, due now, and return how many the operation has changed.

        A delivery that was tried after `at`, the moment of the operation, stays as it is: so a repeat changes nothing.
        """

    async def give_up(self, webhook_id: str, *, now: Moment) -> None:
        """Mark everything pending as dead, and forget the webhook's ledger offset."""

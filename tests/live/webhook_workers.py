"""Dispatchers of webhooks over one database, and the shop that gives them something to tell."""

import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from app.domain.stock.level import LevelKey
from app.domain.time import MICROSECONDS_PER_SECOND, Moment
from app.domain.webhooks.delivery import Answer, DeliveryState
from app.domain.webhooks.webhook import Webhook, WebhookEventType
from app.outbound.sender import HttpSender
from app.security.master_keys import MasterKeys
from app.security.sealed_secrets import SealedSecrets
from app.services.command_bus import CommandBus
from app.services.current_state_reader import PresentReader
from app.services.live.ledger.shared_tail import SharedTail
from app.services.webhooks.filters import DeliveryFilter
from app.services.webhooks.owners import WebhookOwners
from app.services.webhooks.ports import DeliveryQueue, WebhookSender
from app.services.webhooks.webhook_dispatch_worker import WebhookDispatchWorker
from app.services.webhooks.webhook_worker import WebhookWorker
from app.services.webhooks.webhooks import Webhooks
from app.store.driver.client import Database
from app.store.lease import MongoLease
from app.store.queues.deliveries import MongoDeliveries
from app.store.readers.documents.documents import MongoDocuments
from app.store.readers.ledger.ledger_tail import MongoTail
from app.store.readers.levels.levels import MongoLevels
from tests.live.process import Process, a_process, ledger_of, wall_clock
from tests.support.receiver import Received, Receiver
from tests.support.scene import request_info
from tests.support.secret_keys import SECRET_KEYS
from tests.support.waiting import eventually

SEALING = SealedSecrets(MasterKeys.of_text(SECRET_KEYS.get_secret_value()))
KEYS = tuple(LevelKey(f"TEA-{number}", "MAIN") for number in range(6))
EVENTS = (WebhookEventType.LEVEL_CHANGED,)
QUICKLY = 0.02  # between two looks, for tests that wait for them
ANSWER_SECONDS = 1.0


class LeapingClock:
    """The time of day, until a test makes it later."""

    def __init__(self) -> None:
        self._ahead = 0

    def __call__(self) -> Moment:
        """Return the moment."""
        return Moment(wall_clock() + self._ahead)

    def leap(self, seconds: float) -> None:
        """Be later from now on."""
        self._ahead += int(seconds * MICROSECONDS_PER_SECOND)


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A process that changes levels, the webhooks of its partners, and their deliveries."""

    database: Database
    process: Process
    webhooks: Webhooks
    deliveries: MongoDeliveries

    async def tell(self, receiver: Receiver | str, **said: Any) -> Webhook:  # noqa: ANN401 - as in the use case
        """Create a webhook of a receiver, told of levels unless said otherwise."""
        url = receiver if isinstance(receiver, str) else receiver.url
        asked = {"events": EVENTS, "locations": None, "skus": None, "description": None} | said
        return (await self.webhooks.create(url, request=request_info(), **asked)).webhook

    async def receive(self, times: int, *, keys: tuple[LevelKey, ...] = KEYS, at_once: int = 3, seed: int = 1) -> None:
        """Add units to some levels at once, so many times."""
        chance = random.Random(seed)  # noqa: S311 - a repeatable course of events
        for _ in range(times):
            await self.process.adjust(*((key, 1) for key in chance.sample(keys, k=min(at_once, len(keys)))))

    async def states(self, webhook: Webhook) -> list[DeliveryState]:
        """Return the states of what is kept of a webhook, in order."""
        found = await self.database["webhook_deliveries"].find({"webhook_id": webhook.id}).to_list(None)
        return [DeliveryState(each["state"]) for each in sorted(found, key=lambda each: each["message"]["occurred_at"])]

    async def pending(self, webhook: Webhook) -> int:
        """Return how many deliveries of a webhook wait."""
        where = DeliveryFilter(webhook_id=webhook.id, states=(DeliveryState.PENDING,))
        return await self.deliveries.count_deliveries(where)

    async def versions(self) -> dict[str, list[int]]:
        """Return every version of each level, as the ledger has them."""
        found: dict[str, list[int]] = {}
        for line in await ledger_of(self.database):
            found.setdefault(line.after.key.sku, []).append(line.after.version)
        return found


@asynccontextmanager
async def a_shop(database: Database, redis_url: str) -> AsyncIterator[Shop]:
    """Open one, which sends nothing by itself."""
    async with a_process(database, redis_url) as process:
        numbers = count(1)
        deliveries = MongoDeliveries(database)
        documents = MongoDocuments(database)
        webhooks = Webhooks(
            bus=CommandBus(
                writer=process.writer,
                present=PresentReader(levels=MongoLevels(database), documents=documents),
                clock=wall_clock,
                entropy=lambda: time.time_ns() & ((1 << 74) - 1),
            ),
            documents=documents,
            deliveries=deliveries,
            clock=wall_clock,
            entropy=lambda: next(numbers).to_bytes(32),
            sealing=SEALING,
            allow_private=True,
        )
        yield Shop(database=database, process=process, webhooks=webhooks, deliveries=deliveries)


@asynccontextmanager
async def a_dispatch(
    shop: Shop,
    *,
    holder: str = "one",
    clock: Callable[[], Moment] = wall_clock,
    queue: DeliveryQueue | None = None,
    sender: WebhookSender | None = None,
    lease_seconds: float = 15,
    tail: SharedTail | None = None,
    owners: WebhookOwners | None = None,
) -> AsyncIterator[WebhookDispatchWorker]:
    """Run the dispatcher of one process."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(HttpSender(allow_private=True, attempt_seconds=ANSWER_SECONDS))
        ledger = MongoTail(shop.database.client, shop.database, clock=wall_clock)

        def new_worker(webhook: Webhook, term: int, is_held: Callable[[], bool]) -> WebhookWorker:
            return WebhookWorker(
                webhook,
                term=term,
                is_held=is_held,
                queue=queue or shop.deliveries,
                sender=sender or http,
                sealing=SEALING,
                ledger=ledger,
                tail=tail or shop.process.tail,
                clock=clock,
                chance=lambda: 0.0,
                on_gone=shop.webhooks.mark_gone,
                poll_seconds=QUICKLY,
            )

        yield await stack.enter_async_context(
            WebhookDispatchWorker(
                documents=MongoDocuments(shop.database),
                lease=MongoLease(shop.database, holder=holder, seconds=lease_seconds),
                new_worker=new_worker,
                owners=owners,
                on_orphan=shop.webhooks.pause_orphan,
                lease_seconds=lease_seconds,
                renew_seconds=lease_seconds / 3,
                look_seconds=QUICKLY,
            )
        )


class Scripted:
    """A sender without a network, that answers as a test says."""

    def __init__(self, answer: Callable[[Any], Awaitable[Answer]]) -> None:
        self._answer = answer
        self.sent: list[str] = []

    async def send(self, message: Any, **_: Any) -> Answer:  # noqa: ANN401 - as in the port
        self.sent.append(message.id)
        return await self._answer(message)


def versions_in(requests: list[Received]) -> dict[str, list[int]]:
    """Return the versions of each level that requests tell of, in their order."""
    found: dict[str, list[int]] = {}
    for request in requests:
        level = request.message["data"]["level"]
        found.setdefault(level["item"]["sku"], []).append(level["version"])
    return found


async def everything_has_arrived(shop: Shop, receiver: Receiver) -> None:
    """Wait until the receiver has taken all that the ledger has. Raises TimeoutError."""
    expected = await shop.versions()

    def has_all() -> bool:
        taken = versions_in(receiver.taken)
        return {sku: sorted(set(versions)) for sku, versions in taken.items()} == expected

    await eventually(has_all)


def once_and_in_order(requests: list[Received]) -> bool:
    """Tell whether each version of each level came once, and the lower one first."""
    return all(versions == sorted(set(versions)) for versions in versions_in(requests).values())

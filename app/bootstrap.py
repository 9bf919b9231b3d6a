"""The only place where adapters meet use cases. Nothing connects at import."""

import random
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from pymongo.errors import PyMongoError

from app import demo
from app.config import Settings
from app.domain.webhook import SECRET_BYTES, Webhook
from app.live.hub import Hub
from app.live.publisher import Publisher
from app.outbound.sender import HttpSender
from app.services.alerts import Alerts
from app.services.auto_submit import AutoSubmit
from app.services.backorders import Backorders
from app.services.begun_levels import BegunLevels
from app.services.catalog import Catalog
from app.services.committed import News, OnCommitted
from app.services.counts import Counts
from app.services.cycle_counts import CycleCounts
from app.services.daily_review import DailyReview
from app.services.demand import Demands
from app.services.expiry import Expiry
from app.services.insights import Insights
from app.services.live import Live
from app.services.needs import Needs
from app.services.ordering import Ordering
from app.services.policies import Policies
from app.services.policy_application import PolicyApplication
from app.services.policy_walk import PolicyWalk
from app.services.purchase_orders import PurchaseOrders
from app.services.rankings import Rankings
from app.services.replenisher import Replenisher
from app.services.replenishment import Replenishment
from app.services.request import Door
from app.services.reservations import Reservations
from app.services.review import Review
from app.services.shared_tail import SharedTail
from app.services.snoozes import Snoozes
from app.services.stock import Stock
from app.services.summary import Summaries
from app.services.suppliers import Suppliers
from app.services.transfers import Transfers
from app.services.use_cases import Services
from app.services.webhook_courier import Courier
from app.services.webhook_dispatch import WebhookDispatch
from app.services.webhooks import Webhooks
from app.services.word_index import WordIndex
from app.store.abandoned import end_abandoned_transactions
from app.store.alerts import MongoAlertQueue
from app.store.batch import BatchTransaction
from app.store.catalog import MongoCatalog
from app.store.client import Client, close_client, open_client
from app.store.clock import DatabaseClock
from app.store.collections import ensure_collections
from app.store.count_reader import MongoCounts
from app.store.deliveries import MongoDeliveries
from app.store.demand import MongoDemand
from app.store.document_reader import MongoDocuments
from app.store.facts import refresh_facts
from app.store.insight import MongoInsight
from app.store.lease import MongoLease
from app.store.ledger import MongoLedger
from app.store.levels import MongoLevels
from app.store.policy_queue import MongoPolicyQueue
from app.store.reservations import MongoReservationQueue
from app.store.summary import MongoSummary
from app.store.supply_reader import MongoSupplies
from app.store.tail import MongoTail
from app.store.writer import MongoWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """The use cases of one process, and whether what they stand on is well."""

    services: Services
    client: Client
    hub: Hub

    async def problems(self) -> Mapping[str, str | None]:
        """Return what is wrong with each dependency; None is good health."""
        return {"mongo": await self._mongo_problem(), "redis": self.hub.problem()}

    async def _mongo_problem(self) -> str | None:
        try:
            await self.client.admin.command("ping")
        except PyMongoError as error:
            return str(error)
        return None


@asynccontextmanager
async def open_application(settings: Settings) -> AsyncIterator[Application]:
    """Connect everything, and close it again in the opposite order."""
    assert settings.mongo_url is not None is not settings.redis_url, "serve has set the URLs"
    redis_url, namespace = settings.redis_url.get_secret_value(), settings.mongo_database
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(_connected(settings))
        database = client[settings.mongo_database]
        clock = await stack.enter_async_context(DatabaseClock(client))
        levels, catalog = MongoLevels(database), MongoCatalog(database)
        ledger_tail = MongoTail(client, database, clock=clock)
        tail = await stack.enter_async_context(SharedTail(ledger_tail))
        hub = await stack.enter_async_context(
            Hub(redis_url, namespace=namespace, ledger=ledger_tail, on_arrival=tail.wake)
        )
        publisher = await stack.enter_async_context(Publisher(redis_url, namespace=namespace))
        writer = MongoWriter(
            BatchTransaction(client, database),
            clock=clock,
            queue_max=settings.write_queue_max,
            on_committed=lambda news: _hand_on(news, listeners),
        )
        listeners: list[OnCommitted] = [publisher.committed]
        stack.push_async_callback(writer.close)
        own_door = Door(writer=writer, clock=clock, entropy=_entropy)
        queue = MongoReservationQueue(database)
        backorders = await stack.enter_async_context(Backorders(door=own_door, queue=queue))
        listeners.append(backorders.committed)
        expiry = await stack.enter_async_context(Expiry(door=own_door, queue=queue, clock=clock))
        await stack.enter_async_context(Snoozes(door=own_door, queue=MongoAlertQueue(database), clock=clock))
        door = Door(writer=writer, clock=clock, entropy=_entropy, settled=expiry.settled)
        documents, demands = MongoDocuments(database), Demands(reader=MongoDemand(database), clock=clock)
        supplies, lease = MongoSupplies(database), MongoLease(database, holder=f"{_entropy():x}")
        walk = PolicyWalk(door=own_door, levels=levels, catalog=catalog, documents=documents)
        policies = MongoPolicyQueue(database)
        begun = await stack.enter_async_context(BegunLevels(walk=walk, queue=policies))
        applied = await stack.enter_async_context(
            PolicyApplication(door=own_door, walk=walk, queue=policies, lease=lease, clock=clock)
        )
        listeners += [begun.committed, applied.committed]
        orders = PurchaseOrders(door=own_door, documents=documents)
        needs = Needs(levels=levels, supplies=supplies, documents=documents, queue=queue, clock=clock)
        ordering, submit = (
            Ordering(door=own_door, documents=documents),
            AutoSubmit(orders=orders, documents=documents),
        )
        replenisher = await stack.enter_async_context(
            Replenisher(levels=levels, needs=needs, ordering=ordering, submit=submit, lease=lease)
        )
        listeners.append(replenisher.committed)
        review = Review(
            door=own_door,
            levels=levels,
            ledger=MongoLedger(database),
            demands=demands,
            needs=needs,
            ordering=ordering,
            submit=submit,
            clock=clock,
        )
        await stack.enter_async_context(DailyReview(review=review, lease=lease, clock=clock))
        summaries = Summaries(reader=MongoSummary(database), clock=clock)
        stack.push_async_callback(summaries.close)
        insight = MongoInsight(database)
        rankings = Rankings(reader=insight, clock=clock)
        stack.push_async_callback(rankings.close)
        sender = await stack.enter_async_context(HttpSender(allow_private=settings.webhook_allow_private))
        deliveries = MongoDeliveries(database)
        webhooks = Webhooks(
            door=own_door,
            documents=documents,
            deliveries=deliveries,
            clock=clock,
            entropy=lambda: secrets.token_bytes(SECRET_BYTES),
            allow_private=settings.webhook_allow_private,
        )

        def courier(webhook: Webhook, term: int, is_held: Callable[[], bool]) -> Courier:
            return Courier(
                webhook,
                term=term,
                is_held=is_held,
                queue=deliveries,
                sender=sender,
                ledger=ledger_tail,
                tail=tail,
                clock=clock,
                chance=random.random,
                on_gone=webhooks.mark_gone,
            )

        await stack.enter_async_context(WebhookDispatch(documents=documents, lease=lease, courier=courier))
        services = Services(
            summaries=summaries,
            stock=Stock(
                door=door, levels=levels, ledger=MongoLedger(database), catalog=catalog, settled=expiry.settled
            ),
            reservations=Reservations(door=door, documents=MongoDocuments(database), clock=clock),
            transfers=Transfers(door=door, documents=MongoDocuments(database)),
            webhooks=webhooks,
            suppliers=Suppliers(door=door, supplies=MongoSupplies(database)),
            purchase_orders=PurchaseOrders(door=door, documents=MongoDocuments(database)),
            alerts=Alerts(door=door, documents=MongoDocuments(database)),
            counts=Counts(
                door=door,
                documents=MongoDocuments(database),
                counts=MongoCounts(database),
                levels=levels,
                ledger=MongoLedger(database),
                catalog=catalog,
                clock=clock,
            ),
            cycle_counts=CycleCounts(sales=MongoCounts(database), levels=levels, clock=clock),
            demands=demands,
            insights=Insights(reader=insight, rankings=rankings, levels=levels, catalog=catalog, clock=clock),
            replenishment=Replenishment(
                door=door,
                levels=levels,
                ledger=MongoLedger(database),
                needs=needs,
                review=review,
                replenisher=replenisher,
            ),
            policies=Policies(door=door, documents=documents),
            catalog=Catalog(door=door, catalog=catalog),
            documents=MongoDocuments(database),
            live=Live(
                hub=hub,
                levels=levels,
                words=WordIndex(catalog),
                documents=MongoDocuments(database),
                ledger=ledger_tail,
                tail=tail,
            ),
        )
        yield Application(services=services, client=client, hub=hub)


def _entropy() -> int:
    return secrets.randbits(74)


def _hand_on(news: News, listeners: Sequence[OnCommitted]) -> None:
    for listener in listeners:
        listener(news)


@asynccontextmanager
async def _connected(settings: Settings) -> AsyncIterator[Client]:
    assert settings.mongo_url is not None, "serve has set the URL"
    client = open_client(
        settings.mongo_url.get_secret_value(),
        driver=settings.mongo_driver,
        timeout_seconds=settings.mongo_timeout_seconds,
    )
    try:
        yield client
    finally:
        await close_client(client)


async def prepare(settings: Settings, *, report: Callable[[str], None]) -> None:
    """Bring the database up to date, and fill an empty one with the demo shop if that is wished.

    Nothing goes on in the background before its collections and indexes are there.
    """
    async with _connected(settings) as client:
        await end_abandoned_transactions(client)
        await ensure_collections(client[settings.mongo_database])
        await refresh_facts(client[settings.mongo_database], report=report)
    if not settings.demo:
        return
    async with open_application(settings) as application:
        if await demo.seed(application.services):
            report("Demo shop: 200 items at 3 locations")

"""Every list of webhooks and deliveries is served by an index, and so is what webhook workers and the dispatcher read.

The queries are those that the readers really send, listened to on the wire and explained by the server.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from app.domain.time import Moment
from app.domain.webhooks.delivery import DeliveryState
from app.domain.webhooks.webhook import WebhookEventType, WebhookState
from app.services.webhooks.filters import DeliveryFilter, WebhookFilter
from app.store.driver.client import Database, close_client
from app.store.mapping.document_mapping import to_stored
from app.store.queues.deliveries import MongoDeliveries
from tests.support.clock import SECOND, START
from tests.support.database import drop, fresh_database
from tests.support.explain import Reads, listened_to, stages
from tests.support.store import mongo_store
from tests.support.webhooks import FAILED, TAKEN, Hooks, a_delivery, a_webhook, dead, hooks_over, tried

WEBHOOKS = 200
DELIVERIES = 2_000
PAGE = 10
EXAMINED_AT_MOST = 2  # documents per one that is returned, by a filter that an index knows


@pytest.fixture(scope="module")
async def hooks(mongo_url: str, reads: Reads) -> AsyncIterator[tuple[Hooks, Database]]:
    """Return 200 webhooks, one of ten paused, and 2,000 deliveries, most of them taken, some dead, some pending."""
    client = listened_to(mongo_url, reads)
    database = await fresh_database(client, "explained_webhooks")
    await database["webhooks"].insert_many([to_stored(_webhook(number)) for number in range(WEBHOOKS)])
    hooks = hooks_over(mongo_store(database), database)
    for start in range(0, DELIVERIES, 500):
        await hooks.deliveries.keep([_delivery(number) for number in range(start, start + 500)])
    yield hooks, database
    await drop(database)
    await close_client(client)


def _webhook(number: int) -> Any:  # noqa: ANN401 - a webhook
    events = tuple(WebhookEventType)
    return a_webhook(
        id=f"hook-{number}",
        state=WebhookState.PAUSED if number % 10 == 1 else WebhookState.ACTIVE,
        events=(events[number % len(events)], *([events[0]] if number % len(events) else [])),
        created_at=Moment(START + number * SECOND),
    )


def _delivery(number: int) -> Any:  # noqa: ANN401 - a delivery
    made = a_delivery(number, webhook_id=f"hook-{number % 20}", created_at=Moment(START + number * SECOND))
    match number // 20 % 10:
        case 0:
            return replace(tried(made, [FAILED]), redelivered_by=f"op-{number}")
        case 1:
            return dead(made)
    return tried(made, [TAKEN])


ONE_FILTER: dict[str, WebhookFilter | DeliveryFilter] = {
    "all webhooks": WebhookFilter(),
    "a state": WebhookFilter(states=(WebhookState.PAUSED,)),
    "states": WebhookFilter(states=(WebhookState.PAUSED, WebhookState.GONE, WebhookState.DELETED)),
    "an event": WebhookFilter(event=WebhookEventType.ALERT_CLOSED),
    "all deliveries": DeliveryFilter(),
    "deliveries of a webhook": DeliveryFilter(webhook_id="hook-7"),
    "deliveries in a state": DeliveryFilter(states=(DeliveryState.DEAD,)),
    "deliveries in states": DeliveryFilter(states=(DeliveryState.DEAD, DeliveryState.PENDING)),
    "those of a webhook in states": DeliveryFilter(
        webhook_id="hook-7", states=(DeliveryState.DEAD, DeliveryState.PENDING)
    ),
}
SOME_FILTERS = {
    "an event in a state": WebhookFilter(event=WebhookEventType.LEVEL_CHANGED, states=(WebhookState.ACTIVE,))
}


async def explained(
    hooks: tuple[Hooks, Database], reads: Reads, where: WebhookFilter | DeliveryFilter
) -> list[dict[str, Any]]:
    """Return how the server serves the first page, the second, and the third."""
    use_cases, database = hooks
    read: Callable[..., Awaitable[Any]] = (
        use_cases.webhooks.webhooks if isinstance(where, WebhookFilter) else use_cases.webhooks.deliveries
    )
    reads.sent.clear()
    page = await read(where, first=PAGE, after=None)
    for _ in range(2):
        if not page.has_next:
            break
        page = await read(where, first=PAGE, after=page.cursors[-1])
    return await plans(database, reads)


async def plans(database: Database, reads: Reads) -> list[dict[str, Any]]:
    """Return how the server serves what was sent."""
    assert reads.sent
    return [await database.command("explain", query, verbosity="executionStats") for query in list(reads.sent)]


@pytest.mark.parametrize("where", [*ONE_FILTER.values(), *SOME_FILTERS.values()], ids=[*ONE_FILTER, *SOME_FILTERS])
async def test_lists_are_served_by_an_index(
    hooks: tuple[Hooks, Database], reads: Reads, where: WebhookFilter | DeliveryFilter
) -> None:
    """The newest first, by any filter and by several."""
    for plan in await explained(hooks, reads, where):
        found = set(stages(plan["queryPlanner"]["winningPlan"]))
        assert not found & {"COLLSCAN", "SORT"}, found


@pytest.mark.parametrize("where", ONE_FILTER.values(), ids=ONE_FILTER)
async def test_a_filter_looks_at_what_it_returns(
    hooks: tuple[Hooks, Database], reads: Reads, where: WebhookFilter | DeliveryFilter
) -> None:
    """An index narrows it: hardly an entry is read that is not in the page."""
    for plan in await explained(hooks, reads, where):
        stats = plan["executionStats"]
        assert stats["nReturned"] > 0
        assert stats["totalDocsExamined"] <= EXAMINED_AT_MOST * stats["nReturned"], where


async def test_what_webhook_workers_read_is_served_by_an_index(hooks: tuple[Hooks, Database], reads: Reads) -> None:
    """What waits for a webhook, what is known of some messages, and where it stands."""
    use_cases, database = hooks
    deliveries = use_cases.deliveries
    assert isinstance(deliveries, MongoDeliveries)
    ids = [_delivery(number).id for number in (1, 2, 3)]
    reads.sent.clear()
    waiting = await deliveries.waiting("hook-3", limit=1_000)
    assert len(waiting) == DELIVERIES // 200
    assert await deliveries.known(ids) == set(ids)
    await deliveries.deliveries(ids)
    for plan in await plans(database, reads):
        found = set(stages(plan["queryPlanner"]["winningPlan"]))
        assert not found & {"COLLSCAN", "SORT"}, found
        stats = plan["executionStats"]
        assert stats["totalDocsExamined"] <= EXAMINED_AT_MOST * stats["nReturned"]


async def test_what_a_request_called_back_is_counted_by_an_index(hooks: tuple[Hooks, Database]) -> None:
    """However much is kept."""
    _, database = hooks
    where = {"redelivered_by": "op-3", "webhook_id": "hook-3"}
    plan = await database.command(
        "explain", {"find": "webhook_deliveries", "filter": where}, verbosity="executionStats"
    )
    assert plan["executionStats"]["nReturned"] == 1
    assert plan["executionStats"]["totalDocsExamined"] == 1


async def test_what_is_over_is_forgotten_after_a_while(hooks: tuple[Hooks, Database]) -> None:
    """What was taken after a week, what is dead after a month, what is pending never; called back, it is pending."""
    use_cases, database = hooks
    kept = {state: await database["webhook_deliveries"].find_one({"state": state.value}) for state in DeliveryState}
    for state, days in ((DeliveryState.DELIVERED, 7), (DeliveryState.DEAD, 30)):
        found = kept[state]
        assert found is not None
        assert found["forget_at"].timestamp() == found["ended_at"] / 1_000_000 + days * 86_400
    pending = kept[DeliveryState.PENDING]
    assert pending is not None
    assert "forget_at" not in pending
    indexes = await database["webhook_deliveries"].index_information()
    assert indexes["forgotten"]["expireAfterSeconds"] == 0
    dead_id = kept[DeliveryState.DEAD]["_id"]  # type: ignore[index]
    ended = {"ids": [dead_id], "since": None, "by": "o", "at": START, "now": START}
    await use_cases.deliveries.redeliver(dead_id.partition("/")[0], **ended)
    called_back = await database["webhook_deliveries"].find_one({"_id": dead_id})
    assert called_back is not None
    assert (called_back["state"], "forget_at" in called_back) == ("PENDING", False)

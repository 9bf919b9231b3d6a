"""Webhooks over a real database and real receivers: nothing is lost, whatever breaks."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from msgspec import structs
from standardwebhooks import Webhook as Verifier

from app.domain.failures import Unavailable
from app.domain.reservations.reservation import ReservationState
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.domain.webhooks.delivery import Answer, Delivery, DeliveryState
from app.domain.webhooks.webhook import WebhookEventType, WebhookOwner, WebhookState
from app.services.live.ledger_offset import LedgerOffset
from app.services.webhooks.owners import PresentOwners
from app.services.webhooks.webhook_worker import MAX_WAITING, MESSAGES_AT_ONCE
from app.store.driver.client import Database
from app.store.queues.deliveries import MongoDeliveries
from tests.live.process import wall_clock
from tests.live.webhook_workers import (
    KEYS,
    LeapingClock,
    Scripted,
    Shop,
    a_dispatch,
    a_shop,
    everything_has_arrived,
    once_and_in_order,
    versions_in,
)
from tests.support.keys import KeysInMemory, a_key
from tests.support.receiver import Received, Receiver, Response, fail, take
from tests.support.scene import request_info
from tests.support.waiting import eventually
from tests.support.webhooks import secret

HOUR = 3_600
MANY = 60


@pytest.fixture
async def partners(shop: Database, redis_url: str) -> AsyncIterator[Shop]:
    """Return a shop whose partners want to be told."""
    async with a_shop(shop, redis_url) as opened:
        yield opened


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Return a receiver that takes everything."""
    async with Receiver() as receiver:
        yield receiver


async def test_all_that_happens_arrives_once_and_verifies(partners: Shop, receiver: Receiver) -> None:
    """In order per level, several at once, and nothing is kept of what was taken."""
    webhook = await partners.tell(receiver)
    async with a_dispatch(partners):
        await partners.receive(MANY)
        await everything_has_arrived(partners, receiver)
    assert once_and_in_order(receiver.requests)
    assert await partners.states(webhook) == []
    for request in receiver.requests:
        assert Verifier(secret(1)).verify(request.body, request.headers)["type"] == "level.changed"


async def test_a_new_webhook_is_told_of_what_comes_after_it(partners: Shop, receiver: Receiver) -> None:
    """Whenever the dispatcher looks: the ledger keeps what happened in between."""
    await partners.receive(3, keys=KEYS[:1])
    await partners.tell(receiver)
    await partners.receive(4, keys=KEYS[:1])
    async with a_dispatch(partners):
        await eventually(lambda: len(receiver.taken) == 4)
    assert versions_in(receiver.requests) == {KEYS[0].sku: [4, 5, 6, 7]}


async def test_only_what_a_webhook_is_for_is_sent_to_it(partners: Shop, receiver: Receiver) -> None:
    """The others get theirs."""
    async with Receiver() as other:
        await partners.tell(receiver, skus=["TEA-1"])
        await partners.tell(other, events=[WebhookEventType.RESERVATION_EXPIRED])
        async with a_dispatch(partners):
            await partners.receive(20, at_once=6)
            await eventually(lambda: len(receiver.taken) == 20)
            await partners.process.order({"order-1": ReservationState.EXPIRED})
            await partners.receive(1)
    assert versions_in(receiver.requests) == {"TEA-1": list(range(1, 21))}
    assert other.requests == []  # it was no expiry that made it so


async def test_an_alert_is_told_as_it_opens_and_closes(partners: Shop, receiver: Receiver) -> None:
    """By whatever movement crossed the threshold. Two alerts have no order between them: each is waited for."""
    await partners.tell(receiver, events=[WebhookEventType.ALERT_OPENED, WebhookEventType.ALERT_CLOSED])
    async with a_dispatch(partners):
        await partners.process.adjust((KEYS[0], 9))
        await partners.process.configure(KEYS[0], reorder_point=3)
        for number, delta in enumerate((-7, +7, -8), start=1):
            await partners.process.adjust((KEYS[0], delta))
            await eventually(lambda number=number: len(receiver.taken) == number)
    told = [each.message for each in receiver.requests]
    assert [(each["type"], each["data"]["alert"]["type"]) for each in told] == [
        ("alert.opened", "LOW"),
        ("alert.closed", "LOW"),
        ("alert.opened", "LOW"),
    ]
    assert [each["data"]["alert"]["available"] for each in told] == [2, 9, 1]


@pytest.mark.complaint("V4")
async def test_a_receiver_that_was_down_gets_everything_in_order(partners: Shop, receiver: Receiver) -> None:
    """First what failed, then what waited in the ledger; nothing is missing, and the order of each level is kept."""
    webhook = await partners.tell(receiver)
    clock = LeapingClock()
    async with a_dispatch(partners, clock=clock):
        await partners.receive(5)
        await everything_has_arrived(partners, receiver)
        await receiver.stop()
        await partners.receive(MANY)
        await eventually(lambda: partners.pending(webhook))
        await partners.receive(MANY, seed=2)
        await receiver.start()
        clock.leap(90)
        await everything_has_arrived(partners, receiver)
        await eventually(lambda: _is_empty(partners, webhook.id))
    assert once_and_in_order(receiver.taken)
    assert set(await partners.states(webhook)) == {DeliveryState.DELIVERED}


async def test_a_receiver_that_fails_fills_neither_memory_nor_database(partners: Shop, receiver: Receiver) -> None:
    """Beyond a bound the ledger keeps what follows; the receiver is tried less and less. Well again, it gets all."""
    receiver.answer = fail
    webhook = await partners.tell(receiver)
    clock = LeapingClock()
    async with a_dispatch(partners, clock=clock):
        await partners.receive(50, at_once=6)
        await eventually(lambda: _counts(partners, webhook.id, len(KEYS)))
        for _ in range(20):
            clock.leap(61)  # as long as it rests at most: then one message more is looked at
            await partners.receive(1)
        assert len(KEYS) <= await partners.pending(webhook) <= MESSAGES_AT_ONCE + 20 < MAX_WAITING
        assert len(receiver.requests) <= len(KEYS) + 20
        receiver.answer = take
        clock.leap(HOUR)
        await everything_has_arrived(partners, receiver)
    assert once_and_in_order(receiver.taken)


async def test_a_slow_receiver_holds_up_nobody_else(partners: Shop, receiver: Receiver) -> None:
    """It is sent as much as it can take; others get theirs at once."""
    never = asyncio.Event()

    async def silent(_: Received) -> Response:
        await never.wait()
        return Response()

    async with Receiver(silent) as slow:
        await partners.tell(slow)
        await partners.tell(receiver)
        async with a_dispatch(partners):
            await partners.receive(MANY)
            await everything_has_arrived(partners, receiver)
            assert slow.taken == []
            assert 0 < slow.most_concurrent <= 8


async def test_a_message_that_is_refused_holds_up_neither_its_level_nor_others(
    partners: Shop, receiver: Receiver
) -> None:
    """It is tried by itself, by the schedule, until it is dead; what is called back arrives."""
    poison = 3

    async def pick(received: Received) -> Response:
        level = received.message["data"]["level"]
        return Response(500 if (level["item"]["sku"], level["version"]) == ("TEA-0", poison) else 204)

    receiver.answer = pick
    webhook = await partners.tell(receiver)
    clock = LeapingClock()
    async with a_dispatch(partners, clock=clock):
        await partners.receive(20, at_once=6)
        others = [version for version in range(1, 21) if version != poison]
        await eventually(lambda: sorted(versions_in(receiver.taken).get("TEA-0", ())) == others)
        assert await partners.states(webhook) == [DeliveryState.PENDING, *_delivered(await partners.states(webhook))]
        for _ in range(8):
            clock.leap(11 * HOUR)
            await partners.receive(1, keys=KEYS[1:2])  # a receiver that is well goes on being so
            await asyncio.sleep(0)
        await eventually(lambda: _has_died(partners, webhook.id, clock))
        assert sum(_is_poison(each, poison) for each in receiver.requests) == 8
        receiver.answer = take
        [dead] = await partners.database["webhook_deliveries"].find({"state": "DEAD"}).to_list(None)
        await _has_happened(partners, dead["_id"])
        await partners.webhooks.redeliver(webhook.id, deliveries=[dead["_id"]], since=None, request=request_info())
        await eventually(lambda: any(_is_poison(each, poison) for each in receiver.taken))
        await eventually(lambda: _is_empty(partners, webhook.id))


async def test_one_process_sends_and_the_next_goes_on_where_it_stopped(partners: Shop, receiver: Receiver) -> None:
    """Two run; nothing comes twice, neither while both do nor after one has ended in good order."""
    await partners.tell(receiver)
    async with a_dispatch(partners, holder="one"):
        await eventually(lambda: _is_leased(partners, "one"))
        async with a_dispatch(partners, holder="two"):
            await partners.receive(MANY // 2)
            await everything_has_arrived(partners, receiver)
            leases = await partners.database["leases"].find().to_list(None)
            assert [(lease["holder"], lease["term"]) for lease in leases] == [("one", 1)]
    async with a_dispatch(partners, holder="two"):
        await partners.receive(MANY // 2, seed=2)
        await everything_has_arrived(partners, receiver)
    assert once_and_in_order(receiver.requests)


async def test_what_a_dead_process_had_sent_and_not_noted_comes_again_as_the_same(
    partners: Shop, receiver: Receiver
) -> None:
    """It stops without a word, and its position was not kept. The next sends again, with the same ids."""
    await partners.tell(receiver)

    class Forgetful(MongoDeliveries):
        async def move(self, webhook_id: str, position: LedgerOffset, *, term: int) -> bool:
            return True

    async with a_dispatch(partners, holder="one", queue=Forgetful(partners.database)):
        await partners.receive(10)
        await everything_has_arrived(partners, receiver)
    first = [(request.id, request.body) for request in receiver.requests]
    async with a_dispatch(partners, holder="two"):
        await partners.receive(10, seed=2)
        await eventually(lambda: len(receiver.requests) == len(first) + 60)
    again = [(request.id, request.body) for request in receiver.requests[len(first) :]]
    assert sorted(first) == sorted(each for each in again if each in first)
    assert len({identity for identity, _ in again}) == 60
    assert {sku: sorted(set(versions)) for sku, versions in versions_in(receiver.requests).items()} == (
        await partners.versions()
    )


async def test_what_was_kept_already_is_not_sent_beside_its_schedule(partners: Shop, receiver: Receiver) -> None:
    """A process dies after it kept what failed and before it noted how far it came."""
    receiver.answer = fail
    webhook = await partners.tell(receiver)

    class Forgetful(MongoDeliveries):
        async def move(self, webhook_id: str, position: LedgerOffset, *, term: int) -> bool:
            return True

    async with a_dispatch(partners, holder="one", queue=Forgetful(partners.database)):
        await partners.receive(1, at_once=2)
        await eventually(lambda: _counts(partners, webhook.id, 2))
    receiver.answer = take
    async with a_dispatch(partners, holder="two"):
        await partners.receive(1, keys=KEYS, at_once=6)
        await everything_has_arrived(partners, receiver)
    assert once_and_in_order(receiver.taken)


async def test_a_database_that_was_away_costs_nothing_but_time(
    partners: Shop, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    """The courier ends, another begins where it stood; what failed meanwhile was not noted, and comes again."""
    receiver.answer = fail

    class Away(MongoDeliveries):
        failures = 2

        async def keep(self, deliveries: list[Delivery]) -> None:
            if self.failures:
                self.failures -= 1
                raise Unavailable("away")
            await super().keep(deliveries)

    webhook = await partners.tell(receiver)
    clock = LeapingClock()
    async with a_dispatch(partners, queue=Away(partners.database), clock=clock):
        await partners.receive(5)
        await eventually(lambda: partners.pending(webhook))
        receiver.answer = take
        clock.leap(90)
        await everything_has_arrived(partners, receiver)
    assert "Webhooks cannot be sent now: The database is not available: away" in caplog.text
    assert once_and_in_order(receiver.taken)


async def test_a_receiver_that_is_gone_is_left_alone_until_it_is_enabled(partners: Shop, receiver: Receiver) -> None:
    """410 says so. Then it gets all that it missed."""

    async def gone(_: Received) -> Response:
        return Response(410)

    receiver.answer = gone
    webhook = await partners.tell(receiver)
    clock = LeapingClock()
    async with a_dispatch(partners, clock=clock):
        await partners.receive(1, at_once=1)
        await eventually(lambda: _is_in(partners, WebhookState.GONE))
        await eventually(lambda: _is_free(partners))
        seen = len(receiver.requests)
        await partners.receive(5)
        receiver.answer = take
        clock.leap(90)
        await partners.webhooks.update(webhook.id, is_enabled=True, request=request_info())
        await everything_has_arrived(partners, receiver)
    assert seen == 1
    assert once_and_in_order(receiver.taken)


async def test_a_webhook_is_paused_as_soon_as_its_owner_is_revoked(partners: Shop, receiver: Receiver) -> None:
    """What happens afterwards is not sent, and enabling it again does not help."""
    till = a_key("till", locations={"MAIN"})
    access = KeysInMemory(till)
    webhook = await partners.tell(receiver, owner=WebhookOwner.of(till.principal({})))
    async with a_dispatch(partners, owners=PresentOwners(access, clock=wall_clock)):
        await partners.receive(1, at_once=1)
        await everything_has_arrived(partners, receiver)
        access.keep(structs.replace(till, revoked_at=Moment(1)))
        await eventually(lambda: _is_in(partners, WebhookState.PAUSED))
        await eventually(lambda: _is_free(partners))
        seen = len(receiver.requests)
        await partners.receive(3)
        await partners.webhooks.update(webhook.id, is_enabled=True, request=request_info())
        await eventually(lambda: _is_in(partners, WebhookState.PAUSED))
    assert len(receiver.requests) == seen


async def test_a_paused_webhook_misses_nothing_and_a_deleted_one_is_told_nothing(
    partners: Shop, receiver: Receiver
) -> None:
    """Both within a moment, while the dispatcher runs."""
    webhook = await partners.tell(receiver)
    async with a_dispatch(partners):
        await partners.receive(3)
        await everything_has_arrived(partners, receiver)
        await partners.webhooks.update(webhook.id, is_enabled=False, request=request_info())
        await eventually(lambda: _is_free(partners))
        seen = len(receiver.requests)
        await partners.receive(3)
        assert len(receiver.requests) == seen
        await partners.webhooks.update(webhook.id, is_enabled=True, request=request_info())
        await everything_has_arrived(partners, receiver)
        await partners.webhooks.delete(webhook.id, request=request_info())
        await eventually(lambda: _is_free(partners))
        seen = len(receiver.requests)
        await partners.receive(3)
    assert len(receiver.requests) == seen
    assert await partners.states(webhook) == []


async def test_a_rotation_loses_nobody(partners: Shop, receiver: Receiver) -> None:
    """While both are valid every message verifies with either, then with the new one alone."""
    webhook = await partners.tell(receiver)
    async with a_dispatch(partners):
        await partners.webhooks.rotate_secret(webhook.id, overlap_seconds=HOUR, request=request_info())
        await eventually(lambda: _signs_twice(partners, receiver))
        both = receiver.requests[-1]
        await partners.webhooks.rotate_secret(webhook.id, overlap_seconds=0, request=request_info())
        await eventually(lambda: _signs_once(partners, receiver))
        last = receiver.requests[-1]
    for number in (1, 2):
        Verifier(secret(number)).verify(both.body, both.headers)
    Verifier(secret(3)).verify(last.body, last.headers)


async def test_a_holder_that_cannot_renew_its_lease_stops_sending(partners: Shop, receiver: Receiver) -> None:
    """When its time is over another one may have begun: at most what is under way comes twice."""
    await partners.tell(receiver)
    async with a_dispatch(partners, holder="one", lease_seconds=0.5) as one:
        await partners.receive(1)
        await everything_has_arrived(partners, receiver)
        await partners.database["leases"].update_many({}, {"$set": {"holder": "two"}, "$inc": {"term": 1}})
        await eventually(lambda: all(each.task is None for each in one._assignments.values()))
        seen = len(receiver.requests)
        await partners.receive(1, seed=2)
        assert len(receiver.requests) == seen


async def test_whoever_sends_is_asked_one_at_a_time_while_nothing_is_taken(partners: Shop) -> None:
    """After three failures in a row the others of the same moment are kept without an attempt."""

    async def down(_: object) -> Answer:
        await asyncio.sleep(0)
        return Answer(error="down")

    sender = Scripted(down)
    webhook = await partners.tell("http://127.0.0.1:1/")
    await partners.receive(30, keys=tuple(LevelKey(f"TEA-{number}", "NORTH") for number in range(30)), at_once=30)
    async with a_dispatch(partners, sender=sender, clock=LeapingClock()):
        await eventually(lambda: _counts(partners, webhook.id, MESSAGES_AT_ONCE))
    assert len(sender.sent) <= 3 + 8


async def _counts(shop: Shop, webhook_id: str, least: int) -> bool:
    return await shop.database["webhook_deliveries"].count_documents({"webhook_id": webhook_id}) >= least


async def _is_empty(shop: Shop, webhook_id: str) -> bool:
    where = {"webhook_id": webhook_id, "state": "PENDING"}
    return not await shop.database["webhook_deliveries"].count_documents(where)


async def _has_died(shop: Shop, webhook_id: str, clock: LeapingClock) -> bool:
    clock.leap(11 * HOUR)
    return DeliveryState.DEAD in [
        DeliveryState(each["state"])
        for each in await shop.database["webhook_deliveries"].find({"webhook_id": webhook_id}).to_list(None)
    ]


async def _has_happened(shop: Shop, identity: str) -> None:
    """Let a delivery have died now, by the writer's clock, which does not leap."""
    update = {"$set": {"ended_at": wall_clock()}}
    await shop.database["webhook_deliveries"].update_one({"_id": identity}, update)


async def _is_leased(shop: Shop, holder: str) -> bool:
    return await shop.database["leases"].count_documents({"holder": holder}) == 1


async def _is_free(shop: Shop) -> bool:
    return await shop.database["leases"].count_documents({"$expr": {"$lte": ["$until", "$$NOW"]}}) == 1


async def _is_in(shop: Shop, state: WebhookState) -> bool:
    return await shop.database["webhooks"].count_documents({"state": state.value}) == 1


async def _signs_twice(shop: Shop, receiver: Receiver) -> bool:
    return await _signatures(shop, receiver) == 2


async def _signs_once(shop: Shop, receiver: Receiver) -> bool:
    return await _signatures(shop, receiver) == 1


async def _signatures(shop: Shop, receiver: Receiver) -> int:
    seen = len(receiver.requests)
    await shop.receive(1, keys=KEYS[:1])
    await eventually(lambda: len(receiver.requests) > seen)
    return len(receiver.requests[-1].headers["webhook-signature"].split(" "))


def _is_poison(received: Received, version: int) -> bool:
    level = received.message["data"]["level"]
    return (level["item"]["sku"], level["version"]) == ("TEA-0", version)


def _delivered(states: list[DeliveryState]) -> list[DeliveryState]:
    return [state for state in states if state is DeliveryState.DELIVERED]

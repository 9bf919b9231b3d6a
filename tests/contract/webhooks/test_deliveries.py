"""What was not taken is kept, in order and once, the same over every store."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.time import Moment, datetime_of
from app.domain.webhooks.delivery import DeliveryState
from app.services.live.ledger_offset import LedgerOffset
from app.services.paging import PageRequest
from app.services.webhooks.filters import DeliveryFilter
from app.services.webhooks.ports import WaitingDelivery
from app.store.driver.client import Database
from app.store.memory.deliveries import MemoryDeliveries
from app.store.queues.deliveries import MongoDeliveries
from tests.support.clock import SECOND, START
from tests.support.webhooks import FAILED, TAKEN, a_delivery, a_message, dead, tried

PENDING, DEAD, DELIVERED = DeliveryState.PENDING, DeliveryState.DEAD, DeliveryState.DELIVERED
LATER = Moment(START + 60 * SECOND)
ALL = 1_000


@pytest.fixture
async def deliveries(store_database: Database | None) -> MemoryDeliveries | MongoDeliveries:
    """Return an empty store of deliveries."""
    if store_database is None:
        return MemoryDeliveries()
    await store_database["webhook_deliveries"].delete_many({})
    await store_database["webhook_cursors"].delete_many({})
    return MongoDeliveries(store_database)


async def test_what_is_kept_comes_back_as_it_was(deliveries: MongoDeliveries) -> None:
    """Whatever became of it, to the last digit of its times."""
    made = [
        a_delivery(1),
        replace(a_delivery(2), message=replace(a_message(2), body='{"name":"Tee, grün\\u0000"}')),
        tried(a_delivery(3), [FAILED], at=Moment(START + 1)),
        tried(a_delivery(4), [FAILED, TAKEN]),
        replace(dead(a_delivery(5)), redelivered_by="o", is_in_order=False),
    ]
    await deliveries.keep(made)
    found = await deliveries.deliveries([*(each.id for each in made), "none"])
    assert found == {each.id: each for each in made}
    assert await deliveries.known([made[0].id, "none"]) == {made[0].id}


async def test_what_is_kept_already_stays_as_it_is(deliveries: MongoDeliveries) -> None:
    """A process that begins anew where another died finds its events again."""
    failed = tried(a_delivery(1), [FAILED])
    await deliveries.keep([failed])
    await deliveries.keep([a_delivery(1), a_delivery(2)])
    assert (await deliveries.deliveries([failed.id]))[failed.id] == failed


async def test_what_waits_is_told_in_the_order_in_which_it_happened(deliveries: MongoDeliveries) -> None:
    """Of one webhook, without what is over, and only as much of it as was asked for."""
    made = [a_delivery(number) for number in (3, 1, 4, 2)]
    await deliveries.keep(
        [*made, a_delivery(5, webhook_id="other"), replace(a_delivery(6), message=a_message(6, at=1))]
    )
    await deliveries.record(tried(made[2], [TAKEN]))
    await deliveries.record(failed := tried(made[0], [FAILED, FAILED]))
    subject = made[0].message.subject
    assert await deliveries.waiting("hook", limit=ALL) == [
        WaitingDelivery("hook/msg_1", subject, 0, START, is_in_order=True),
        WaitingDelivery("hook/msg_6", subject, 0, START, is_in_order=True),
        WaitingDelivery("hook/msg_2", subject, 0, START, is_in_order=True),
        WaitingDelivery("hook/msg_3", subject, 2, failed.next_at, is_in_order=True),
    ]
    assert [each.id for each in await deliveries.waiting("hook", limit=2)] == ["hook/msg_1", "hook/msg_6"]


async def test_what_is_over_is_not_changed_by_who_comes_late(deliveries: MongoDeliveries) -> None:
    """Its webhook may have been deleted while the last attempt was under way."""
    made = a_delivery(1)
    await deliveries.keep([made])
    await deliveries.give_up("hook", now=LATER)
    await deliveries.record(tried(made, [TAKEN]))
    [kept] = (await deliveries.deliveries([made.id])).values()
    assert kept == replace(made, state=DEAD, ended_at=LATER)


async def test_what_is_hurried_is_due_and_no_later_than_it_was(deliveries: MongoDeliveries) -> None:
    """Only what waits."""
    made = [tried(a_delivery(1), [FAILED]), a_delivery(2), dead(a_delivery(3))]
    await deliveries.keep(made)
    await deliveries.hurry([each.id for each in made], now=Moment(START + SECOND))
    found = await deliveries.deliveries([each.id for each in made])
    assert [found[each.id].next_at - START for each in made] == [SECOND, 0, made[2].next_at - START]


async def test_what_is_over_is_kept_for_the_days_that_are_set(mongo_store_database: Database) -> None:
    """The server's index removes it then; what waits has no end."""
    stored = mongo_store_database["webhook_deliveries"]
    await stored.delete_many({})
    over = dead(a_delivery(1))
    assert over.ended_at is not None
    kept_days = {DeliveryState.DELIVERED: 2, DeliveryState.DEAD: 90}
    await MongoDeliveries(mongo_store_database, kept_days=kept_days).keep([over, a_delivery(2)])
    ends = {each["_id"]: each.get("forget_at") async for each in stored.find({})}
    assert ends == {over.id: datetime_of(over.ended_at) + timedelta(days=90), a_delivery(2).id: None}


async def test_a_position_is_kept_and_only_a_later_term_moves_it(deliveries: MongoDeliveries) -> None:
    """Writers may have any name. A process that was replaced is told so."""
    first = LedgerOffset(base=START, reached={"a.b": Moment(START + 1), "$c": Moment(START + 2)})
    second = LedgerOffset(base=LATER, reached={})
    assert await deliveries.offset("hook") is None
    assert await deliveries.move("hook", first, term=2)
    assert await deliveries.offset("hook") == first
    assert not await deliveries.move("hook", second, term=1)
    assert await deliveries.offset("hook") == first
    for term in (2, 3):
        assert await deliveries.move("hook", second, term=term)
    assert await deliveries.offset("hook") == second
    assert await deliveries.offset("other") is None
    await deliveries.give_up("hook", now=LATER)
    assert await deliveries.offset("hook") is None


async def test_pages_follow_each_other_the_newest_first(deliveries: MongoDeliveries) -> None:
    """Narrowed by webhook and by state, and counted alike."""
    made = [a_delivery(number, created_at=Moment(START + number // 2)) for number in range(7)]
    made[1], made[2] = dead(made[1]), tried(made[2], [TAKEN])
    made[3] = replace(made[3], webhook_id="other")
    await deliveries.keep(made)
    for where in (
        DeliveryFilter(),
        DeliveryFilter(webhook_id="hook"),
        DeliveryFilter(states=(PENDING,)),
        DeliveryFilter(webhook_id="hook", states=(DEAD, DELIVERED)),
        DeliveryFilter(webhook_id="other", states=(DEAD,)),
        DeliveryFilter(states=()),
    ):
        matching = filter(where.matches, made)
        expected = sorted(matching, key=lambda each: (each.created_at, each.id), reverse=True)
        found, after = [], None
        while True:
            page = await deliveries.page_of_deliveries(where, page=PageRequest(first=2, after=after))
            found += page.nodes
            if not page.has_next:
                break
            after = page.positions[-1]
        assert found == expected
        assert await deliveries.count_deliveries(where) == len(expected)


async def test_what_was_tried_after_the_request_is_not_sent_again_by_it(deliveries: MongoDeliveries) -> None:
    """So carrying a request out twice does nothing again; the count is that of the first time."""
    made = [dead(a_delivery(1)), dead(a_delivery(2), at=LATER), tried(a_delivery(3), [FAILED], at=LATER), a_delivery(4)]
    await deliveries.keep(made)
    ids = [each.id for each in made]
    for _ in range(2):
        count = await deliveries.redeliver("hook", ids=ids, since=None, by="o", at=START, now=LATER)
        assert count == 1
        found = await deliveries.deliveries(ids)
        assert [found[each].redelivered_by for each in ids] == ["o", None, None, None]
    assert await deliveries.redeliver("other", ids=ids, since=None, by="p", at=LATER, now=LATER) == 0

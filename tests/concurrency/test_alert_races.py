"""Races around alerts: at the threshold, and between what people note and what happens by itself."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any

from app.domain.alerts.alert import Alert, AlertChange, AlertState
from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.errors import Refused, WrongState
from app.domain.outcome import Outcome
from app.domain.replenishment.policy import Policy
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.services.alerts.alert_wake_worker import AlertWakeWorker
from app.services.command_bus import CommandBus
from app.store.driver.client import Database
from tests.support.alerts import LOW, OUT, alert_of, alerts_of, check_alerts, set_policy
from tests.support.clock import SECOND, CountingEntropy
from tests.support.ledger import check_ledger
from tests.support.scene import (
    TEA,
    adjust,
    given_catalog,
    given_item,
    given_location,
    line,
    outcome_or_refusal,
    request_info,
)
from tests.support.store import Store, mongo_store

ROUNDS = 12  # of two steps that race: each comes first now and then
POINT = 5
HOUR = 3_600 * SECOND

Step = Coroutine[Any, Any, Outcome]


async def given_stock(store: Store, on_hand: int, key: LevelKey = TEA, *, policy: Policy | None = None) -> None:
    """Stock a level with a reorder point of five."""
    await given_item(store, key.sku, reorder_point=POINT)
    await given_location(store, key.location)
    await adjust(store, key, on_hand, reason=MovementReason.RECEIPT)
    if policy is not None:
        await set_policy(store, key, policy)


async def given_low(store: Store, key: LevelKey = TEA) -> Alert:
    """Stock a level with so many units that its alert opens, and return that."""
    await given_stock(store, POINT + 1, key)
    return alert_of(await adjust(store, key, -1, reason=MovementReason.SALE))


async def recorded(store: Store, identity: str) -> Alert:
    """Return an alert as it is recorded."""
    return (await store.documents.documents(Alert, [identity]))[identity]


async def race(number: int, first: Step, second: Step) -> list[Outcome | Refused]:
    """Run two steps at once, the other way round every other time; return what became of the first and the second."""
    if number % 2:
        return (await asyncio.gather(outcome_or_refusal(second), outcome_or_refusal(first)))[::-1]
    return await asyncio.gather(outcome_or_refusal(first), outcome_or_refusal(second))


async def check_books(store: Store) -> None:
    """Prove that the ledger explains the levels and the alerts."""
    check_alerts(await check_ledger(store))


async def test_writers_that_race_past_a_threshold_open_one_alert(database: Database) -> None:
    """Three processes sell a level out, a unit at a time: one alert, that opens once and escalates once."""
    stores = [mongo_store(database) for _ in range(3)]
    await given_stock(stores[0], 30)
    outcomes = await asyncio.gather(*(adjust(stores[number % 3], TEA, -1) for number in range(30)))
    told = [each for outcome in outcomes for each in outcome.operation.documents if isinstance(each, Alert)]
    assert sorted((each.version, each.change, each.available) for each in told) == [
        (1, AlertChange.OPENED, POINT),
        (2, AlertChange.ESCALATED, 0),
    ]
    [alert] = await alerts_of(stores[0])
    assert alert == max(told, key=lambda each: each.version)
    await check_books(stores[0])


async def test_levels_that_go_to_and_fro_open_and_close_in_turn(database: Database) -> None:
    """Whatever the order in which three processes move them: the ledger explains every alert."""
    stores = [mongo_store(database) for _ in range(3)]
    keys = [LevelKey(f"T-{number}", "MAIN") for number in range(4)]
    for number, key in enumerate(keys):
        policy = Policy(alert_margin=number, overstock_point=8, risk_point=7)
        await given_stock(stores[0], 7, key, policy=policy)
    deltas = (-3, 2, -2, 3, -4, 4, -5, 5)
    await asyncio.gather(
        *(
            outcome_or_refusal(adjust(stores[(number + shift) % 3], keys[(number + shift) % 4], delta))
            for number in range(12)
            for shift, delta in enumerate(deltas)
        )
    )
    alerts = await alerts_of(stores[0])
    assert len(alerts) > len(keys)
    assert Counter(each.state for each in alerts)[AlertState.CLOSED] > 0
    await check_books(stores[0])


async def test_acknowledging_races_with_the_receipt_that_closes(database: Database) -> None:
    """Either somebody took care in time, and that stays on record; or the alert was closed, and nothing is noted."""
    one, other = mongo_store(database), mongo_store(database)
    for number in range(ROUNDS):
        key = LevelKey(f"T-{number}", "MAIN")
        alert = await given_low(one, key)
        seen, closed = await race(
            number, one.alerts.acknowledge(alert.id, request=request_info(actor="ada")), adjust(other, key, 10)
        )
        assert isinstance(closed, Outcome)
        last = await recorded(one, alert.id)
        assert last.state is AlertState.CLOSED
        if isinstance(seen, Outcome):
            assert (last.acknowledged_by, last.version) == ("ada", 3)
        else:
            assert seen.errors == (WrongState(kind="ALERT", id=alert.id, state="CLOSED"),)
            assert (last.acknowledged_by, last.version) == (None, 2)
    await check_books(one)


async def test_snoozing_races_with_the_sale_that_makes_it_worse(database: Database) -> None:
    """Who snoozes what is LOW does not silence that it is OUT, unless that was known already."""
    one, other = mongo_store(database), mongo_store(database)
    for number in range(ROUNDS):
        key = LevelKey(f"T-{number}", "MAIN")
        alert = await given_low(one, key)
        until = Moment(one.clock.now + HOUR)
        asleep, worse = await race(
            number, one.alerts.snooze(alert.id, until=until, request=request_info()), adjust(other, key, -POINT)
        )
        assert isinstance(asleep, Outcome)
        assert isinstance(worse, Outcome)
        last = await recorded(one, alert.id)
        assert (last.type, last.version) == (OUT, 3)
        assert last.is_snoozed is (alert_of(worse).version == 2)
    await check_books(one)


async def test_of_two_who_acknowledge_at_once_the_first_counts(database: Database) -> None:
    """Both are told who it was."""
    one, other = mongo_store(database), mongo_store(database)
    alert = await given_low(one)
    steps = [
        store.alerts.acknowledge(alert.id, request=request_info(actor=f"clerk-{number}"))
        for number in range(ROUNDS)
        for store in (one, other)
    ]
    outcomes = await asyncio.gather(*steps)
    told = sorted(map(alert_of, outcomes), key=lambda each: each.version)
    assert [each.version for each in told] == [*range(2, 2 + len(steps))]
    assert len({(each.acknowledged_by, each.acknowledged_at) for each in told}) == 1
    [first] = [outcome for outcome in outcomes if alert_of(outcome).version == 2]
    assert told[0].acknowledged_by == first.operation.info.actor


async def test_alarm_clocks_of_several_processes_wake_each_alert_once(database: Database) -> None:
    """Whoever comes first; and one that is snoozed on at the same moment sleeps on."""
    stores = [mongo_store(database) for _ in range(3)]
    keys = [LevelKey(f"T-{number}", "MAIN") for number in range(100)]
    await given_catalog(stores[0], *keys)
    received = [line(key, 1, MovementReason.RECEIPT) for key in keys]
    await stores[0].stock.adjust_many(received, is_atomic=True, request=request_info())
    sold = await stores[0].stock.adjust_many([line(key, -1) for key in keys], is_atomic=True, request=request_info())
    ids = [each.id for each in sold.operation.documents]
    until = Moment(stores[0].clock.now + HOUR)
    await asyncio.gather(*(stores[0].alerts.snooze(each, until=until, request=request_info()) for each in ids))
    for store in stores:
        store.clock.move(seconds=3_601)
    clocks = [
        AlertWakeWorker(
            bus=CommandBus(
                writer=store.writer,
                present=store.present,
                clock=store.clock,
                entropy=CountingEntropy((number + 1) << 60),
            ),
            queue=store.alert_queue,
            clock=store.clock,
        )
        for number, store in enumerate(stores)
    ]
    on = Moment(stores[0].clock.now + HOUR)
    *counts, snoozed_on = await asyncio.gather(
        *(clock.sweep() for clock in clocks), stores[0].alerts.snooze(ids[0], until=on, request=request_info())
    )
    assert isinstance(snoozed_on, Outcome)
    last = [await recorded(stores[0], each) for each in ids]
    assert (last[0].snoozed_until, last[0].change) == (on, AlertChange.SNOOZED)
    assert {(each.is_snoozed, each.change, each.version) for each in last[1:]} == {(False, AlertChange.UNSNOOZED, 3)}
    assert sum(counts) == len(ids) + last[0].version - 4, "the first was woken before, or not at all"
    await check_books(stores[0])


async def test_a_level_of_an_earlier_release_begins_to_alert(database: Database) -> None:
    """Its document has no alerts and no policy. Its next movement opens what it is beyond, in the same transaction."""
    store = mongo_store(database)
    await given_stock(store, 10)
    await database["levels"].update_one(
        {}, {"$set": {"on_hand": 4, "version": 2}, "$unset": {"alerts": "", "policy": "", "counted_at": ""}}
    )
    opened = alert_of(await adjust(store, TEA, -1))
    assert (opened.type, opened.available, opened.id) == (LOW, 3, "MAIN/TEA-1#3/STOCK")
    closed = alert_of(await adjust(store, TEA, 9))
    assert (closed.state, closed.id) == (AlertState.CLOSED, opened.id)
    assert await database["levels"].find_one({"alerts": {"$exists": True}}) is None


async def test_a_sale_of_a_thousand_lines_opens_a_thousand_alerts(database: Database) -> None:
    """In one operation, whose record stays far below what a document may hold; and closes them again."""
    store = mongo_store(database)
    keys = [LevelKey(f"T-{number}", "MAIN") for number in range(1_000)]
    await given_location(store)
    await store.shop.upsert_items(
        [ItemChange(sku=key.sku, name="T") for key in keys], is_atomic=True, request=request_info()
    )
    received = [line(key, 2, MovementReason.RECEIPT) for key in keys]
    await store.stock.adjust_many(received, is_atomic=True, request=request_info())
    sold = await store.stock.adjust_many([line(key, -2) for key in keys], is_atomic=True, request=request_info())
    assert Counter(each.type for each in map(as_alert, sold.operation.documents)) == {OUT: 1_000}
    back = await store.stock.adjust_many([line(key, 2) for key in keys], is_atomic=True, request=request_info())
    assert Counter(each.state for each in map(as_alert, back.operation.documents)) == {AlertState.CLOSED: 1_000}
    [largest] = await (
        await database["operations"].aggregate([{"$group": {"_id": None, "bytes": {"$max": {"$bsonSize": "$$ROOT"}}}}])
    ).to_list(None)
    assert largest["bytes"] < 1_000_000, "a document may have 16 MB"
    assert await database["alerts"].count_documents({"state": "CLOSED"}) == 1_000


def as_alert(document: object) -> Alert:
    """Return the document, which must be an alert."""
    assert isinstance(document, Alert)
    return document

"""Alerts open, change and close with the movements of their levels, the same over every store."""

from dataclasses import replace

from app.domain.alerts.alert import Alert, AlertChange, AlertState
from app.domain.alerts.alert_totals import AlertAge, AlertNumbers
from app.domain.alerts.open_alert import AlertType
from app.domain.errors import IdempotencyKeyReused, InvalidValue, UnknownDocument, WrongState
from app.domain.replenishment.policy import Policy
from app.domain.reservations.reservation import RequestedLine, Reservation
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.services.alerts.alert_wake_worker import AlertWakeWorker
from app.services.alerts.filters import AlertFilter
from app.services.command_bus import CommandBus
from tests.support.alerts import LOW, OUT, alert_of, alerts_of, check_alerts, set_policy
from tests.support.clock import SECOND, CountingEntropy
from tests.support.scene import (
    TEA,
    adjust,
    given_catalog,
    given_item,
    given_level,
    given_location,
    line,
    refused,
    request_info,
)
from tests.support.store import Store, whole
from tests.support.transfers import arrived, given_draft, receive, ship

HOUR = 3_600 * SECOND


async def given_stock(store: Store, on_hand: int) -> None:
    """Stock TEA at MAIN with so many units, and a reorder point of five."""
    await given_item(store, TEA.sku, reorder_point=5)
    await given_location(store)
    await adjust(store, TEA, on_hand, reason=MovementReason.RECEIPT)


async def given_low(store: Store) -> Alert:
    """Stock it, sell down to three, and return the alert."""
    await given_stock(store, 10)
    return alert_of(await adjust(store, TEA, -7, reason=MovementReason.SALE))


async def recorded(store: Store, identity: str) -> Alert:
    """Return an alert as it is recorded."""
    return (await store.documents.documents(Alert, [identity]))[identity]


async def test_each_crossing_opens_changes_or_closes_one_alert(store: Store) -> None:
    """In the operation of the movement, which tells the alert as it became; the level names it while it is open."""
    # given
    await given_stock(store, 1)
    await adjust(store, TEA, 9)
    [first] = await alerts_of(store)
    # when
    outcomes = [await adjust(store, TEA, delta) for delta in (-4, -1, -1, -4, 2, 3, -1, 2)]
    # then
    told = [[(each.change, each.type) for each in outcome.operation.documents] for outcome in outcomes]  # type: ignore[attr-defined]
    assert told == [
        [],
        [(AlertChange.OPENED, LOW)],
        [],
        [(AlertChange.ESCALATED, OUT)],
        [(AlertChange.DEESCALATED, LOW)],
        [],
        [],
        [(AlertChange.CLOSED, LOW)],
    ]
    [alert, older] = await alerts_of(store)
    assert alert == alert_of(outcomes[-1])
    assert (older, older.state, older.type) == (first, AlertState.CLOSED, LOW)
    assert (alert.version, alert.opened_by, alert.closed_by) == (
        4,
        outcomes[1].operation.id,
        outcomes[-1].operation.id,
    )
    assert [[each.type for each in outcome.movements[0].after.alerts] for outcome in outcomes] == [
        [],
        [LOW],
        [LOW],
        [OUT],
        [LOW],
        [LOW],
        [LOW],
        [],
    ]
    check_alerts(await store.contents())


async def test_a_policy_decides_on_margin_overstock_and_risk(store: Store) -> None:
    """Setting it is a crossing, too."""
    await given_level(store, on_hand=10)
    policy = Policy(alert_margin=2, overstock_point=9, risk_point=4)
    opened = alert_of(await set_policy(store, TEA, policy, reorder_point=3))
    assert (opened.type, opened.threshold, opened.on_hand) == (AlertType.OVERSTOCK, 9, 10)
    sold = await adjust(store, TEA, -7, reason=MovementReason.SALE)
    assert [(each.type, each.change) for each in sold.operation.documents] == [  # type: ignore[attr-defined]
        (AlertType.OVERSTOCK, AlertChange.CLOSED),
        (LOW, AlertChange.OPENED),
        (AlertType.STOCKOUT_RISK, AlertChange.OPENED),
    ]
    assert (await adjust(store, TEA, 2)).operation.documents == ()
    back = await adjust(store, TEA, 1)
    assert [(each.type, each.change) for each in back.operation.documents] == [  # type: ignore[attr-defined]
        (LOW, AlertChange.CLOSED),
        (AlertType.STOCKOUT_RISK, AlertChange.CLOSED),
    ]
    check_alerts(await store.contents())


async def test_what_one_operation_does_to_many_levels_is_told_with_it(store: Store) -> None:
    """First receipts below the reorder point open alerts: all stand in the operation, in the order of its lines."""
    keys = [LevelKey(f"T-{number}", "MAIN") for number in range(40)]
    await given_catalog(store, *keys)
    for key in keys:
        await given_item(store, key.sku, reorder_point=2)
    outcome = await store.stock.adjust_many(
        [line(key, 1) for key in keys], is_atomic=True, request=request_info("bulk")
    )
    alerts = [each for each in outcome.operation.documents if isinstance(each, Alert)]
    assert [each.level_key for each in alerts] == keys
    assert {(each.type, each.opened_by, each.version) for each in alerts} == {(LOW, outcome.operation.id, 1)}
    assert sorted(each.id for each in await alerts_of(store)) == sorted(each.id for each in alerts)
    again = await store.stock.adjust_many([line(key, 1) for key in keys], is_atomic=True, request=request_info("bulk"))
    assert (again.replayed, again.operation) == (True, outcome.operation)
    check_alerts(await store.contents())


async def test_a_receipt_in_two_movements_is_one_change_of_an_alert(store: Store) -> None:
    """Units that were expected ease it, and those that are over close it: whoever listens hears that it is closed."""
    await given_level(store, TEA, on_hand=9)
    await given_item(store, TEA.sku, reorder_point=4)
    await given_location(store, "NORTH")
    draft = await given_draft(store, ("TEA-1", 3))
    opened = alert_of(await ship(store, draft.id))
    assert (opened.type, opened.level_key.location) == (OUT, "NORTH"), "wanted, and nothing there yet"
    outcome = await receive(store, draft.id, arrived("TEA-1", 9, over_reason=MovementReason.FOUND))
    assert [[each.type for each in moved.after.alerts] for moved in outcome.movements] == [[LOW], []]
    closed = alert_of(outcome)
    assert (closed.change, closed.type, closed.available, closed.version) == (AlertChange.CLOSED, LOW, 9, 2)
    check_alerts(await store.contents())


async def test_a_repeated_request_tells_the_alert_as_it_was(store: Store) -> None:
    """Whatever has become of it since."""
    await given_stock(store, 6)
    first = await adjust(store, TEA, -1, idempotency_key="sale")
    seen = await store.alerts.acknowledge(alert_of(first).id, request=request_info("seen"))
    until = Moment(store.clock.now + HOUR)
    asleep = await store.alerts.snooze(alert_of(first).id, until=until, request=request_info("nap"))
    await adjust(store, TEA, 5)
    store.clock.move(seconds=86_400)
    before = await store.contents()
    again = await adjust(store, TEA, -1, idempotency_key="sale")
    assert (again.replayed, alert_of(again)) == (True, alert_of(first))
    assert alert_of(await store.alerts.acknowledge(alert_of(first).id, request=request_info("seen"))) == alert_of(seen)
    assert alert_of(
        await store.alerts.snooze(alert_of(first).id, until=until, request=request_info("nap"))
    ) == alert_of(asleep)
    assert await store.contents() == before
    assert await refused(store, store.alerts.snooze(alert_of(first).id, until=None, request=request_info("nap"))) == [
        IdempotencyKeyReused(key="nap")
    ]


async def test_an_alert_is_acknowledged_snoozed_and_woken(store: Store) -> None:
    """Each change is recorded with its operation, and moves nothing."""
    opened = await given_low(store)
    level = await store.level(TEA)
    noted = request_info("seen", actor="ada", note="Ordered.")
    seen = await store.alerts.acknowledge(opened.id, request=noted)
    until = Moment(store.clock.now + HOUR)
    asleep = await store.alerts.snooze(opened.id, until=until, request=request_info(actor="bob"))
    woken = await store.alerts.snooze(opened.id, until=None, request=request_info())
    assert (seen.operation.info.kind, asleep.operation.info.kind) == ("alertAcknowledge", "alertSnooze")
    assert [alert_of(each).version for each in (seen, asleep, woken)] == [2, 3, 4]
    assert (alert_of(seen).acknowledged_by, alert_of(seen).note) == ("ada", "Ordered.")
    assert (alert_of(asleep).snoozed_by, alert_of(asleep).snoozed_until) == ("bob", until)
    assert alert_of(woken) == replace(
        alert_of(seen), version=4, change=AlertChange.UNSNOOZED, changed_at=alert_of(woken).changed_at
    )
    assert await recorded(store, opened.id) == alert_of(woken)
    assert await store.level(TEA) == level
    assert all(each.movements == () for each in (seen, asleep, woken))
    check_alerts(await store.contents())


async def test_what_cannot_be_noted_is_refused_and_changes_nothing(store: Store) -> None:
    """A closed alert, one that does not exist, and a nap without end."""
    opened = await given_low(store)
    late = Moment(store.clock.now + 31 * 24 * HOUR)
    rule = "must be in the future, at most 2592000 s from now"
    for until in (late, store.clock.now):
        assert await refused(store, store.alerts.snooze(opened.id, until=until, request=request_info())) == [
            InvalidValue(what="The end of a snooze", rule=rule, field=("until",))
        ]
    assert await refused(store, store.alerts.acknowledge("MAIN/TEA-1#99/STOCK", request=request_info())) == [
        UnknownDocument(kind="ALERT", id="MAIN/TEA-1#99/STOCK")
    ]
    await adjust(store, TEA, 10)
    for request in (
        store.alerts.acknowledge(opened.id, request=request_info()),
        store.alerts.snooze(opened.id, until=Moment(store.clock.now + HOUR), request=request_info()),
        store.alerts.snooze(opened.id, until=None, request=request_info()),
    ):
        assert await refused(store, request) == [WrongState(kind="ALERT", id=opened.id, state="CLOSED")]


async def test_an_alert_wakes_by_itself_when_its_time_is_over(store: Store) -> None:
    """Once, and not before; those that are awake, closed, or sleep on are left alone."""
    opened = await given_low(store)
    await given_level(store, LevelKey("CUP-1", "MAIN"), on_hand=1)
    other = alert_of(await adjust(store, LevelKey("CUP-1", "MAIN"), -1))
    for alert, hours in ((opened, 1), (other, 3)):
        until = Moment(store.clock.now + hours * HOUR)
        await store.alerts.snooze(alert.id, until=until, request=request_info())
    bus = CommandBus(writer=store.writer, present=store.present, clock=store.clock, entropy=CountingEntropy(1 << 60))
    snoozes = AlertWakeWorker(bus=bus, queue=store.alert_queue, clock=store.clock)
    store.clock.move(seconds=3_599)
    assert await snoozes.sweep() == 0
    store.clock.move(seconds=2)
    assert await snoozes.sweep() == 1
    assert await snoozes.sweep() == 0
    woken = await recorded(store, opened.id)
    assert (woken.is_snoozed, woken.change, woken.version) == (False, AlertChange.UNSNOOZED, 3)
    assert [each.id for each in await alerts_of(store, AlertFilter(is_snoozed=True))] == [other.id]
    check_alerts(await store.contents())


async def test_of_what_is_archived_only_broken_promises_alert(store: Store) -> None:
    """Nobody wants stock of it, so LOW and OUT end with it, and begin again with what is restored."""
    await given_stock(store, 7)
    wanted = RequestedLine(sku=TEA.sku, location=TEA.location, quantity=3)
    ordered = await store.reservations.create([wanted], request=request_info())
    low = alert_of(ordered)
    await store.shop.archive_item(TEA.sku, is_archived=True, request=request_info())
    closed = await recorded(store, low.id)
    assert (closed.state, closed.change, closed.available) == (AlertState.CLOSED, AlertChange.CLOSED, 0)
    await adjust(store, TEA, -5, reason=MovementReason.LOST)
    assert {each.type for each in await alerts_of(store) if each.is_open} == {AlertType.SHORTFALL}
    await store.reservations.release(ordered.operation.document(Reservation).id, request=request_info())
    assert [each for each in await alerts_of(store) if each.is_open] == []
    await store.shop.archive_item(TEA.sku, is_archived=False, request=request_info())
    assert [each.type for each in await alerts_of(store) if each.is_open] == [LOW]
    check_alerts(await store.contents())


async def test_lists_and_feeds_mean_the_same_by_a_filter(store: Store) -> None:
    """What a page shows is what `matches` lets through, and counts agree: feeds go by that alone."""
    keys = [LevelKey(f"T-{number}", code) for number in range(3) for code in ("MAIN", "NORTH")]
    await given_catalog(store, *keys)
    for number, key in enumerate(keys):
        store.clock.move(seconds=1)
        await set_policy(store, key, Policy(overstock_point=6, risk_point=2), reorder_point=3)
        await adjust(store, key, 7)
        await adjust(store, key, -number - 2)
    opened = [each for each in await alerts_of(store) if each.is_open]
    until = Moment(store.clock.now + HOUR)
    for number, alert in enumerate(opened):
        if number % 2:
            await store.alerts.acknowledge(alert.id, request=request_info())
        if number % 3 == 0:
            await store.alerts.snooze(alert.id, until=until, request=request_info())
    everything = await alerts_of(store)
    middle = everything[len(everything) // 2].created_at
    filters = [
        AlertFilter(),
        *(AlertFilter(states=(state,)) for state in AlertState),
        *(AlertFilter(types=(type_,)) for type_ in AlertType),
        AlertFilter(states=()),
        AlertFilter(skus=("T-1", "T-2", "NONE")),
        AlertFilter(locations=("NORTH",), types=(OUT, LOW)),
        *(AlertFilter(is_acknowledged=told) for told in (True, False)),
        *(AlertFilter(is_snoozed=told, states=(AlertState.OPEN,)) for told in (True, False)),
        AlertFilter(since=middle),
        AlertFilter(until=middle),
        AlertFilter(skus=("T-2",), is_acknowledged=False, is_snoozed=False, since=middle),
    ]
    for where in filters:
        expected = [each for each in everything if where.matches(each)]
        assert await alerts_of(store, where) == expected, where
        assert await store.alerts.count_alerts(where) == len(expected), where
    sizes = {len([each for each in everything if where.matches(each)]) for where in filters}
    assert len(sizes) > 6, "the filters tell the alerts apart"
    assert list(await whole(lambda after: store.alerts.alerts(AlertFilter(), first=4, after=after))) == everything


async def test_alerts_are_counted_by_type_and_by_what_was_done_about_them(store: Store) -> None:
    """Of those open, unless a state is named; what was acknowledged may be snoozed, too."""
    # given
    low = await given_low(store)
    other = LevelKey(TEA.sku, "NORTH")
    await given_location(store, other.location)
    await adjust(store, other, 7, reason=MovementReason.RECEIPT)
    out = alert_of(await adjust(store, other, -7))
    # when
    await store.alerts.acknowledge(low.id, request=request_info())
    await store.alerts.snooze(low.id, until=Moment(store.clock() + HOUR), request=request_info())
    await store.alerts.acknowledge(out.id, request=request_info())
    # then
    totals = await store.alerts.totals(AlertFilter())
    assert totals.by_type == {LOW: AlertNumbers(1, 1, 1), OUT: AlertNumbers(1, 1, 0)}
    assert totals.all == AlertNumbers(2, 2, 1)
    assert (await store.alerts.totals(AlertFilter(locations=("NORTH",)))).by_type == {OUT: AlertNumbers(1, 1, 0)}
    # and
    await adjust(store, other, 20)
    assert (await store.alerts.totals(AlertFilter())).all == AlertNumbers(1, 1, 1)
    assert (await store.alerts.totals(AlertFilter(states=(AlertState.CLOSED,)))).all == AlertNumbers(1, 1, 0)


async def test_alerts_are_counted_by_their_ages(store: Store) -> None:
    """From an hour, a day and a week on they are older; what is closed does not count."""
    keys = [LevelKey(f"T-{number}", "MAIN") for number in range(4)]
    await given_catalog(store, *keys)
    start = store.clock.now
    for key, hours in zip(keys, (0, 7 * 24 - 1, 7 * 24, 7 * 24 + 1), strict=True):
        store.clock.now = Moment(start + hours * HOUR)
        await set_policy(store, key, Policy(), reorder_point=3)
        await adjust(store, key, 2)
    store.clock.now = Moment(start + (7 * 24 + 1) * HOUR + HOUR // 2)
    [*_, oldest] = sorted((each for each in await alerts_of(store) if each.is_open), key=lambda each: -each.created_at)
    await store.alerts.acknowledge(oldest.id, request=request_info())
    totals = await store.alerts.totals(AlertFilter(states=(AlertState.OPEN,)))
    assert totals.by_age == {
        AlertAge.UNDER_AN_HOUR: AlertNumbers(1, 0, 0),
        AlertAge.UNDER_A_DAY: AlertNumbers(2, 0, 0),
        AlertAge.OLDER: AlertNumbers(1, 1, 0),
    }

"""What an operation makes of alerts, and what people note of them."""

from dataclasses import replace

import pytest

from app.domain.alerts.alert import Alert, AlertChange, AlertState, alert_id, alert_key, changed_alerts, open_alert_keys
from app.domain.alerts.commands.change_alert import AcknowledgeAlert, SnoozeAlert, WakeAlert
from app.domain.alerts.open_alert import AlertType, OpenAlert
from app.domain.catalog.catalog import Item, Location
from app.domain.command_batch import BatchState, CommandBatch
from app.domain.document import DocumentKey
from app.domain.errors import InvalidValue, Refused, UnknownDocument, WrongState
from app.domain.limits import MAX_SNOOZE_SECONDS
from app.domain.operation import CommandInfo
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.time import MICROSECONDS_PER_SECOND, Moment

TEA = LevelKey("TEA-1", "MAIN")
LOW, OUT = AlertType.LOW, AlertType.OUT
NOW = Moment(1_000_000)
SECOND = MICROSECONDS_PER_SECOND


def course(*on_hand: int, reorder_point: int = 5) -> list[tuple[Level, Level]]:
    """Return a level of 10 units before and after each of the movements that bring it to these counts."""
    level = Level(key=TEA, on_hand=10, reorder_point=reorder_point, version=1, changed_at=Moment(1))
    steps = []
    for units in on_hand:
        after = level.changed(LevelChange(on_hand=units - level.on_hand), at=Moment(level.changed_at + 1))
        steps.append((level, after))
        level = after
    return steps


def after_each(steps: list[tuple[Level, Level]]) -> list[Alert]:
    """Return the alerts that changed with each movement, each an operation of its own: op-1, op-2 and so on."""
    known: dict[DocumentKey, Alert] = {}
    told = []
    for number, step in enumerate(steps, start=1):
        for alert in changed_alerts([step], known.get, by=f"op-{number}"):
            known[alert.key] = alert
            told.append(alert)
    return told


def an_alert(*on_hand: int) -> Alert:
    """Return the last alert that changed in a course."""
    return after_each(course(*on_hand))[-1]


def test_an_alert_is_told_from_its_opening_to_its_end() -> None:
    """Each step with the units at that moment, and what it was that happened."""
    opened, worse, better, closed = after_each(course(5, 4, 0, 3, 9))
    assert opened == Alert(
        id="MAIN/TEA-1#2/STOCK",
        sku="TEA-1",
        location="MAIN",
        type=LOW,
        threshold=5,
        available=5,
        on_hand=5,
        opened_by="op-1",
        created_at=Moment(2),
    )
    assert (worse.type, worse.change, worse.threshold, worse.available) == (OUT, AlertChange.ESCALATED, 0, 0)
    assert worse.escalated_at == 4
    assert (better.type, better.change, better.threshold, better.on_hand) == (LOW, AlertChange.DEESCALATED, 5, 3)
    assert better.escalated_at == 4
    assert (closed.state, closed.change, closed.closed_at, closed.closed_by) == (
        AlertState.CLOSED,
        AlertChange.CLOSED,
        6,
        "op-5",
    )
    assert (closed.type, closed.available, closed.opened_by) == (LOW, 9, "op-1")
    assert {each.id for each in (opened, worse, better, closed)} == {opened.id}


def test_an_alert_may_open_as_out() -> None:
    """Then it was escalated at its opening."""
    [alert] = after_each(course(0))
    assert (alert.type, alert.change, alert.escalated_at, alert.threshold) == (OUT, AlertChange.OPENED, 2, 0)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((9, 8), []),
        ((5, 3), [(LOW, AlertState.OPEN, AlertChange.OPENED, 5)]),
        ((5, 0), [(OUT, AlertState.OPEN, AlertChange.OPENED, 0)]),
        ((0, 4), [(LOW, AlertState.OPEN, AlertChange.OPENED, 4)]),
        ((5, 10), [(LOW, AlertState.CLOSED, AlertChange.CLOSED, 10)]),
        (
            (5, 10, 4),
            [(LOW, AlertState.CLOSED, AlertChange.CLOSED, 10), (LOW, AlertState.OPEN, AlertChange.OPENED, 4)],
        ),
    ],
    ids=["no crossing", "down twice", "down and out", "out and up", "down and up", "down, up and down"],
)
def test_one_operation_that_moves_a_level_twice_tells_each_alert_once(
    counts: tuple[int, ...], expected: list[tuple[AlertType, AlertState, AlertChange, int]]
) -> None:
    """As it is after the last of its movements; what began and ended within it is on record as closed."""
    told = changed_alerts(course(*counts), {}.get, by="op")
    assert [(each.type, each.state, each.change, each.available) for each in told] == expected
    assert {each.opened_by for each in told} <= {"op"}


def test_levels_of_one_operation_have_alerts_of_their_own() -> None:
    """Each under the name of its level."""
    other = LevelKey("#/1", "MAIN")
    [before, after] = course(5)[0]
    cup = Level(key=other, on_hand=1, version=3, changed_at=Moment(3))
    steps = [(before, after), (cup, cup.changed(LevelChange(on_hand=-1), at=Moment(4)))]
    assert [each.id for each in changed_alerts(steps, {}.get, by="op")] == [
        "MAIN/TEA-1#2/STOCK",
        "MAIN/#/1#4/STOCK",
    ]


def test_an_alert_is_found_by_what_its_level_keeps() -> None:
    """The version that opened it and its family, whatever its type has become."""
    *_, (_, level) = course(5, 0)
    assert open_alert_keys(level) == [alert_key("MAIN/TEA-1#2/STOCK")]
    assert alert_id(TEA, OpenAlert(AlertType.OVERSTOCK, 7)) == "MAIN/TEA-1#7/OVERSTOCK"


def test_the_first_who_acknowledges_counts() -> None:
    """A second one may add a note, and takes nothing over."""
    alert = an_alert(5)
    first = alert.acknowledged(by="ada", at=NOW, note="Ordered 50.")
    second = first.acknowledged(by="bob", at=Moment(NOW + 5), note=None)
    third = second.acknowledged(by="bob", at=Moment(NOW + 9), note="They come on Monday.")
    assert (first.acknowledged_by, first.acknowledged_at, first.note) == ("ada", NOW, "Ordered 50.")
    assert first.change is AlertChange.ACKNOWLEDGED
    assert second == first
    assert (third.acknowledged_by, third.acknowledged_at, third.note) == ("ada", NOW, "They come on Monday.")
    assert first.is_acknowledged > alert.is_acknowledged


def test_the_last_who_snoozes_counts() -> None:
    """It sleeps until the moment that was said last, or until it is woken."""
    alert = an_alert(5).snoozed(until=Moment(NOW + 9), by="ada", note="Later.")
    again = alert.snoozed(until=Moment(NOW + 5), by="bob", note=None)
    assert (again.snoozed_until, again.snoozed_by, again.note) == (NOW + 5, "bob", "Later.")
    assert (again.change, again.is_snoozed) == (AlertChange.SNOOZED, True)
    woken = again.woken(note="Now.")
    assert (woken.snoozed_until, woken.snoozed_by, woken.is_snoozed) == (None, None, False)
    assert (woken.change, woken.note) == (AlertChange.UNSNOOZED, "Now.")


def test_who_has_seen_that_it_is_low_has_not_seen_that_it_is_out() -> None:
    """An alert that gets worse is new to everybody; one that gets better is not."""
    steps = course(5, 0, 3)
    [opened] = changed_alerts(steps[:1], {}.get, by="op-1")
    seen = opened.acknowledged(by="ada", at=NOW, note="Seen.").snoozed(until=Moment(NOW + 1), by="ada", note=None)
    [worse] = changed_alerts(steps[1:2], {seen.key: seen}.get, by="op-2")
    assert (worse.acknowledged_at, worse.acknowledged_by) == (None, None)
    assert (worse.snoozed_until, worse.snoozed_by, worse.note) == (None, None, "Seen.")
    seen = worse.acknowledged(by="bob", at=NOW, note=None)
    [better] = changed_alerts(steps[2:], {seen.key: seen}.get, by="op-3")
    assert (better.acknowledged_at, better.acknowledged_by) == (NOW, "bob")


def test_a_closed_alert_sleeps_no_more_and_keeps_who_cared() -> None:
    """Nothing can be noted of it any more."""
    steps = course(5, 10)
    [opened] = changed_alerts(steps[:1], {}.get, by="op-1")
    seen = opened.acknowledged(by="ada", at=NOW, note=None).snoozed(until=Moment(NOW + 1), by="ada", note=None)
    [closed] = changed_alerts(steps[1:], {seen.key: seen}.get, by="op-2")
    assert (closed.acknowledged_by, closed.snoozed_until, closed.snoozed_by) == ("ada", None, None)
    expected = WrongState(kind="ALERT", id=closed.id, state="CLOSED")
    for attempt in (
        lambda: closed.acknowledged(by="bob", at=NOW, note=None),
        lambda: closed.snoozed(until=NOW, by="bob", note=None),
        closed.woken,
    ):
        with pytest.raises(WrongState) as refusal:
            attempt()
        assert refusal.value == expected


def fold_with(*alerts: Alert) -> CommandBatch:
    """Return a fold that knows these alerts, at NOW."""
    state = BatchState(
        items={"TEA-1": Item(sku="TEA-1", name="Tea", created_at=Moment(1), updated_at=Moment(1))},
        locations={"MAIN": Location(code="MAIN", name="M", created_at=Moment(1), updated_at=Moment(1))},
        documents={alert.key: alert for alert in alerts},
    )
    return CommandBatch(state, writer="w", now=NOW)


def info(number: int = 1, note: str | None = None) -> CommandInfo:
    """Return the cause of a command by ada."""
    return CommandInfo(operation_id=f"{number:032x}", kind="any", actor="ada", note=note)


def test_acknowledging_and_snoozing_say_who_and_when() -> None:
    """The actor and the note of the cause, and the moment of the decision."""
    alert = an_alert(5)
    batch = fold_with(alert)
    seen = batch.run(AcknowledgeAlert(info=info(1, "Seen."), id=alert.id)).operation.document(Alert)
    assert (seen.acknowledged_by, seen.acknowledged_at, seen.note, seen.version) == ("ada", NOW, "Seen.", 1)
    until = Moment(NOW + MAX_SNOOZE_SECONDS * SECOND)
    asleep = batch.run(SnoozeAlert(info=info(2), id=alert.id, until=until)).operation.document(Alert)
    assert (asleep.snoozed_by, asleep.snoozed_until, asleep.note, asleep.version) == ("ada", until, "Seen.", 2)
    woken = batch.run(SnoozeAlert(info=info(3), id=alert.id, until=None)).operation.document(Alert)
    assert (woken.snoozed_until, woken.change, woken.version) == (None, AlertChange.UNSNOOZED, 3)
    assert batch.movements == []


def test_nobody_has_acknowledged_before_it_happened() -> None:
    """Even where the clock of the one who did is behind that of the one who opened it."""
    late = replace(an_alert(5), created_at=Moment(NOW + 5), changed_at=Moment(NOW + 6))
    seen = fold_with(late).run(AcknowledgeAlert(info=info(), id=late.id)).operation.document(Alert)
    assert seen.acknowledged_at == NOW + 6


@pytest.mark.parametrize("until", [NOW - 1, NOW, NOW + MAX_SNOOZE_SECONDS * SECOND + 1, 0])
def test_an_alert_sleeps_for_a_while_and_not_for_ever(until: int) -> None:
    """Its end is in the future, and not further than a month."""
    alert = an_alert(5)
    with pytest.raises(Refused) as refusal:
        fold_with(alert).run(SnoozeAlert(info=info(), id=alert.id, until=Moment(until)))
    rule = "must be in the future, at most 2592000 s from now"
    assert refusal.value.errors == (InvalidValue(what="The end of a snooze", rule=rule, field=("until",)),)


def test_an_alert_wakes_when_its_time_is_over_and_not_before() -> None:
    """Whoever tries too early, or twice, is refused; and so is one that was snoozed on meanwhile."""
    alert = an_alert(5)
    refused = WrongState(kind="ALERT", id=alert.id, state="OPEN")
    for until, is_due in ((None, False), (NOW + 1, False), (NOW, True), (NOW - 1, True)):
        asleep = alert if until is None else alert.snoozed(until=Moment(until), by="ada", note=None)
        batch = fold_with(asleep)
        if is_due:
            woken = batch.run(WakeAlert(info=info(1), id=alert.id)).operation.document(Alert)
            assert (woken.change, woken.is_snoozed) == (AlertChange.UNSNOOZED, False)
        with pytest.raises(Refused) as refusal:
            batch.run(WakeAlert(info=info(2), id=alert.id))
        assert refusal.value.errors == (refused,)


def test_what_does_not_exist_cannot_be_noted() -> None:
    """Nor is it made."""
    for command in (
        AcknowledgeAlert(info=info(), id="MAIN/TEA-1#1/STOCK"),
        SnoozeAlert(info=info(), id="MAIN/TEA-1#1/STOCK", until=None),
        WakeAlert(info=info(), id="MAIN/TEA-1#1/STOCK"),
    ):
        batch = fold_with()
        with pytest.raises(Refused) as refusal:
            batch.run(command)
        assert refusal.value.errors == (UnknownDocument(kind="ALERT", id="MAIN/TEA-1#1/STOCK"),)
        assert batch.documents == {}

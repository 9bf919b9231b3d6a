"""When an alert is open: thresholds, margins, and that nothing flaps."""

import pytest
from msgspec import structs

from app.domain.alerts.open_alert import AlertType, OpenAlert, open_alerts_of
from app.domain.limits import MAX_QUANTITY
from app.domain.replenishment.policy import Policy
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.time import Moment

TEA = LevelKey("TEA-1", "MAIN")
LOW, OUT, OVER, RISK = AlertType.LOW, AlertType.OUT, AlertType.OVERSTOCK, AlertType.STOCKOUT_RISK


def a_level(on_hand: int, *, reorder_point: int = 0, policy: Policy | None = None) -> Level:
    """Return a level that began with so many units, by one movement, with these settings."""
    begun = Level(key=TEA, reorder_point=reorder_point, policy=policy or Policy())
    return moved(begun, on_hand)


def moved(level: Level, *deltas: int) -> Level:
    """Return a level after movements of so many units on hand."""
    for delta in deltas:
        level = level.changed(LevelChange(on_hand=delta), at=Moment(level.changed_at + 1))
    return level


def types(level: Level) -> list[AlertType]:
    """Return the types of the alerts that a level has open."""
    return [each.type for each in level.alerts]


def courses(level: Level, *deltas: int) -> list[list[AlertType]]:
    """Return what is open after each of these movements."""
    found = []
    for delta in deltas:
        level = moved(level, delta)
        found.append(types(level))
    return found


def test_an_alert_opens_at_the_reorder_point_and_escalates_at_nothing() -> None:
    """At the reorder point or below it is LOW, and with nothing available OUT: one alert since one version."""
    level = a_level(10, reorder_point=5)
    assert level.alerts == ()
    assert moved(level, -4).alerts == ()
    assert moved(level, -5).alerts == (OpenAlert(LOW, 2),)
    assert moved(level, -5, -1).alerts == (OpenAlert(LOW, 2),)
    assert moved(level, -5, -5).alerts == (OpenAlert(OUT, 2),)
    assert moved(level, -10).alerts == (OpenAlert(OUT, 2),)
    assert moved(level, -10, 3).alerts == (OpenAlert(LOW, 2),)
    assert moved(level, -10, 3, 2).alerts == (OpenAlert(LOW, 2),)
    assert moved(level, -10, 3, 3).alerts == ()
    assert moved(level, -10, 3, 3, -1).alerts == (OpenAlert(LOW, 5),)


def test_to_and_fro_within_the_margin_is_one_alert() -> None:
    """LOW closes beyond the reorder point and the margin, and OUT eases beyond the margin."""
    level = a_level(10, reorder_point=5, policy=Policy(alert_margin=2))
    assert courses(level, -5, 1, 1, -1, 1, 1, -2, -1) == [[LOW], [LOW], [LOW], [LOW], [LOW], [], [], [LOW]]
    assert courses(level, -10, 1, 1, -1, 2, -1, -1) == [[OUT], [OUT], [OUT], [OUT], [LOW], [LOW], [LOW]]
    assert moved(level, -5, 2, -2, 2, -2).alerts == (OpenAlert(LOW, 2),)


def test_an_alert_that_comes_back_at_once_was_open_once() -> None:
    """From OUT to plenty in one movement there is no LOW between."""
    level = a_level(10, reorder_point=5, policy=Policy(alert_margin=2))
    assert courses(level, -10, 7, 1) == [[OUT], [LOW], []]
    assert courses(level, -10, 8) == [[OUT], []]


def test_without_a_reorder_point_only_nothing_is_alarming() -> None:
    """What is not kept in stock is never LOW; but what was there and is gone is OUT."""
    level = a_level(2)
    assert courses(level, -1, -1, 1, -1) == [[], [OUT], [], [OUT]]
    padded = a_level(5, policy=Policy(alert_margin=2))
    assert courses(padded, -5, 2, 1) == [[OUT], [OUT], []]


@pytest.mark.parametrize(
    "change",
    [
        LevelChange(incoming=5),
        LevelChange(on_hand=4, damaged=4),
        LevelChange(backorder_limit=9),
        LevelChange(reorder_point=0),
        LevelChange(policy=Policy(alert_margin=3)),
    ],
    ids=["on its way", "nothing but damaged units", "a limit", "a point", "a policy"],
)
def test_a_level_that_never_had_any_is_not_out(change: LevelChange) -> None:
    """Nobody wants stock there, and none has gone."""
    assert Level(key=TEA).changed(change, at=Moment(1)).alerts == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (LevelChange(reorder_point=1), [OUT]),
        (LevelChange(on_hand=3, reorder_point=3), [LOW]),
        (LevelChange(backordered=2), [OUT]),
        (LevelChange(on_hand=3, reserved=3, reorder_point=1), [OUT]),
    ],
    ids=["a point", "a first receipt below the point", "a promise", "all promised"],
)
def test_a_level_may_begin_with_an_alert(change: LevelChange, expected: list[AlertType]) -> None:
    """Where it begins beyond a threshold, its first version opens the alert."""
    level = Level(key=TEA).changed(change, at=Moment(1))
    assert level.alerts == tuple(OpenAlert(each, 1) for each in expected)


def test_what_may_not_be_sold_does_not_count() -> None:
    """Reserved and unavailable units leave fewer available, as sold ones do; incoming ones are not there yet."""
    level = a_level(10, reorder_point=5)
    for change in (LevelChange(reserved=5), LevelChange(quality_control=5), LevelChange(backordered=5)):
        assert types(level.changed(change, at=Moment(9))) == [LOW]
    low = moved(level, -8)
    assert types(low.changed(LevelChange(incoming=100), at=Moment(9))) == [LOW]
    assert types(low.changed(LevelChange(planned=100), at=Moment(9))) == [LOW]


def test_a_reorder_point_that_moves_is_a_crossing() -> None:
    """Raised above what is available it opens LOW; lowered by more than the margin it closes it."""
    level = a_level(6, reorder_point=5, policy=Policy(alert_margin=1))

    def set_point(level: Level, point: int) -> Level:
        return level.changed(LevelChange(reorder_point=point), at=Moment(level.changed_at + 1))

    raised = set_point(level, 6)
    assert raised.alerts == (OpenAlert(LOW, 2),)
    assert set_point(raised, 5).alerts == (OpenAlert(LOW, 2),)
    assert set_point(raised, 4).alerts == ()
    gone = moved(raised, -6)
    assert set_point(gone, 0).alerts == (OpenAlert(OUT, 2),), "the units are gone, whatever is wanted"


def test_a_margin_that_changes_counts_at_once() -> None:
    """A narrower one closes what the wider one kept open."""
    level = moved(a_level(10, reorder_point=5, policy=Policy(alert_margin=3)), -5, 2)
    assert types(level) == [LOW]
    assert types(level.changed(LevelChange(policy=Policy(alert_margin=1)), at=Moment(9))) == []


def test_overstock_is_more_on_hand_than_there_should_be() -> None:
    """Reserved or not; it closes below the point by the margin."""
    level = a_level(10, policy=Policy(overstock_point=12, alert_margin=3))
    assert courses(level, 2, 1, -1, -2, -1) == [[], [OVER], [OVER], [OVER], []]
    reserved = moved(level, 5).changed(LevelChange(reserved=10), at=Moment(9))
    assert types(reserved) == [OVER]
    assert types(reserved.changed(LevelChange(policy=Policy()), at=Moment(10))) == []


def test_an_empty_level_is_never_overstocked() -> None:
    """However wide the margin, and where there should be no units at all."""
    level = a_level(3, policy=Policy(overstock_point=2, alert_margin=5))
    assert types(level) == [OVER]
    assert courses(level, -2, -1) == [[OVER], [OUT]]
    none = a_level(1, policy=Policy(overstock_point=0))
    assert courses(none, -1) == [[OUT]]


def test_a_risk_is_less_than_lasts_until_more_can_come() -> None:
    """Below the point that the last review has measured; back at the point and the margin it is none."""
    level = a_level(10, policy=Policy(risk_point=6, alert_margin=2))
    assert courses(level, -4, -1, 1, 1, 1) == [[], [RISK], [RISK], [RISK], []]
    at_risk = moved(level, -5)
    assert types(at_risk.changed(LevelChange(policy=Policy(risk_point=5)), at=Moment(9))) == []
    assert types(at_risk.changed(LevelChange(policy=Policy()), at=Moment(9))) == []
    assert types(level.changed(LevelChange(policy=Policy(risk_point=11)), at=Moment(9))) == [RISK]


def test_a_level_may_have_one_alert_of_each_family() -> None:
    """Too many on hand, of which nothing is available: each since its own version."""
    policy = Policy(overstock_point=8, risk_point=3)
    level = a_level(10, reorder_point=2, policy=policy).changed(LevelChange(damaged=8), at=Moment(9))
    assert level.alerts == (OpenAlert(LOW, 2), OpenAlert(OVER, 1), OpenAlert(RISK, 2))
    out = level.changed(LevelChange(damaged=2), at=Moment(10))
    assert out.alerts == (OpenAlert(OUT, 2), OpenAlert(OVER, 1), OpenAlert(RISK, 2))


def test_a_level_of_an_earlier_release_begins_with_its_next_movement() -> None:
    """It kept no alerts: whatever moves it next opens what it is beyond, in whichever direction it moves."""
    old = Level(key=TEA, on_hand=2, reorder_point=5, version=7, changed_at=Moment(7))
    assert moved(old, 1).alerts == (OpenAlert(LOW, 8),)
    assert moved(old, -2).alerts == (OpenAlert(OUT, 8),)
    assert moved(structs.replace(old, on_hand=0), 9).alerts == ()


def test_nothing_is_looked_at_where_nothing_can_have_changed() -> None:
    """The very tuple stays, by which the fold sees that there is no news."""
    low = moved(a_level(10, reorder_point=5), -5)
    assert moved(low, -1).alerts is low.alerts
    plain = a_level(10)
    assert moved(plain, -1).alerts is plain.alerts


def test_the_largest_counts_have_alerts_too() -> None:
    """A level that can never be full enough is LOW for good."""
    level = a_level(MAX_QUANTITY, reorder_point=MAX_QUANTITY)
    assert types(level) == [LOW]
    assert types(a_level(MAX_QUANTITY, policy=Policy(overstock_point=MAX_QUANTITY))) == []


def test_open_alerts_come_back_from_plain_values() -> None:
    """As they are kept and sent: a pair of a name and a version each."""
    known = (OpenAlert(OUT, 3), OpenAlert(RISK, 12))
    assert open_alerts_of([[each.type.value, each.since] for each in known]) == known
    assert open_alerts_of(None) == open_alerts_of([]) == ()


def test_promised_units_that_are_gone_and_sales_beyond_the_record_alert() -> None:
    """As long as they last, whatever the margin; beside OUT, for nothing is available either."""
    level = a_level(10, policy=Policy(alert_margin=3)).changed(LevelChange(reserved=4), at=Moment(9))
    gone = level.changed(LevelChange(on_hand=-8), at=Moment(10))
    assert (gone.shortfall, types(gone)) == (2, [OUT, AlertType.SHORTFALL])
    worse = gone.changed(LevelChange(on_hand=-5), at=Moment(11))
    assert (worse.shortfall, worse.oversold) == (4, 3)
    assert worse.alerts == (OpenAlert(OUT, 3), OpenAlert(AlertType.SHORTFALL, 3), OpenAlert(AlertType.OVERSOLD, 4))
    assert courses(worse, 3, 3, 1) == [[OUT, AlertType.SHORTFALL], [OUT, AlertType.SHORTFALL], [OUT]]

"""On which days a policy is reviewed. No store is needed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.day import date_of, day_number, day_of
from app.domain.limits import MAX_REVIEW_DAYS, MAX_REVIEW_START_DAY
from app.domain.replenishment.policy import NO_POLICY, Policy, ReplenishmentMethod
from app.domain.replenishment.review_dates import is_due, next_review
from app.domain.time import Moment, moment_of

WEEKLY = Policy(method=ReplenishmentMethod.PERIODIC, target_level=9, review_days=7)
MONDAY = day_number(date(2026, 10, 5))

days = st.integers(0, MAX_REVIEW_START_DAY)
policies = st.builds(
    Policy,
    method=st.just(ReplenishmentMethod.PERIODIC),
    review_days=st.integers(1, MAX_REVIEW_DAYS),
    review_start=st.none() | days,
)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (MONDAY - 3_000, MONDAY),
        (MONDAY - 1, MONDAY),
        (MONDAY, MONDAY),
        (MONDAY + 1, MONDAY + 7),
        (MONDAY + 6, MONDAY + 7),
        (MONDAY + 7, MONDAY + 7),
        (MONDAY + 8, MONDAY + 14),
    ],
)
def test_the_first_review_is_at_the_start_and_the_others_follow_it(today: int, expected: int) -> None:
    """None before it, even where that would be a multiple of the days between."""
    assert next_review(replace(WEEKLY, review_start=MONDAY), today) == expected


@pytest.mark.parametrize(("today", "expected"), [(0, 0), (1, 7), (20_370, 20_370), (20_371, 20_377)])
def test_without_a_start_days_are_counted_from_1970_on(today: int, expected: int) -> None:
    """So that every week begins on a Thursday, as the first day of 1970 did; the first of them is the same as said."""
    assert next_review(WEEKLY, today) == expected
    assert date_of(expected).strftime("%A") == "Thursday"
    assert next_review(replace(WEEKLY, review_start=0), today) == expected


def test_with_an_interval_of_one_every_day_from_the_start_on_is_a_review_date() -> None:
    """And no day before."""
    daily = replace(WEEKLY, review_days=1, review_start=MONDAY)
    assert [is_due(daily, MONDAY + offset) for offset in (-8, -1, 0, 1, 2, 7)] == [False, False, True, True, True, True]
    assert next_review(daily, MONDAY + 5) == MONDAY + 5


@pytest.mark.parametrize(
    "policy",
    [
        NO_POLICY,
        *(replace(WEEKLY, method=method) for method in ReplenishmentMethod if method is not WEEKLY.method),
        replace(WEEKLY, review_days=None),
        replace(WEEKLY, review_days=None, review_start=MONDAY),
    ],
)
def test_nothing_is_reviewed_without_a_method_and_an_interval(policy: Policy) -> None:
    """Also where a start is set: a method that lacks a number orders nothing."""
    assert next_review(policy, MONDAY) is None
    assert not is_due(policy, MONDAY)


@given(policy=policies, today=days)
def test_the_next_review_is_the_first_day_from_today_on_that_is_due(policy: Policy, today: int) -> None:
    """Whatever the day and the policy; and the days that are due are as far apart as the policy says."""
    found = next_review(policy, today)
    assert found is not None
    start = policy.review_start or 0
    first = max(start, today)
    due = [day for day in range(first, first + MAX_REVIEW_DAYS) if is_due(policy, day)]
    assert due == list(range(found, first + MAX_REVIEW_DAYS, policy.review_days or 0))
    assert (found - start) % (policy.review_days or 0) == 0
    assert not any(is_due(policy, day) for day in range(max(0, start - 400), start))


def test_a_day_begins_and_ends_at_midnight_in_utc() -> None:
    """To the microsecond; whatever the time is where the shop is."""
    midnight = moment_of(datetime(2026, 10, 5, tzinfo=UTC))
    assert [day_of(Moment(midnight + offset)) - MONDAY for offset in (-1, 0, 86_400_000_000 - 1, 86_400_000_000)] == [
        -1,
        0,
        0,
        1,
    ]


@pytest.mark.parametrize(
    ("written", "day"),
    [("1969-12-31", -1), ("1970-01-01", 0), ("1970-01-02", 1), ("2000-02-29", 11_016), ("2099-12-31", 47_481)],
)
def test_a_day_has_a_number_and_a_date(written: str, day: int) -> None:
    """Counted from the first day of 1970, which is zero."""
    assert day_number(date.fromisoformat(written)) == day
    assert date_of(day) == date.fromisoformat(written)


def test_the_last_start_that_is_allowed_is_the_end_of_its_century() -> None:
    """Any review date that follows from it is one that the calendar has."""
    assert date_of(MAX_REVIEW_START_DAY) + timedelta(days=1) == date(2100, 1, 1)
    latest = replace(WEEKLY, review_days=MAX_REVIEW_DAYS, review_start=MAX_REVIEW_START_DAY)
    assert next_review(latest, MAX_REVIEW_START_DAY + 1) == MAX_REVIEW_START_DAY + MAX_REVIEW_DAYS

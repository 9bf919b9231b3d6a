"""When what was not taken is tried again, and when it is given up."""

import pytest

from app.domain.time import MICROSECONDS_PER_SECOND
from app.domain.webhooks.delivery import Answer, DeliveryState
from app.domain.webhooks.retry_schedule import RETRY_SECONDS
from tests.support.clock import START
from tests.support.webhooks import FAILED, TAKEN, a_delivery, tried


def seconds(moment: int) -> float:
    """Return how many seconds a moment lies after the start."""
    return (moment - START) / MICROSECONDS_PER_SECOND


def test_a_message_is_tried_eight_times_ever_more_rarely() -> None:
    """By the schedule of the specification, for 27.6 hours; then it is dead, and stays so until somebody asks."""
    delivery, pauses = a_delivery(), []
    for _ in range(7):
        delivery = delivery.after(FAILED, now=START, chance=0.0)
        pauses.append(seconds(delivery.next_at))
    assert pauses == [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000]
    assert sum(pauses) / 3_600 == pytest.approx(27.6, abs=0.1)
    last = delivery.after(FAILED, now=START, chance=0.0)
    assert (last.state, last.attempts, last.ended_at) == (DeliveryState.DEAD, 8, START)
    assert (last.status, last.error) == (500, "The receiver answered 500.")


@pytest.mark.parametrize(("chance", "pause"), [(0.0, 5.0), (0.5, 5.5), (1.0, 6.0)])
def test_what_failed_together_does_not_come_back_together(chance: float, pause: float) -> None:
    """Each pause is up to a fifth longer, by chance."""
    assert seconds(a_delivery().after(FAILED, now=START, chance=chance).next_at) == pause


@pytest.mark.parametrize(
    ("asked", "pause"), [(None, 5), (0, 5), (3, 5), (90, 90), (36_000, 36_000), (10**9, 36_000), (-5, 5)]
)
def test_a_receiver_may_ask_for_a_longer_pause(asked: int | None, pause: int) -> None:
    """Never for a shorter one than the schedule has, and for ten hours at most."""
    answer = Answer(status=429, retry_after_seconds=asked)
    assert seconds(a_delivery().after(answer, now=START, chance=0.0).next_at) == pause


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_two_hundred_and_something_is_a_message_taken(status: int) -> None:
    """Whatever was wrong before is forgotten; the attempts are not."""
    taken = tried(a_delivery(), [FAILED, FAILED, Answer(status=status)])
    assert (taken.state, taken.attempts, taken.ended_at) == (DeliveryState.DELIVERED, 3, START)
    assert (taken.status, taken.error) == (status, None)


@pytest.mark.parametrize("status", [100, 199, 300, 302, 400, 404, 410, 429, 500, 503])
def test_any_other_status_is_a_message_not_taken(status: int) -> None:
    """A redirect, too: nothing is sent elsewhere than where its owner wrote down."""
    failed = tried(a_delivery(), [Answer(status=status)])
    assert (failed.state, failed.attempts, failed.status) == (DeliveryState.PENDING, 1, status)


def test_what_went_wrong_without_an_answer_is_told_in_words() -> None:
    """There is no status then."""
    failed = tried(a_delivery(), [FAILED, Answer(error="No connection.")])
    assert (failed.status, failed.error) == (None, "No connection.")


def test_only_gone_is_gone() -> None:
    """Receivers say so with 410, and mean all that would follow."""
    assert [status for status in range(100, 600) if Answer(status=status).is_gone] == [410]


def test_the_schedule_is_the_one_that_the_readme_prints() -> None:
    """Eight attempts: one at once, and one after each pause."""
    assert list(RETRY_SECONDS) == sorted(RETRY_SECONDS)
    assert len(RETRY_SECONDS) + 1 == 8
    assert TAKEN.is_taken

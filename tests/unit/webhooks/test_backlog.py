"""In which order what waits is tried, and how a receiver that is down is told from one that refuses a message."""

from app.domain.time import Moment
from app.services.webhooks.backlog import Backlog, RecoveryRetries
from app.services.webhooks.endpoint_health import EndpointHealth
from app.services.webhooks.ports import WaitingDelivery
from tests.support.clock import SECOND, START


def waiting(
    id: str, subject: str = "s", *, attempts: int = 1, at: int = 0, is_in_order: bool = True
) -> WaitingDelivery:
    """Return a delivery that may be tried so many seconds after the start."""
    return WaitingDelivery(id, subject, attempts, Moment(START + at * SECOND), is_in_order)


def due(*some: WaitingDelivery, refused: frozenset[str] = frozenset(), at: int = 0) -> list[list[str]]:
    """Return the ids of the runs that are due so many seconds after the start."""
    backlog = Backlog(some, refused=refused)
    return [[each.id for each in run.deliveries] for run in backlog.due(Moment(START + at * SECOND))]


def test_one_subject_goes_in_order_and_others_beside_it() -> None:
    """Those after one that waits wait with it; whoever was due first goes first."""
    some = (waiting("a", at=5), waiting("b", "t", at=1), waiting("c", attempts=0), waiting("d", "u", at=9))
    assert due(*some) == []
    assert due(*some, at=1) == [["b"]]
    assert due(*some, at=5) == [["b"], ["a", "c"]]
    assert due(*some, at=9) == [["b"], ["a", "c"], ["d"]]


def test_what_is_held_up_is_told() -> None:
    """Nothing new is sent about a subject of which something waits."""
    backlog = Backlog([waiting("a", at=5), waiting("b", "t")], refused=())
    assert backlog.held == {"s", "t"}
    assert (backlog.size, backlog.next_at) == (2, START)
    assert Backlog((), refused=()).next_at is None


def test_a_message_that_is_refused_holds_up_nobody() -> None:
    """It is tried by itself, and so is one that was called back out of its order."""
    some = (waiting("a", at=5), waiting("b", attempts=0), waiting("c", attempts=0))
    assert due(*some, refused=frozenset({"a"})) == [["b", "c"]]
    called_back = (waiting("a", attempts=0, is_in_order=False), waiting("b", at=5))
    assert due(*called_back) == [["a"]]
    assert Backlog(called_back, refused=()).held == {"s"}
    assert Backlog(called_back[:1], refused=()).held == set()


def test_each_message_that_failed_gets_one_more_chance_when_the_receiver_takes_another() -> None:
    """One that fails it is refused, and gets no other; what was never tried needs none."""
    chances = RecoveryRetries()
    some = [waiting("a", attempts=2), waiting("b", "t"), waiting("c", attempts=0)]
    assert chances.refused(some) == set()
    assert chances.give(some) == ["a", "b"]
    assert chances.refused(some) == set()
    assert chances.give(some) == []
    later = [waiting("a", attempts=3), waiting("b", "t")]
    assert chances.refused(later) == {"a"}
    assert chances.give([*later, waiting("d", "u")]) == ["d"]
    assert chances.refused(later) == {"a"}


def test_what_no_longer_waits_is_forgotten() -> None:
    """So nothing grows; should it be called back, it gets a chance again."""
    chances = RecoveryRetries()
    chances.give([waiting("a")])
    chances.give([])
    assert chances.give([waiting("a", attempts=4)]) == ["a"]


def test_a_receiver_that_takes_nothing_is_sent_less_and_less() -> None:
    """From the third failure in a row on: a second's rest, then two, then four, up to a minute."""
    health, now, rests = EndpointHealth(), START, []
    for _ in range(12):
        assert health.may_try(now)
        health.failed(now)
        rests.append(max(0, health.rest_until - now) // SECOND)
        now = Moment(now + rests[-1] * SECOND)
    assert rests == [0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]
    assert health.is_failing
    assert not health.may_try(Moment(health.rest_until - 1))


def test_one_message_taken_makes_a_receiver_well() -> None:
    """Nothing is held against it."""
    health = EndpointHealth()
    for _ in range(5):
        health.failed(START)
    health.taken()
    assert health.may_try(START)
    health.failed(START)
    health.failed(START)
    assert not health.is_failing

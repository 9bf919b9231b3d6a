"""How a measurement is shared out among processes, and what is made of what they say."""

from collections import Counter
from dataclasses import replace

import pytest

from app.client.live_bench.changes import Answered, Sent
from app.client.live_bench.options import LiveBenchOptions
from app.client.live_bench.plan import SubscriberPlan
from app.client.live_bench.process_pool import Arrivals, Connected, Received
from app.client.live_bench.report import LiveBenchReport, hints

OPTIONS = LiveBenchOptions(
    url="http://shop.example",
    subscribers=2,
    rate=1,
    seconds=1,
    processes=1,
    location="BENCH-LIVE",
    levels=7,
    levels_each=3,
    connecting_at_once=1,
)


def a_report(**given: object) -> LiveBenchReport:
    """Return a report of two subscribers that got one change each."""
    received = Received(messages=2, bytes=600)
    received.latencies.add(0.004)
    received.latencies.add(0.006)
    received.events["L", 2] = Arrivals(recorded=100.0, count=2, first=100.004, last=100.006)
    made = Sent(made={("L", 2): Answered(due=99.9, answered=100.003)}, seconds=1.0)
    report = LiveBenchReport(
        options=OPTIONS,
        connected=Connected(ready=2, seconds=0.5, failures=Counter()),
        received=received,
        seconds=1.0,
        sent=made,
    )
    return replace(report, **given)


@pytest.mark.parametrize("processes", [1, 2, 3, 4, 50])
def test_each_set_of_variables_has_as_many_subscribers_however_many_processes(processes: int) -> None:
    """And every subscriber is in one of them."""
    plan = SubscriberPlan(
        url="http://shop.example",
        document="subscription { x }",
        variables=[{"n": number} for number in range(4)],
        subscribers=40,
        first_messages=0,
        reads_levels=False,
        connecting_at_once=8,
        ready_seconds=1,
    )
    counts = Counter(
        share.variables[number % len(share.variables)]["n"]
        for share in plan.shared_out(processes)
        for number in range(share.subscribers)
    )
    assert counts == dict.fromkeys(range(4), 10)
    assert SubscriberPlan.of_json(plan.to_json()) == plan


def test_subscribers_are_shared_out_among_groups_of_levels_of_one_size() -> None:
    """What is left over is followed by none of them."""
    assert [len(each["skus"]) for each in OPTIONS.filters] == [3, 3]
    assert OPTIONS.snapshot_size == 3
    assert replace(OPTIONS, levels_each=None).filters == [{"locations": ["BENCH-LIVE"]}]


def test_events_that_a_newer_one_took_the_place_of_are_counted() -> None:
    """Of ten changes to one level, each for two subscribers, two events came."""
    made = {("L", version): Answered(due=0.0, answered=0.0) for version in range(10)}
    report = a_report(options=replace(OPTIONS, levels=1, levels_each=None), sent=Sent(made=made, seconds=1.0))
    assert report.figures()["received"]["conflated"] == 18


def test_each_latency_has_its_own_beginning() -> None:
    """The write, the answer, and the moment at which the change was due."""
    found = a_report().figures()["milliseconds"]
    assert found["commit_to_frame"]["max"] == 6.0
    assert found["commit_to_last_subscriber"]["max"] == pytest.approx(6.0, abs=0.01)
    assert found["answer_to_last_subscriber"]["max"] == pytest.approx(3.0, abs=0.01)
    assert found["schedule_to_last_subscriber"]["max"] == pytest.approx(106.0, abs=0.01)


@pytest.mark.parametrize(
    "given",
    [
        {"wrong": 1},
        {"connected": Connected(ready=1, seconds=1, failures=Counter())},
        {"received": Received(out_of_order=1)},
        {"received": Received(lost=1)},
        {"sent": Sent(failures=Counter({"OVERLOADED": 1}), seconds=1.0)},
    ],
)
def test_whatever_is_not_right_makes_the_verdict_bad(given: dict[str, object]) -> None:
    """Without any of it, it is good."""
    assert a_report().is_good
    assert not a_report(**given).is_good


@pytest.mark.parametrize(
    ("reason", "setting"),
    [
        ("closed with 1013: Too many connections: try again later.", "STOCKPULSE_MAX_WEBSOCKETS on"),
        ("closed with 1013: Too many connections from this address: try again later.", "_PER_ADDRESS"),
        ("closed with 1013: Too many connections with these credentials: try again later.", "_PER_CLIENT"),
        ("closed with 4401: The credential is not valid.", "STOCKPULSE_KEY"),
        ("Too many open files", "ulimit -n"),
    ],
)
def test_a_limit_is_named_that_was_reached(reason: str, setting: str) -> None:
    """One sentence, with what to raise."""
    (advice,) = hints(Counter({reason: 17}))
    assert setting in advice

"""Which requests are traced, and how their spans reach a collector, or do not."""

import asyncio
import logging
import random
import socket
from collections.abc import Iterator

import pytest

from app.telemetry.otlp import CLOSE_SECONDS, OnceAMinute, OtlpExport
from app.telemetry.tracing import Span, SpanKind, Tracing, below
from app.telemetry.work import TaskWork, Work, begin_work, current_cause, described_work, traced_step, traced_task
from tests.support.collector import Collector
from tests.support.monotonic import Seconds
from tests.support.waiting import eventually

TRACE, PARENT = "a" * 32, "b" * 16
SAMPLED, UNSAMPLED = f"00-{TRACE}-{PARENT}-01", f"00-{TRACE}-{PARENT}-00"


class Spans(list[Span]):
    """The spans that were handed on, and tracing that hands them on."""

    def tracing(self, *, ratio: float = 0, followed: float = 100, monotonic: Seconds | None = None) -> Tracing:
        """Return tracing that keeps its spans here."""
        return Tracing(self.append, ratio=ratio, followed_per_second=followed, monotonic=monotonic or Seconds())


@pytest.fixture(autouse=True)
def _no_work() -> Iterator[None]:
    begin_work(None)
    yield
    begin_work(None)


def test_a_sampled_trace_of_a_client_goes_on() -> None:
    """Below its span, with its state, which is dropped where it is too long."""
    place = Spans().tracing().begin(SAMPLED, "vendor=1")
    assert place is not None
    assert (place.trace_id, place.parent_id, place.state) == (TRACE, PARENT, "vendor=1")
    assert place.traceparent == f"00-{TRACE}-{place.span_id}-01"
    long = Spans().tracing().begin(SAMPLED, "v" * 513)
    assert long is not None
    assert long.state is None


@pytest.mark.parametrize("state", ["no member", "A=1", "a=\xe9", "a=1,=", "a=\x1b[31m", "a=1\nb=2", "a=1 b=2=3"])
def test_a_state_of_another_form_is_dropped(state: str) -> None:
    """The exporter would write it into the log; the trace goes on without."""
    place = Spans().tracing().begin(SAMPLED, state)
    assert place is not None
    assert (place.trace_id, place.state) == (TRACE, None)


def test_a_version_to_come_may_say_more() -> None:
    """What is known of it counts, as the specification has it."""
    place = Spans().tracing().begin(f"01-{TRACE}-{PARENT}-01-more", "a=1 2, b@c=3,")
    assert place is not None
    assert (place.trace_id, place.parent_id, place.state) == (TRACE, PARENT, "a=1 2, b@c=3,")


def test_a_trace_that_its_client_does_not_sample_is_not_traced() -> None:
    """Whatever part of the others is."""
    assert Spans().tracing(ratio=1).begin(UNSAMPLED) is None


@pytest.mark.parametrize(
    "traceparent",
    [
        None,
        "",
        SAMPLED[:-1],
        SAMPLED.upper(),
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"{SAMPLED}\n",
        f"00-{TRACE}-{PARENT}-0g",
        f"{SAMPLED}-more",
        f"{SAMPLED}-",
    ],
    ids=[
        "none",
        "empty",
        "short",
        "upper case",
        "version",
        "no trace",
        "no span",
        "line feed",
        "flags",
        "more",
        "dash",
    ],
)
def test_what_is_no_traceparent_begins_a_trace_of_its_own(traceparent: str | None) -> None:
    """As often as what has none."""
    place = Spans().tracing(ratio=1).begin(traceparent)
    assert place is not None
    assert place.trace_id != TRACE
    assert place.parent_id is None
    assert Spans().tracing(ratio=0).begin(traceparent) is None


def test_no_client_can_have_everything_traced() -> None:
    """A process follows so many per second, and none where that is 0."""
    clock = Seconds()
    tracing = Spans().tracing(followed=2, monotonic=clock)
    assert [tracing.begin(SAMPLED) is not None for _ in range(4)] == [True, True, False, False]
    clock.now += 0.5
    assert [tracing.begin(SAMPLED) is not None for _ in range(2)] == [True, False]
    assert Spans().tracing(followed=0).begin(SAMPLED) is None


def test_a_part_of_the_requests_is_traced() -> None:
    """By chance."""
    random.seed(7)
    tracing = Spans().tracing(ratio=0.1)
    assert sum(tracing.begin(None) is not None for _ in range(1_000)) == 108


def test_steps_are_spans_below_each_other() -> None:
    """And what fails is an error of each that it ends."""
    spans = Spans()
    work = Work()
    begin_work(work)
    with traced_step("not traced"):
        assert current_cause() is None
    work.cause, work.tracing = SAMPLED, spans.tracing()

    def run() -> None:
        with traced_step("outer"):
            with traced_step("first"):
                pass
            with traced_step("second", {"db.system.name": "mongodb"}):
                raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        run()
    first, second, outer = spans
    assert [(each.name, each.error) for each in spans] == [
        ("first", None),
        ("second", "ValueError"),
        ("outer", "ValueError"),
    ]
    assert outer.place.parent_id == PARENT
    assert {first.place.parent_id, second.place.parent_id} == {outer.place.span_id}
    assert {each.place.trace_id for each in spans} == {TRACE}
    assert all(each.began <= each.ended for each in spans)
    assert current_cause() == SAMPLED


def test_the_state_of_a_trace_goes_along_with_each_place() -> None:
    """As it came, behind the place, also through steps."""
    spans, work = Spans(), Work()
    begin_work(work)
    place = spans.tracing().begin(SAMPLED, "a=1-2,b@c=3 4")
    assert place is not None
    assert place.text == f"{place.traceparent} a=1-2,b@c=3 4"
    work.cause, work.tracing = place.text, spans.tracing()
    with traced_step("step"):
        passed_on = below(current_cause() or "")
        assert described_work() == {"trace_id": TRACE, "span_id": passed_on.parent_id}
    [step] = spans
    assert (passed_on.trace_id, passed_on.parent_id) == (TRACE, step.place.span_id)
    assert step.place.state == passed_on.state == "a=1-2,b@c=3 4"


def test_what_a_task_commits_begins_a_trace_of_its_own() -> None:
    """A refusal is no error of it."""
    spans = Spans()
    begin_work(TaskWork("replenisher"))

    def run(failure: Exception | None) -> None:
        with traced_task("replenishmentOrder", tracing=spans.tracing(ratio=1), refusals=LookupError):
            assert described_work().keys() == {"task", "trace_id", "span_id"}
            if failure is not None:
                raise failure

    run(None)
    for failure in (KeyError("gone"), ValueError("no")):
        with pytest.raises(type(failure)):
            run(failure)
    assert [(each.name, each.place.parent_id, each.error) for each in spans] == [
        ("replenishmentOrder", None, None),
        ("replenishmentOrder", None, None),
        ("replenishmentOrder", None, "ValueError"),
    ]
    assert {each.attributes["stockpulse.task"] for each in spans} == {"replenisher"}
    assert len({each.place.trace_id for each in spans}) == 3
    assert current_cause() is None


async def test_commands_of_a_task_that_run_at_once_are_chosen_each_for_itself() -> None:
    """So that one that is traced has no others in its trace."""
    spans = Spans()
    begin_work(TaskWork("expiry"))

    async def run() -> str | None:
        with traced_task("reservationExpire", tracing=spans.tracing(ratio=1), refusals=LookupError):
            await asyncio.sleep(0)
            return current_cause()

    assert len({*await asyncio.gather(run(), run())}) == len(spans) == 2


@pytest.mark.parametrize("work", [None, Work()])
def test_what_a_task_would_trace_begins_no_trace_within_a_request(work: Work | None) -> None:
    """Whether that is traced was decided; nor where nothing is traced, or not this."""
    spans = Spans()
    begin_work(work)
    with traced_task("reservationExpire", tracing=spans.tracing(ratio=1), refusals=LookupError):
        assert current_cause() is None
    begin_work(TaskWork("expiry"))
    for tracing in (None, spans.tracing(ratio=0)):
        with traced_task("reservationExpire", tracing=tracing, refusals=LookupError):
            assert current_cause() is None
    assert spans == []


async def test_a_collector_gets_the_spans_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids, kind, moments, links and state, from a process that says what it is. What waits is sent at the end."""
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test,service.name=shop")
    place = below(SAMPLED)._replace(state="vendor=1")
    with Collector() as collector:
        export = OtlpExport(collector.url, version="1.2.3")
        attributes = {"stockpulse.fields": ["stockAdjust"], "stockpulse.batch.commands": 2}
        export.export(Span(place, "POST /graphql", SpanKind.SERVER, 1_000, 3_000, attributes, [UNSAMPLED], "INTERNAL"))
        await export.close()
        [span] = await eventually(lambda: list(collector.spans))
    assert (span.trace_id, span.span_id, span.parent_id) == (TRACE, place.span_id, PARENT)
    assert (span.name, span.kind, span.began, span.ended) == ("POST /graphql", 2, 1_000, 3_000)
    assert span.attributes == {**attributes, "error.type": "INTERNAL"}
    assert (span.links, span.state, span.is_error) == ([PARENT], "vendor=1", True)
    resource = {
        name: span.resource[name] for name in ("service.name", "service.version", "deployment.environment.name")
    }
    assert resource == {"service.name": "shop", "service.version": "1.2.3", "deployment.environment.name": "test"}


async def test_a_collector_that_is_away_costs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """Spans beyond the queue are dropped, one line says so, and a stop does not wait for it."""
    with socket.create_server(("127.0.0.1", 0)) as nowhere:
        address = f"http://127.0.0.1:{nowhere.getsockname()[1]}"
    export = OtlpExport(address, version="1.2.3")
    for _ in range(3_000):
        export.export(Span(below(SAMPLED), "span", SpanKind.INTERNAL, 1, 2, {}))
    async with asyncio.timeout(9 * CLOSE_SECONDS):  # the exporter by itself would try for ten
        await export.close()
    assert len([each for each in caplog.records if each.name.startswith("opentelemetry")]) <= 2


def test_a_failure_of_the_exporter_is_logged_once_a_minute() -> None:
    """Whatever its words."""
    clock = Seconds()
    once = OnceAMinute(monotonic=clock)
    record = logging.makeLogRecord({"levelno": logging.ERROR})
    assert [once.filter(record) for _ in range(3)] == [True, False, False]
    clock.now += 60
    assert [once.filter(record) for _ in range(2)] == [True, False]

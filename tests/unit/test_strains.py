"""What readiness says of parts that are under strain: each by its name, and nothing of a small server that is well."""

from collections.abc import Mapping
from math import isnan
from types import SimpleNamespace
from typing import Any

import pytest

from app.bootstrap.observation.backlog import KEPT_SECONDS, READ_EVERY_SECONDS, ObservedBacklog
from app.bootstrap.observation.strains import strains
from app.domain.failures import Unavailable
from app.domain.time import MICROSECONDS_PER_SECOND, Moment
from app.services.audit.recorder import MAX_WAITING
from app.store.readers.documents.backlog_counts import BacklogCounts
from app.telemetry.metrics import Metrics
from app.web.observation.health import REQUIRED
from tests.support.clock import START
from tests.support.monotonic import Seconds

WELL: Mapping[str, Any] = {"lines": 5_000, "audit": MAX_WAITING // 2, "age": 600, "members": (1, 2, 0)}


class Counter:
    """A database in which one delivery waits, as long as it answers."""

    def __init__(self, *, age: int) -> None:
        self.answers = True
        self._oldest = Moment(START - age * MICROSECONDS_PER_SECOND)

    async def counts(self) -> BacklogCounts:
        """Return the counts."""
        if not self.answers:
            raise Unavailable("it is slow")
        return BacklogCounts(alerts={}, reservations=3, deliveries={"PENDING": 1}, oldest_delivery_at=self._oldest)


async def strained(*, lines: int, audit: int, age: int, members: tuple[int, int, int]) -> dict[str, str]:
    """Return the strains of a process of which this is so."""
    backlog = ObservedBacklog(Counter(age=age), clock=lambda: START, metrics=Metrics())
    await backlog.refresh()
    queue: Any = SimpleNamespace(lines=lines, lines_max=10_000)
    recorder: Any = SimpleNamespace(waiting=audit)
    by_state = dict(zip(("primary", "secondary", "away"), members, strict=True))
    return dict(strains(queue, audit=recorder, backlog=backlog, members=by_state))


@pytest.mark.parametrize(
    ("name", "worse", "said"),
    [
        ("write queue", {"lines": 5_001}, "5,001 of 10,000 lines wait."),
        ("audit backlog", {"audit": 25_001}, "25,001 entries are not written yet."),
        ("webhook deliveries", {"age": 660}, "The oldest that waits is 11 minutes old."),
        ("mongo members", {"members": (1, 1, 1)}, "1 of 3 do not answer."),
    ],
)
async def test_a_part_under_strain_is_named(name: str, worse: Mapping[str, Any], said: str) -> None:
    """It alone, beyond its bound and not at it; no process is unready for it."""
    assert await strained(**WELL) == {}
    assert await strained(**{**WELL, **worse}) == {name: said}
    assert name not in REQUIRED


async def test_a_server_without_a_replica_set_misses_no_members() -> None:
    """Nor does one whose primary is not there: that is the database's own problem."""
    assert await strained(**{**WELL, "members": (1, 0, 0)}) == {}
    assert await strained(**{**WELL, "members": (0, 1, 2)}) == {}


async def test_what_waits_is_known_for_a_while_where_counting_is_slow() -> None:
    """A strain does not come and go with it; after a minute nothing is known, and so nothing is said."""
    clock, counter, metrics = Seconds(), Counter(age=660), Metrics()
    backlog = ObservedBacklog(counter, clock=lambda: START, metrics=metrics, monotonic=clock)
    await backlog.refresh()
    counter.answers = False
    clock.now += READ_EVERY_SECONDS
    await backlog.refresh()
    assert backlog.oldest_delivery_seconds == 660
    assert metrics.registry.get_sample_value("stockpulse_reservations_waiting") == 3
    clock.now += KEPT_SECONDS
    await backlog.refresh()
    assert backlog.oldest_delivery_seconds == 0
    for name, labels in {
        "stockpulse_reservations_waiting": {},
        "stockpulse_webhook_deliveries": {"state": "PENDING"},
        "stockpulse_alerts_open": {"type": "LOW"},
    }.items():
        value = metrics.registry.get_sample_value(name, labels)
        assert value is not None
        assert isnan(value), name

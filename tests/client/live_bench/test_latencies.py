"""Percentiles of what was measured."""

import json
import math

import pytest

from app.client.live_bench.latencies import Latencies


def of(seconds: list[float]) -> Latencies:
    """Return latencies that were counted one after the other."""
    found = Latencies()
    for each in seconds:
        found.add(each)
    return found


@pytest.mark.parametrize("percent", [1, 50, 90, 99, 100])
def test_a_percentile_is_the_nearest_rank_and_never_too_low(percent: int) -> None:
    """At most one per cent too high, over seven decades."""
    taken = [10 ** (number / 1_000 * 7 - 6) for number in range(1_000)]
    exact = sorted(taken)[math.ceil(len(taken) * percent / 100) - 1]
    assert exact <= of(taken).percentile(percent) * (1 + 1e-9)
    assert of(taken).percentile(percent) <= exact * 1.0101


def test_the_figures_of_processes_add_up() -> None:
    """After a way through JSON, to what one process would have counted."""
    both = of([0.001, 0.002])
    both.merge(Latencies.of_json(json.loads(json.dumps(of([0.5, 3.0]).to_json()))))
    assert both.milliseconds() == of([0.001, 0.002, 0.5, 3.0]).milliseconds()
    assert both.milliseconds()["max"] == 3_000.0


def test_what_took_no_time_counts_as_the_shortest() -> None:
    """Clocks that differ may even show less."""
    assert of([0.0, -0.5]).percentile(100) == 1e-6
    assert len(of([0.0, -0.5])) == 2


def test_nothing_has_no_percentile() -> None:
    """It is left out, and is not zero."""
    assert Latencies().milliseconds() == {}
    with pytest.raises(ValueError, match="no latencies"):
        Latencies().percentile(50)

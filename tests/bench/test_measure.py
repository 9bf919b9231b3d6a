"""What the benchmarks make of their figures. How fast anything is, no test asserts."""

import json
from pathlib import Path

import pytest

from bench.measure import Result, Sample, Target, cpu_per_operation, cpu_ratio, latencies_ms, median_ratio
from bench.replay import made_up_sales
from bench.report import write


def test_the_ratio_is_the_median_of_the_rounds_and_not_the_ratio_of_the_medians() -> None:
    """A round in which the machine was slow for both sides counts like any other."""
    assert median_ratio([100, 10, 90], [50, 5, 30]) == 2


def test_rounds_that_do_not_pair_are_an_error() -> None:
    """A side that misses a round is a fault of the benchmark."""
    with pytest.raises(ValueError, match="shorter"):
        median_ratio([1, 2], [1])


@pytest.mark.parametrize(
    ("target", "good", "bad", "shown"),
    [
        (Target(ratio=2), 2, 1.99, "≥ 2"),
        (Target(ratio=4, is_most=True), 4, 4.01, "≤ 4"),
        (Target(ratio=0.5, is_aim=True), 0.6, 0.4, "aim ≥ 0.5"),
    ],
)
def test_a_target_has_a_direction(target: Target, good: float, bad: float, shown: str) -> None:
    """A throughput is good from the target upwards, a latency downwards; the bound itself is good."""
    assert target.is_met(good)
    assert not target.is_met(bad)
    assert str(target) == shown


def test_a_result_without_another_side_has_no_ratio_and_meets_nothing() -> None:
    """A figure that stands alone is written without a ratio."""
    result = Result(name="replay", unit="invoice/s", ours=[200], extra={"lines_per_second": 4_000})
    assert result.is_met is None
    assert result.to_json() == {
        "name": "replay",
        "ratio": None,
        "ours": 200,
        "other": None,
        "unit": "invoice/s",
        "target": None,
        "met": None,
        "rounds": [],
        "lines_per_second": 4_000,
    }


def test_a_figure_that_stands_alone_is_held_to_its_target_itself() -> None:
    """By its median."""
    target = Target(ratio=10, is_most=True)
    assert Result(name="live_commit", unit="ms", ours=[9, 10, 30], target=target).is_met
    assert not Result(name="live_commit", unit="ms", ours=[9, 11, 30], target=target).is_met


def test_the_file_is_a_list_with_one_entry_per_benchmark(tmp_path: Path) -> None:
    """Each entry has the name, the ratio, both sides and the unit, and how every round went."""
    result = Result(name="writer_hot", unit="op/s", ours=[30, 66], other=[10, 20], target=Target(ratio=3))
    write([result], tmp_path / "build" / "bench.json")
    assert json.loads((tmp_path / "build" / "bench.json").read_text(encoding="utf-8")) == [
        {
            "name": "writer_hot",
            "ratio": 3.15,
            "ours": 48,
            "other": 15,
            "unit": "op/s",
            "target": "≥ 3",
            "met": True,
            "rounds": [3.0, 3.3],
        }
    ]


def test_percentiles_are_of_the_nearest_rank() -> None:
    """The 50th of four is the second; the 99th is the last."""
    sample = Sample(operations=4, seconds=2, latencies=[0.004, 0.001, 0.003, 0.002])
    assert sample.rate == 2
    assert [sample.latency_us(percent) for percent in (50, 99)] == [2_000, 4_000]
    assert latencies_ms([sample]) == {"p50": 2.0, "p99": 4.0}


def test_cpu_is_shared_out_over_the_operations_of_all_rounds() -> None:
    """Long rounds count more than short ones."""
    rounds = [
        Sample(operations=100, seconds=1, cpu_seconds={"client": 0.01, "mongod": 0.02}),
        Sample(operations=300, seconds=1, cpu_seconds={"client": 0.01, "mongod": 0.06}),
    ]
    assert cpu_per_operation(rounds) == {"client": 50.0, "mongod": 200.0}


def test_cpu_of_both_sides_is_compared_over_all_processes() -> None:
    """Twice the CPU for the other side is a ratio of 2; without /proc there is none."""
    ours = [Sample(operations=100, seconds=1, cpu_seconds={"client": 0.01, "mongod": 0.02})]
    other = [Sample(operations=100, seconds=1, cpu_seconds={"client": 0.04, "mongod": 0.02})]
    assert cpu_ratio(ours, other) == 2
    assert cpu_ratio([Sample(operations=1, seconds=1)], other) is None


def test_made_up_sales_are_the_same_for_the_same_seed(tmp_path: Path) -> None:
    """Two runs of the benchmark replay the same invoices, and another seed gives others."""
    first, again, another = (
        made_up_sales(tmp_path / name, invoices=20, seed=seed).read_bytes()
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert first == again != another

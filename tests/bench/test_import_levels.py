"""The file of counts that the benchmark imports."""

import csv
from pathlib import Path

from bench.import_levels import made_up_counts
from bench.scene import SKUS


def test_every_row_counts_another_level(tmp_path: Path) -> None:
    """A level that stood there twice would be rejected, and the figure would say less than it seems."""
    path = made_up_counts(tmp_path / "a.csv", ["A", "B", "C"], rows=2_500)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len({(row["sku"], row["location"]) for row in rows}) == 2_500
    assert {row["sku"] for row in rows} == set(SKUS)
    assert [row["location"] for row in rows[::1_000]] == ["A", "B", "C"]

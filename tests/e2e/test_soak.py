"""`stockpulse soak` as an operator runs it: an installation of its own, a fault, proofs, and a report."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.stockpulse import STOCKPULSE, database_pids, is_running
from tests.support.waiting import until

SHORT = ["--minutes", "0.05", "--processes", "1", "--faults", "kill-redis-server", "--fault-every", "2"]
SECONDS = 300  # reached only by a failure
FEW = ["--rate", "40", "--subscribers", "8"]


@contextmanager
def soak(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Begin a soak with its report in a folder, and end it whatever the test did."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*STOCKPULSE, "soak", "--report", str(folder), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("STOCKPULSE_")},
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def test_a_killed_soak_leaves_nothing_running_and_the_next_one_proves_everything(tmp_path: Path) -> None:
    """In the same folder; the report has the fault and what was compared."""
    databases = tmp_path / "data" / "installation" / "databases"
    with soak(tmp_path, *SHORT, *FEW) as killed:
        until(lambda: len(list(databases.glob("*.pid"))) == 2, "both databases were started")
        pids = database_pids(databases)
        killed.kill()
        killed.communicate()
    until(lambda: not any(map(is_running, pids)), "the databases have ended")
    # when
    with soak(tmp_path, *SHORT, *FEW) as done:
        output, _ = done.communicate(timeout=SECONDS)
    # then
    assert done.returncode == 0, output
    assert "All invariants held, after 0:00:" in output
    figures = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    [fault] = figures["faults"]
    assert (fault["fault"], fault["part"]) == ("kill-redis-server", "redis-server")
    assert figures["totals"]["operations"] > 50
    checked = {name for name, number in figures["verdict"]["checks"].items() if number}
    assert len(checked) >= 12, checked
    assert figures["totals"]["webhook_messages"] > 5
    page = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert page.startswith("# Soak report\n\n**All invariants held")
    assert figures["memory"].keys() == {"api-1", "mongod", "redis-server"}
    assert not (tmp_path / "data" / "installation").exists()


def test_a_soak_that_cannot_run_says_so_in_a_sentence(tmp_path: Path) -> None:
    """Where no server answers, and where no such fault is known before anything is started."""
    with soak(tmp_path, "--url", "http://127.0.0.1:1/graphql", "--minutes", "1") as done:
        output, _ = done.communicate(timeout=SECONDS)
    assert (done.returncode, list(tmp_path.glob("report*"))) == (2, [])
    assert output.startswith("Error: No Stockpulse server answers at http://127.0.0.1:1/graphql")

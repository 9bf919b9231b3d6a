"""Several processes tell one set of metrics, of which a counter never goes back."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.telemetry.exposition import Exposer
from app.telemetry.metrics import Metrics
from app.telemetry.shared_directory import forget_process, shared_directory, sharing_metrics

COUNTS = """
from app.telemetry.metrics import Metrics
metrics = Metrics()
metrics.replays.inc(3)
metrics.queue_lines.set(5)
metrics.queue_age.set({age})
metrics.mongo_up.set({age})
metrics.batch_commands.observe(2)
metrics.take_over()
print("counted", flush=True)
input()
"""


@contextmanager
def counting(*, age: int) -> Iterator[subprocess.Popen[str]]:
    """Run a process that has counted."""
    command = [sys.executable, "-c", COUNTS.format(age=age)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout
        assert process.stdout.readline() == "counted\n"
        try:
            yield process
        finally:
            process.kill()


COLLECTS = """
import gc
from app.telemetry.metrics import Metrics
from app.telemetry.process import GcPauses
metrics = Metrics()
gc.set_threshold(1, 1, 1)
with GcPauses(metrics):
    for number in range(200):
        metrics.cache_entries.labels(str(number)).set(number)
"""

SHARES = """
from app.telemetry.shared_directory import shared_directory, sharing_metrics
with sharing_metrics():
    print(shared_directory(), flush=True)
    input()
"""


@contextmanager
def serving(folder: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Run the parent of several processes; yield it and its directory."""
    command = [sys.executable, "-c", SHARES]
    environment = {**os.environ, "TMPDIR": str(folder)}
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout
        try:
            yield process, Path(process.stdout.readline().strip())
        finally:
            process.kill()


async def told() -> dict[str, float]:
    """Return what a scrape would get, by the names of series without labels."""
    exposer = Exposer(Metrics(), refresh=_nothing)
    body, _ = await exposer.exposition("")
    families = text_string_to_metric_families(body.decode())
    return {sample.name: sample.value for each in families for sample in each.samples}


async def test_a_process_that_dies_takes_nothing_back_that_was_counted() -> None:
    """What it said of its present state goes with it; what it had counted stays."""
    with sharing_metrics():
        path = shared_directory()
        with counting(age=7), counting(age=2) as dying:
            both = await told()
            assert (both["stockpulse_writer_replays_total"], both["stockpulse_writer_queue_lines"]) == (6, 10)
            assert both["stockpulse_writer_queue_oldest_seconds"] == 7  # the largest
            assert both["stockpulse_mongo_up"] == 2  # the last
            assert both["stockpulse_writer_batch_commands_sum"] == 4
            dying.kill()
            dying.wait()
            forget_process(dying.pid)
            left = await told()
        assert (left["stockpulse_writer_replays_total"], left["stockpulse_writer_queue_lines"]) == (6, 5)
        assert left["stockpulse_mongo_up"] == 7
    assert not _exists(path)
    assert shared_directory() is None


def test_the_garbage_collector_measures_itself_also_while_the_library_is_locked() -> None:
    """It may begin wherever objects are made; waiting for that lock would then be for ever."""
    with sharing_metrics():
        subprocess.run([sys.executable, "-c", COLLECTS], timeout=30, check=True)  # noqa: S603


def test_the_next_start_removes_what_a_server_that_was_killed_has_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It leaves what is another living server's, another program's, or only named alike."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    (tmp_path / "stockpulse-metrics-foreign").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "stockpulse-metrics-link").symlink_to(tmp_path / "elsewhere")
    others = {"stockpulse-metrics-foreign", "stockpulse-metrics-link", "elsewhere"}
    with serving(tmp_path) as killed, serving(tmp_path) as living:
        killed[0].kill()
        killed[0].wait()
        assert {each.name for each in tmp_path.iterdir()} == {killed[1].name, living[1].name, *others}
        with sharing_metrics():
            own = Path(shared_directory() or "")
            assert {each.name for each in tmp_path.iterdir()} == {living[1].name, own.name, *others}
        assert {each.name for each in tmp_path.iterdir()} == {living[1].name, *others}


async def test_another_programs_directory_is_not_read(tmp_path: Path) -> None:
    """A variable that was meant for others leaves a process alone with its own metrics."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(tmp_path)
    try:
        assert shared_directory() is None
        assert "stockpulse_writer_replays_total" in await told()
    finally:
        del os.environ["PROMETHEUS_MULTIPROC_DIR"]


async def _nothing() -> None:
    return None


def _exists(path: str | None) -> bool:
    assert path is not None
    return Path(path).exists()

"""The parent of several server processes: what it does about a worker that says nothing, has ended, or cannot start."""

import signal
from collections.abc import Iterator
from multiprocessing import Pipe
from threading import Timer
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn
from uvicorn.config import STARTUP_FAILURE

from app.server.process.worker_processes import WorkerProcesses
from tests.support.waiting import DEADLINE_SECONDS


class FakeWorker:
    """A worker, as far as its parent knows it; `answer` is what it says when it is asked, None for nothing."""

    def __init__(self, number: int, answer: bool | None) -> None:
        self.pid, self.exitcode = number, 0
        self.parent_conn, child = Pipe()
        self._alive = [True]
        self.process = SimpleNamespace(is_alive=lambda: self._alive[0])
        if answer is not None:
            child.send(answer)
        self._child = child
        self.is_asked_to_end = False

    def start(self) -> None:
        """Begin."""

    def kill(self) -> None:
        """End."""
        self._alive[0] = False
        self.parent_conn.close()

    def terminate(self) -> None:
        """End when it is done."""
        self.is_asked_to_end = True

    def join(self) -> None:
        """Wait for nothing."""

    def end(self, code: int) -> None:
        """End by itself."""
        self._alive[0], self.exitcode = False, code


class Watched:
    """WorkerProcesses, and what was reported of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lines: list[str] = []
        self.started = 100
        self.now = 1_000.0
        monkeypatch.setattr("app.server.process.worker_processes.Process", self._process)
        monkeypatch.setattr("app.server.process.worker_processes.LOOK_SECONDS", 0.001)
        self.workers: Any = WorkerProcesses(
            uvicorn.Config("no:app", workers=2, log_config=None),
            [],
            on_ready=lambda: self.lines.append("ready"),
            on_tick=lambda: None,
            deadline=SimpleNamespace(begin=lambda: self.lines.append("deadline")),  # type: ignore[arg-type]
            report=self.lines.append,
            monotonic=lambda: self.now,
        )

    def _process(self, *_: object) -> FakeWorker:
        self.started += 1
        return FakeWorker(self.started, answer=True)

    def look(self) -> None:
        """Look at each worker once."""
        self.workers.keep_subprocess_alive()


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    """Return workers; they take over the signals of this process until the test ends."""
    before = {number: signal.getsignal(number) for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}}
    yield Watched(monkeypatch)
    for number, handler in before.items():
        if handler is not None and signal.getsignal(number) is not handler:
            signal.signal(number, handler)


def test_a_worker_that_is_starting_keeps_no_signal_waiting(watched: Watched) -> None:
    """It answers once Python has started, which on a busy machine takes longer than a stop may."""
    watched.workers.processes = [FakeWorker(1, None), FakeWorker(2, None)]
    timer = Timer(0.02, lambda: watched.workers._stop(signal.SIGTERM, None))
    timer.start()
    watched.look()
    timer.join(DEADLINE_SECONDS)
    assert (watched.lines, watched.workers.signal_queue, watched.workers.failed) == (
        ["deadline"],
        [signal.SIGTERM],
        False,
    )


def test_all_are_ready_once(watched: Watched) -> None:
    """Each says whether its server has started."""
    first, second = watched.workers.processes = [FakeWorker(1, answer=True), FakeWorker(2, answer=False)]
    watched.look()
    assert watched.lines == []
    for _ in range(2):
        for worker in (first, second):
            worker._child.send(True)
        watched.look()
    assert watched.lines == ["ready"]


def test_one_that_ends_before_all_are_ready_ends_the_server(watched: Watched) -> None:
    """Its replacement would end likewise."""
    watched.workers.processes = [FakeWorker(1, answer=True), FakeWorker(2, None)]
    watched.workers.processes[1].end(STARTUP_FAILURE)
    watched.look()
    assert (watched.workers.failed, watched.workers.should_exit.is_set(), watched.lines) == (True, True, [])


def test_one_that_cannot_start_later_is_started_again_while_others_go_on(watched: Watched) -> None:
    """The database may be away for a while, and no worker that serves has to end for that."""
    watched.workers.processes = [FakeWorker(1, answer=True), FakeWorker(2, answer=True)]
    watched.look()
    first, second = watched.workers.processes
    second.end(-9)
    first._child.send(True)
    watched.look()
    assert watched.lines == ["ready", "Worker 2 died; 101 takes its place."]
    watched.workers.processes[1].parent_conn.recv()
    watched.workers.processes[1].end(STARTUP_FAILURE)
    for seconds in (0, 4.9, 0.2):
        watched.now += seconds
        first._child.send(True)
        watched.look()
    assert watched.lines[2:] == [
        "Worker 101 could not start; another takes its place in 5 s.",
        "Worker 101 died; 102 takes its place.",
    ]
    assert (watched.workers.processes[0], watched.workers.should_exit.is_set()) == (first, False)


def test_several_that_cannot_start_wait_side_by_side(watched: Watched) -> None:
    """One that fails again and again holds up no other."""
    watched.workers.processes = [FakeWorker(1, answer=True), FakeWorker(2, answer=True)]
    watched.look()
    for worker in watched.workers.processes:
        worker.end(STARTUP_FAILURE)
    for seconds in (0, 5):
        watched.now += seconds
        watched.look()
    assert watched.lines == [
        "ready",
        "Worker 1 could not start; another takes its place in 5 s.",
        "Worker 2 could not start; another takes its place in 5 s.",
        "Worker 1 died; 101 takes its place.",
        "Worker 2 died; 102 takes its place.",
    ]


def test_a_stop_ends_at_once_who_serves_nothing_yet(watched: Watched) -> None:
    """One that was ready is asked to end, though it gives no answer now; so is one that has just become ready."""
    served, starting, silent, begun = watched.workers.processes = [
        FakeWorker(1, answer=True),
        FakeWorker(2, answer=False),
        FakeWorker(3, answer=False),
        FakeWorker(4, answer=False),
    ]
    watched.look()
    starting._child.send(False)
    for is_ready in (False, True):
        begun._child.send(is_ready)
    watched.workers.terminate_all()
    assert [each.is_asked_to_end for each in (served, starting, silent, begun)] == [True, False, False, True]
    assert [each.process.is_alive() for each in (served, starting, silent, begun)] == [True, False, False, True]

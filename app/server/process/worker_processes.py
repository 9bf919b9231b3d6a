"""Several server processes, watched by their parent.

Rule: a signal is never kept waiting by a worker: it is asked whether it is well in short looks.
"""

import os
import pickle
import signal
import socket
import time
from collections.abc import Callable
from types import FrameType

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from app.server.process.stop_deadline import StopDeadline
from app.telemetry.shared_directory import forget_process

LOOK_SECONDS = 0.1  # at a worker that was asked
LAST_LOOK_SECONDS = 0.5  # at those that were not ready before a stop
# A new worker answers once Python has started: on a busy machine later than uvicorn's 5 s, and so it would never start.
ANSWER_SECONDS = 30
RETRY_SECONDS = 5.0  # after a worker that could not start, for lack of a database for example: others go on meanwhile

_GONE = (OSError, EOFError, pickle.UnpicklingError)


class WorkerProcesses(Multiprocess):
    """Starts the workers, says when all are ready, and replaces one that has ended or hangs."""

    def __init__(
        self,
        config: uvicorn.Config,
        sockets: list[socket.socket],
        *,
        on_ready: Callable[[], None],
        on_tick: Callable[[], None],
        deadline: StopDeadline,
        report: Callable[[str], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(config, sockets)
        self.failed = False
        self._on_ready, self._on_tick, self._deadline, self._report = on_ready, on_tick, deadline, report
        self._monotonic = monotonic
        self._are_ready = False
        self._serving: set[int | None] = set()  # the process ids of workers that were ready
        self._retry_at: dict[int | None, float] = {}  # by the process id of a worker that could not start
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)

    def keep_subprocess_alive(self) -> None:
        """Look at each worker; give up when one ends before all were ready: its replacement would end likewise."""
        self._on_tick()
        are_ready = True
        for index, worker in enumerate(self.processes):
            is_ready = self._asked(worker)
            if self._is_stopping:
                return
            if is_ready is None:
                self._lost(index)
            elif is_ready:
                self._serving.add(worker.pid)
            are_ready = are_ready and bool(is_ready)
        if are_ready and not self._are_ready:
            self._are_ready = True
            self._on_ready()

    def terminate_all(self) -> None:
        """Ask each worker to end. One that serves nothing yet is ended at once: it would go on with its start first."""
        until = self._monotonic() + LAST_LOOK_SECONDS
        for worker in self.processes:
            if worker.pid in self._serving or self._has_begun(worker, until):
                worker.terminate()
            else:
                worker.kill()

    def _has_begun(self, worker: Process, until: float) -> bool:
        """Ask a worker once more whether it is ready."""
        try:
            worker.parent_conn.send(b"ping")
            while worker.parent_conn.poll(max(until - self._monotonic(), 0)):
                if worker.parent_conn.recv():
                    return True
        except _GONE:
            return False
        return False

    @property
    def _is_stopping(self) -> bool:
        return self.should_exit.is_set() or any(each in {signal.SIGINT, signal.SIGTERM} for each in self.signal_queue)

    def _asked(self, worker: Process) -> bool | None:
        """Return whether a worker is ready; None where it has ended, or gives no answer in time or before a stop."""
        until = self._monotonic() + ANSWER_SECONDS
        try:
            worker.parent_conn.send(b"ping")
            while not worker.parent_conn.poll(LOOK_SECONDS):
                self._on_tick()
                if self._is_stopping or not worker.process.is_alive() or self._monotonic() > until:
                    return None
            is_ready: bool = worker.parent_conn.recv()
        except _GONE:
            return None
        return is_ready

    def _lost(self, index: int) -> None:
        worker = self.processes[index]
        if not self._are_ready and not worker.process.is_alive():
            self.failed = True
            self.should_exit.set()
        else:
            self._replace(index)

    def _replace(self, index: int) -> None:
        old = self.processes[index]
        old.kill()
        old.join()
        if old.exitcode == STARTUP_FAILURE and not self._may_retry(old):
            return
        self._retry_at.pop(old.pid, None)
        new = self.processes[index] = Process(self.config, self.sockets)
        new.start()
        if old.pid is not None:
            forget_process(old.pid)
            self._serving.discard(old.pid)
        self._report(f"Worker {old.pid} died; {new.pid} takes its place.")

    def _may_retry(self, worker: Process) -> bool:
        """Return whether it is time to replace a worker that could not start; report it at first."""
        if worker.pid not in self._retry_at:
            self._report(f"Worker {worker.pid} could not start; another takes its place in {RETRY_SECONDS:g} s.")
            self._retry_at[worker.pid] = self._monotonic() + RETRY_SECONDS
        return self._monotonic() >= self._retry_at[worker.pid]

    def _stop(self, number: int, _: FrameType | None) -> None:
        self._deadline.begin()
        self.signal_queue.append(number)  # as uvicorn's own handler does
        if self.should_exit.is_set():  # the second: they drain no longer
            for worker in self.processes:
                if worker.pid is not None and worker.exitcode is None:
                    os.kill(worker.pid, signal.SIGTERM)

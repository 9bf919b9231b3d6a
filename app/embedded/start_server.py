"""Starts one server and waits until it is ready, after ending what an earlier run has left.

Rule: the port of the last run is taken again if it is free, so that a restart changes no client's URL.
"""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

from app.embedded.child_process import ChildProcess
from app.embedded.errors import ServerDidNotStart
from app.embedded.pid_file import PidFile, end_stale_process
from app.embedded.ports import free_port, is_free
from app.embedded.server import Server

READY_SECONDS = 60  # after a crash mongod first replays its journal
LOOK_SECONDS = 0.01  # between two checks of a server that starts
PORT_ATTEMPTS = 3  # another process may take the port between our check and the server's bind


class Launcher:
    """Starts one server in its data directory; `stopping` ends the wait."""

    def __init__(self, server: Server, *, data_dir: Path, stopping: Event) -> None:
        self.log = data_dir / f"{server.name}.log"
        self._server, self._directory, self._stopping = server, data_dir, stopping
        self._pid_file = data_dir / f"{server.name}.pid"

    def start(self) -> tuple[ChildProcess, int]:
        """End what is left of an earlier run, start the server on a free port, and return both."""
        before = PidFile.read(self._pid_file)
        if before and not end_stale_process(before.pid, self._server.mark(before.port)):
            raise self._failure(f"process {before.pid} of an earlier run does not end")
        port = free_port(before.port if before else None)
        for _ in range(PORT_ATTEMPTS - 1):
            try:
                return self.start_on(port), port
            except ServerDidNotStart:
                if is_free(port):  # then the port was not the trouble
                    raise
                port = free_port()
        return self.start_on(port), port

    def start_on(self, port: int) -> ChildProcess:
        """Start the server on this port and return it when it is ready; raise ServerDidNotStart."""
        try:
            child = ChildProcess(self._server.command(port), directory=self._directory, log=self.log)
        except OSError as error:
            raise self._failure(str(error)) from error
        try:
            self._note(child, port)
            self._server.make_ready(port, pid=child.pid, pause=self._pause_for(child))
        except BaseException:
            child.stop()  # it would keep the port and the data from the next
            raise
        return child

    def _note(self, child: ChildProcess, port: int) -> None:
        try:
            PidFile(pid=child.pid, port=port).write(self._pid_file)
        except OSError as error:
            raise self._failure(f"{self._pid_file} cannot be written: {error.strerror}") from error

    def _pause_for(self, child: ChildProcess) -> Callable[[], None]:
        deadline = time.monotonic() + READY_SECONDS

        def pause() -> None:
            if not child.is_alive:
                raise self._failure(child.how_it_ended())
            if time.monotonic() > deadline:
                raise self._failure(f"it was not ready after {READY_SECONDS} s")
            if self._stopping.wait(LOOK_SECONDS):
                raise self._failure("it was stopped while it started")

        return pause

    def _failure(self, reason: str) -> ServerDidNotStart:
        return ServerDidNotStart(self._server.name, reason, log=self.log)

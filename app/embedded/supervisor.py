"""Supervises one server in a thread of its own: starts it, restarts it on the same port, stops it.

Rule: a server that can start is restarted whenever it ends. One that cannot start any more is given up, if Stockpulse
cannot serve without it. Only this thread touches the child: Linux ends the child with the thread that started
it, so even a crash of the supervisor leaves no server behind.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from threading import Event, Thread

from app.embedded.child_process import ChildProcess
from app.embedded.errors import ServerDidNotStart
from app.embedded.server import Server
from app.embedded.start_server import Launcher

WATCH_SECONDS = 0.1  # between two checks of the server
QUICK_DEATH_SECONDS = 10  # a server that ends sooner after a start will probably end again
RESTART_DELAYS_SECONDS = (0, 0.5, 1, 2, 4)  # before each restart in a row of quick deaths, the last before all others
GIVE_UP_AFTER = 5  # starts in a row that failed
MAX_DELAY_SECONDS = 60.0  # between attempts to start what is not given up


class ServerSupervisor:
    """Runs one server until `ask_to_stop`, or until it cannot be started any more."""

    def __init__(
        self,
        server: Server,
        *,
        data_dir: Path,
        report: Callable[[str], None],
        on_failure: Callable[[], None],
        restart_delays: Sequence[float] = RESTART_DELAYS_SECONDS,
    ) -> None:
        self._server, self._report, self._on_failure, self._delays = server, report, on_failure, restart_delays
        self._stopping = Event()
        self._launcher = Launcher(server, data_dir=data_dir, stopping=self._stopping)
        self._port: Future[int] = Future()
        self._child: ChildProcess | None = None
        self._thread = Thread(target=self._run, name=f"supervise {server.name}", daemon=True)

    @property
    def pid(self) -> int:
        """The process id of the server, which each restart changes."""
        assert self._child
        return self._child.pid

    def start(self) -> None:
        """Begin to start the server."""
        self._thread.start()

    def url(self) -> str:
        """Wait for the first start and return the URL for clients; raise ServerDidNotStart if it fails."""
        return self._server.url(self._port.result())

    def ask_to_stop(self) -> None:
        """Let the server end, without waiting for it."""
        self._stopping.set()

    def wait_stopped(self) -> None:
        """Wait until the server has ended."""
        self._thread.join()

    def _run(self) -> None:
        began = time.monotonic()
        try:
            self._child, port = self._launcher.start()
        except BaseException as error:  # noqa: BLE001 - the thread that waits for the start raises it
            self._port.set_exception(error)
            return
        took = time.monotonic() - began
        self._report(f"{self._server.name}: ready in {took:.1f} s on port {port} ({self._server.program})")
        self._port.set_result(port)
        try:
            self._supervise(port)
        except BaseException:
            self._on_failure()  # the server is supervised no longer: better to end than to serve without it
            raise
        finally:
            self._child.stop()

    def _supervise(self, port: int) -> None:
        deaths, failures, began, failure = 0, 0, time.monotonic(), ""
        while not self._stopping.wait(WATCH_SECONDS):
            assert self._child
            if self._child.is_alive:
                continue
            deaths = 1 if time.monotonic() - began > QUICK_DEATH_SECONDS else deaths + 1
            failures = failures + 1 if failure else 0
            if failures >= GIVE_UP_AFTER and self._server.is_needed:
                self._give_up(failures, failure)
                return
            why = failure or self._child.how_it_ended()
            self._report(f"{self._server.name}: {why}; starting it again on port {port}")
            delay = self._delays[min(deaths, len(self._delays)) - 1]
            self._stopping.wait(min(delay * 2 ** max(0, failures - GIVE_UP_AFTER), MAX_DELAY_SECONDS))
            began = time.monotonic()
            failure = self._start_again(port)

    def _start_again(self, port: int) -> str:
        """Start the server again; return why it did not start, or an empty text."""
        began = time.monotonic()
        try:
            self._child = self._launcher.start_on(port)
        except ServerDidNotStart as failure:
            return failure.reason
        except Exception as error:  # noqa: BLE001 - it may pass like any other reason, and is counted as one
            return f"{type(error).__name__}: {error}"
        self._report(f"{self._server.name}: ready again in {time.monotonic() - began:.1f} s")
        return ""

    def _give_up(self, failures: int, reason: str) -> None:
        log = self._launcher.log
        self._report(
            f"{self._server.name}: did not start {failures} times in a row ({reason}); not starting it again "
            f"(its log is {log})"
        )
        self._on_failure()

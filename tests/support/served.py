"""The real server as a process of its own, to be killed and started again over databases that stay."""

import os
import re
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from tests.support.forked import ForkedProcess
from tests.support.patience import PATIENCE_SECONDS
from tests.support.secret_keys import SECRET_KEYS

DEADLINE_SECONDS = PATIENCE_SECONDS  # on a machine that is busy with other tests, a start takes 30
READY = re.compile(r"A first query:|Stockpulse is ready at \S+/graphql\.")  # in the log where that is JSON


class Server:
    """`stockpulse serve` over databases that others started. It takes a free port, and keeps it."""

    def __init__(self, *, mongo_url: str, redis_url: str, database: str, settings: Mapping[str, str]) -> None:
        self.environment = {
            **os.environ,
            "STOCKPULSE_MONGO_URL": mongo_url,
            "STOCKPULSE_REDIS_URL": redis_url,
            "STOCKPULSE_MONGO_DATABASE": database,
            "STOCKPULSE_MONGO_TIMEOUT_SECONDS": str(PATIENCE_SECONDS),
            "STOCKPULSE_DEMO": "false",
            "STOCKPULSE_SECRET_KEYS": SECRET_KEYS.get_secret_value(),
            **settings,
        }
        self._port = "0"
        self.lines: list[str] = []  # of what it prints
        self._process: subprocess.Popen[str] | ForkedProcess | None = None

    @property
    def url(self) -> str:
        """Where it serves GraphQL."""
        return f"http://127.0.0.1:{self._port}/graphql"

    @property
    def port(self) -> int:
        """The port, once it was started."""
        return int(self._port)

    def start(self) -> None:
        """Return once it is ready; start it again if it gives up, as whatever supervises a service does."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while True:
            output = self._started()
            self.lines = output.lines
            if output.is_ready_within(deadline - time.monotonic()):
                self._port = output.port
                return
            assert time.monotonic() < deadline, output.lines
            self.kill()

    def kill(self) -> None:
        """End it as `kill -9` does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(DEADLINE_SECONDS)

    def _started(self) -> "_Output":
        arguments = ["serve", "--port", self._port]
        if sys.platform == "linux" and self.environment.get("PYTHONPATH") == os.environ.get("PYTHONPATH"):
            self._process = ForkedProcess(arguments, environment=self.environment)
        else:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                [str(Path(sysconfig.get_path("scripts"), "stockpulse")), *arguments],
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        return _Output(self._process)


@contextmanager
def serving(*, mongo_url: str, redis_url: str, database: str, **settings: str) -> Iterator[Server]:
    """Run a server, and end it whatever the test did."""
    server = Server(mongo_url=mongo_url, redis_url=redis_url, database=database, settings=settings)
    try:
        server.start()
        yield server
    finally:
        server.kill()


class _Output:
    """What the server prints, read to its end so that it never waits for us."""

    def __init__(self, process: subprocess.Popen[str] | ForkedProcess) -> None:
        self.lines: list[str] = []
        self._process = process
        self._is_told = Event()
        Thread(target=self._read, daemon=True).start()

    @property
    def port(self) -> str:
        """The port of the URL that the server prints when it is ready."""
        match = re.search(r"http://127\.0\.0\.1:(\d+)/graphql", "".join(self.lines))
        assert match, self.lines
        return match[1]

    def is_ready_within(self, seconds: float) -> bool:
        """Wait until the server is ready or has ended, and tell whether it is ready."""
        return self._is_told.wait(seconds) and READY.search("".join(self.lines)) is not None

    def _read(self) -> None:
        assert self._process.stdout
        with self._process.stdout as output:
            for line in output:
                self.lines.append(line)
                if READY.search(line):
                    self._is_told.set()
        self._is_told.set()

"""`stockpulse serve` as an operator runs it: with the servers that it starts itself, below a directory of its own."""

import os
import re
import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import httpx

from tests.support.patience import PATIENCE_SECONDS
from tests.support.waiting import until

STOCKPULSE = [str(Path(sysconfig.get_path("scripts"), "stockpulse"))]
START_SECONDS = 3 * PATIENCE_SECONDS  # five processes that start one after the other, with two workers
STOP_SECONDS = 30  # the server allows itself ten, on a machine that has nothing else to do


class Served:
    """A running `stockpulse serve`, and what it printed."""

    def __init__(self, data_dir: Path, *options: str, last_read: str = "\0", **settings: str) -> None:
        """Serve with these options and variables; read what it prints up to the line with `last_read`."""
        self._last_read = last_read
        command = [*STOCKPULSE, "serve", "--port", "0", "--data-dir", str(data_dir), *options]
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            env={**os.environ, "STOCKPULSE_AUTH": "required", "STOCKPULSE_DEMO_DAYS": "0", **settings},
        )
        self.lines: list[str] = []
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def output(self) -> str:
        """All that was printed."""
        return "\n".join(self.lines)

    @property
    def url(self) -> str:
        """Where it serves, once it said so."""
        until(lambda: self._has_started or self.process.poll() is not None, "it is ready", seconds=START_SECONDS)
        match = re.search(r"(http://127\.0\.0\.1:\d+)/graphql", self.output)
        assert match, self.output
        return match[1]

    @property
    def _has_started(self) -> bool:
        return "A first query:" in self.output

    def end(self) -> int:
        """Wait for the end and return the exit code."""
        code = self.process.wait(STOP_SECONDS)
        self._reader.join(STOP_SECONDS)
        return code

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as output:
            for line in output:
                self.lines.append(line.rstrip())
                if self._last_read in line:
                    return  # nobody reads on: the next line that is told breaks the pipe


@contextmanager
def served(data_dir: Path, *options: str, last_read: str = "\0", **settings: str) -> Iterator[Served]:
    """Run it, and end it whatever the test did."""
    server = Served(data_dir, *options, last_read=last_read, **settings)
    try:
        yield server
    finally:
        server.process.kill()
        server.end()


def is_alive(url: str) -> bool:
    """Return whether something answers there."""
    try:
        return httpx.get(f"{url}/livez").status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def is_ready(url: str) -> bool:
    """Return whether it can serve and all is well."""
    try:
        return httpx.get(f"{url}/readyz").json()["status"] == "ok"
    except httpx.HTTPError:
        return False


def is_running(pid: int) -> bool:
    """Return whether the process exists and is not just waiting to be reaped."""
    ps = ["ps", "-o", "stat=", "-p", str(pid)]
    shown = subprocess.run(ps, capture_output=True, text=True, check=False)  # noqa: S603 - a fixed command
    return bool(shown.stdout.strip()) and "Z" not in shown.stdout


def database_pids(data_dir: Path) -> list[int]:
    """Return the process ids of the databases that run for it."""
    return [int((data_dir / name).read_text().split()[0]) for name in ("mongod.pid", "redis-server.pid")]

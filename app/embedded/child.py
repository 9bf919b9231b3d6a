"""One started server process: its output, its end, and its last words when it fails.

Rule: the child ends with the thread that starts it (see `app.server.die_with_parent`), so that thread must outlive it.
"""

import json
import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from app.server.die_with_parent import tied_to_us

STOP_SECONDS = (
    1.4  # mongod stops within one; killed later it loses nothing either, its journal is synced at each commit
)
LOG_MAX_BYTES = 16 * 1024**2
LAST_WORDS_BYTES = 64 * 1024
LAST_WORDS_MAX = 300  # characters


class Child:
    """A server process that ends with us, and writes all it says to one log."""

    def __init__(self, command: list[str], *, directory: Path, log: Path) -> None:
        self.log = log
        with log.open("ab" if _size(log) < LOG_MAX_BYTES else "wb") as output:
            self._begin = output.tell()
            self._process = subprocess.Popen(  # noqa: S603 - our own programs, no shell
                tied_to_us(command),
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for us; we stop the servers when their clients are done
                env={**os.environ, "LC_ALL": "C"},  # mongod refuses to start in a locale that is not installed
            )

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Ask it to end, and kill it if it takes too long."""
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()

    def how_it_ended(self) -> str:
        """Return why it ended, in its own words if it left any."""
        code = self._process.returncode
        if code is not None and code < 0:
            return f"killed by {signal.Signals(-code).name}"
        return f"it ended with code {code}: {self._last_words()}"

    def _last_words(self) -> str:
        with self.log.open("rb") as log:
            log.seek(max(self._begin, _size(self.log) - LAST_WORDS_BYTES))
            lines = log.read().decode(errors="replace").splitlines()
        complaints = [words for line in lines if (words := _complaint(line))]
        words = complaints[-1] if complaints else "it did not say why"
        return words[:LAST_WORDS_MAX].rstrip(".")


def _complaint(line: str) -> str:
    """Return what a log line complains about, on one line; empty if it is no complaint.

    Of mongod's JSON lines only errors that name their cause count: what follows them only says that it gives up.
    """
    try:
        entry = json.loads(line)
        cause = entry["attr"]["error"] if entry["s"] in ("E", "F") else ""
        words = cause["errmsg"] if isinstance(cause, dict) else cause
    except (ValueError, TypeError):  # not JSON: redis-server, or the system that could not even load the program
        words = line
    except KeyError:
        words = ""
    return " ".join(str(words).split())


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0

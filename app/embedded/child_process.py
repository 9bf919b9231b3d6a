"""One started server process: its output, its end, and the error that it logged last.

Rule: the child ends with the thread that starts it (see `app.server.process.die_with_parent`), so that thread must
outlive it.
"""

import json
import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from app.server.process.die_with_parent import tied_to_us

STOP_SECONDS = (
    1.4  # mongod stops within one; killed later it loses nothing either, its journal is synced at each commit
)
LOG_MAX_BYTES = 16 * 1024**2
LAST_WORDS_BYTES = 64 * 1024
LAST_WORDS_MAX = 300  # characters


class ChildProcess:
    """A server process that ends with ours; its output goes to one log."""

    def __init__(
        self, command: list[str], *, directory: Path, log: Path, environment: Mapping[str, str] | None = None
    ) -> None:
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
                env={
                    **os.environ,
                    "LC_ALL": "C",
                    **(environment or {}),
                },  # mongod refuses to start in a locale that is not installed
            )

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def stop(self, *, seconds: float = STOP_SECONDS) -> int:
        """Ask it to end, and kill it if it takes longer; return its exit code."""
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        self.kill()
        return self._process.returncode

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()

    def how_it_ended(self) -> str:
        """Return why it ended: the signal or the exit code, and the error that it logged last."""
        code = self._process.returncode
        if code is None or code >= 0:
            return f"it ended with code {code}: {self._last_words() or 'it did not say why'}"
        by = f"killed by {signal.Signals(-code).name}"
        words = self._last_words() if code == -signal.SIGABRT else ""  # by itself, since it could not go on
        return f"{by}: {words}" if words else by

    def _last_words(self) -> str:
        """Return the last error in the log; of several in a row of the storage the first, which led to the others."""
        with self.log.open("rb") as log:
            begin = max(self._begin, _size(self.log) - LAST_WORDS_BYTES)
            log.seek(begin)
            lines = log.read().decode(errors="replace").splitlines()[int(begin > self._begin) :]
        complaints = [found for line in lines if (found := _complaint(line)).words]
        last = len(complaints) - 1
        while last > 0 and complaints[last].is_of_storage and complaints[last - 1].is_of_storage:
            last -= 1
        return complaints[last].words[:LAST_WORDS_MAX].rstrip(".") if complaints else ""


class _Complaint(NamedTuple):
    """The error that a log line reports, on one line; empty if it reports none."""

    words: str
    is_of_storage: bool = False


def _complaint(line: str) -> _Complaint:
    """Return what a log line reports.

    Of mongod's JSON lines only errors that name their cause count: those that follow only report that it exits.
    """
    is_of_storage = False
    try:
        entry = json.loads(line)
        attributes = entry["attr"] if entry["s"] in ("E", "F") else {"error": ""}
        cause, message = attributes["error"], attributes.get("message")
        words = cause["errmsg"] if isinstance(cause, dict) else cause
        if isinstance(message, dict):  # of WiredTiger, whose error is a number
            is_of_storage, words = True, f"{message['error_str']}: {message['msg']}"
    except (ValueError, TypeError):  # not JSON: of redis-server, or of the system, which could not load the program
        words = "" if line.startswith('{"') else line  # one of mongod's that is cut off, for lack of space
    except KeyError:
        words = ""
    return _Complaint(" ".join(str(words).split()), is_of_storage)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0

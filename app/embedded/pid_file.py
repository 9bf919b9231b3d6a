"""The pid file of a server, by which the next start ends the process that a killed run left.

Rule: only a process whose command line shows that it is ours is ever ended.
"""

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TERM_SECONDS = 5  # a mongod that is shutting down needs about one
KILL_SECONDS = 5
LOOK_SECONDS = 0.02
_PF_EXITING = 0x4  # of the kernel: see proc(5) for the places of fields


@dataclass(frozen=True, slots=True, kw_only=True)
class PidFile:
    """The process and port of a server that was started."""

    pid: int
    port: int

    def write(self, path: Path) -> None:
        """Write the file for the next start. Who reads it meanwhile finds the one before, and never half a file.

        Raises OSError, with that one left as it was.
        """
        partial = path.with_name(f"{path.name}.partial")
        try:
            partial.write_text(f"{self.pid} {self.port}\n")
            partial.replace(path)
        except OSError:
            with suppress(OSError):
                partial.unlink()
            raise

    @classmethod
    def read(cls, path: Path) -> "PidFile | None":
        """Return the last one, or None if there is none or it is truncated."""
        try:
            pid, port = path.read_text().split()
            return cls(pid=int(pid), port=int(port))
        except (OSError, ValueError):
            return None


def end_stale_process(pid: int, mark: str) -> bool:
    """End the process if its command line contains the mark; return whether it is gone, with its port and its locks.

    It may be shutting down already, so it is asked first and killed only if it takes too long.
    """
    return (
        not _is_left(pid, mark)
        or _ends_on(signal.SIGTERM, pid, mark, seconds=TERM_SECONDS)
        or _ends_on(signal.SIGKILL, pid, mark, seconds=KILL_SECONDS)
    )


def _ends_on(number: signal.Signals, pid: int, mark: str, *, seconds: float) -> bool:
    with suppress(ProcessLookupError, PermissionError):
        if _is_ours(pid, mark):
            os.kill(pid, number)
    deadline = time.monotonic() + seconds
    while _is_left(pid, mark):
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_SECONDS)
    return True


def _is_left(pid: int, mark: str) -> bool:
    return _is_ours(pid, mark) or _is_ending(pid)


def _is_ending(pid: int) -> bool:
    """Return whether a process is on its last way: its command line is gone, its port and locks not yet. On Linux only.

    Of several threads the first may be a zombie while others still hold them.
    """
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    flags, threads = int(fields[5]), int(fields[16])
    return bool(flags & _PF_EXITING) and not (state in {"Z", "X"} and threads <= 1)


def _is_ours(pid: int, mark: str) -> bool:
    return mark in _command_line(pid)


def _command_line(pid: int) -> str:
    """Return the command line of a process, empty if there is none (a zombie has none)."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    ps = ["ps", "-ww", "-o", "args=", "-p", str(pid)]
    answer = subprocess.run(ps, capture_output=True, text=True, check=False)  # noqa: S603 - a fixed command
    return answer.stdout.strip()

"""What the server takes of this machine, as /proc shows it; elsewhere nothing is known."""

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_USER, _SYSTEM = 11, 12  # places in /proc/PID/stat, counted behind the name; see proc(5)
_LISTENING = "0A"  # a state in /proc/net/tcp
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """CPU seconds until now, and memory in bytes."""

    cpu_seconds: float
    memory_bytes: int


def usage(pids: Sequence[int]) -> Usage | None:
    """Return what processes together take; None where one of them cannot be seen, or where there are none."""
    if not pids:
        return None
    try:
        return Usage(cpu_seconds=sum(map(_cpu_seconds, pids)), memory_bytes=sum(map(memory_bytes, pids)))
    except OSError:
        return None


def memory_bytes(pid: int) -> int:
    """Return the resident memory of a process. Raises OSError."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def listening_on(host: str, port: int) -> list[int]:
    """Return the processes of this machine that listen on a port; none if it is another machine, or they are hidden."""
    if host not in _LOCAL:
        return []
    sockets = {f"socket:[{inode}]" for inode in _listeners(port)}
    return [int(each.name) for each in _processes() if sockets & set(_files(each))] if sockets else []


def _cpu_seconds(pid: int) -> float:
    text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    fields = text.rpartition(")")[2].split()
    return (int(fields[_USER]) + int(fields[_SYSTEM])) / os.sysconf("SC_CLK_TCK")


def _listeners(port: int) -> Iterable[str]:
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with suppress(OSError):
            for line in Path(table).read_text(encoding="ascii").splitlines()[1:]:
                fields = line.split()
                if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                    yield fields[9]


def _processes() -> Iterable[Path]:
    with suppress(OSError):
        yield from (each for each in Path("/proc").iterdir() if each.name.isdecimal())


def _files(process: Path) -> Iterable[str]:
    with suppress(OSError):  # of another user, or gone
        for each in (process / "fd").iterdir():
            with suppress(OSError):
                yield str(each.readlink())

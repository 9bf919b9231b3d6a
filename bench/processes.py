"""What processes take of the CPU, as /proc shows it. Elsewhere only our own time is known."""

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_USER, _SYSTEM = 11, 12  # places in /proc/PID/stat, counted behind the name; see proc(5)


def cpu_seconds(processes: Mapping[str, Sequence[int]]) -> dict[str, float]:
    """Return the CPU seconds of each group of processes until now."""
    found = {name: [_cpu_seconds(pid) for pid in pids] for name, pids in processes.items()}
    return {name: sum(filter(None, each)) for name, each in found.items() if None not in each}


def _cpu_seconds(pid: int) -> float | None:
    if pid == os.getpid():
        return time.process_time()  # finer than the ticks of /proc
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return (int(fields[_USER]) + int(fields[_SYSTEM])) / os.sysconf("SC_CLK_TCK")

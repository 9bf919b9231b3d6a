"""How the installation is from outside: ready, its logs without a traceback, its memory below a bound."""

import http.client
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import orjson

from app.client.live_bench.server_process import memory_bytes
from app.client.soak.findings import Findings, Invariant
from app.client.soak.timeline import Timeline

MIB = 1_048_576
# Bounds by the beginning of a part's name. An API process takes 100 MiB, and more while its caches fill; mongod its
# cache and as much again for connections and the plans of transactions; Redis keeps nothing.
MEMORY_BOUNDS_MIB = {"api": 400, "server": 400, "mongo": 1_536, "redis": 64, "sentinel": 64, "balancer": 128}
READY_SECONDS = 4.0
TRACEBACK, RESTARTED = b"Traceback (most recent call last)", b"is restarted"
# uvloop's report of a TLS connection on which something arrived after it was closed: nothing of ours has failed.
LIBRARY_NOISE, NOISE_LINES = b"Fatal error on SSL protocol", 4
MAX_LOG_BYTES = 1_048_576  # that are read at a time


def readiness(url: str) -> str | None:
    """Return what a server says is wrong, by its `/readyz`; None where all is well."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=READY_SECONDS)
    try:
        connection.request("GET", "/readyz")
        answer = orjson.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, orjson.JSONDecodeError) as error:
        return f"no answer ({type(error).__name__})"
    finally:
        connection.close()
    if answer["status"] == "ok":
        return None
    return "; ".join(f"{name}: {said}" for name, said in answer["checks"].items() if said != "ok")


class LogWatch:
    """Reads logs on from where it was."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._read: dict[Path, int] = {}

    def look(self, logs: Sequence[Path]) -> None:
        """Look for tracebacks and restarted tasks in what is new."""
        for log in logs:
            self._findings.check(Invariant.LOGS)
            with log.open("rb") as file:
                at = self._read.get(log, 0)
                file.seek(at if at <= log.stat().st_size else 0)
                new = file.read(MAX_LOG_BYTES)
                self._read[log] = file.tell()
            lines = new.splitlines()
            for number, line in enumerate(lines):
                is_noise = any(LIBRARY_NOISE in each for each in lines[max(0, number - NOISE_LINES) : number])
                if (TRACEBACK in line and not is_noise) or RESTARTED in line:
                    text = b" | ".join(lines[max(0, number - 1) : number + 2]).decode(errors="replace")
                    self._findings.add(Invariant.LOGS, f"{log.name}: {text[:400]}")


class MemoryWatch:
    """Measures the resident memory of each part. `peaks` are in bytes."""

    def __init__(self, findings: Findings, timeline: Timeline) -> None:
        self.peaks: dict[str, int] = {}
        self._findings, self._timeline = findings, timeline

    def look(self, pids: Mapping[str, int]) -> None:
        """Measure, and compare with the bounds; a part that is away is left out."""
        for part, pid in pids.items():
            try:
                used = memory_bytes(pid)
            except OSError:
                continue
            self._timeline.uses(part, used)
            self._findings.check(Invariant.MEMORY)
            bound = bound_of(part)
            if used > bound >= self.peaks.get(part, 0):  # reported once
                self._findings.add(Invariant.MEMORY, f"{part} takes {used / MIB:.0f} MiB of {bound / MIB:.0f}")
            self.peaks[part] = max(self.peaks.get(part, 0), used)


def bound_of(part: str) -> int:
    """Return how much memory a part may take, in bytes."""
    found = [bound for beginning, bound in MEMORY_BOUNDS_MIB.items() if part.startswith(beginning)]
    return max(found, default=MEMORY_BOUNDS_MIB["api"]) * MIB

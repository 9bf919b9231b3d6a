"""Reads the resources of this process from the operating system, under the names that Prometheus' own libraries use."""

import gc
import os
import resource
import time
from pathlib import Path

from app.telemetry.growing import Growing
from app.telemetry.metrics import Metrics
from app.telemetry.sampling import Probe

_STATUS = Path("/proc/self/statm")
_FILES = Path("/proc/self/fd")


def process_probe(metrics: Metrics) -> Probe:
    """Return the probe of memory, processor time, open files and the garbage collector."""
    cpu = Growing(metrics.process_cpu_seconds)
    collections = [Growing(metrics.gc_collections.labels(str(each))) for each in range(len(gc.get_stats()))]
    metrics.process_start_time.set(time.time())
    metrics.processes.set(1)
    page_bytes = os.sysconf("SC_PAGE_SIZE")

    def probe() -> None:
        times = os.times()
        cpu.follow(times.user + times.system)
        for each, stats in zip(collections, gc.get_stats(), strict=True):
            each.follow(stats["collections"])
        metrics.process_max_fds.set(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        if _STATUS.exists():  # Linux
            size, resident = _STATUS.read_text(encoding="ascii").split()[:2]
            metrics.process_virtual_memory.set(int(size) * page_bytes)
            metrics.process_resident_memory.set(int(resident) * page_bytes)
            metrics.process_open_fds.set(len(os.listdir(_FILES)))  # noqa: PTH208 - names alone: there may be thousands

    return probe


class GcPauses:
    """Counts the seconds in which the garbage collector stopped this process."""

    def __init__(self, metrics: Metrics) -> None:
        self._seconds, self._began = metrics.gc_pause_seconds, 0.0

    def __enter__(self) -> None:
        gc.callbacks.append(self._called)

    def __exit__(self, *_: object) -> None:
        gc.callbacks.remove(self._called)

    def _called(self, phase: str, _: dict[str, int]) -> None:
        if phase == "start":
            self._began = time.perf_counter()
        else:
            self._seconds.observe(time.perf_counter() - self._began)

"""Every metric of a process, with its name, its help and its labels.

Rule: names follow Prometheus: base units, `_total` for what only grows. No label has a value that a client chooses:
fields and error codes are those of the schema, and the rest are words of this program.
"""

from collections.abc import Sequence
from functools import partial
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

# How the processes of one server are combined: their sum, the largest, or the one that was set last.
Combined = Literal["livesum", "livemax", "livemostrecent"]

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_COMMANDS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000)


class Metrics:
    """The metrics of one process, in a registry of their own."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each counter and histogram, which nothing here asks for
        self.registry = CollectorRegistry()
        counter, histogram = partial(Counter, registry=self.registry), partial(Histogram, registry=self.registry)

        def gauge(name: str, help: str, labels: Sequence[str] = (), *, combined: Combined = "livesum") -> Gauge:
            return Gauge(name, help, labels, registry=self.registry, multiprocess_mode=combined)

        # The process.
        self.build_info = gauge(
            "stockpulse_build_info", "1, with the version served.", ["version", "database_format"], combined="livemax"
        )
        self.processes = gauge("stockpulse_processes", "Processes of this server that answer requests.")

        self.process_start_time = gauge("process_start_time_seconds", "Start of the process.", combined="livemax")
        self.process_cpu_seconds = counter("process_cpu_seconds_total", "Processor time, of user and system.")
        self.process_resident_memory = gauge("process_resident_memory_bytes", "Resident memory.")
        self.process_virtual_memory = gauge("process_virtual_memory_bytes", "Virtual memory.")
        self.process_open_fds = gauge("process_open_fds", "Open file descriptors.")
        self.process_max_fds = gauge("process_max_fds", "Largest number of open file descriptors.")
        self.gc_collections = counter("python_gc_collections_total", "Runs of the garbage collector.", ["generation"])
        self.gc_pause_seconds = histogram(
            "stockpulse_gc_pause_seconds", "Pause of the process by the garbage collector.", buckets=_SECONDS
        )
        self.loop_lag_seconds = histogram(
            "stockpulse_event_loop_lag_seconds",
            "How late the event loop called what was due, looked at four times a second.",
            buckets=_SECONDS,
        )

        # Requests.
        self.requests = counter(
            "stockpulse_requests_total",
            "GraphQL operations that were answered, and subscriptions that began, by root field and outcome.",
            ["kind", "field", "outcome"],
        )
        self.request_seconds = histogram(
            "stockpulse_request_duration_seconds",
            "Time from the head of a query or mutation to its answer, by root field.",
            ["kind", "field"],
            buckets=_SECONDS,
        )

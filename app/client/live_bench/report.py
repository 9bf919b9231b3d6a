"""The closing report: its figures by section, and the verdict in sentences.

Rule: the verdict is good only if every subscriber came in and stayed, every change was made, and the last state of each
subscriber is the database's.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.client.live_bench.changes import Sent
from app.client.live_bench.latencies import Latencies
from app.client.live_bench.options import LiveBenchOptions
from app.client.live_bench.process_pool import Connected, Received
from app.client.live_bench.server_process import Usage

Section = dict[str, Any]

CLOCK_TOLERANCE_SECONDS = 0.001
_KIB = 1_024
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerUsage:
    """What the server took: before it had subscribers, when they were there, and at the end."""

    before: Usage
    connected: Usage
    end: Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveBenchReport:
    """Everything known at the end. Without `sent`, the changes were another's, and last states are not known."""

    options: LiveBenchOptions
    connected: Connected
    received: Received
    seconds: float
    server: ServerUsage | None = None
    sent: Sent | None = None
    clock_difference: float = 0.0  # by which the server's clock was before ours, and times are corrected
    wrong: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Tell whether all is as it should be."""
        has_failed = self.received.failures or self.received.lost or self.wrong or self.received.out_of_order
        is_full = self.connected.ready == self.options.subscribers
        return is_full and not has_failed and not (self.sent and self.sent.failures)

    def figures(self) -> dict[str, Section]:
        """Return all figures by section. Sections without content are empty."""
        return {
            "subscribers": self._subscribers(),
            "changes": self._changes(),
            "received": self._received(),
            "milliseconds": self._latencies(),
            "server": self._server(),
            "outcome": {"good": self.is_good, "sentences": list(self.verdict())},
        }

    def verdict(self) -> Iterator[str]:
        """Yield the outcome in sentences."""
        yield from self._complaints()
        if self.sent is None:
            yield "Last states were not checked: the document is your own."
        elif self.wrong:
            yield f"NOT RIGHT: the last state of {self.wrong:,} subscribers is not the database's."
            yield from self.examples
        else:
            right = self.options.subscribers - self.received.lost
            yield f"The last state of {min(right, self.connected.ready):,} subscribers is the database's."

    def _complaints(self) -> Iterator[str]:
        if missing := self.options.subscribers - self.connected.ready:
            yield f"{missing:,} of {self.options.subscribers:,} subscribers did not come in."
        for reason, count in self.received.failures.most_common():
            yield f"{count:,} subscribers: {reason}"
        yield from hints(self.received.failures)
        if self.received.out_of_order:
            yield f"NOT RIGHT: {self.received.out_of_order:,} events came after a newer one of the same level."
        if self.sent is None:
            return
        for reason, count in self.sent.failures.most_common():
            yield f"{count:,} changes were not made: {reason}"
        yield from hints(self.sent.failures)
        error = self.sent.clock_error(self.clock_difference)
        if error > CLOCK_TOLERANCE_SECONDS:
            yield (
                f"The server's clock moved: figures from the commit may be wrong by {error * 1_000:,.0f} ms. "
                "Those from the answer and from the schedule are not."
            )

    def _subscribers(self) -> Section:
        return {
            "wanted": self.options.subscribers,
            "ready": self.connected.ready,
            "lost": self.received.lost,
            "seconds_until_ready": round(self.connected.seconds, 2),
            "sets_of_variables": 1 if self.options.document else len(self.options.filters),
        }

    def _changes(self) -> Section:
        if self.sent is None:
            return {}
        made = len(self.sent.made)
        return {
            "wanted_per_second": self.options.rate,
            "made": made,
            "made_per_second": round(made / self.sent.seconds, 1),
            "failed": self.sent.failures.total(),
            "clock_difference_ms": round(self.clock_difference * 1_000, 2),
        }

    def _received(self) -> Section:
        received = self.received
        return {
            "messages": received.messages,
            "messages_per_second": round(received.messages / self.seconds, 1),
            "bytes_per_message": round(received.bytes / received.messages) if received.messages else 0,
            "conflated": self._conflated(),
            "out_of_order": received.out_of_order,
            "own_cpu_us_per_message": _each(received.cpu_seconds * _MICROSECONDS, received.messages),
        }

    def _conflated(self) -> int | None:
        """Return how many events were not sent, because a newer one of the same level was; None where not known."""
        if self.sent is None:
            return None
        share = self.connected.ready / len(self.options.filters)
        followed = self.options.snapshot_size * len(self.options.filters) / self.options.levels
        return max(0, round(len(self.sent.made) * followed * share) - self.received.messages)

    def _latencies(self) -> Section:
        if self.sent is None:
            return {}
        last, from_answer, from_schedule = Latencies(), Latencies(), Latencies()
        for event, arrivals in self.received.events.items():
            last.add(arrivals.last - arrivals.recorded)
            if made := self.sent.made.get(event):
                from_answer.add(arrivals.last - made.answered)
                from_schedule.add(arrivals.last - made.due)
        named = {
            "commit_to_frame": self.received.latencies,
            "commit_to_last_subscriber": last,
            "answer_to_last_subscriber": from_answer,
            "schedule_to_last_subscriber": from_schedule,
        }
        return {name: found.milliseconds() for name, found in named.items() if len(found)}

    def _server(self) -> Section:
        if self.server is None:
            return {}
        before, connected, end = self.server.before, self.server.connected, self.server.end
        cpu_seconds = end.cpu_seconds - connected.cpu_seconds
        memory = connected.memory_bytes - before.memory_bytes
        return {
            "cpu_us_per_message": _each(cpu_seconds * _MICROSECONDS, self.received.messages),
            "cpu_percent": round(cpu_seconds / self.seconds * 100, 1),
            "memory_kib_per_subscriber": _each(memory / _KIB, self.connected.ready),
            "memory_growth_mib": round((end.memory_bytes - connected.memory_bytes) / _KIB**2, 2),
            "memory_mib": round(end.memory_bytes / _KIB**2, 1),
        }


def hints(failures: Counter[str]) -> Iterator[str]:
    """Yield what to do about failures, each once."""
    for words, advice in _ADVICE.items():
        if any(all(word in reason for word in words) for reason in failures):
            yield advice


_ADVICE = {
    ("1013", "Too many connections from this address"): "Raise STOCKPULSE_MAX_WEBSOCKETS_PER_ADDRESS on the server.",
    ("1013", "Too many connections:"): "Raise STOCKPULSE_MAX_WEBSOCKETS on the server, and its `ulimit -n`.",
    (
        "1013",
        "with these credentials",
    ): "Raise STOCKPULSE_MAX_WEBSOCKETS_PER_CLIENT on the server, or use several keys.",
    ("Too many open files",): "Raise `ulimit -n` here: each subscriber is an open file.",
    ("Cannot assign requested address",): "This machine has no free ports left: widen net.ipv4.ip_local_port_range.",
    ("4401",): "Give the key of an app in STOCKPULSE_KEY or with --key.",
    ("HTTP status",): "Give the URL of the GraphQL endpoint with --url: it must accept websockets.",
    ("THROTTLED",): "Give the key a larger budget: `stockpulse keys update NAME --budget 100000000/10000000`.",
}


def _each(total: float, count: int) -> float | None:
    return round(total / count, 2) if count else None

"""Every metric of a process, with its name, its help and its labels.

Rule: names follow Prometheus: base units, `_total` for what only grows. No label has a value that a client chooses:
fields and error codes are those of the schema, and the rest are words of this program.
"""

from collections.abc import Sequence
from functools import partial
from typing import Literal, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

from app.telemetry.plain_numbers import Increments, LabelledObservations, Observations, TakenOver

# How the processes of one server are combined: their sum, the least, the largest, or
# the one that was set last.
Combined = Literal["livesum", "livemin", "livemax", "livemostrecent"]

T = TypeVar("T", bound=TakenOver)

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_COMMANDS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000)


class _Declared:
    """Makes the metrics of one registry."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.counter = partial(Counter, registry=self.registry)
        self.taken_over: list[TakenOver] = []

    def gauge(self, name: str, help: str, labels: Sequence[str] = (), *, combined: Combined = "livesum") -> Gauge:
        """Return a gauge; `combined` says how those of several processes are."""
        return Gauge(name, help, labels, registry=self.registry, multiprocess_mode=combined)

    def increments(self, name: str, help: str) -> Increments:
        """Return a counter of what happens often."""
        return self._kept(Increments(self.counter(name, help)))

    def observations(self, name: str, help: str, *, buckets: Sequence[float] = _SECONDS) -> Observations:
        """Return a histogram, of seconds unless its buckets are of something else."""
        return self._kept(Observations(Histogram(name, help, registry=self.registry, buckets=buckets)))

    def labelled_observations(self, name: str, help: str, labels: Sequence[str]) -> LabelledObservations:
        """Return a histogram of seconds with labels."""
        histogram = Histogram(name, help, labels, registry=self.registry, buckets=_SECONDS)
        return self._kept(LabelledObservations(histogram))

    def _kept(self, new: T) -> T:
        self.taken_over.append(new)
        return new


def _with(counter: Counter, *words: str) -> Counter:
    """Return a counter that has these values of its label from the start, so that its growth is seen from 0."""
    for word in words:
        counter.labels(word)
    return counter


class Metrics:
    """The metrics of one process, in a registry of their own."""

    def __init__(self) -> None:
        # Else each counter and histogram has a second series, which nothing here asks for.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        declared = _Declared()
        self.registry = declared.registry
        self._declare_process(declared)
        self._declare_requests(declared)
        self._declare_writer(declared)
        self._declare_live(declared)
        self._declare_background(declared)
        self._declare_database(declared)
        self._taken_over: Sequence[TakenOver] = declared.taken_over

    def take_over(self) -> None:
        """Let what is exposed follow the plain numbers that were counted."""
        for each in self._taken_over:
            each.take_over()

    def _declare_process(self, new: _Declared) -> None:
        self.build_info = new.gauge(
            "stockpulse_build_info", "1, with the version served.", ["version", "database_format"], combined="livemax"
        )
        self.processes = new.gauge("stockpulse_processes", "Processes of this server that answer requests.")

        self.process_start_time = new.gauge("process_start_time_seconds", "Start of the process.", combined="livemax")
        self.process_cpu_seconds = new.counter("process_cpu_seconds_total", "Processor time, of user and system.")
        self.process_resident_memory = new.gauge("process_resident_memory_bytes", "Resident memory.")
        self.process_virtual_memory = new.gauge("process_virtual_memory_bytes", "Virtual memory.")
        self.process_open_fds = new.gauge("process_open_fds", "Open file descriptors.")
        self.process_max_fds = new.gauge("process_max_fds", "Largest number of open file descriptors.")
        self.gc_collections = new.counter(
            "python_gc_collections_total", "Runs of the garbage collector.", ["generation"]
        )
        self.gc_pause_seconds = new.observations(
            "stockpulse_gc_pause_seconds", "Pause of the process by the garbage collector."
        )
        self.loop_lag_seconds = new.observations(
            "stockpulse_event_loop_lag_seconds",
            "How late the event loop called what was due, looked at four times a second.",
        )

    def _declare_requests(self, new: _Declared) -> None:
        self.requests = new.counter(
            "stockpulse_requests_total",
            "GraphQL operations that were answered, and subscriptions that began, by root field and outcome.",
            ["kind", "field", "outcome"],
        )
        self.request_seconds = new.labelled_observations(
            "stockpulse_request_duration_seconds",
            "Time from the head of a query or mutation to its answer, by root field.",
            ["kind", "field"],
        )
        self.refusals = _with(
            new.counter(
                "stockpulse_refusals_total",
                "Requests and connections refused before any operation, by reason.",
                ["reason"],
            ),
            "host",
            "origin",
            "connections",
            "connections_of_address",
            "live_connections",
            "live_connections_of_address",
        )
        self.http_connections = new.gauge("stockpulse_http_connections", "Open connections of HTTP.")
        self.live_connections = new.gauge("stockpulse_live_connections", "Open websockets and event streams.")
        self.slow_clients = _with(
            new.counter(
                "stockpulse_slow_clients_total",
                "Connections ended because their client did not read or answer.",
                ["transport"],
            ),
            "http",
            "websocket",
        )
        self.cache_lookups = new.counter(
            "stockpulse_cache_lookups_total", "Lookups in caches of a process, by result.", ["cache", "result"]
        )
        self.cache_entries = new.gauge("stockpulse_cache_entries", "What the caches of a process hold.", ["cache"])
        self.audit_waiting = new.gauge(
            "stockpulse_audit_entries_waiting", "Entries of the audit that are not written yet."
        )
        self.audit_lost = new.counter("stockpulse_audit_entries_lost_total", "Entries of the audit that had no room.")

    def _declare_writer(self, new: _Declared) -> None:
        self.batch_commands = new.observations(
            "stockpulse_writer_batch_commands", "Commands that were answered together.", buckets=_COMMANDS
        )
        self.batch_seconds = new.observations(
            "stockpulse_writer_batch_duration_seconds", "Time of a batch, retries included."
        )
        self.transaction_seconds = new.observations(
            "stockpulse_writer_transaction_duration_seconds", "Time of a transaction that committed."
        )
        self.commit_seconds = new.observations(
            "stockpulse_writer_commit_duration_seconds", "Time of the commit alone, by majority."
        )
        self.queue_seconds = new.observations(
            "stockpulse_writer_wait_seconds", "How long the first command of a batch had waited."
        )
        self.queue_commands = new.gauge("stockpulse_writer_queue_commands", "Commands that wait.")
        self.queue_lines = new.gauge("stockpulse_writer_queue_lines", "Lines of the commands that wait.")
        self.queue_limit = new.gauge("stockpulse_writer_queue_limit_lines", "Lines that may wait; more are OVERLOADED.")
        self.queue_age = new.gauge(
            "stockpulse_writer_queue_oldest_seconds", "How long the oldest command has waited.", combined="livemax"
        )
        self.overloaded = new.counter("stockpulse_writer_overloaded_total", "Commands refused as OVERLOADED.")
        self.attempts_failed = _with(
            new.counter(
                "stockpulse_writer_attempts_failed_total", "Transactions that did not commit, by reason.", ["reason"]
            ),
            "conflict",
            "lost_race",
            "transient",
            "other",
        )
        self.bisections = new.counter("stockpulse_writer_bisections_total", "Batches divided to find what fails.")
        self.given_up = new.counter("stockpulse_writer_given_up_total", "Commands answered UNAVAILABLE.")
        self.replays = new.counter("stockpulse_writer_replays_total", "Commands whose idempotency key was used before.")
        self.ledger_lines = new.increments("stockpulse_ledger_lines_total", "Lines written to the ledger.")
        self.cache_races = new.counter(
            "stockpulse_level_cache_races_lost_total", "Batches decided on a level that another process had changed."
        )

    def _declare_live(self, new: _Declared) -> None:
        self.subscribers = new.gauge("stockpulse_subscribers", "Subscriptions that are open.", ["shared"])
        self.subscription_groups = new.gauge(
            "stockpulse_subscription_groups", "Subscriptions that differ, executed once."
        )
        self.streams = new.gauge("stockpulse_live_streams", "Streams of events that subscriptions read.")
        self.messages = new.counter("stockpulse_messages_total", "Results that were sent to subscribers.")
        self.message_bytes = new.counter("stockpulse_message_bytes_total", "Bytes of those results, without framing.")
        self.reopened = new.counter(
            "stockpulse_subscribers_reopened_total", "Subscribers that fell behind and were sent what is present anew."
        )
        self.hub_messages = new.increments("stockpulse_hub_messages_total", "Messages received through Redis.")
        self.hub_gaps = new.counter("stockpulse_hub_gaps_total", "Signs that messages were missed.")
        self.hub_resyncs = new.counter("stockpulse_hub_resynced_levels_total", "Levels read from the ledger for that.")
        self.hub_lag_seconds = new.observations(
            "stockpulse_hub_lag_seconds",
            "Time from when a change was decided, before its commit, to its arrival through Redis.",
        )
        self.publisher_queue = new.gauge("stockpulse_publisher_queue_entries", "Changes that wait to be published.")
        self.published = new.increments("stockpulse_publisher_messages_total", "Messages published to Redis.")
        self.unpublished = new.counter("stockpulse_publisher_dropped_entries_total", "Changes that Redis did not take.")
        self.redis_up = new.gauge(
            "stockpulse_redis_up", "1 while Redis answers, by its use.", ["use"], combined="livemin"
        )

    def _declare_background(self, new: _Declared) -> None:
        self.task_up = new.gauge("stockpulse_task_up", "1 while a task is well.", ["task"], combined="livemin")
        self.task_restarts = new.counter("stockpulse_task_restarts_total", "Restarts of a task that ended.", ["task"])
        self.task_silent = new.gauge(
            "stockpulse_task_silent_seconds", "Time since the last heartbeat of a task.", ["task"], combined="livemax"
        )
        self.reader_lag = new.gauge(
            "stockpulse_ledger_reader_lag_seconds",
            "How far a reader is behind the ledger that it has yet to work off.",
            ["reader"],
            combined="livemax",
        )
        self.webhook_attempts = _with(
            new.counter("stockpulse_webhook_attempts_total", "Attempts to deliver a message, by outcome.", ["outcome"]),
            "taken",
            "3xx",
            "4xx",
            "5xx",
            "no_answer",
        )
        self.webhook_seconds = new.observations(
            "stockpulse_webhook_attempt_duration_seconds", "Time of such an attempt."
        )

    def _declare_database(self, new: _Declared) -> None:
        self.mongo_connections = new.gauge(
            "stockpulse_mongo_connections", "Connections to MongoDB, by state.", ["state"]
        )
        self.mongo_connections_limit = new.gauge("stockpulse_mongo_connections_limit", "Connections that there may be.")
        self.mongo_members = new.gauge(
            "stockpulse_mongo_members", "Servers of the database, by state.", ["state"], combined="livemostrecent"
        )
        self.mongo_up = new.gauge(
            "stockpulse_mongo_up", "1 if the database answered last, be it slowly.", combined="livemostrecent"
        )
        self.alerts_open = new.gauge("stockpulse_alerts_open", "Open alerts.", ["type"], combined="livemostrecent")
        self.reservations_waiting = new.gauge(
            "stockpulse_reservations_waiting", "Reservations that wait for units.", combined="livemostrecent"
        )
        self.deliveries = new.gauge(
            "stockpulse_webhook_deliveries", "Webhook deliveries, by state.", ["state"], combined="livemostrecent"
        )
        self.delivery_age = new.gauge(
            "stockpulse_webhook_oldest_waiting_seconds",
            "Age of the oldest delivery that waits.",
            combined="livemostrecent",
        )

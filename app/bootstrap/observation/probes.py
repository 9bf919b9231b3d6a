"""The probes of one process: what its parts know of themselves, as metrics."""

from collections.abc import Sequence
from importlib.metadata import version
from time import perf_counter

from app.bootstrap.application import Application
from app.bootstrap.foundation import Watched
from app.bootstrap.observation.members import members
from app.services.background.supervision import Supervised
from app.store.database.format import FORMAT
from app.store.driver.client import MAX_CONNECTIONS
from app.telemetry.growing import Growing
from app.telemetry.metrics import Metrics
from app.telemetry.process import process_probe
from app.telemetry.sampling import Probe


def probes_over(application: Application, metrics: Metrics) -> Sequence[Probe]:
    """Return the probes."""
    metrics.build_info.labels(version("stockpulse"), str(FORMAT)).set(1)
    return (
        process_probe(metrics),
        _writer(application, metrics),
        _caches(application, metrics),
        _live(application, metrics),
        TaskProbe(application.watched, metrics),
        _mongo(application, metrics),
    )


class CacheProbe:
    """Follows the lookups of one cache."""

    def __init__(self, metrics: Metrics, name: str) -> None:
        self._hits = Growing(metrics.cache_lookups.labels(name, "hit"))
        self._misses = Growing(metrics.cache_lookups.labels(name, "miss"))
        self._entries = metrics.cache_entries.labels(name)

    def follow(self, *, hits: int, misses: int, entries: int) -> None:
        """Take over the numbers of the cache."""
        self._hits.follow(hits)
        self._misses.follow(misses)
        self._entries.set(entries)


def _writer(application: Application, metrics: Metrics) -> Probe:
    queue = application.base.writer.queue
    metrics.queue_limit.set(queue.lines_max)

    def probe() -> None:
        since = queue.oldest_since
        metrics.queue_commands.set(len(queue))
        metrics.queue_lines.set(queue.lines)
        metrics.queue_age.set(0.0 if since is None else perf_counter() - since)

    return probe


def _caches(application: Application, metrics: Metrics) -> Probe:
    levels, races = CacheProbe(metrics, "levels"), Growing(metrics.cache_races)
    credentials, item_matches = CacheProbe(metrics, "credentials"), CacheProbe(metrics, "item matches")
    lost = Growing(metrics.audit_lost)

    def probe() -> None:
        cache = application.base.level_cache
        races.follow(cache.races_lost)
        levels.follow(hits=cache.hits, misses=cache.misses, entries=len(cache))
        verified = application.authenticator
        credentials.follow(hits=verified.hits, misses=verified.misses, entries=len(verified))
        found = application.item_matches
        item_matches.follow(hits=found.hits, misses=found.misses, entries=len(found))
        metrics.audit_waiting.set(application.audit.waiting)
        lost.follow(application.audit.lost)

    return probe


def _live(application: Application, metrics: Metrics) -> Probe:
    hub, publisher = application.base.hub, application.base.publisher
    receives, publishes = metrics.redis_up.labels("receive"), metrics.redis_up.labels("publish")
    totals, webhooks = metrics.reader_lag.labels("totals"), metrics.reader_lag.labels("webhooks")

    def probe() -> None:
        metrics.streams.set(len(application.streams))
        metrics.publisher_queue.set(publisher.waiting)
        receives.set(hub.problem() is None)
        publishes.set(publisher.problem is None)
        totals.set(application.workers.totals.lag_seconds)
        webhooks.set(application.workers.webhook_dispatch.lag_seconds)

    return probe


class TaskProbe:
    """The probe of supervised tasks, by name; those of webhooks together. One that has been stopped is well."""

    def __init__(self, watched: Sequence[Watched], metrics: Metrics) -> None:
        self._watched, self._metrics = watched, metrics
        self._restarts: dict[str, Growing] = {}

    def __call__(self) -> None:
        """Set the metrics."""
        found: dict[str, list[Supervised]] = {name: [] for name in self._restarts}
        for each in self._watched:
            for task in each.tasks:
                found.setdefault(_name(task), []).append(task)
        for name, alike in found.items():
            self._metrics.task_up.labels(name).set(all(task.problem is None for task in alike))
            self._metrics.task_silent.labels(name).set(max((task.silent_seconds for task in alike), default=0.0))
            if name not in self._restarts:
                self._restarts[name] = Growing(self._metrics.task_restarts.labels(name))
            self._restarts[name].follow(sum(task.restarts for task in alike))


def _name(task: Supervised) -> str:
    return "webhook" if task.name.startswith("webhook ") else task.name


def _mongo(application: Application, metrics: Metrics) -> Probe:
    connections, client = application.base.connections, application.base.client
    is_open, in_use = metrics.mongo_connections.labels("open"), metrics.mongo_connections.labels("in_use")
    metrics.mongo_connections_limit.set(MAX_CONNECTIONS)

    def probe() -> None:
        is_open.set(connections.open)
        in_use.set(connections.in_use)
        for state, count in members(client.topology_description).items():
            metrics.mongo_members.labels(state).set(count)

    return probe

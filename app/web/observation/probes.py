"""The probes of the transport: connections, subscriptions, and documents that are kept."""

from app.bootstrap.observation.probes import CacheProbe
from app.telemetry.growing import Growing
from app.telemetry.metrics import Metrics
from app.telemetry.sampling import Probe
from app.web.edge.http.open_connections import served_connections
from app.web.graphql import GraphQLApp


def transport_probe(graphql: GraphQLApp, metrics: Metrics) -> Probe:
    """Return the probe of a process that serves this."""
    engine = graphql.engine
    delivered = engine.groups.delivered
    shared, alone = metrics.subscribers.labels("yes"), metrics.subscribers.labels("no")
    messages, size = Growing(metrics.messages), Growing(metrics.message_bytes)
    reopened = Growing(metrics.reopened)
    documents, trusted = CacheProbe(metrics, "documents"), CacheProbe(metrics, "trusted documents")

    def probe() -> None:
        metrics.http_connections.set(served_connections())
        metrics.live_connections.set(graphql.live_connections.count)
        metrics.subscription_groups.set(len(engine.groups))
        shared.set(sum(len(group.members) for group in engine.groups))
        alone.set(engine.alone)
        messages.follow(delivered.messages)
        size.follow(delivered.bytes)
        reopened.follow(delivered.reopened)
        for cache, follows in ((engine.documents, documents), (engine.trusted_documents, trusted)):
            follows.follow(hits=cache.hits, misses=cache.misses, entries=len(cache))

    return probe

"""The Redis client, with a bound on every wait: no caller may hang on a Redis that is not available."""

from typing import Any

from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from app.domain.failures import ServiceError
from app.live.redis_address import RedisAddress, Topology
from app.live.redis_whereabouts import FollowingConnection, FollowingTlsConnection, Whereabouts

SOCKET_TIMEOUT_SECONDS = 1.0


def redis_away(error: Exception) -> ServiceError:
    """Return the failure of what needs Redis and goes on without."""
    failure = ServiceError("Redis does not answer.")
    failure.add_note(str(error))
    return failure


def open_redis(url: str, *, key: str, timeout_seconds: float = SOCKET_TIMEOUT_SECONDS) -> "Redis":
    """Return a client. It connects at its first use, and never retries: its users decide when.

    In a Cluster it is connected to the node that has the slot of `key`, and to no other. Raises ValueError where the
    URL is none.
    """
    address = RedisAddress.parse(url)
    waits: dict[str, Any] = {
        "socket_timeout": timeout_seconds,
        "socket_connect_timeout": timeout_seconds,
        "retry": Retry(NoBackoff(), 0),
        "client_name": "stockpulse",
    }
    if address.topology is Topology.SERVER:
        return Redis.from_url(url, **waits)
    pool = ConnectionPool(
        connection_class=FollowingTlsConnection if address.is_encrypted else FollowingConnection,
        whereabouts=Whereabouts(address, key=key, connection=waits),
        **waits | dict(address.options),
    )
    return Redis.from_pool(pool)

"""The Redis client, with a bound on every wait: no caller may hang on a Redis that is not available."""

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

SOCKET_TIMEOUT_SECONDS = 1.0


def open_redis(url: str) -> "Redis":
    """Return a client. It connects at its first use, and never retries: its users decide when."""
    return Redis.from_url(
        url,
        socket_timeout=SOCKET_TIMEOUT_SECONDS,
        socket_connect_timeout=SOCKET_TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),
        client_name="stockpulse",
    )

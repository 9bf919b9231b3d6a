"""The Redis client, with every wait bounded: Redis may be away, and nobody is to notice."""

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

SOCKET_TIMEOUT_SECONDS = 1.0


def open_redis(url: str) -> "Redis":
    """Return a client. It connects at its first use, and never tries twice: its users know when to try again."""
    return Redis.from_url(
        url,
        socket_timeout=SOCKET_TIMEOUT_SECONDS,
        socket_connect_timeout=SOCKET_TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),
        client_name="stockpulse",
    )

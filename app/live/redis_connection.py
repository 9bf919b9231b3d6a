"""The Redis client, with a bound on every wait: no caller may hang on a Redis that is not available."""

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from app.domain.failures import ServiceError

SOCKET_TIMEOUT_SECONDS = 1.0


def redis_away(error: Exception) -> ServiceError:
    """Return the failure of what needs Redis and goes on without."""
    failure = ServiceError("Redis does not answer.")
    failure.add_note(str(error))
    return failure


def open_redis(url: str) -> "Redis":
    """Return a client. It connects at its first use, and never retries: its users decide when."""
    return Redis.from_url(
        url,
        socket_timeout=SOCKET_TIMEOUT_SECONDS,
        socket_connect_timeout=SOCKET_TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),
        client_name="stockpulse",
    )

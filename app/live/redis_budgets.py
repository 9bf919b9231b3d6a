"""The buckets that all processes share, in Redis (ADR 42).

Rule: a charge, the restoring before it and the answer are one script, by Redis's own clock. What is full is deleted,
and everything else expires when it would be full.
"""

from collections.abc import Sequence
from typing import Final

from redis.exceptions import RedisError

from app.live.redis_address import redis_name
from app.live.redis_connection import open_redis, redis_away
from app.services.access.budgets import SharedCharge

MAX_BUCKETS_AT_ONCE = 200  # in one script: some 400 µs of Redis, which does nothing else meanwhile

# KEYS: buckets. ARGV, of each: what is restored per second, and the charge.
CHARGE: Final = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local levels = {}
for i, key in ipairs(KEYS) do
  local rate, amount = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local found = redis.call('HMGET', key, 'spent', 'at')
  local spent = tonumber(found[1] or '0') - rate * math.max(0, now - tonumber(found[2] or '0'))
  spent = math.max(0, math.max(0, spent) + amount)
  if spent == 0 then
    redis.call('DEL', key)
  else
    redis.call('HSET', key, 'spent', string.format('%.3f', spent), 'at', string.format('%.6f', now))
    redis.call('PEXPIRE', key, string.format('%.0f', 1000 * spent / rate + 1000))
  end
  levels[i] = string.format('%.3f', spent)
end
return levels
"""


class RedisBudgets:
    """The buckets of one installation."""

    def __init__(self, redis_url: str, *, namespace: str) -> None:
        """`namespace` is the name of the database: installations that share a Redis count for themselves."""
        self._prefix = redis_name(namespace, "budget:")
        self._redis = open_redis(redis_url, key=self._prefix)
        self._charge = self._redis.register_script(CHARGE)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._redis.aclose()

    async def charge(self, charges: Sequence[SharedCharge]) -> Sequence[float]:
        """Charge each bucket, and return how much is spent of each. Raises ServiceError."""
        levels: list[float] = []
        try:
            for start in range(0, len(charges), MAX_BUCKETS_AT_ONCE):
                some = charges[start : start + MAX_BUCKETS_AT_ONCE]
                found = await self._charge(
                    keys=[self._prefix + each.key for each in some],
                    args=[value for each in some for value in (each.restore_rate, each.amount)],
                )
                levels += map(float, found)
        except (RedisError, OSError) as error:
            raise redis_away(error) from error
        return levels

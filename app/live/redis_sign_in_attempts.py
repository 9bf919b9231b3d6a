"""Counters of attempts to sign in that all processes share, in Redis.

Rule: each decision is one script, by Redis's own clock, so that attempts in several processes are counted one after the
other. Whatever is written expires.
"""

from collections.abc import Sequence
from typing import Final

from redis.exceptions import RedisError

from app.live.redis_address import redis_name
from app.live.redis_connection import open_redis, redis_away
from app.services.access.sign_in.attempts import KNOWN_SECONDS, Counter

# KEYS: counters. ARGV, of each: free attempts, then first delay, longest delay and time to forget in ms.
ATTEMPT: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait = 0
for _, key in ipairs(KEYS) do
  wait = math.max(wait, tonumber(redis.call('HGET', key, 'until') or '0') - now)
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
  local free, first, longest, forget = unpack(ARGV, 4 * i - 3, 4 * i)
  local attempts = redis.call('HINCRBY', key, 'attempts', 1)
  local delay = 0
  if attempts >= tonumber(free) then
    delay = math.min(tonumber(longest), tonumber(first) * 2 ^ math.min(attempts - tonumber(free), 60))
  end
  redis.call('HSET', key, 'until', string.format('%.0f', now + delay))
  redis.call('PEXPIRE', key, string.format('%.0f', delay + tonumber(forget)))
end
return 0
"""

# KEYS: the counter that loses an attempt, the address that is known from now on, and counters to forget. ARGV: ms.
SUCCEEDED: Final = """
if redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('HINCRBY', KEYS[1], 'attempts', -1)
  redis.call('HSET', KEYS[1], 'until', 0)
end
redis.call('SET', KEYS[2], 1, 'PX', ARGV[1])
for i = 3, #KEYS do redis.call('DEL', KEYS[i]) end
"""


class RedisSignInAttempts:
    """The counters of one installation."""

    def __init__(self, redis_url: str, *, namespace: str) -> None:
        """`namespace` is the name of the database: installations that share a Redis count for themselves."""
        self._prefix = redis_name(namespace, "sign-in:")
        self._redis = open_redis(redis_url, key=self._prefix)
        self._attempt = self._redis.register_script(ATTEMPT)
        self._succeeded = self._redis.register_script(SUCCEEDED)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._redis.aclose()

    async def attempt(self, counters: Sequence[Counter]) -> float:
        """Count one in all of them, or return how long it waits."""
        rules = [each.slowing for each in counters]
        arguments = [
            value
            for rule in rules
            for value in (rule.free_attempts, *map(_ms, (rule.first_seconds, rule.max_seconds, rule.forget_seconds)))
        ]
        try:
            wait = await self._attempt(keys=[self._prefix + each.key for each in counters], args=arguments)
        except (RedisError, OSError) as error:
            raise redis_away(error) from error
        return int(wait) / 1_000

    async def succeeded(self, *, reset: Sequence[str], undone: str, known: str) -> None:
        """Note a success."""
        keys = [self._prefix + key for key in (undone, known, *reset)]
        try:
            await self._succeeded(keys=keys, args=[_ms(KNOWN_SECONDS)])
        except (RedisError, OSError) as error:
            raise redis_away(error) from error

    async def is_known(self, known: str) -> bool:
        """Tell whether an address is known."""
        try:
            return bool(await self._redis.exists(self._prefix + known))
        except (RedisError, OSError) as error:
            raise redis_away(error) from error


def _ms(seconds: float) -> int:
    return round(seconds * 1_000)

"""The Redis subscription of a process, kept alive.

Rule: every confirmation of the subscription counts as a gap before it, and silence is answered with a ping. redis-py
can reconnect a subscription silently, and a connection can die without an error.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from app.live.redis_channel import RedisChannel, Sign, Subscription
from app.services.background.cancellation import raise_if_cancelled
from app.services.background.heartbeat import beat
from app.services.background.log_throttle import LogThrottle

SILENCE_SECONDS = 2.0  # then a ping; after as much silence again the connection counts as dead
FIRST_RETRY_SECONDS = 0.05
MAX_RETRY_SECONDS = 0.5  # times 1.5 at most: changes are to arrive again within a second of the repair

logger = logging.getLogger(__name__)


class Receiver:
    """Calls `on_message` with each message in turn, and `on_gap` whenever messages may have been missed."""

    def __init__(
        self,
        redis_url: str,
        *,
        channel: str,
        on_message: Callable[[bytes], Awaitable[None]],
        on_gap: Callable[[], None],
    ) -> None:
        self._url = redis_url
        self._channel = channel
        self._on_message = on_message
        self._on_gap = on_gap
        self._losses = LogThrottle()
        self.problem: str | None = "Redis has not answered yet."

    async def run(self) -> None:
        """Receive until cancelled. May be called again after a failure."""
        try:
            await self._keep_up()
        except BaseException as error:
            self.problem = f"The subscription has failed: {type(error).__name__}"
            self._on_gap()
            raise

    async def _keep_up(self) -> None:
        pause = FIRST_RETRY_SECONDS
        async with RedisChannel(self._url, self._channel) as channel:
            while True:
                beat()
                was_good, details = False, ""
                try:
                    async with channel.subscription() as subscription:
                        await self._receive(subscription)
                except (RedisError, OSError) as error:
                    was_good = self.problem is None
                    # The driver's message names host and port: only the log may have it.
                    self.problem, details = "Redis does not answer.", f"{type(error).__name__}: {error}"
                self._on_gap()
                if was_good:
                    pause = FIRST_RETRY_SECONDS
                    if self._losses.is_due():
                        logger.warning("The subscription was lost. %s", details)
                await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, not a secret
                pause = min(2 * pause, MAX_RETRY_SECONDS)

    async def _receive(self, subscription: Subscription) -> None:
        is_pinged = False
        while True:
            raise_if_cancelled()
            message = await subscription.next(seconds=SILENCE_SECONDS)
            if message is Sign.SILENCE:
                if is_pinged:
                    raise RedisConnectionError("it is silent")
                await subscription.ping()
                is_pinged = True
                continue
            is_pinged = False
            if message is Sign.CONFIRMED:
                self.problem = None
                self._on_gap()
            elif isinstance(message, bytes):
                await self._on_message(message)

"""Changes of keys, users and roles over Redis, so that they take effect in every process at once.

Rule: a message only hastens what the database says anyway. Whenever one may have been missed, listeners hear that
anything may have changed.
"""

import logging
from collections.abc import Collection
from types import TracebackType

from msgspec import DecodeError
from msgspec.msgpack import Decoder, Encoder
from redis.exceptions import RedisError

from app.live.receiver import Receiver
from app.live.redis_address import redis_name
from app.live.redis_channel import RedisChannel
from app.services.access.ports import OnAccessChanged
from app.services.background.background import Background
from app.services.background.log_throttle import LogThrottle

_FORMAT = 1  # part of the channel's name: processes of different releases must not misread each other's messages

logger = logging.getLogger(__name__)

_encoder = Encoder()
_names = Decoder(frozenset[str])


class AccessChannel(Background):
    """AccessChanges over Redis. An async context: its task and its connections live in it."""

    def __init__(self, redis_url: str, *, namespace: str) -> None:
        """`namespace` is the name of the database: only its processes hear each other."""
        super().__init__(name="access channel")
        name = redis_name(namespace, f"access:{_FORMAT}")
        self._channel = RedisChannel(redis_url, name)
        self._listeners: list[OnAccessChanged] = []
        self._failures = LogThrottle()
        self._receiver = Receiver(redis_url, channel=name, on_message=self._receive, on_gap=self._miss)

    def problem(self) -> str | None:
        """Return why changes do not arrive through Redis now. They are then seen a few seconds later."""
        return self._receiver.problem

    def listen(self, on_changed: OnAccessChanged) -> None:
        self._listeners.append(on_changed)

    async def announce(self, names: Collection[str]) -> None:
        if not names:
            return
        self._tell(frozenset(names))
        try:
            await self._channel.publish(_encoder.encode(sorted(names)))
        except (RedisError, OSError) as error:
            if self._failures.is_due():
                logger.warning("A change of access was not announced, and takes effect in seconds: %s", error)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await super().__aexit__(kind, error, trace)
        finally:
            await self._channel.aclose()

    async def _run(self) -> None:
        await self._receiver.run()

    async def _receive(self, data: bytes) -> None:
        try:
            self._tell(_names.decode(data))
        except DecodeError:
            logger.warning("A message about a change of access could not be read.")
            self._miss()

    def _miss(self) -> None:
        self._tell(None)

    def _tell(self, names: frozenset[str] | None) -> None:
        for listener in self._listeners:
            try:
                listener(names)
            except Exception:
                logger.exception("%s could not take a change of access.", listener)

"""One channel of pub/sub: of the whole Redis, or in a Cluster of the shard that has its slot (ADR 47)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum
from types import TracebackType
from typing import Self

from redis.asyncio.client import PubSub
from redis.exceptions import ConnectionError as RedisConnectionError

from app.live.redis_address import RedisAddress, Topology
from app.live.redis_connection import open_redis
from app.live.redis_whereabouts import FollowingConnection


class RedisChannel:
    """Publishes on the channel, and subscribes to it. An async context: its connections live in it."""

    def __init__(self, redis_url: str, name: str) -> None:
        """`name` is made by `redis_name`. It connects at its first use."""
        self._name = name
        self._is_sharded = RedisAddress.parse(redis_url).topology is Topology.CLUSTER
        self._redis = open_redis(redis_url, key=name)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    async def publish(self, *messages: bytes) -> None:
        """Send messages, in one round trip. Raises RedisError or OSError where that cannot be known to have worked."""
        async with self._redis.pipeline(transaction=False) as pipeline:
            for message in messages:
                if self._is_sharded:
                    pipeline.spublish(self._name, message)
                else:
                    pipeline.publish(self._name, message)
            heard = await pipeline.execute()
        if not all(heard):  # perhaps it was sent to a server that all others have left
            await self._look_again()

    @asynccontextmanager
    async def subscription(self) -> AsyncIterator["Subscription"]:
        """Subscribe. Raises RedisError or OSError, then and later."""
        async with self._redis.pubsub() as pubsub:
            await (pubsub.ssubscribe if self._is_sharded else pubsub.subscribe)(self._name)
            yield Subscription(pubsub)

    async def _look_again(self) -> None:
        pool = self._redis.connection_pool
        if issubclass(pool.connection_class, FollowingConnection):
            await pool.disconnect(inuse_connections=False)


class Sign(Enum):
    """What a subscription may have instead of a message."""

    CONFIRMED = "it stands from now on, perhaps once more after it was lost"
    ALIVE = "the server answers"
    SILENCE = "nothing came"


class Subscription:
    """What arrives on the channel."""

    def __init__(self, pubsub: PubSub) -> None:
        self._pubsub = pubsub

    async def next(self, *, seconds: float) -> bytes | Sign:
        """Return the next message, or what is to know instead. Raises RedisError or OSError where it is lost."""
        received = await self._pubsub.get_message(timeout=seconds)
        if received is None:
            return Sign.SILENCE
        kind = received["type"]
        if kind in {"message", "smessage"}:
            data: bytes = received["data"]
            return data
        if kind == "sunsubscribe":
            raise RedisConnectionError("its slot has gone to another node")
        return Sign.CONFIRMED if kind in {"subscribe", "ssubscribe"} else Sign.ALIVE

    async def ping(self) -> None:
        """Ask for a sign of life, and whether this is still the server to ask. Raises RedisError or OSError."""
        connection = self._pubsub.connection
        if isinstance(connection, FollowingConnection) and await connection.has_moved():
            raise RedisConnectionError("another server has taken over")
        await self._pubsub.ping()

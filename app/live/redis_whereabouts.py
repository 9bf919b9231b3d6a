"""Which server takes what is written, asked of those that know: the Sentinels, or the nodes of a Cluster.

Rule: it is asked at each connect, the next node each time, so that no answer is older than the connection and no node
that is away or behind is asked twice in a row.
"""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Any, Final

from redis.asyncio import Redis
from redis.asyncio.connection import Connection, SSLConnection
from redis.crc import key_slot
from redis.exceptions import (
    AuthenticationError,
    ClusterDownError,
    MovedError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)
from redis.exceptions import ConnectionError as RedisConnectionError

from app.live.redis_address import Node, RedisAddress, Topology

ASK_SECONDS = 0.5  # a node that is frozen must not hold up the others
LOOK_SECONDS = 0.2  # messages wait while a subscription looks whether its server is still the one

_REFUSED: Final = (AuthenticationError, ResponseError)
_LEFT: Final = (MovedError, ReadOnlyError, ClusterDownError)  # what a server says that is no longer the one


class Whereabouts:
    """Finds the master of a name, or the owner of a slot."""

    def __init__(self, address: RedisAddress, *, key: str, connection: dict[str, Any]) -> None:
        """`key` is any name in the slot that is looked for; `connection` holds what all connections have."""
        self._address = address
        self._slot = key_slot(key.encode())
        self._nodes = deque(address.nodes)
        is_cluster = address.topology is Topology.CLUSTER
        self._ask = self._owner if is_cluster else self._master
        self._seconds: float = connection["socket_timeout"]
        waits = {"socket_timeout": ASK_SECONDS, "socket_connect_timeout": ASK_SECONDS}
        self._options = connection | dict(address.options if is_cluster else address.sentinel_options) | waits

    @property
    def is_of_master(self) -> bool:
        """Whether the server found must call itself a master."""
        return self._address.topology is Topology.SENTINEL

    async def find(self) -> Node:
        """Return the server. Raises RedisError where no node knows it, or none does in the time of one answer."""
        failures: list[RedisError] = []
        try:
            async with asyncio.timeout(self._seconds):
                for _ in range(len(self._nodes)):
                    node = self._nodes[0]
                    self._nodes.rotate(-1)
                    try:
                        return await self._answer(node)
                    except _REFUSED as error:  # tells more than that another does not answer
                        failures.insert(0, type(error)(f"{node}: {error}"))
                    except (RedisError, OSError) as error:
                        failures.append(RedisConnectionError(f"{node}: {error}"))
        except TimeoutError:
            failures.append(RedisConnectionError("no node that was asked answers"))
        raise failures[0]

    async def _answer(self, node: Node) -> Node:
        client = Redis(host=node.host, port=node.port, ssl=self._address.is_encrypted, **self._options)
        try:
            return await self._ask(client, node)
        finally:  # not as a context, which would close it in a task of its own, and lose what fails there
            with suppress(RedisError, OSError):
                await client.aclose()

    async def _master(self, client: "Redis", node: Node) -> Node:
        found = await _reply(client, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", self._address.master)
        if found is None:
            raise ResponseError(f"this Sentinel knows no master {self._address.master}")
        return Node(_text(found[0]), int(found[1]))

    async def _owner(self, client: "Redis", node: Node) -> Node:
        owner: Node | None = None
        known = [*self._address.nodes]
        for first, last, *servers in await _reply(client, "CLUSTER", "SLOTS"):
            places = [Node(_text(server[0] or b"") or node.host, int(server[1])) for server in servers]
            if first <= self._slot <= last:
                owner = places[0]
            known += places
        if {*known} != {*self._nodes}:
            self._nodes = deque(dict.fromkeys(known))
        if owner is None:
            raise ClusterDownError(f"no node owns slot {self._slot}")
        return owner


class FollowingConnection(Connection):
    """A connection that goes to where its server is now, each time that it connects."""

    def __init__(self, *, whereabouts: Whereabouts, **options: Any) -> None:  # noqa: ANN401 - the driver's options
        self._whereabouts = whereabouts
        super().__init__(**options)

    async def connect_check_health(self, check_health: bool = True, retry_socket_connect: bool = True) -> None:
        if not self.is_connected:
            self.host, self.port = await self._whereabouts.find()
        await super().connect_check_health(check_health, retry_socket_connect)

    async def on_connect_check_health(self, check_health: bool = True) -> None:
        await super().on_connect_check_health(check_health)
        if self._whereabouts.is_of_master:  # a Sentinel may not have heard yet
            await self.send_command("ROLE", check_health=False)
            [role, *_] = await self.read_response()
            if role != b"master":
                raise RedisConnectionError(f"{self.host}:{self.port} is no master any more")

    async def read_response(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - the driver's
        try:
            return await super().read_response(*arguments, **options)
        except _LEFT as error:
            await self.disconnect()
            raise RedisConnectionError(f"{self.host}:{self.port} is not the one any more: {error}") from error

    async def has_moved(self) -> bool:
        """Tell whether another server is the one now. Where no node answers at once, it is not."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                return (self.host, self.port) != await self._whereabouts.find()
        except (RedisError, OSError):
            return False


class FollowingTlsConnection(FollowingConnection, SSLConnection):
    """The same, encrypted."""


async def _reply(client: "Redis", *command: str) -> Any:  # noqa: ANN401 - whatever the server sends
    return await client.execute_command(*command)  # type: ignore[no-untyped-call]  # the driver's


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value

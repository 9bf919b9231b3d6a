"""Several redis-servers that belong together: a Cluster, or a master with a replica and Sentinels.

A test may kill or freeze each of them.
"""

import re
import shutil
import signal
import socket
import subprocess
from contextlib import ExitStack
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.crc import key_slot
from redis.exceptions import RedisError

from app.embedded.binaries import REDIS_SERVER, find
from tests.support.waiting import eventually

SHARDED_SINCE = 7  # the first Redis with sharded pub/sub; the one that the embedded extra brings is older
SLOTS = 16_384
MASTER = "main"
# What the documentation lets a user of ours do, here of every installation.
ALLOWED = "~{*}:* resetchannels &{*}:* +@all -@dangerous +client|setname +role"
USER, PASSWORD, SENTINEL_PASSWORD = "stockpulse", "s3same-of-data", "s3same-of-sentinels"


@cache
def redis_7() -> str | None:
    """Return a redis-server that knows sharded pub/sub, if there is one.

    Debian's package redis-tools has it under another name: the program does what it is called for.
    """
    for program in filter(None, (str(find(REDIS_SERVER) or ""), shutil.which("redis-check-rdb"))):
        said = subprocess.run(  # noqa: S603 - a program of this machine
            [REDIS_SERVER.name, "--version"], executable=program, capture_output=True, text=True, check=False
        )
        version = re.search(r" v=(\d+)", said.stdout)
        if version and int(version[1]) >= SHARDED_SINCE:
            return program
    return None


def redis_program() -> str:
    """Return a redis-server of any version."""
    program = find(REDIS_SERVER)
    assert program is not None
    return str(program)


class Server:
    """One redis-server process."""

    def __init__(
        self,
        program: str,
        directory: Path,
        *lines: str,
        port: int | None = None,
        bus: int | None = None,
        sentinel: bool = False,
    ) -> None:
        self.port, self.bus = port or free_port(), bus
        directory.mkdir()
        config = directory / "redis.conf"
        self._password = SENTINEL_PASSWORD if sentinel else PASSWORD
        common = [f"port {self.port}", "bind 127.0.0.1", f"dir {directory}", f"requirepass {self._password}"]
        if not sentinel:
            common += [f"user {USER} on >{PASSWORD} {ALLOWED}", f"masterauth {PASSWORD}"]
            common += ['save ""', "repl-diskless-sync-delay 0", "repl-ping-replica-period 1"]
        config.write_text("\n".join([*common, *lines]))
        self._process = subprocess.Popen(  # noqa: S603 - a program of this machine
            [REDIS_SERVER.name, str(config), *(["--sentinel"] if sentinel else [])],
            executable=program,
            stdout=subprocess.DEVNULL,
        )

    @property
    def client(self) -> "Redis":
        """A client of this server alone."""
        return Redis(
            host="127.0.0.1", port=self.port, password=self._password, socket_timeout=60, decode_responses=True
        )

    async def ask(self, *command: object) -> Any:  # noqa: ANN401 - whatever it answers
        """Return its answer."""
        async with self.client as client:
            return await client.execute_command(*command)

    async def up(self) -> None:
        """Return once it answers."""
        await eventually(self._answers)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()

    def freeze(self) -> None:
        """Stop it from answering, with its connections left open."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._process.send_signal(signal.SIGCONT)

    async def _answers(self) -> bool:
        try:
            await self.ask("PING")
        except (RedisError, OSError):
            return False
        return True


class Cluster:
    """Three nodes that own a third of the slots each, and a fourth that owns none."""

    def __init__(self, program: str, directory: Path) -> None:
        self._servers = ExitStack()
        self._nodes = [self._start(program, directory / f"node{number}", free_port()) for number in range(4)]
        self._masters, self.spare = self._nodes[:3], self._nodes[3]

    @property
    def url(self) -> str:
        """The URL of two nodes, one of which is not there."""
        return f"redis+cluster://{USER}:{PASSWORD}@127.0.0.1:{free_port()},127.0.0.1:{self.spare.port}"

    async def form(self) -> None:
        """Return once the nodes know each other."""
        for node in self._nodes:
            await node.up()
        for number, node in enumerate(self._masters):
            await node.ask("CLUSTER", "ADDSLOTSRANGE", -(-SLOTS * number // 3), -(-SLOTS * (number + 1) // 3) - 1)
        for one, other in combinations(self._nodes, 2):
            await one.ask("CLUSTER", "MEET", "127.0.0.1", other.port, other.bus)
        for node in self._nodes:
            await eventually(lambda: self._knows_all(node))  # noqa: B023 - awaited before the next

    async def owner(self, key: str) -> Server:
        """Return the node that has the slot of a key."""
        for first, last, (_, port, *_), *_ in await self.spare.ask("CLUSTER", "SLOTS"):
            if first <= key_slot(key.encode()) <= last:
                return next(node for node in self._nodes if node.port == port)
        raise AssertionError(key)

    async def move(self, key: str) -> None:
        """Give the slot of a key, in which nothing is kept, to another node."""
        owner = await self.owner(key)
        other = next(node for node in self._masters if node is not owner)
        name = await other.ask("CLUSTER", "MYID")
        for node in (other, *(each for each in self._nodes if each is not other)):
            await node.ask("CLUSTER", "SETSLOT", key_slot(key.encode()), "NODE", name)

    async def guard(self, key: str) -> None:
        """Make the fourth node the replica of the one that has the slot of a key."""
        owner = await self.owner(key)
        await self.spare.ask("CLUSTER", "REPLICATE", await owner.ask("CLUSTER", "MYID"))
        for node in self._masters:
            await eventually(lambda: self._knows_a_replica(node))  # noqa: B023 - awaited before the next

    def close(self) -> None:
        """End what still runs."""
        self._servers.close()

    def _start(self, program: str, directory: Path, bus: int) -> Server:
        server = Server(
            program, directory, "cluster-enabled yes", "cluster-node-timeout 1000", f"cluster-port {bus}", bus=bus
        )
        self._servers.callback(server.kill)
        return server

    async def _knows_all(self, node: Server) -> bool:
        info = await node.ask("CLUSTER", "INFO")
        return "cluster_state:ok" in info and f"cluster_known_nodes:{len(self._nodes)}" in info

    async def _knows_a_replica(self, node: Server) -> bool:
        return any(len(servers) == 2 for _, _, *servers in await node.ask("CLUSTER", "SLOTS"))


class Watched:
    """A master, its replica, and Sentinels that make it the master when the other is gone."""

    def __init__(self, program: str, directory: Path) -> None:
        self._servers = ExitStack()
        self.master = self._start(program, directory / "master")
        self.replica = self._start(program, directory / "replica", f"replicaof 127.0.0.1 {self.master.port}")
        ports, ids = [free_port() for _ in range(3)], [character * 40 for character in "abc"]
        self.sentinels = [
            self._start(
                program,
                directory / f"sentinel{number}",
                f"sentinel myid {ids[number]}",
                f"sentinel monitor {MASTER} 127.0.0.1 {self.master.port} 2",
                f"sentinel down-after-milliseconds {MASTER} 700",
                f"sentinel auth-pass {MASTER} {PASSWORD}",
                f"sentinel sentinel-pass {SENTINEL_PASSWORD}",
                f"sentinel known-replica {MASTER} 127.0.0.1 {self.replica.port}",
                *(
                    f"sentinel known-sentinel {MASTER} 127.0.0.1 {ports[other]} {ids[other]}"
                    for other in range(3)
                    if other != number
                ),
                port=ports[number],
                sentinel=True,
            )
            for number in range(3)
        ]

    @property
    def url(self) -> str:
        """The URL, with one Sentinel that is not there."""
        hosts = ",".join(f"127.0.0.1:{port}" for port in (free_port(), *(each.port for each in self.sentinels)))
        return f"redis+sentinel://{USER}:{PASSWORD}@{hosts}/{MASTER}?sentinel_password={SENTINEL_PASSWORD}"

    async def form(self) -> None:
        """Return once the replica follows and the Sentinels know that."""
        for server in (self.master, self.replica, *self.sentinels):
            await server.up()
        await eventually(self._is_followed)
        for sentinel in self.sentinels:
            await eventually(lambda: self._is_watched(sentinel))  # noqa: B023 - awaited before the next

    def close(self) -> None:
        """End what still runs."""
        self._servers.close()

    def _start(self, program: str, directory: Path, *lines: str, **options: Any) -> Server:  # noqa: ANN401 - of Server
        server = Server(program, directory, *lines, **options)
        self._servers.callback(server.kill)
        return server

    async def _is_followed(self) -> bool:
        return (await self.replica.ask("INFO", "replication"))["master_link_status"] == "up"

    async def _is_watched(self, sentinel: Server) -> bool:
        [replica] = await sentinel.ask("SENTINEL", "REPLICAS", MASTER)
        return replica["master-link-status"] == "ok" and replica["flags"] == "slave"


def free_port(*, most: int = 65_535) -> int:
    """Return a port that no program listens on."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port <= most:
            return port

"""A Redis master, two replicas, and three Sentinels that make a replica the master when the other is gone.

Rule: servers keep their configuration in a file, which Sentinels rewrite: what was a master comes back as a replica.
"""

import secrets
from pathlib import Path
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from app.embedded.cluster.member import ClusterMember, new_folder
from app.embedded.cluster.waiting import FORM_SECONDS, within
from app.embedded.ports import free_ports
from app.embedded.server import LOOPBACK

MEMBERS = 3
QUORUM = 2
MASTER_NAME = "stockpulse"
ANSWER_SECONDS = 0.5


class RedisSet:
    """The redis-servers and their Sentinels, with passwords that are made at once."""

    def __init__(self, folder: Path, *, program: Path, down_after_seconds: float) -> None:
        self._password, self._sentinel_password = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self._down_after_ms = round(down_after_seconds * 1000)
        ports = free_ports(2 * MEMBERS)
        first = ports[0]
        self.servers = [
            self._member(
                f"redis-{number}", port, folder, [str(program)], self._of_server() + self._of_replica(port, first)
            )
            for number, port in enumerate(ports[:MEMBERS], start=1)
        ]
        self.sentinels = [
            self._member(f"sentinel-{number}", port, folder, [str(program), "--sentinel"], self._of_sentinel(first))
            for number, port in enumerate(ports[MEMBERS:], start=1)
        ]

    @property
    def members(self) -> list[ClusterMember]:
        """All processes, in the order in which they start."""
        return [*self.servers, *self.sentinels]

    @property
    def url(self) -> str:
        """The URL for the application: it asks the Sentinels."""
        hosts = ",".join(f"{LOOPBACK}:{sentinel.port}" for sentinel in self.sentinels)
        password = self._sentinel_password
        return f"redis+sentinel://:{self._password}@{hosts}/{MASTER_NAME}?sentinel_password={password}"

    def form(self) -> None:
        """Return once the replicas follow and each Sentinel knows the others; raise NotInTime."""
        for member in self.members:
            member.wait_until_listening()
        within(FORM_SECONDS, self._is_formed, "the Sentinels do not know each other and the replicas")

    def master(self) -> ClusterMember | None:
        """Return the server that the Sentinels name, if it says so too."""
        for sentinel in self.sentinels:
            if not sentinel.answers:
                continue
            said = self._ask_sentinel(sentinel, "GET-MASTER-ADDR-BY-NAME")
            if said is not None:
                found = next(server for server in self.servers if server.port == int(said[1]))
                return found if found.answers else None
        return None

    def await_master(self, *, seconds: float = FORM_SECONDS) -> ClusterMember:
        """Return the master as soon as there is one; raise NotInTime."""
        return within(seconds, self.master, "Redis has no master")

    def follows(self, member: ClusterMember) -> bool:
        """Return whether a server is the master or follows it, by its own account; a Sentinel only has to answer."""
        if not member.answers:
            return False
        try:
            with self._client(member) as client:
                if member in self.sentinels:
                    return bool(client.ping())
                said = client.info("replication")
        except RedisError:
            return False
        return bool(said["role"] == "master" or said["master_link_status"] == "up")

    def _is_formed(self) -> bool:
        if not all(self.follows(member) for member in self.members):
            return False
        others = [self._ask_sentinel(member, of) for member in self.sentinels for of in ("REPLICAS", "SENTINELS")]
        return all(known is not None and len(known) == MEMBERS - 1 for known in others)

    def _ask_sentinel(self, member: ClusterMember, what: str) -> list[Any] | None:
        """Return what a Sentinel says of the master; None where it does not answer."""
        try:
            with self._client(member) as client:
                said: list[Any] | None = client.execute_command("SENTINEL", what, MASTER_NAME)
        except RedisError:
            return None
        return said

    def _client(self, member: ClusterMember) -> Redis:
        password = self._sentinel_password if member in self.sentinels else self._password
        return Redis(
            host=LOOPBACK,
            port=member.port,
            password=password,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
        )

    def _member(self, name: str, port: int, folder: Path, command: list[str], lines: list[str]) -> ClusterMember:
        data = new_folder(folder / name)
        config = data / "redis.conf"
        config.write_text("\n".join([f"port {port}", f"bind {LOOPBACK}", f'dir "{data}"', *lines, ""]))
        config.chmod(0o600)  # it holds passwords
        program, *options = command
        return ClusterMember(name=name, port=port, command=[program, str(config), *options], folder=folder)

    def _of_server(self) -> list[str]:
        return [
            *(f"requirepass {self._password}", f"masterauth {self._password}"),
            *('save ""', "appendonly no", "repl-diskless-sync yes", "repl-diskless-sync-delay 0"),
            "repl-ping-replica-period 1",
        ]

    def _of_replica(self, port: int, first: int) -> list[str]:
        return [] if port == first else [f"replicaof {LOOPBACK} {first}"]

    def _of_sentinel(self, first: int) -> list[str]:
        return [
            f"requirepass {self._sentinel_password}",
            f"sentinel sentinel-pass {self._sentinel_password}",
            f"sentinel monitor {MASTER_NAME} {LOOPBACK} {first} {QUORUM}",
            f"sentinel auth-pass {MASTER_NAME} {self._password}",
            f"sentinel down-after-milliseconds {MASTER_NAME} {self._down_after_ms}",
            f"sentinel failover-timeout {MASTER_NAME} {max(10_000, 4 * self._down_after_ms)}",
        ]

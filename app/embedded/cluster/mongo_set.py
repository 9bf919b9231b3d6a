"""Three mongods of one replica set: members know each other by a key file, clients by TLS and a password.

Rule: the application's user may do what it needs in its own database, and nothing else.
"""

import base64
import os
import secrets
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from app.embedded.cluster.certificates import an_authority
from app.embedded.cluster.member import ClusterMember, new_folder
from app.embedded.cluster.replica_set import ADMIN, SETTINGS, USER, MongoMember, ReplicaSet
from app.embedded.cluster.waiting import FORM_SECONDS, within
from app.embedded.mongod import REPLICA_SET, TRANSACTION_LIFETIME_SECONDS
from app.embedded.ports import free_ports
from app.embedded.server import LOOPBACK

MEMBERS = 3
CACHE_GB = 0.25  # mongod takes no less; three of them share the machine
OPLOG_MB = 256
# A member that follows a frozen primary asks another so long after half an election timeout without an answer. Until
# then nothing is acknowledged by a majority; mongod's own value is 5.
SOURCE_TIMEOUT_SECONDS = 1
KEY_BYTES = 96
ANSWER_MS = 500  # for one question to one member: a frozen one must not hold up the others


class MongoSet:
    """The replica set; its data, certificates and passwords are below a folder."""

    def __init__(self, folder: Path, *, program: Path, election_timeout_seconds: float) -> None:
        self._election_timeout_ms = round(election_timeout_seconds * 1000)
        self._authority = an_authority(folder / "certificates")
        self._certificate = self._authority.server_file()
        self._key_file = _secret_file(folder / "members.key", base64.b64encode(os.urandom(KEY_BYTES)).decode())
        self._password, self._admin_password = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.members = [
            self._member(f"mongo-{number}", port, folder=folder, program=program)
            for number, port in enumerate(free_ports(MEMBERS), start=1)
        ]
        self._clients: dict[str, MongoMember] = {}

    @property
    def url(self) -> str:
        """The URL for the application."""
        return self._url(USER, self._password, [member.port for member in self.members])

    def url_of(self, member: ClusterMember) -> str:
        """Return the URL for a client that knows one member only, whatever that is."""
        account = f"{USER}:{self._password}"
        return (
            f"mongodb://{account}@{LOOPBACK}:{member.port}/?directConnection=true&authSource=admin"
            f"&tls=true&tlsCAFile={self._authority.ca_file}"
        )

    @property
    def admin_url(self) -> str:
        """The URL for a person who looks at the members, with all rights."""
        return self._url(ADMIN, self._admin_password, [member.port for member in self.members])

    def form(self) -> None:
        """Make the started members a replica set with its users; raise TimeoutError where it elects no primary."""
        for member in self.members:
            member.wait_until_listening()
        ReplicaSet(
            hosts=[f"{LOOPBACK}:{member.port}" for member in self.members],
            port=self.members[0].port,
            ca_file=self._authority.ca_file,
            admin_password=self._admin_password,
            user_password=self._password,
            settings={**SETTINGS, "electionTimeoutMillis": self._election_timeout_ms},
        ).form()
        within(FORM_SECONDS, self._all_follow, "not all members of the replica set follow")

    def primary(self) -> ClusterMember | None:
        """Return the member that takes writes now, by its own account; None where none says so."""
        found = [(said["electionId"], member) for member in self.members if (said := self._hello(member))]
        return max(found, key=lambda each: each[0])[1] if found else None

    def await_primary(self, *, seconds: float = FORM_SECONDS) -> ClusterMember:
        """Return the primary as soon as there is one; raise TimeoutError."""
        return within(seconds, self.primary, "the replica set has no primary")

    def follows(self, member: ClusterMember) -> bool:
        """Return whether a member is primary or secondary by its own account."""
        if not member.answers:
            return False
        try:
            hello = self._asked(member).admin.command("hello")
        except PyMongoError:
            return False
        return bool(hello["isWritablePrimary"] or hello["secondary"])

    def close(self) -> None:
        """Close the connections to the members."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()

    def _member(self, name: str, port: int, *, folder: Path, program: Path) -> ClusterMember:
        data = new_folder(folder / name)
        command = [
            *(str(program), "--dbpath", str(data), "--port", str(port), "--replSet", REPLICA_SET),
            *("--bind_ip", LOOPBACK, "--nounixsocket", "--quiet", "--keyFile", str(self._key_file)),
            *("--tlsMode", "requireTLS", "--tlsCertificateKeyFile", str(self._certificate)),
            *("--tlsCAFile", str(self._authority.ca_file), "--tlsAllowConnectionsWithoutCertificates"),
            *("--wiredTigerCacheSizeGB", str(CACHE_GB), "--oplogSize", str(OPLOG_MB)),
            *("--setParameter", f"oplogNetworkTimeoutBufferSeconds={SOURCE_TIMEOUT_SECONDS}"),
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            *("--setParameter", f"transactionLifetimeLimitSeconds={TRANSACTION_LIFETIME_SECONDS}"),
        ]
        return ClusterMember(name=name, port=port, command=command, folder=folder)

    def _url(self, user: str, password: str, ports: list[int]) -> str:
        hosts = ",".join(f"{LOOPBACK}:{port}" for port in ports)
        return (
            f"mongodb://{user}:{password}@{hosts}/?replicaSet={REPLICA_SET}&authSource=admin"
            f"&tls=true&tlsCAFile={self._authority.ca_file}"
        )

    def _all_follow(self) -> bool:
        return all(self.follows(member) for member in self.members)

    def _hello(self, member: ClusterMember) -> dict[str, Any] | None:
        """Return what a member says, if it says that it is the primary."""
        if not member.answers:
            return None
        try:
            hello = self._asked(member).admin.command("hello")
        except PyMongoError:
            return None
        return hello if hello["isWritablePrimary"] else None

    def _asked(self, member: ClusterMember) -> MongoMember:
        if member.name not in self._clients:
            self._clients[member.name] = MongoClient(
                f"mongodb://{LOOPBACK}:{member.port}/?tls=true&tlsCAFile={self._authority.ca_file}",
                directConnection=True,
                serverSelectionTimeoutMS=ANSWER_MS,
                connectTimeoutMS=ANSWER_MS,
                timeoutMS=ANSWER_MS,
                retryReads=False,
            )
        return self._clients[member.name]


def _secret_file(path: Path, secret: str) -> Path:
    path.unlink(missing_ok=True)
    path.write_text(secret)
    path.chmod(0o400)  # mongod refuses a key that others may read
    return path

"""Makes mongods that were just started a replica set with users, from the machine or the network of one of them.

`python -m app.embedded.cluster.replica_set SECRETS HOST:PORT…` does so for `docker-compose.cluster.yml`, with the files
of `secret_files`.

Rule: the second time it changes nothing. Until there is a user, a member takes the first one from its own machine only.
"""

import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from app.embedded.cluster.waiting import FORM_SECONDS, within
from app.embedded.mongod import REPLICA_SET
from app.embedded.server import LOOPBACK

DATABASE = "stockpulse"
USER, ADMIN = "stockpulse", "admin"
# All that the application needs, in its own database.
ROLES = [{"role": "readWrite", "db": DATABASE}, {"role": "dbAdmin", "db": DATABASE}]
# Each member copies from the primary: one that copied from a frozen one would leave the primary without a majority.
SETTINGS = {"chainingAllowed": False}
ANSWER_MS = 5_000

MongoMember = MongoClient[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaSet:
    """The members as they call each other, and what it takes to ask the first of them at its port of this machine."""

    hosts: Sequence[str]
    port: int
    ca_file: Path
    admin_password: str
    user_password: str
    settings: Mapping[str, Any]

    def form(self) -> None:
        """Initiate it and make its users; return once the application can use it. Raises NotInTime."""
        within(FORM_SECONDS, self._is_formed, "the first member of the replica set is no primary with users")

    def _is_formed(self) -> bool:
        try:
            with self._client(USER, self.user_password) as client:
                client.admin.command("connectionStatus")
                return True
        except PyMongoError:
            pass  # it has no users yet
        members = [{"_id": number, "host": host} for number, host in enumerate(self.hosts)]
        config = {"_id": REPLICA_SET, "members": members, "settings": dict(self.settings)}
        with self._client() as client:
            with suppress(PyMongoError):
                client.admin.command("replSetInitiate", config)
            with suppress(PyMongoError):
                client.admin.command("createUser", ADMIN, pwd=self.admin_password, roles=["root"])
        with suppress(PyMongoError), self._client(ADMIN, self.admin_password) as client:
            client.admin.command("createUser", USER, pwd=self.user_password, roles=ROLES)
        return False

    def _client(self, user: str | None = None, password: str | None = None) -> MongoMember:
        return MongoClient(
            LOOPBACK,
            self.port,
            username=user,
            password=password,
            directConnection=True,
            tls=True,
            tlsCAFile=str(self.ca_file),
            timeoutMS=ANSWER_MS,
            serverSelectionTimeoutMS=ANSWER_MS,
        )


def main(secrets: Path, hosts: Sequence[str]) -> None:
    """Form the replica set of the compose file."""
    url = urlsplit((secrets / "mongo-url").read_text())
    ReplicaSet(
        hosts=hosts,
        port=int(hosts[0].rpartition(":")[2]),
        ca_file=secrets / "ca.pem",
        admin_password=(secrets / "mongo-admin-password").read_text(),
        user_password=str(url.password),
        settings=SETTINGS,
    ).form()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])

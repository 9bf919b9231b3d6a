"""Our mongod: a replica set of one node, because transactions need a replica set.

Rule: the port may differ from start to start; the replica set is reconfigured to its new address. (If another program
holds the old address and never answers there, mongod first waits 30 s for it, to learn whether that is itself.)
The driver is imported once mongod starts: each takes a while, and they do it at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.embedded.server import LOOPBACK, wait_until_listening

if TYPE_CHECKING:
    from pymongo import MongoClient

REPLICA_SET = "stockpulse"
TRANSACTION_LIFETIME_SECONDS = 10  # ours last milliseconds; above the writer's own deadline
OPLOG_MB = 1024  # mongod would take 5 % of the disk; one node has no other that reads it
ANSWER_SECONDS = 5  # for one command while it starts
_NOT_YET_INITIALIZED = 94  # mongod's error code


def database_url(port: int) -> str:
    """Return the URL for clients; it names the replica set, so that they wait for its primary."""
    return f"mongodb://{LOOPBACK}:{port}/?replicaSet={REPLICA_SET}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mongod:
    """The mongod program, with its data in a directory."""

    program: Path
    directory: Path
    cache_gb: float
    name: str = "mongod"
    is_needed: bool = True

    def command(self, port: int) -> list[str]:
        """Return the command line that runs it in the foreground, on loopback only, logging to standard output."""
        return [
            *(str(self.program), "--dbpath", self.mark(port), "--port", str(port), "--replSet", REPLICA_SET),
            *("--bind_ip", LOOPBACK, "--nounixsocket", "--quiet"),
            *("--wiredTigerCacheSizeGB", str(self.cache_gb), "--oplogSize", str(OPLOG_MB)),
            # Diagnostic samples (FTDC) for MongoDB's support: 100 MB and a wake-up per second, and never read here.
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            # A transaction that a killed process left open holds its levels for no longer than this.
            *("--setParameter", f"transactionLifetimeLimitSeconds={TRANSACTION_LIFETIME_SECONDS}"),
        ]

    def mark(self, port: int) -> str:
        """Return the path of the data, which is on the command line."""
        return str(self.directory)

    def make_ready(self, port: int, *, pid: int, pause: Callable[[], None]) -> None:
        """Make the server the primary of its replica set, which the first start initiates."""
        wait_until_listening(port, pause)
        from pymongo import MongoClient  # noqa: PLC0415 - see the rule above

        client: MongoClient[dict[str, Any]] = MongoClient(
            LOOPBACK, port, directConnection=True, timeoutMS=ANSWER_SECONDS * 1000
        )
        with client:
            while not self._is_primary(client, f"{LOOPBACK}:{port}", pid):
                pause()

    def url(self, port: int) -> str:
        """Return the URL for clients."""
        return database_url(port)

    def _is_primary(self, client: "MongoClient[dict[str, Any]]", host: str, pid: int) -> bool:
        from pymongo.errors import PyMongoError  # noqa: PLC0415

        run = client.admin.command
        try:
            if run("serverStatus")["pid"] != pid:
                return False  # another program listens on our port; our process is about to end for want of it
            hello = run("hello")
            if hello["isWritablePrimary"]:
                return True
            if "setName" not in hello:
                self._tell_address(client, host)
        except PyMongoError:
            pass  # still starting; the deadline ends the wait
        return False

    def _tell_address(self, client: "MongoClient[dict[str, Any]]", host: str) -> None:
        from pymongo.errors import OperationFailure  # noqa: PLC0415

        run = client.admin.command
        try:
            config = run("replSetGetConfig")["config"]
        except OperationFailure as failure:
            if failure.code != _NOT_YET_INITIALIZED:
                raise
            run("replSetInitiate", {"_id": REPLICA_SET, "members": [{"_id": 0, "host": host}]})
            return
        [member] = config["members"]
        if member["host"] != host:
            moved = {**config, "version": config["version"] + 1, "members": [{**member, "host": host}]}
            run("replSetReconfig", moved, force=True)  # by force: no member is left to vote at the old address

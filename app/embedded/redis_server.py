"""The embedded redis-server: it only carries messages, so it stores nothing.

Rule: no persistence. MongoDB is the source of truth; a snapshot of Redis could only slow a start down, or fail it on a
full disk. The driver is imported once the server starts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.embedded.server import LOOPBACK, wait_until_listening

if TYPE_CHECKING:
    from redis import Redis

ANSWER_SECONDS = 5  # for one command while it starts


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisServer:
    """The redis-server program."""

    program: Path
    name: str = "redis-server"
    is_needed: bool = False  # changes are recorded without it, and dashboards read the ledger

    def command(self, port: int) -> list[str]:
        """Return the command line that runs it in the foreground, on loopback only, logging to standard output."""
        return [
            *(str(self.program), "--bind", LOOPBACK, "--port", str(port), "--daemonize", "no"),
            *("--save", "", "--appendonly", "no"),
        ]

    def mark(self, port: int) -> str:
        """Return the title that redis-server gives itself."""
        return f"{self.name} {LOOPBACK}:{port}"

    def make_ready(self, port: int, *, pid: int, pause: Callable[[], None]) -> None:
        """Return once it answers PING."""
        wait_until_listening(port, pause)
        from redis import Redis  # noqa: PLC0415 - see the rule above

        with Redis(host=LOOPBACK, port=port, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=1) as client:
            while not self._answers(client, pid):
                pause()

    def url(self, port: int) -> str:
        """Return the URL for clients."""
        return f"redis://{LOOPBACK}:{port}/0"

    def _answers(self, client: "Redis", pid: int) -> bool:
        from redis.exceptions import RedisError  # noqa: PLC0415

        try:
            return int(client.info("server")["process_id"]) == pid
        except RedisError:
            return False

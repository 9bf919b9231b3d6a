"""A redis-server that a test may kill, freeze, and start again on the same port."""

import signal
import socket
import subprocess
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.embedded.binaries import REDIS_SERVER, find
from tests.support.waiting import eventually


class RestartableRedis:
    """One redis-server process, or none at the moment."""

    def __init__(self, directory: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The URL, whether the server runs or not."""
        return f"redis://127.0.0.1:{self._port}/0"

    async def start(self) -> None:
        """Start it, and return when it answers."""
        program = find(REDIS_SERVER)
        assert program is not None
        address = ["--port", str(self._port), "--bind", "127.0.0.1"]
        command = [str(program), *address, "--save", "", "--dir", str(self._directory)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: ASYNC220, S603 - takes a millisecond
        await eventually(self._answers)

    def kill(self) -> None:
        """Kill it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Stop it from answering, with its connections left open."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    async def cut_subscribers(self) -> None:
        """Close the connections of all subscribers, as a proxy or an administrator may."""
        async with Redis.from_url(self.url) as client:
            await client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")

    async def _answers(self) -> bool:
        try:
            async with Redis.from_url(self.url) as client:
                await client.ping()
        except (RedisError, OSError):
            return False
        return True

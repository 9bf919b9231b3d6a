"""The port between a supervisor and a server program: what it takes to keep the program running."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Protocol


class Server(Protocol):
    """One server program with its data; it listens on loopback only."""

    @property
    def name(self) -> str:
        """Return the program's name."""

    @property
    def program(self) -> Path:
        """Return the file that is run."""

    @property
    def is_needed(self) -> bool:
        """Return whether Stockpulse cannot serve without it."""

    def command(self, port: int) -> list[str]:
        """Return the command line that runs it in the foreground."""

    def mark(self, port: int) -> str:
        """Return the text that only the command line of our running server contains."""

    def make_ready(self, port: int, *, pid: int, pause: Callable[[], None]) -> None:
        """Return once the process answers as it should.

        `pause` sleeps between two checks, and raises when waiting has no use any more.
        """

    def url(self, port: int) -> str:
        """Return the URL for clients."""


LOOPBACK = "127.0.0.1"


def wait_until_listening(port: int, pause: Callable[[], None]) -> None:
    """Return once the port takes connections: a client library would retry only every 0.5 s."""
    while True:
        try:
            socket.create_connection((LOOPBACK, port), timeout=1).close()
        except OSError:
            pause()
        else:
            return

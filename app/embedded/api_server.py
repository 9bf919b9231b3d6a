"""A `stockpulse serve` that is supervised as the databases are: for trials of whole installations.

Rule: it gets all its settings from the environment of this process, so that no secret stands on a command line.
"""

import http.client
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.embedded.server import LOOPBACK, wait_until_listening

READY_SECONDS = 4.0  # for one answer
_COMMAND = "from app.cli.main import main; main()"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiServer:
    """One server process of an installation."""

    name: str
    directory: Path
    program: Path = Path(sys.executable)
    is_needed: bool = False  # the others go on

    def command(self, port: int) -> list[str]:
        """Return the command line that serves on loopback only."""
        return [
            *(str(self.program), "-c", _COMMAND, "serve"),
            *("--host", LOOPBACK, "--port", str(port), "--data-dir", self.mark(port)),
        ]

    def mark(self, port: int) -> str:
        """Return the path of its data, which is on the command line."""
        return str(self.directory / self.name)

    def make_ready(self, port: int, *, pid: int, pause: Callable[[], None]) -> None:
        """Return once it says that it can serve."""
        wait_until_listening(port, pause)
        while not is_ready(port):
            pause()

    def url(self, port: int) -> str:
        """Return where it serves."""
        return f"http://{LOOPBACK}:{port}"


def is_ready(port: int) -> bool:
    """Return whether a server of this machine says that all is well."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=READY_SECONDS)
    try:
        connection.request("GET", "/readyz")
        return b'"status":"ok"' in connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()

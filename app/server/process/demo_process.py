"""The process that plays the demo shop beside the server: `stockpulse demo`, as a client would run it.

Rule: it ends with the server, however that ends; what it cannot do harms no request.
"""

import logging
import os
import subprocess
import sys
import threading
from typing import IO

from app.server.process.die_with_parent import tied_to_us

PATIENCE_SECONDS = 86_400  # a database that is away for hours comes back to a shop that goes on
STOP_SECONDS = 1.0
_COMMAND = "from app.cli.main import main; main()"

logger = logging.getLogger(__name__)


class DemoProcess:
    """Starts it once; does nothing until then."""

    def __init__(self, *, logs_errors: bool = False) -> None:
        """Log what it says on its standard error stream, or let it write to ours."""
        self._logs_errors, self._is_over = logs_errors, False
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, url: str, *, key: str | None) -> None:
        """Play at a server. The thread that starts it must outlive it. It reads the key from its environment."""
        if self._is_over:
            return
        command = [sys.executable, "-c", _COMMAND, "demo", "--quiet", "--url", url, "--patience", str(PATIENCE_SECONDS)]
        self._process = subprocess.Popen(  # noqa: S603 - our own command, no shell
            tied_to_us(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # what it cannot go on for comes on stderr, which is ours, or is logged
            stderr=subprocess.PIPE if self._logs_errors else None,
            start_new_session=True,  # Ctrl-C is for us
            env=_environment(key),
        )
        if self._process.stderr is not None:
            threading.Thread(target=_log_lines, args=(self._process.stderr,), daemon=True).start()

    def leave(self) -> None:
        """Tell it to end, and start none any more: the server stops, and it would report that no server answers."""
        self._is_over = True
        if self._process is not None:
            self._process.terminate()

    def close(self) -> None:
        """End it."""
        self.leave()
        if self._process is None:
            return
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _log_lines(stream: IO[bytes]) -> None:
    for line in stream:
        if text := line.decode(errors="backslashreplace").rstrip():
            logger.warning("%s", text)


def _environment(key: str | None) -> dict[str, str]:
    """Return ours without the server's settings, which hold secrets, and with the key."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("STOCKPULSE_")}
    return plain if key is None else {**plain, "STOCKPULSE_KEY": key}

"""What a service manager such as systemd is sent, if it asks for it: sd_notify(3), one datagram for each change.

Rule: nothing of ours depends on it. A datagram that cannot be sent is lost.
"""

import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from app.server.reporting import Report

_MICROSECONDS: Final = 1_000_000
BEATS: Final = 4  # in the time after which the manager gives us up


class ServiceManager:
    """The manager that started this process, or none."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Take its variables out of the environment: they are not for the processes that we start."""
        self._address = os.environ.pop("NOTIFY_SOCKET", "").replace("@", "\0", 1)
        pid, patience = os.environ.pop("WATCHDOG_PID", ""), os.environ.pop("WATCHDOG_USEC", "")
        is_watched = patience.isdigit() and pid in {"", str(os.getpid())}
        self._pause = int(patience) / _MICROSECONDS / BEATS if is_watched else None
        self._monotonic = monotonic
        self._beaten_at = float("-inf")

    def reporting(self, report: Report) -> Report:
        """Return a report whose last line the manager shows as our status."""

        def write(line: str) -> None:
            report(line)
            if first := line.strip().partition("\n")[0]:
                self._send(f"STATUS={first}")

        return write

    def ready(self) -> None:
        """Say that requests are answered from now on."""
        self._send("READY=1")

    def stopping(self) -> None:
        """Say that the process ends."""
        self._send("STOPPING=1")

    def alive(self) -> None:
        """Say that the process goes on; called often, it sends only as often as it is asked to."""
        if self._pause is not None and self._monotonic() - self._beaten_at >= self._pause:
            self._beaten_at = self._monotonic()
            self._send("WATCHDOG=1")

    def _send(self, state: str) -> None:
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.setblocking(False)
            manager.sendto(state.encode(), self._address)

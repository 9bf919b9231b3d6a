"""A service manager as systemd is one: a socket that processes notify of how they are."""

import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

_END = "END"


class Manager:
    """What was heard so far, each datagram in order; read at once, since a full queue takes no more."""

    def __init__(self, listener: socket.socket, path: Path) -> None:
        self.heard: list[str] = []
        self.asks: Mapping[str, str] = {"NOTIFY_SOCKET": str(path)}
        self._listener = listener

    def read(self) -> None:
        """Read to the end."""
        while (datagram := self._listener.recv(4_096).decode()) != _END:
            self.heard.append(datagram)


@contextmanager
def service_manager() -> Iterator[Manager]:
    """Listen."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        path = Path(folder) / "notify"
        listener.bind(str(path))
        manager = Manager(listener, path)
        reader = Thread(target=manager.read)
        reader.start()
        try:
            yield manager
        finally:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ending:
                ending.sendto(_END.encode(), str(path))
            reader.join()

"""Asking where Redis is, of a node that answers and then says nothing more."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import BinaryIO

import pytest

from app.embedded.cluster.certificates import an_authority
from app.live.redis_connection import open_redis
from app.live.redis_whereabouts import ASK_SECONDS


class Silent:
    """A Sentinel by TLS, which answers one client and does not say goodbye to it."""

    def __init__(self, certificate: Path) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._listening = context.wrap_socket(socket.create_server(("127.0.0.1", 0)), server_side=True)
        self.port = self._listening.getsockname()[1]
        self.has_answered, self._may_end = Event(), Event()
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it."""
        self._may_end.set()
        self._thread.join()
        self._listening.close()

    def _serve(self) -> None:
        connection, _ = self._listening.accept()
        with connection, connection.makefile("rb") as received:
            while command := _command(received):
                if command[0] == b"SENTINEL":
                    connection.sendall(b"*2\r\n$9\r\n127.0.0.1\r\n$1\r\n1\r\n")
                    self.has_answered.set()
                    self._may_end.wait()
                    return
                connection.sendall(b"+OK\r\n")


def _command(received: BinaryIO) -> list[bytes]:
    count = int(received.readline()[1:] or 0)
    return [received.read(int(received.readline()[1:]) + 2)[:-2] for _ in range(count)]


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[tuple[Silent, str]]:
    """Return one, with the URL of what it knows."""
    authority = an_authority(tmp_path)
    server = Silent(authority.server_file())
    try:
        yield server, f"rediss+sentinel://127.0.0.1:{server.port}/main?ssl_ca_certs={authority.ca_file}"
    finally:
        server.close()


async def test_who_is_cancelled_while_a_node_says_nothing_leaves_no_task_behind(silent: tuple[Silent, str]) -> None:
    """Whose failure would be reported later as one that no caller has seen."""
    server, url = silent
    before = asyncio.all_tasks()
    client = open_redis(url, key="any")
    asking = asyncio.create_task(client.ping())
    await asyncio.to_thread(server.has_answered.wait)
    await asyncio.sleep(ASK_SECONDS / 2)  # by now it waits for the goodbye
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert asyncio.all_tasks() == before

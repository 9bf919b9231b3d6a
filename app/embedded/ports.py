"""Free ports for servers that restart on the same port.

Rule: never from the range of ephemeral ports, which the system gives to outgoing connections. There, while the server
is away, any connection may take the port, even one of its own clients that tries to reconnect and finds itself.
"""

import random
import socket
from itertools import islice

from app.embedded.server import LOOPBACK

BELOW_OUTGOING = range(20_000, 32_000)  # Linux starts at 32768, others higher


def free_port(preferred: int | None = None) -> int:
    """Return a port on which no process listens: the preferred one if it is free."""
    if preferred is not None and is_free(preferred):
        return preferred
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Return so many ports on which no process listens, each another."""
    free = (port for port in random.sample(BELOW_OUTGOING, len(BELOW_OUTGOING)) if is_free(port))
    return [*islice(free, count)]


def is_free(port: int) -> bool:
    """Return whether no process listens on the port."""
    with socket.socket() as probe:
        # As the servers do: connections that ended a moment ago do not hold the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True

"""Takes the address before anything is served, so that a wrong setting is one sentence at the start.

Rule: a message names the setting to change and never shows a password. Nothing but the standard library is imported
here: servers of our own start before the rest is.
"""

import socket

LISTEN_BACKLOG = 2048  # connections that wait while a worker is busy; uvicorn's default


class PreflightError(Exception):
    """The address or a database cannot be used; the message is one sentence for the operator."""


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that holds the address but takes no connections yet; raise PreflightError if it is taken."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
            0
        ]
    except OSError as error:
        raise PreflightError(f"The host {host} is unknown ({error.strerror}); choose another with --host.") from error
    listener = socket.socket(family, kind)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise _cannot_listen(host, port, error) from error
    return listener


def listen(listener: socket.socket) -> None:
    """Take connections from now on; raise PreflightError if another program took the address first."""
    try:
        listener.listen(LISTEN_BACKLOG)
    except OSError as error:
        host, port = listener.getsockname()[:2]
        raise _cannot_listen(host, port, error) from error


def _cannot_listen(host: str, port: int, error: OSError) -> PreflightError:
    return PreflightError(
        f"Cannot listen on port {port} of {host} ({(error.strerror or str(error)).lower()}); "
        "stop the program that uses it, or choose another with --port."
    )

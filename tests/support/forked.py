"""`stockpulse` in a process forked from one that has imported the application already, which takes most of a start.

Each is a process of its own, with an environment and an output of its own; where it was forked nothing ran yet: no
thread, no loop, no connection. Only on Linux, which can wait for a process that is not a child.
"""

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from threading import Lock

ROOT = Path(__file__).parents[2]
MESSAGE_MAX_BYTES = 128 * 1024
IMPORTED = (
    *("app.cli.main", "app.cli.serve", "app.server.commands.serve"),
    *("app.server.checks.databases", "app.server.process.http_server"),
    *("app.bootstrap", "app.web.asgi", "app.web.protocol", "app.web.graphql.fast.execution"),
    *("uvicorn.lifespan.on", "uvicorn.loops.uvloop"),
)
_ONE_AT_A_TIME = Lock()


class ForkedProcess:
    """A running `stockpulse`, with what `subprocess.Popen` has of it."""

    def __init__(self, arguments: Sequence[str], *, environment: Mapping[str, str]) -> None:
        """Start it with these arguments, in this environment alone."""
        reading, writing = os.pipe()
        try:
            with _ONE_AT_A_TIME:
                starter = _starter()
                request = json.dumps([*arguments, dict(environment)]).encode()
                socket.send_fds(starter, [request], [writing])
                self.pid = int(starter.recv(MESSAGE_MAX_BYTES))
        finally:
            os.close(writing)
        self.stdout = open(reading)  # noqa: PTH123, SIM115 - a pipe; who reads it closes it
        try:
            self._handle = os.pidfd_open(self.pid)
        except ProcessLookupError:
            self._handle = -1  # it has ended already

    def kill(self) -> None:
        """End it as `kill -9` does."""
        if self._handle >= 0:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def wait(self, seconds: float) -> None:
        """Wait for its end. Raises TimeoutError."""
        if self._handle < 0:
            return
        poll = select.poll()
        poll.register(self._handle, select.POLLIN)
        if not poll.poll(1000 * seconds):
            raise TimeoutError(self.pid)
        os.close(self._handle)
        self._handle = -1


@cache
def _starter() -> socket.socket:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "tests.support.forked", str(theirs.fileno())]
    process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)  # noqa: S603 - our own
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _start_what_is_asked_for(channel: socket.socket) -> None:
    """Fork for each message, and answer with the process id, until the other end is closed."""
    for name in IMPORTED:
        import_module(name)
    inputs, schema = import_module("app.web.graphql.fast.inputs"), import_module("schema.root").schema
    inputs.compile_inputs(schema)  # once for all: the next time finds nothing to do
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them here
    while True:
        message, outputs, _, _ = socket.recv_fds(channel, MESSAGE_MAX_BYTES, 1)
        if not message:
            return
        pid = os.fork()
        if pid == 0:
            channel.close()
            _become(json.loads(message), output=outputs[0])
        os.close(outputs[0])
        channel.send(str(pid).encode())


def _become(message: Sequence[str | dict[str, str]], *, output: int) -> None:
    """Run the command to its end."""
    from app.cli.main import main  # noqa: PLC0415

    *arguments, environment = message
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for stream in (1, 2):
        os.dup2(output, stream)
    os.close(output)
    sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", buffering=1, closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    main(arguments, prog_name="stockpulse")


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as our_end:
        _start_what_is_asked_for(our_end)

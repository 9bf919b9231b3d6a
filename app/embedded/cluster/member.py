"""One process of the cluster, which may be killed, frozen, stopped and started under its name.

Rule: it keeps its port and its data, so that whatever is done to it the others find it where it was.
"""

import os
import shutil
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.embedded.child_process import ChildProcess
from app.embedded.errors import ServerDidNotStart
from app.embedded.server import wait_until_listening

READY_SECONDS = 180.0  # on a busy machine; a server needs three
LOOK_SECONDS = 0.02  # between two looks at what starts
STOP_SECONDS = 20.0  # a server drains for ten, and mongod writes a checkpoint


@dataclass(kw_only=True)
class ClusterMember:
    """A named process: how it is run, and the one that runs now."""

    name: str
    port: int
    command: list[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    is_frozen: bool = False
    _child: ChildProcess | None = None

    @property
    def log(self) -> Path:
        """The file with what it prints."""
        return self.folder / f"{self.name}.log"

    @property
    def pid(self) -> int:
        """The process id; it has one once it was started."""
        assert self._child
        return self._child.pid

    @property
    def is_running(self) -> bool:
        """Whether it runs, frozen or not."""
        return self._child is not None and self._child.is_alive

    @property
    def answers(self) -> bool:
        """Whether it may be asked: it runs, and is not frozen."""
        return self.is_running and not self.is_frozen

    def start(self) -> None:
        """Start the process, unless it runs. It ends with the thread that calls this."""
        if not self.is_running:
            self._child = ChildProcess(self.command, directory=self.folder, log=self.log, environment=self.environment)
            self.is_frozen = False

    def wait_until_listening(self) -> None:
        """Return once it takes connections; raise ServerDidNotStart."""
        wait_until_listening(self.port, self.pause())

    def pause(self) -> Callable[[], None]:
        """Return what sleeps between two looks, and raises ServerDidNotStart where waiting has no use any more."""
        deadline = time.monotonic() + READY_SECONDS

        def pause() -> None:
            assert self._child
            if not self._child.is_alive:
                raise ServerDidNotStart(self.name, self._child.how_it_ended(), log=self.log)
            if time.monotonic() > deadline:
                raise ServerDidNotStart(self.name, f"it was not ready after {READY_SECONDS:g} s", log=self.log)
            time.sleep(LOOK_SECONDS)

        return pause

    def kill(self) -> None:
        """End it at once, as `kill -9` does."""
        if self._child is not None:
            self._child.kill()

    def stop(self) -> int:
        """Ask it to end, wait for that, and return its exit code; kill it if it takes too long."""
        assert self._child
        return self._child.stop(seconds=STOP_SECONDS)

    def freeze(self) -> None:
        """Let it stand still, with its connections left open."""
        os.kill(self.pid, signal.SIGSTOP)
        self.is_frozen = True

    def resume(self) -> None:
        """Let it go on, if it was frozen and still runs."""
        if self.is_frozen and self.is_running:
            os.kill(self.pid, signal.SIGCONT)
        self.is_frozen = False


def new_folder(path: Path) -> Path:
    """Return an empty folder, whatever a run that was killed has left there."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    return path

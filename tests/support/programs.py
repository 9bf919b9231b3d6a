"""Programs that tests start."""

import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from app.embedded.server import wait_until_listening

LOOK_SECONDS = 0.02


@contextmanager
def running(command: Sequence[str], **options: Any) -> Iterator[subprocess.Popen[str]]:  # noqa: ANN401 - of Popen
    """Run a program, and kill it with the test: Popen itself would wait for one that a failure left running."""
    with subprocess.Popen(command, text=True, **options) as process:  # noqa: S603 - the tests' own commands
        try:
            yield process
        finally:
            process.kill()


def until_listening(process: "subprocess.Popen[str]", port: int) -> None:
    """Return once a program takes connections; fail where it ends before."""

    def pause() -> None:
        assert process.poll() is None, process.args
        time.sleep(LOOK_SECONDS)

    wait_until_listening(port, pause)

"""Programs that tests start."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


@contextmanager
def running(command: Sequence[str], **options: Any) -> Iterator[subprocess.Popen[str]]:  # noqa: ANN401 - of Popen
    """Run a program, and kill it with the test: Popen itself would wait for one that a failure left running."""
    with subprocess.Popen(command, text=True, **options) as process:  # noqa: S603 - the tests' own commands
        try:
            yield process
        finally:
            process.kill()

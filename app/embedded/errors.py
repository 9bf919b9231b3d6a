"""Errors of embedded servers; each message is one sentence for the operator.

EmbeddedError
  ServerMissing       no such program on this machine
  DataDirUnusable     the data directory cannot be written
  DataDirInUse        another Stockpulse runs on it
  ServerDidNotStart   the program ended, or did not get ready in time
"""

from collections.abc import Sequence
from pathlib import Path

from app.embedded.binaries import Program


class EmbeddedError(Exception):
    """An embedded server cannot run."""


class ServerMissing(EmbeddedError):
    """A program is neither on PATH nor installed with the extra."""

    def __init__(self, missing: Sequence[Program]) -> None:
        self.missing = missing
        names = " and ".join(program.name for program in missing)
        variables = " and ".join(program.instead for program in missing)
        super().__init__(
            f"{names} {'was' if len(missing) == 1 else 'were'} found neither on PATH nor in this Python environment: "
            "run `.venv/bin/pip install '.[embedded]'` in the checkout, or install your system's packages of MongoDB "
            f"and Redis, or set {variables} to use what runs elsewhere."
        )


class DataDirUnusable(EmbeddedError):
    """The data directory cannot be created or written."""

    def __init__(self, data_dir: Path, reason: OSError) -> None:
        self.data_dir = data_dir
        super().__init__(
            f"The data directory {data_dir} cannot be used ({reason.strerror}); choose another with --data-dir."
        )


class DataDirInUse(EmbeddedError):
    """Another process keeps its data in the directory."""

    def __init__(self, data_dir: Path, *, pid: str) -> None:
        self.data_dir, self.pid = data_dir, pid
        super().__init__(
            f"Another Stockpulse (process {pid or 'unknown'}) uses the data in {data_dir}; "
            "stop it first, or choose another directory with --data-dir."
        )


class ServerDidNotStart(EmbeddedError):
    """The program ended, or did not get ready in time."""

    def __init__(self, name: str, reason: str, *, log: Path) -> None:
        self.name, self.reason, self.log = name, reason, log
        super().__init__(f"{name} did not start: {reason} (its log is {log}).")

"""A server program that cannot be started, or ends: what is said of it, and that nothing of it is left."""

import errno
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from app.embedded import EmbeddedServices
from app.embedded.child_process import ChildProcess
from app.embedded.errors import DataDirUnusable, ServerDidNotStart
from app.embedded.start_server import Launcher
from tests.support.waiting import until

CANNOT_WRITE = "__posix_file_write:621:/data/index-7.wt: handle-write: pwrite: failed to write 4096 bytes"
STORAGE = [
    (28, "No space left on device", CANNOT_WRITE),
    (22, "Invalid argument", "__wt_block_checkpoint_resolve:929: the checkpoint failed, the system must restart"),
    (-31804, "WT_PANIC: WiredTiger library panic", "the process must exit and restart"),
]
WORDS = {
    "a full disk, as mongod logs it": (
        [
            *(
                json.dumps({"s": "E", "c": "WT", "attr": {"error": code, "message": {"msg": said, "error_str": name}}})
                for code, name, said in STORAGE
            ),
            json.dumps({"s": "F", "c": "ASSERT", "attr": {"msgid": 50853}}),
            '{"t":{"$date":"2026-11-30T11:37:45.352+00:00"},"s":"F",  "c":"ASSERT",   "id":23090,   "ctx":"Check',
        ],
        f"killed by SIGABRT: No space left on device: {CANNOT_WRITE}",
    ),
    "another error of mongod": (
        [json.dumps({"s": "E", "attr": {"error": text}}) for text in ("Before", "DBPathInUse:  in use.")],
        "killed by SIGABRT: DBPathInUse: in use",
    ),
    "no words": ([], "killed by SIGABRT"),
}


@pytest.mark.parametrize("name", WORDS)
def test_what_aborts_says_why(name: str, tmp_path: Path) -> None:
    """The first error of the storage counts, from which others follow, and not a line that was cut off."""
    printed, expected = WORDS[name]
    program = f"import os; print({chr(10).join(printed)!r}, flush=True); os.abort()"
    child = ChildProcess([sys.executable, "-c", program], directory=tmp_path, log=tmp_path / "log")
    until(lambda: not child.is_alive, "it aborts")
    assert child.how_it_ended() == expected


class Sleeper:
    """A server that is never ready."""

    name, program, is_needed = "sleeper", Path(sys.executable), True

    def command(self, port: int) -> list[str]:
        """Write a file as soon as it runs."""
        return [sys.executable, "-c", f"import time; open('began', 'w'); time.sleep({60 + port})"]

    def mark(self, port: int) -> str:
        """Return what no process has in its command line."""
        return f"no process on {port}"

    def make_ready(self, port: int, *, pid: int, pause: Callable[[], None]) -> None:
        """Return never."""
        raise AssertionError(port, pid, pause)

    def url(self, port: int) -> str:
        """Return none."""
        return f"sleeper://{port}"


def test_a_server_whose_pid_file_cannot_be_written_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would hold its port and its data, so that each restart fails for another reason than the full disk."""
    started: list[ChildProcess] = []
    begin = ChildProcess.__init__

    def noted(child: ChildProcess, *words: object, **options: object) -> None:
        begin(child, *words, **options)  # type: ignore[arg-type]
        started.append(child)

    monkeypatch.setattr(ChildProcess, "__init__", noted)
    (tmp_path / "sleeper.pid.partial").mkdir()
    launcher = Launcher(Sleeper(), data_dir=tmp_path, stopping=Event())
    with pytest.raises(ServerDidNotStart, match=r"sleeper.pid cannot be written"):
        launcher.start_on(0)
    [child] = started
    assert not child.is_alive


def test_a_data_directory_on_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lock is there already, and empty: what fails is to write who holds it."""

    def write(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("app.embedded.data_dir.os.write", write)
    with pytest.raises(DataDirUnusable, match=f"{tmp_path} cannot be used .No space left on device"):
        EmbeddedServices(data_dir=tmp_path, report=print).__enter__()


def test_a_folder_that_cannot_be_made_in_the_data_directory_is_named(tmp_path: Path) -> None:
    """A file has its name; on a full disk there is no room for it."""
    (tmp_path / "mongodb").touch()
    with pytest.raises(DataDirUnusable, match=f"{tmp_path} cannot be used .File exists"):
        EmbeddedServices(data_dir=tmp_path, report=print).__enter__()

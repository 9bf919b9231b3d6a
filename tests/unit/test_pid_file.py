"""The pid file of a server that is started again while others read it."""

from itertools import cycle
from pathlib import Path
from threading import Event, Thread

from app.embedded.pid_file import PidFile


def test_a_file_that_is_written_anew_is_whole_at_every_moment(tmp_path: Path) -> None:
    """A command beside the server finds the process before or the one after, and never none."""
    path = tmp_path / "mongod.pid"
    starts = [PidFile(pid=pid, port=20_000) for pid in (1, 22_222)]
    starts[0].write(path)
    is_over = Event()

    def start_again() -> None:
        for start in cycle(starts):
            start.write(path)
            if is_over.is_set():
                return

    writing = Thread(target=start_again)
    writing.start()
    found = {PidFile.read(path) for _ in range(2_000)}
    is_over.set()
    writing.join()
    assert found <= set(starts)
    assert [each.name for each in tmp_path.iterdir()] == ["mongod.pid"]

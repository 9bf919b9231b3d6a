"""The end of a process that does not stop by itself."""

import threading

import pytest

from app.server.process.stop_deadline import StopDeadline
from tests.support.waiting import until


@pytest.mark.parametrize("is_read", [True, False])
def test_it_ends_though_what_it_prints_is_not_read(is_read: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that is held by Ctrl-S lets each line wait."""
    codes: list[int] = []
    said: list[str] = []
    read = threading.Event()
    if is_read:
        read.set()

    def report(line: str) -> None:
        read.wait()
        said.append(line)

    monkeypatch.setattr("app.server.process.stop_deadline.STOP_SECONDS", 0.01)
    monkeypatch.setattr("os._exit", codes.append)
    deadline = StopDeadline(report, on_begin=lambda: said.append("begins"))
    deadline.begin()
    until(lambda: bool(codes), "it ends")
    assert codes == [1]
    lines = ["Stopping (1 s at most).", "Still not stopped after 0.01 s: ending without grace."]
    assert said == ["begins", *lines] if is_read else said == ["begins"]
    read.set()

"""What a service manager is sent: nothing where there is none, and no more often than it asks."""

import os

import pytest

from app.server.process.service_manager import ServiceManager
from tests.support.service_manager import service_manager


def test_it_hears_each_change_and_no_more_beats_than_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A beat in each fourth of its patience; and its variables are not handed down."""
    now = 0.0
    with service_manager() as manager:
        for name, value in {**manager.asks, "WATCHDOG_USEC": "4000000", "WATCHDOG_PID": str(os.getpid())}.items():
            monkeypatch.setenv(name, value)
        ours = ServiceManager(monotonic=lambda: now)
        assert {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"} & os.environ.keys() == set()
        said = list[str]()
        ours.reporting(said.append)("\nOne\n  two")
        ours.reporting(said.append)("\n")
        ours.ready()
        for now in (0.0, 0.5, 0.9, 1.1, 1.5, 2.2):  # noqa: B007 - the clock
            ours.alive()
        ours.stopping()
        assert said == ["\nOne\n  two", "\n"]
    assert manager.heard == ["STATUS=One", "READY=1", *["WATCHDOG=1"] * 3, "STOPPING=1"]
    ours.ready()  # to a manager that has gone


@pytest.mark.parametrize("asked", [{}, {"WATCHDOG_USEC": "1", "WATCHDOG_PID": "1"}, {"WATCHDOG_USEC": "soon"}])
def test_who_does_not_ask_hears_nothing(monkeypatch: pytest.MonkeyPatch, asked: dict[str, str]) -> None:
    """No manager at all, or one that watches another process."""
    with service_manager() as manager:
        for name, value in asked.items():
            monkeypatch.setenv(name, value)
        if asked:
            monkeypatch.setenv("NOTIFY_SOCKET", manager.asks["NOTIFY_SOCKET"])
        ServiceManager().alive()
        ServiceManager().ready()
    assert manager.heard == []

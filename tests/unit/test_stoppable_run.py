"""What is stopped by a signal while it runs, and what its caller gets."""

import asyncio
import signal
from collections.abc import Iterator
from types import FrameType

import pytest

from app.server.process.stoppable_run import StoppableRun


@pytest.fixture
def run() -> Iterator[StoppableRun]:
    """Return a run that SIGUSR1 stops."""
    run = StoppableRun()

    def stop(_: int, __: FrameType | None) -> None:
        assert run.stop()

    before = signal.signal(signal.SIGUSR1, stop)
    yield run
    signal.signal(signal.SIGUSR1, before)


def test_what_is_stopped_closes_what_it_has_opened(run: StoppableRun, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the first cancellation is lost."""
    monkeypatch.setattr("app.server.process.stoppable_run.CANCEL_AGAIN_SECONDS", 0.001)
    course: list[str] = []

    async def work() -> None:
        try:
            signal.raise_signal(signal.SIGUSR1)
            course.append("goes on")
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            course.append("loses it")
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            course.append("closes")

    with pytest.raises(KeyboardInterrupt):
        run.run(work())
    assert course == ["goes on", "loses it", "closes"]
    assert not run.stop()


@pytest.mark.parametrize("error", [None, ValueError("in the end")])
def test_a_stop_at_the_very_end_is_not_lost(run: StoppableRun, error: Exception | None) -> None:
    """The work is done by then, or has failed."""

    async def work() -> None:
        signal.raise_signal(signal.SIGUSR1)
        if error:
            raise error

    with pytest.raises(KeyboardInterrupt):
        run.run(work())


def test_what_is_not_stopped_returns_or_raises(run: StoppableRun) -> None:
    """One after the other, each in a loop of its own."""

    async def fail() -> None:
        raise ValueError("as it is")

    with pytest.raises(ValueError, match="as it is"):
        run.run(fail())
    assert run.run(asyncio.sleep(0, "done")) == "done"

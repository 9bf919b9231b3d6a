"""Telling the operator costs nobody anything, even where nobody reads it."""

import pytest

from app.server.reporting import unfailing


@pytest.mark.parametrize("error", [BrokenPipeError(), SystemExit(1), ValueError("I/O operation on closed file")])
def test_a_line_that_cannot_be_told_is_lost_and_no_more(error: BaseException) -> None:
    """The next one is tried again."""
    told: list[str] = []

    def report(line: str) -> None:
        told.append(line)
        raise error

    tell = unfailing(report)
    tell("one")
    tell("two")
    assert told == ["one", "two"]


def test_a_stop_while_something_is_told_is_a_stop() -> None:
    """A signal may come at any moment."""

    def report(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        unfailing(report)("one")

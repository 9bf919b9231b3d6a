"""Telling the operator costs nobody anything, even where nobody reads it."""

import subprocess
import sys

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


def test_a_log_that_nobody_reads_does_not_change_how_the_process_ends() -> None:
    """Python ends with 120 where its streams hold what cannot be written any more."""
    logs = (
        "import sys, time; from app.server.reporting import drop_what_is_not_read\n"
        "sys.stdin.read()\n"
        "for stream in (sys.stdout, sys.stderr):\n"
        "    try: print('a warning', file=stream, flush=True)\n"
        "    except OSError: pass\n"
        "drop_what_is_not_read()\n"
    )
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", logs], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdin
    assert process.stdout
    process.stdout.close()
    process.stdin.close()
    assert process.wait(10) == 0

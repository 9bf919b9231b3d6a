"""Lines of the log: each record is one, whatever it quotes, and says what it is about."""

import asyncio
import json
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from logging import LogRecord, makeLogRecord
from typing import Any

import pytest

from app.config import Settings
from app.server.process.log import log_config
from app.services.background.supervision import Supervised
from app.telemetry.log_burst import LogBurst
from app.telemetry.log_lines import FACTS, JsonLines, TextLines
from app.telemetry.work import Work, begin_work, context_apart, current_work, start_apart

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC).timestamp()
FORGED = "till-1\nERROR:    The database is lost.\r\x1b[2K\x85\u2028\u202eevil\x00\ud800"


class AboutRequest(Work):
    """The work of one request."""

    def described(self) -> dict[str, object]:
        return {"request_id": "abc", "principal": "till-1", "fields": ("stockAdjust",)}


@pytest.fixture(autouse=True)
def _no_work() -> Iterator[None]:
    begin_work(None)
    yield
    begin_work(None)


def a_record(**attributes: object) -> LogRecord:
    """Return a record as a logger makes it."""
    levels = {"levelno": logging.WARNING, "levelname": "WARNING"}
    return makeLogRecord({"name": "app.live.hub", **levels, "created": NOON, "process": 7, "msg": "", **attributes})


def failed() -> object:
    """Return what `exc_info=True` gives for an error that quotes a client."""
    try:
        raise ValueError(FORGED)
    except ValueError:
        return sys.exc_info()


def as_json(record: LogRecord) -> dict[str, Any]:
    """Return the object of a line, which has to be one for every reader of lines."""
    line = JsonLines().format(record)
    assert line.isprintable(), line
    assert len(line.splitlines()) == 1
    return json.loads(line)


def as_text(record: LogRecord) -> str:
    """Return a record as text."""
    return TextLines(has_colors=False).format(record)


def test_a_line_of_json_says_when_who_and_what() -> None:
    """The time in UTC, and what is known of the request and its trace."""
    work = AboutRequest()
    work.cause = f"00-{'a' * 32}-{'b' * 16}-01"
    begin_work(work)
    assert as_json(a_record(msg="%d lines of %s", args=(3, "ü"), **{FACTS: {"duration_ms": 1.5}})) == {
        "time": "2026-11-30T12:00:00.000000Z",
        "level": "warning",
        "logger": "app.live.hub",
        "message": "3 lines of ü",
        "request_id": "abc",
        "principal": "till-1",
        "fields": ["stockAdjust"],
        "trace_id": "a" * 32,
        "span_id": "b" * 16,
        "duration_ms": 1.5,
        "process": 7,
    }


@pytest.mark.parametrize(
    "attributes",
    [
        {"msg": "of %s", "args": (FORGED,)},
        {"msg": FORGED},
        {"msg": "failed", "exc_info": failed()},
        {"msg": "failed", "stack_info": f"Stack:\n{FORGED}"},
        {"msg": "%d units", "args": ("none",)},
        {"msg": "known", FACTS: {"operation": FORGED, "other": object}},
    ],
    ids=["argument", "message", "exception", "stack", "misfit", "facts"],
)
def test_no_record_is_read_as_two(attributes: dict[str, Any]) -> None:
    """Line feeds, control characters and changes of direction of a client's text are shown, not done."""
    assert as_json(a_record(**attributes))["level"] == "warning"
    first, *others = as_text(a_record(**attributes)).split("\n")
    assert first.startswith("WARNING: ")
    assert all(line.startswith("  | ") for line in others)
    assert all(line.replace("\t", "").isprintable() for line in (first, *others))


def test_text_names_the_request_once() -> None:
    """Where the message does not say it already."""
    begin_work(AboutRequest())
    assert as_text(a_record(msg="Slow.")) == "WARNING:  Slow. [request abc]"
    assert as_text(a_record(msg="Request abc: slow.")) == "WARNING:  Request abc: slow."


async def test_a_background_task_is_no_part_of_the_request_that_started_it() -> None:
    """It has its own name, also when its end is logged, and the request keeps its own."""
    begin_work(request := AboutRequest())
    seen: list[object] = []

    async def note() -> None:
        work = current_work()
        assert work is not None
        seen.append(work.described())

    await start_apart(note(), name="looking up")
    supervised = Supervised(note, name="writer", may_return=lambda: bool(note_end()))

    def note_end() -> bool:
        work = current_work()
        assert work is not None
        seen.append(work.described())
        return True

    supervised.start()
    await supervised.returned()
    await supervised.stop()
    assert seen == [{"task": "looking up"}, {"task": "writer"}, {"task": "writer"}]
    assert current_work() is request
    assert context_apart("x").run(current_work) is not request


async def test_a_burst_says_how_many_lines_it_left_out() -> None:
    """At the end of the interval, though nothing more happens."""
    more: list[int] = []
    said = asyncio.Event()

    def say(count: int) -> None:
        more.append(count)
        said.set()

    burst = LogBurst(say, max_logged=2, in_seconds=0.02)
    assert [burst.is_due() for _ in range(5)] == [True, True, False, False, False]
    async with asyncio.timeout(5):
        await said.wait()
    assert more == [3]


def test_libraries_log_by_the_same_handler() -> None:
    """Theirs begin at warnings, ours where the settings say, and reports are always logged."""
    config = log_config(Settings(log_format="json", log_level="error", request_log="all"))
    assert config["root"] == {"handlers": ["stderr"], "level": "WARNING"}
    assert {name: each["level"] for name, each in config["loggers"].items()} == {
        "uvicorn": "ERROR",
        "app": "ERROR",
        "app.server.reports": "INFO",
        "app.web.request_log": "INFO",
    }

"""What the log of a served process lets through, record by record, as `stockpulse serve` configures it."""

import asyncio
import logging
import sys
from logging import LogRecord, makeLogRecord

import pytest

from app.server.process.log import NoCancellations

QUOTED = "Traceback (most recent call last):\n  ...\nasyncio.exceptions.CancelledError\n"


class Unshowable:
    """What cannot be turned into text."""

    def __str__(self) -> str:
        raise RuntimeError("not to be shown")

    def __repr__(self) -> str:
        return "unshowable"  # names the test, in every process alike


def a_record(**attributes: object) -> LogRecord:
    """Return a record with these attributes, whoever may have made it."""
    return makeLogRecord({"msg": "Redis does not take what is published: %s", "args": ("away",), **attributes})


def raised(error: BaseException) -> object:
    """Return what `exc_info=True` gives while this is handled."""
    try:
        raise error
    except BaseException:  # noqa: BLE001 - a cancellation, too
        return sys.exc_info()


@pytest.mark.parametrize(
    "exc_info",
    [None, False, True, 0, (), (None, None, None), ValueError("one"), raised(ValueError("one"))],
    ids=lambda value: type(value).__name__,
)
def test_a_record_passes_whatever_it_has_for_a_traceback(exc_info: object) -> None:
    """Callers give None, False, True, an exception or a triple; a filter that raises ends the caller."""
    assert NoCancellations().filter(a_record(exc_info=exc_info))


@pytest.mark.parametrize(
    ("msg", "args"),
    [
        ("%s and %s", ("one",)),
        ("%d units", ("many",)),
        ("%(name)s", ({"other": 1},)),
        ("nothing", ("one",)),
        (Unshowable(), ()),
        ("%s", (Unshowable(),)),
        (b"\xff", ()),
        (None, None),
        ({"a": 1}, ()),
    ],
    ids=repr,
)
def test_a_record_passes_whose_text_cannot_be_made(msg: object, args: object) -> None:
    """The handler says of it what is wrong."""
    assert NoCancellations().filter(a_record(msg=msg, args=args))


@pytest.mark.parametrize(
    "attributes",
    [{"exc_info": raised(asyncio.CancelledError())}, {"msg": QUOTED, "args": ()}, {"msg": "%s", "args": (QUOTED,)}],
    ids=["raised", "quoted", "quoted as an argument"],
)
def test_what_uvicorn_cancels_at_a_stop_is_not_told(attributes: dict[str, object]) -> None:
    """As a traceback, and as text that ends in one."""
    assert not NoCancellations().filter(a_record(**attributes))


def test_a_caller_goes_on_whatever_it_logs(capsys: pytest.CaptureFixture[str]) -> None:
    """Behind a handler with the filter, no call raises."""
    log, handler = logging.getLogger("caller"), logging.StreamHandler()
    handler.addFilter(NoCancellations())
    log.addHandler(handler)
    log.propagate = False  # the handlers of pytest raise
    log.warning("told: %s", "away", exc_info=False)
    log.warning(*("told: %s and %s", "away"))
    assert "told: away" in capsys.readouterr().err

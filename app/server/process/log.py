"""Where a served process logs to, and how: one handler on the standard error stream, for every logger.

Rule: with STOCKPULSE_LOG_FORMAT=json everything that the process writes is a line of JSON, be it logged by a library,
a warning, an exception that nothing caught, or a report that is otherwise printed for people.
"""

import asyncio
import logging
import logging.config
import sys
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

from app.config import Settings
from app.telemetry.log_lines import JsonLines, TextLines

_FORMATTERS: Mapping[str, Mapping[str, Any]] = {
    "text": {"()": TextLines},
    "json": {"()": JsonLines},
}

reports = logging.getLogger("app.server.reports")
_unhandled = logging.getLogger("app.server.unhandled")


class NoCancellations(logging.Filter):
    """Drops the tracebacks of tasks that uvicorn cancels at the end of the graceful time.

    Rule: it raises for no record: an exception would end the caller that logs, such as a task that must go on.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is logged."""
        return not (_is_of_cancellation(record.exc_info) or _quotes_cancellation(record))


def _is_of_cancellation(exc_info: object) -> bool:
    """Return whether a record has the traceback of a cancellation. `exc_info` may be None, False or True, too."""
    return isinstance(exc_info, tuple) and any(isinstance(each, asyncio.CancelledError) for each in exc_info)


def _quotes_cancellation(record: logging.LogRecord) -> bool:
    """Return whether the text of a record ends in such a traceback: Starlette's lifespan logs it so."""
    try:
        return record.getMessage().rstrip().endswith("asyncio.exceptions.CancelledError")
    except Exception:  # noqa: BLE001 - its arguments do not fit, or cannot be shown; the handler reports that
        return False


def log_config(settings: Settings) -> dict[str, Any]:
    """Return the configuration of logging. Libraries log their warnings, this program what the settings say."""
    levels = {"uvicorn": settings.log_level.upper(), "app": settings.log_level.upper(), reports.name: "INFO"}
    if settings.request_log == "all":
        levels["app.web.request_log"] = "INFO"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"no cancellations": {"()": NoCancellations}},
        "formatters": {"lines": dict(_FORMATTERS[settings.log_format])},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stderr",
                "formatter": "lines",
                "filters": ["no cancellations"],
            }
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {name: {"level": level} for name, level in levels.items()},
    }


def begin_log(settings: Settings) -> None:
    """Configure the log of this process."""
    logging.config.dictConfig(log_config(settings))
    if settings.log_format == "json":
        log_what_is_printed()


def reporting(settings: Settings, report: Callable[[str], None]) -> Callable[[str], None]:
    """Return what reports each step: what is given, or the log."""
    return reports.info if settings.log_format == "json" else report


def log_what_is_printed() -> None:
    """Log what Python prints: warnings, and exceptions that nothing caught."""
    logging.captureWarnings(True)
    sys.excepthook = _log_exception
    sys.unraisablehook = lambda each: _log_ignored(each.exc_value, each.err_msg, each.object)
    threading.excepthook = lambda each: _log_ignored(each.exc_value, "Exception in thread", each.thread)


def _log_exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    _unhandled.critical("The process ends by an exception.", exc_info=(kind, error, trace))


def _log_ignored(error: BaseException | None, what: str | None, where: object) -> None:
    _unhandled.error("%s %r", what or "Exception ignored in", where, exc_info=error)

"""Logs GraphQL operations: the slow ones, or each (ADR 56).

Rule: a line names the operation and where its time went, and has no value of the client's: neither variables nor
literals. Slow ones are bounded, because all are slow where the database is.
"""

import logging
from typing import Literal

from app.telemetry.log_burst import LogBurst
from app.telemetry.log_lines import FACTS
from app.web.graphql import Handled

MAX_LOGGED = 20
IN_SECONDS = 10.0

_MILLISECONDS = 1_000

logger = logging.getLogger("app.web.request_log")  # as operators know it, wherever this module is


class RequestLog:
    """An observer of the transport."""

    def __init__(self, which: Literal["slow", "all"], *, slow_seconds: float) -> None:
        self._logs_all, self._slow_seconds = which == "all", slow_seconds
        self._burst = LogBurst(_log_more, max_logged=MAX_LOGGED, in_seconds=IN_SECONDS)

    def __call__(self, handled: Handled, seconds: float) -> None:
        """Log an operation that is answered, or a subscription that is open."""
        is_slow = seconds >= self._slow_seconds
        if self._logs_all:
            _log(handled, seconds, is_slow=is_slow)
        elif is_slow and self._burst.is_due():
            _log(handled, seconds, is_slow=True)


def _log(handled: Handled, seconds: float, *, is_slow: bool) -> None:
    facts: dict[str, object] = {
        "duration_ms": _in_milliseconds(seconds),
        "codes": [each["extensions"]["code"] for each in handled.errors],
    }
    operation, request = handled.operation, handled.request
    if operation is not None and request is not None:
        facts |= {"type": operation.type.value, "cost": operation.unchecked_cost(request.variables)}
    if handled.database_calls:
        facts |= {
            "database_calls": handled.database_calls,
            "database_ms": _in_milliseconds(handled.database_seconds),
        }
    facts |= {f"{stage}_ms": _in_milliseconds(spent) for stage, spent in (handled.spent or {}).items()}
    level, what = (logging.WARNING, "A slow operation") if is_slow else (logging.INFO, "An operation")
    logger.log(level, "%s: %s", what, _words({**handled.described(), **facts}), extra={FACTS: facts})


def _words(facts: dict[str, object]) -> str:
    """Return facts in a line of text."""
    shown = {name: ",".join(map(str, each)) if isinstance(each, list | tuple) else each for name, each in facts.items()}
    return " ".join(f"{name}={each}" for name, each in shown.items() if each not in (None, ""))


def _in_milliseconds(seconds: float) -> float:
    return round(seconds * _MILLISECONDS, 3)


def _log_more(count: int) -> None:
    logger.warning("%d more operations were slow.", count)

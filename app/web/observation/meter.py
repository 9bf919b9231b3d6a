"""Measures operations, by their root field: how many, how they end, and how long they take.

Rule: every label is a word of the schema or of this program: no client can make new ones. A request adds to plain
numbers, which a probe takes over.
"""

from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter
from typing import Final

from graphql import OperationType
from prometheus_client import Counter

from app.telemetry.growing import Growing
from app.telemetry.metrics import Metrics
from app.telemetry.plain_numbers import Observations
from app.web.graphql import Handled
from app.web.graphql.transport.documents.cache import PreparedOperation
from app.web.graphql.transport.masking import FormattedError
from schema.context import Context

OK: Final = "OK"
SEVERAL: Final = "(several)"  # root fields in one operation
NO_FIELD: Final = "(none)"  # of what is no operation of the schema


class RequestMeter:
    """Meter of the transport, over the metrics of the process."""

    def __init__(self, metrics: Metrics) -> None:
        self._requests, self._seconds = metrics.requests, metrics.request_seconds
        self._counts: dict[tuple[str, str], _Counts] = {}
        self._unknown = self._counts_of(NO_FIELD, NO_FIELD)

    def ended(self, handled: Handled, errors: Sequence[FormattedError]) -> None:
        """Count what was answered."""
        operation = handled.operation
        if operation is None:
            self._unknown.count(_code(errors))
            return
        counts = self._noted(operation)
        counts.count(_code(errors) if errors else _outcome(handled.context))
        if counts.seconds is not None:
            counts.seconds.observe(perf_counter() - handled.began)

    def began(self, operation: PreparedOperation) -> None:
        """Count a subscription that has begun."""
        self._noted(operation).count(OK)

    def probe(self) -> None:
        """Take over what was counted."""
        for counts in self._counts.values():
            counts.take_over()

    def _noted(self, operation: PreparedOperation) -> "_Counts":
        counts: _Counts | None = operation.notes.get(self)
        if counts is None:
            is_timed = operation.type is not OperationType.SUBSCRIPTION
            counts = self._counts_of(operation.type.value, _field(operation), is_timed=is_timed)
            operation.notes[self] = counts
        return counts

    def _counts_of(self, kind: str, field: str, *, is_timed: bool = False) -> "_Counts":
        if (kind, field) not in self._counts:
            seconds = self._seconds.labels(kind, field) if is_timed else None
            self._counts[kind, field] = _Counts(partial(self._requests.labels, kind, field), seconds)
        return self._counts[kind, field]


class _Counts:
    """The numbers of the operations with one root field: how many there were by outcome, and the times they took."""

    __slots__ = ("_by_outcome", "_counter", "_counters", "seconds")

    def __init__(self, counter: Callable[[str], Counter], seconds: Observations | None) -> None:
        self.seconds = seconds
        self._counter = counter  # of an outcome
        self._by_outcome: dict[str, int] = {}
        self._counters: dict[str, Growing] = {}

    def count(self, outcome: str) -> None:
        """Count one."""
        self._by_outcome[outcome] = self._by_outcome.get(outcome, 0) + 1

    def take_over(self) -> None:
        """Let the counters follow."""
        for outcome, count in self._by_outcome.items():
            if outcome not in self._counters:
                self._counters[outcome] = Growing(self._counter(outcome))
            self._counters[outcome].follow(count)


def _field(operation: PreparedOperation) -> str:
    fields = operation.fields
    return fields[0] if len(fields) == 1 else SEVERAL if fields else NO_FIELD


def _code(errors: Sequence[FormattedError]) -> str:
    code: str = errors[0]["extensions"]["code"]
    return code


def _outcome(context: object) -> str:
    """Return the first code among the user errors of a mutation, OK where there is none."""
    if isinstance(context, Context):
        for done in context.done:
            if done.codes:
                return done.codes[0]
    return OK

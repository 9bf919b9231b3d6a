"""Measures operations, by their root field: how many, how they end, and how long they take.

Rule: every label is a word of the schema or of this program: no client can make new ones. A request costs an addition
and an observation; what was counted is taken over by a probe.
"""

from collections.abc import Sequence
from time import perf_counter
from typing import Final

from graphql import OperationType
from prometheus_client import Histogram

from app.telemetry.metrics import Metrics
from app.telemetry.sampling import Growing
from app.web.graphql import Handled
from app.web.graphql.transport.documents.cache import PreparedOperation
from app.web.graphql.transport.masking import FormattedError
from schema.context import Context

OK: Final = "OK"
SEVERAL: Final = "(several)"  # root fields in one operation
NO_FIELD: Final = "(none)"  # of what is no operation of the schema

_KINDS: Final = {each: each.value for each in OperationType}


class RequestMeter:
    """Meter of the transport, over the metrics of the process."""

    def __init__(self, metrics: Metrics) -> None:
        self._requests, self._seconds = metrics.requests, metrics.request_seconds
        self._counts: dict[tuple[str, str, str], int] = {}
        self._counters: dict[tuple[str, str, str], Growing] = {}
        self._histograms: dict[tuple[str, str], Histogram] = {}

    def ended(self, handled: Handled, errors: Sequence[FormattedError]) -> None:
        """Count what was answered."""
        operation = handled.operation
        if operation is None:
            self._count(NO_FIELD, NO_FIELD, _code(errors))
            return
        kind, field = _KINDS[operation.type], _field(operation)
        self._count(kind, field, _code(errors) if errors else _outcome(handled.context))
        if operation.type is not OperationType.SUBSCRIPTION:
            histogram = self._histograms.get((kind, field))
            if histogram is None:
                histogram = self._histograms[kind, field] = self._seconds.labels(kind, field)
            histogram.observe(perf_counter() - handled.began)

    def began(self, operation: PreparedOperation) -> None:
        """Count a subscription that has begun."""
        self._count(_KINDS[operation.type], _field(operation), OK)

    def probe(self) -> None:
        """Take over what was counted."""
        for labels, count in self._counts.items():
            if labels not in self._counters:
                self._counters[labels] = Growing(self._requests.labels(*labels))
            self._counters[labels].follow(count)

    def _count(self, kind: str, field: str, outcome: str) -> None:
        labels = kind, field, outcome
        self._counts[labels] = self._counts.get(labels, 0) + 1


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

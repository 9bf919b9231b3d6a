"""Who hears of requests: the audit, the metrics, the log and the traces.

Rule: each hears once of a request, and none of them changes its answer.
"""

from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter
from typing import Protocol

from starlette.requests import HTTPConnection

from app.telemetry.tracing import Tracing
from app.web.graphql.transport.documents.cache import PreparedOperation
from app.web.graphql.transport.handled import Handled
from app.web.graphql.transport.masking import FormattedError
from app.web.graphql.transport.request import GraphQLRequest
from app.web.graphql.transport.trace_parent import trace_parent_of


class Meter(Protocol):
    """Measures operations."""

    def ended(self, handled: Handled, errors: Sequence[FormattedError]) -> None:
        """Take note of a request that is answered, with the errors of its answer."""

    def began(self, operation: PreparedOperation) -> None:
        """Take note of a subscription that has begun."""


class Recorder(Protocol):
    """Keeps a record of requests: of mutations and of what was refused."""

    def record(self, handled: Handled) -> Awaitable[None] | None:
        """Record a request. Return what its answer has to wait for, if anything; that may raise Unavailable."""


# Called with each request once its answer is sent, a subscription once what is present is or its source waits for what
# will be, and with the seconds since it began.
Observer = Callable[[Handled, float], None]


class Observation:
    """Those of one engine."""

    def __init__(
        self,
        *,
        recorder: Recorder | None = None,
        meter: Meter | None = None,
        observers: Sequence[Observer] = (),
        tracing: Tracing | None = None,
    ) -> None:
        self.tracing = tracing
        self._recorder, self._meter, self._observers = recorder, meter, observers

    def begin(self, handled: Handled, connection: HTTPConnection, request: GraphQLRequest) -> None:
        """Decide once whether a request is traced. Its client is known, so no stranger can have it traced."""
        tracing = self.tracing
        if tracing is None or handled.is_considered:
            return
        handled.is_considered = True
        place = tracing.begin(*trace_parent_of(connection, request))
        if place is not None:
            handled.trace, handled.cause, handled.tracing = place, place.text, tracing

    def ended(self, handled: Handled, errors: Sequence[FormattedError]) -> Awaitable[None] | None:
        """Note that an operation was executed; return what its answer has to wait for."""
        if self._meter is not None:
            self._meter.ended(handled, errors)
        return self._record(handled, errors)

    def refused(self, handled: Handled, errors: Sequence[FormattedError]) -> None:
        """Note that a request was refused, unless it was executed."""
        if self._meter is not None and not handled.is_executed:
            self._meter.ended(handled, errors)
        self._record(handled, errors)

    def began(self, handled: Handled, operation: PreparedOperation) -> None:
        """Note that a subscription has begun: what ends it later is no other request."""
        handled.is_executed = True
        if self._meter is not None:
            self._meter.began(operation)

    def answered(self, handled: Handled) -> None:
        """Note that the answer to a request is sent, or that a subscription is open."""
        if self._observers and not handled.is_answered:
            handled.is_answered = True
            seconds = perf_counter() - handled.began
            for observe in self._observers:
                observe(handled, seconds)

    def _record(self, handled: Handled, errors: Sequence[FormattedError]) -> Awaitable[None] | None:
        if handled.is_recorded:
            return None
        handled.errors = errors
        if self._recorder is None or not (errors or handled.is_mutation):
            return None
        handled.is_recorded = True
        return self._recorder.record(handled)

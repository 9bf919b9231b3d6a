"""The span of each request that is traced (ADR 57).

Rule: it has names and numbers of the request, and no value of the client's: neither variables nor the document, whose
literals may be anything, nor who sent it. The log has that, under the same request id.
"""

import time

from app.telemetry.tracing import SpanKind, Tracing
from app.web.graphql import Handled

_NANOSECONDS = 1_000_000_000
_FAULTS = frozenset({"INTERNAL", "UNAVAILABLE", "OVERLOADED"})  # of the server, as HTTP's 5xx are


class RequestTraces:
    """An observer of the transport."""

    def __init__(self, tracing: Tracing) -> None:
        self._tracing = tracing

    def __call__(self, handled: Handled, seconds: float) -> None:
        """Hand on the span of a request that is answered."""
        place = handled.trace
        if place is None:
            return
        ended = time.time_ns()
        codes = [each["extensions"]["code"] for each in handled.errors]
        self._tracing.end(
            place,
            _name(handled),
            kind=SpanKind.SERVER,
            began=ended - int(seconds * _NANOSECONDS),
            ended=ended,
            attributes=_attributes(handled, codes),
            error=next((code for code in codes if code in _FAULTS), None),
        )


def _name(handled: Handled) -> str:
    if handled.scope["type"] == "http":
        return f"{handled.scope['method']} {handled.scope['path']}"
    operation = handled.operation
    return "GraphQL operation" if operation is None else operation.type.value


def _attributes(handled: Handled, codes: list[str]) -> dict[str, str | int | list[str]]:
    found: dict[str, str | int | list[str]] = {"stockpulse.request_id": handled.request_id}
    scope = handled.scope
    if scope["type"] == "http":
        found |= {"http.request.method": scope["method"], "url.path": scope["path"], "url.scheme": scope["scheme"]}
        if handled.status is not None:
            found["http.response.status_code"] = handled.status
    else:
        found["network.protocol.name"] = "websocket"
    if (operation := handled.operation) is not None:
        found |= {"graphql.operation.type": operation.type.value, "stockpulse.fields": list(operation.fields)}
        if (name := handled.operation_name) is not None:
            found["graphql.operation.name"] = name
    if codes:
        found["stockpulse.codes"] = codes
    return found

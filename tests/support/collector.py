"""A collector of traces: a real HTTP server on loopback that takes OTLP, as protobuf, and keeps the spans."""

from collections.abc import Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self

import app.telemetry.otlp  # noqa: F401 - makes OpenTelemetry importable, see app/__init__.py

# isort: split

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span as Message


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedSpan:
    """One span, its ids in hexadecimal digits; `links` are the ids of spans."""

    name: str
    trace_id: str
    span_id: str
    parent_id: str | None
    kind: int
    state: str
    began: int
    ended: int
    attributes: dict[str, Any]
    links: Sequence[str]
    is_error: bool
    resource: dict[str, Any]


class Collector:
    """A context: the server runs in it."""

    def __init__(self) -> None:
        self.spans: list[CollectedSpan] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def of(self, trace_id: str) -> dict[str, CollectedSpan]:
        """Return the spans of a trace by name; where several have one, the last."""
        return {span.name: span for span in list(self.spans) if span.trace_id == trace_id}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        keep = self.spans.extend

        class Handler(BaseHTTPRequestHandler):
            """One request of the exporter."""

            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                assert self.path == "/v1/traces", self.path
                keep(_spans_of(ExportTraceServiceRequest.FromString(body)))
                answer = ExportTraceServiceResponse().SerializeToString()
                self.send_response(200)
                self.send_header("content-type", "application/x-protobuf")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                return

        return Handler


def _spans_of(request: ExportTraceServiceRequest) -> list[CollectedSpan]:
    return [
        _span(span, _attributes(of_resource.resource.attributes))
        for of_resource in request.resource_spans
        for of_scope in of_resource.scope_spans
        for span in of_scope.spans
    ]


def _span(span: Message, resource: dict[str, Any]) -> CollectedSpan:
    return CollectedSpan(
        name=span.name,
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex() or None,
        kind=span.kind,
        state=span.trace_state,
        began=span.start_time_unix_nano,
        ended=span.end_time_unix_nano,
        attributes=_attributes(span.attributes),
        links=[link.span_id.hex() for link in span.links],
        is_error=span.status.code == span.status.STATUS_CODE_ERROR,
        resource=resource,
    )


def _attributes(pairs: Any) -> dict[str, Any]:  # noqa: ANN401 - a repeated field of protobuf
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: AnyValue) -> Any:  # noqa: ANN401 - what an attribute may be
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(each) for each in value.array_value.values]
    return getattr(value, kind or "string_value")

"""Sends spans to a collector by OTLP over HTTP, with OpenTelemetry's exporter, in a thread of its own (ADR 57).

Its own variables say the rest: OTEL_EXPORTER_OTLP_HEADERS, _CERTIFICATE, _TIMEOUT and _COMPRESSION, OTEL_SERVICE_NAME,
OTEL_RESOURCE_ATTRIBUTES, and OTEL_BSP_… for the queue.

Rule: no request waits for a collector. What does not fit into the queue is dropped, a failure is logged once a minute,
and a stop waits a second at most. This module is imported only where traces are sent.
"""

import asyncio
import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

if sys.modules.get("opentelemetry") is None:  # see app/__init__.py
    sys.modules.pop("opentelemetry", None)

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    Status,
    StatusCode,
    TraceFlags,
    TraceState,
    set_span_in_context,
)
from opentelemetry.trace import SpanKind as OtelKind

from app.telemetry.tracing import Span, SpanKind

PATH = "/v1/traces"
CLOSE_SECONDS = 1.0
REPEAT_SECONDS = 60.0

_LOGGERS = ("opentelemetry.exporter.otlp.proto.http.trace_exporter", "opentelemetry.sdk._shared_internal")

_KINDS: Mapping[SpanKind, OtelKind] = {each: OtelKind(each.value) for each in SpanKind}
_FLAGS = TraceFlags(TraceFlags.SAMPLED)


class OtlpExport:
    """Spans on their way to one collector."""

    def __init__(self, endpoint: str, *, version: str) -> None:
        """`endpoint` is the collector's base URL, or the whole one where it ends with PATH."""
        for name in _LOGGERS:
            logger = logging.getLogger(name)
            if not any(isinstance(each, OnceAMinute) for each in logger.filters):
                logger.addFilter(OnceAMinute())
        self._ids = _GivenIds()
        url = endpoint if endpoint.endswith(PATH) else endpoint.rstrip("/") + PATH
        self._provider = TracerProvider(
            sampler=ALWAYS_ON,  # what is traced was decided before
            resource=_resource(version),
            id_generator=self._ids,
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url)))
        self._tracer = self._provider.get_tracer("stockpulse", version)

    def export(self, span: Span) -> None:
        """Queue a span that has ended. Returns at once."""
        place = span.place
        self._ids.trace_id, self._ids.span_id = int(place.trace_id, 16), int(place.span_id, 16)
        above = None
        if place.parent_id is not None:
            above = set_span_in_context(
                NonRecordingSpan(_context(place.trace_id, place.parent_id, state=place.state, is_remote=True))
            )
        made = self._tracer.start_span(
            span.name,
            context=above,
            kind=_KINDS[span.kind],
            attributes=dict(span.attributes),
            links=[Link(_context(each[3:35], each[36:52])) for each in span.links],
            start_time=span.began,
        )
        if span.error is not None:
            made.set_attribute("error.type", span.error)
            made.set_status(Status(StatusCode.ERROR))
        made.end(span.ended)

    async def close(self) -> None:
        """Send what waits, as far as a second allows: the thread that sends ends with the process."""
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()

        def shut_down() -> None:
            self._provider.shutdown()
            with suppress(RuntimeError):  # the loop has been closed meanwhile
                loop.call_soon_threadsafe(ended.set)

        threading.Thread(target=shut_down, name="end of traces", daemon=True).start()
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await ended.wait()
        except TimeoutError:
            return


class OnceAMinute(logging.Filter):
    """Lets a failure of the exporter through at once, and then once a minute."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._monotonic = monotonic
        self._not_before = float("-inf")

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is logged."""
        if record.levelno < logging.WARNING:
            return True
        now = self._monotonic()
        if now < self._not_before:
            return False
        self._not_before = now + REPEAT_SECONDS
        return True


class _GivenIds(IdGenerator):
    """Gives the ids that a span was passed on by before it was made."""

    trace_id = span_id = 0

    def generate_trace_id(self) -> int:
        return self.trace_id

    def generate_span_id(self) -> int:
        return self.span_id


def _context(trace_id: str, span_id: str, *, state: str | None = None, is_remote: bool = False) -> SpanContext:
    kept = TraceState.from_header([state]) if state else None
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=is_remote, trace_flags=_FLAGS, trace_state=kept)


def _resource(version: str) -> Resource:
    """Return what the collector knows this process by; what the variables say of it goes first."""
    own = Resource(
        {
            "service.name": "stockpulse",
            "service.version": version,
            "service.instance.id": f"{socket.gethostname()}:{os.getpid()}",
        }
    )
    return own.merge(OTELResourceDetector().detect())

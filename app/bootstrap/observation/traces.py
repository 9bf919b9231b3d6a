"""Connects tracing, where a collector is set. Rule: without one, nothing of OpenTelemetry is imported."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from functools import partial
from importlib.metadata import version

from app.config import Settings
from app.domain.errors import Refused
from app.telemetry.tracing import Tracing
from app.telemetry.work import traced_task


class Traces:
    """The tracing of one process, to be closed at its end."""

    def __init__(self, settings: Settings, endpoint: str) -> None:
        from app.telemetry.otlp import OtlpExport  # noqa: PLC0415 - see the rule

        self._export = OtlpExport(endpoint, version=version("stockpulse"))
        self.tracing = Tracing(
            self._export.export,
            ratio=settings.trace_ratio,
            followed_per_second=settings.trace_followed_per_second,
        )

    async def close(self) -> None:
        """Send what waits, as far as there is time."""
        await self._export.close()


def traces_of(settings: Settings) -> Traces | None:
    """Return the tracing that is set; None where there is none."""
    return None if settings.otlp_endpoint is None else Traces(settings, settings.otlp_endpoint)


@asynccontextmanager
async def closing_traces(traces: Traces | None) -> AsyncIterator[None]:
    """Close the tracing, if any, at the end of the context."""
    try:
        yield
    finally:
        if traces is not None:
            await traces.close()


def traces_of_tasks(tracing: Tracing | None) -> Callable[[str], AbstractContextManager[None]]:
    """Return what begins a trace with what a background task commits, by the kind of its command.

    That another process was faster, or that the command is not needed any more, is no error.
    """
    return partial(traced_task, tracing=tracing, refusals=Refused)

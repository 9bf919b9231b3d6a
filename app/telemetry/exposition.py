"""The metrics as text, for the system that scrapes them.

Rule: scrapes that come together share one rendering, in a thread, so that many of them cost requests no more than one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from app.telemetry.metrics import Metrics
from app.telemetry.shared_directory import shared_directory


class Exposition(NamedTuple):
    """The text of all metrics, and its media type."""

    body: bytes
    content_type: str


class Exposer:
    """Renders the metrics of one process; or of all processes of the server, where they share a directory."""

    def __init__(self, metrics: Metrics, *, refresh: Callable[[], Awaitable[None]]) -> None:
        """`refresh` is awaited before a rendering: it sets what is not counted as it happens."""
        self._metrics, self._refresh = metrics, refresh
        self._rendering: dict[str, asyncio.Task[bytes]] = {}

    async def exposition(self, accept: str) -> Exposition:
        """Return the metrics in the form that a scraper accepts: OpenMetrics, or the text of Prometheus."""
        encode, content_type = choose_encoder(accept)
        running = self._rendering.get(content_type)
        if running is None:
            running = asyncio.create_task(self._rendered(encode), name="rendering of metrics")
            self._rendering[content_type] = running
            running.add_done_callback(lambda _: self._rendering.pop(content_type, None))
        return Exposition(await asyncio.shield(running), content_type)

    async def _rendered(self, encode: Callable[[Collector], bytes]) -> bytes:
        await self._refresh()
        return await asyncio.to_thread(lambda: encode(self._collected()))

    def _collected(self) -> CollectorRegistry:
        directory = shared_directory()
        if directory is None:
            return self._metrics.registry
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=directory)  # type: ignore[no-untyped-call]
        return registry

"""Listens to what the readers really send, so that the server can explain it: nothing of ours is patched."""

from collections.abc import Iterator
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from app.store.client import Client

_READS = {"find", "aggregate"}
_PARTS = (*_READS, "filter", "projection", "sort", "limit", "batchSize", "hint", "pipeline", "cursor")


class Reads(CommandListener):
    """Keeps the finds and pipelines that are sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        """Keep what is part of the query."""
        if event.command_name in _READS:
            self.sent.append({name: event.command[name] for name in event.command if name in _PARTS})

    def succeeded(self, event: CommandSucceededEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...


def listened_to(url: str, reads: Reads) -> Client:
    """Return a client whose commands are listened to; nothing but a test needs one."""
    return AsyncMongoClient(url, event_listeners=[reads], appname="explain")


def stages(plan: Any) -> Iterator[str]:  # noqa: ANN401 - whatever the server explains
    """Yield the names of the stages of a plan that was chosen, and of a pipeline's stages."""
    if isinstance(plan, dict):
        for name, below in plan.items():
            if name == "stage":
                yield below
            elif name != "rejectedPlans":
                yield from [name] if name.startswith("$") else []
                yield from stages(below)
    elif isinstance(plan, list):
        for below in plan:
            yield from stages(below)

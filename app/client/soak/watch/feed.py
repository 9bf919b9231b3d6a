"""What a subscriber is sent, and what it knows by that: the port between a connection and what it is for.

Rule: a feed finds by itself what is wrong with what it is sent; whether it knows the newest is asked of it.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from app.client.replay.ledger_walk import Standing
from app.client.soak.findings import Findings
from app.client.soak.timeline import Timeline
from app.domain.stock.level import LevelKey

EventData = Mapping[str, Any]


class WatchedFeed(ABC):
    """One subscription, over all its connections."""

    query: str

    def __init__(self, *, name: str, findings: Findings, timeline: Timeline) -> None:
        self.name = name
        self.events = 0
        self._findings, self._timeline = findings, timeline

    @abstractmethod
    def variables(self) -> EventData:
        """Return the variables with which to subscribe now."""

    @abstractmethod
    def connected(self) -> None:
        """Take note that what follows comes over a new connection."""

    @abstractmethod
    def take(self, data: EventData) -> None:
        """Take note of one event."""

    @abstractmethod
    def behind(self, levels: Mapping[LevelKey, Standing]) -> list[str]:
        """Return what the feed does not know of levels as a query has them; it may know later versions."""

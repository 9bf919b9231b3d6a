"""Follows a subscription whatever becomes of its connection, at whichever server answers."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from itertools import cycle
from typing import Any

from app.client.soak.findings import Findings, Invariant
from app.client.soak.watch.feed import WatchedFeed
from app.client.soak.watch.subscription_end import SubscriptionEnd

PAUSE_SECONDS = (0.1, 1.0)  # before a new connection, at random
EventSource = Callable[..., AsyncGenerator[Any, None]]


class FeedFollower:
    """One client of one feed. `ends` counts how its connections ended."""

    def __init__(
        self, feed: WatchedFeed, source: EventSource, urls: Sequence[str], *, key: str | None, findings: Findings
    ) -> None:
        self.feed = feed
        self.ends: Counter[str] = Counter()
        self.has_begun = False
        self._source, self._urls, self._key, self._findings = source, urls, key, findings

    async def run(self) -> None:
        """Follow until it is cancelled."""
        for url in cycle(self._urls):
            try:
                await self._follow(url)
            except SubscriptionEnd as end:
                self.ends[end.reason] += 1
                if end.is_final:
                    self._findings.add(Invariant.SUBSCRIBERS, f"{self.feed.name} ended for good: {end.reason}")
            await asyncio.sleep(random.uniform(*PAUSE_SECONDS))  # noqa: S311 - no secret

    async def _follow(self, url: str) -> None:
        feed = self.feed
        is_new = True
        async with aclosing(self._source(url, key=self._key, query=feed.query, variables=feed.variables())) as events:
            async for data in events:
                if is_new:
                    feed.connected()
                    is_new = False
                feed.take(data)
                self.has_begun = True

"""All who watch a soak: subscribers over websockets and event streams, and a receiver of webhooks."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from app.client.http.retrying_client import CannotGoOn
from app.client.soak.findings import Findings
from app.client.soak.load.caller import NotAnswered, SoakCaller
from app.client.soak.load.meter import Silence
from app.client.soak.load.stage import SoakShop
from app.client.soak.pause import until
from app.client.soak.timeline import Timeline
from app.client.soak.watch.alerts_feed import AlertsFeed
from app.client.soak.watch.event_stream import stream_events
from app.client.soak.watch.feed import WatchedFeed
from app.client.soak.watch.follower import FeedFollower
from app.client.soak.watch.levels_feed import LevelsFeed
from app.client.soak.watch.lines_feed import LinesFeed
from app.client.soak.watch.receiver import WebhookReceiver
from app.client.soak.watch.webhook_watch import WebhookWatch
from app.client.soak.watch.websocket import websocket_events

BEGIN_SECONDS = 60.0  # for all subscribers to get their first event
STREAMS = 4  # every fourth subscriber is an event stream
EVENTS = ["LEVEL_CHANGED", "ALERT_OPENED", "ALERT_CHANGED", "ALERT_CLOSED"]


class Audience:
    """The subscribers, and the webhook if there is one."""

    def __init__(
        self, shop: SoakShop, urls: Sequence[str], *, key: str | None, size: int, findings: Findings, timeline: Timeline
    ) -> None:
        self._shop, self._findings = shop, findings
        self.feeds = [_feed(shop, number, findings, timeline) for number in range(size)]
        self.followers = []
        for number, feed in enumerate(self.feeds):
            first = number % len(urls)
            source = stream_events if number % STREAMS == STREAMS - 1 else websocket_events
            ordered = (*urls[first:], *urls[:first])
            self.followers.append(FeedFollower(feed, source, ordered, key=key, findings=findings))
        self.webhook = WebhookWatch({shop.hot.sku, *shop.thin}, findings=findings, timeline=timeline)

    @property
    def changes(self) -> list[Silence]:
        """The silences of all who watch levels."""
        return [feed.changes for feed in self.feeds if isinstance(feed, LevelsFeed)]

    @property
    def alerts(self) -> list[AlertsFeed]:
        """Those who watch alerts."""
        return [feed for feed in self.feeds if isinstance(feed, AlertsFeed)]

    @property
    def resyncs(self) -> int:
        """How many events said that messages were lost on their way."""
        return sum(feed.resyncs for feed in self.feeds if isinstance(feed, LevelsFeed))

    @property
    def ends(self) -> Counter[str]:
        """How connections ended."""
        return sum((follower.ends for follower in self.followers), Counter())

    def ends_so_far(self) -> int:
        """Return how many connections have ended."""
        return self.ends.total()

    @asynccontextmanager
    async def watching(self, caller: SoakCaller, *, has_webhook: bool) -> AsyncIterator[None]:
        """Let all of them watch while the context is open. Raises CannotGoOn where one gets nothing at first."""
        async with WebhookReceiver(self.webhook.take) as receiver:
            if has_webhook:
                await self._subscribe_webhook(caller, receiver.url)
            tasks = [asyncio.create_task(follower.run()) for follower in self.followers]
            try:
                await self._all_have_begun()
                yield
            finally:
                for task in tasks:
                    task.cancel()
                ends = await asyncio.gather(*tasks, return_exceptions=True)
            for end in ends:
                if isinstance(end, BaseException) and not isinstance(end, asyncio.CancelledError):
                    raise end

    async def _all_have_begun(self) -> None:
        await until(lambda: all(each.has_begun for each in self.followers), seconds=BEGIN_SECONDS)
        for follower in self.followers:
            if not follower.has_begun:
                reasons = "; ".join(follower.ends) or "no event came"
                raise CannotGoOn(f"A subscriber of {follower.feed.name} did not come in: {reasons}.")

    async def _subscribe_webhook(self, caller: SoakCaller, url: str) -> None:
        fields = {"url": url, "events": EVENTS, "skus": [self._shop.hot.sku, *self._shop.thin]}
        with suppress(NotAnswered):  # it is in the findings
            made = await caller.change("webhookCreate", fields, effect={}, select="secret")
            self.webhook.secret = made["secret"]


def _feed(shop: SoakShop, number: int, findings: Findings, timeline: Timeline) -> WatchedFeed:
    """Return the feed of a number: half of them of levels, the others of the ledger and of alerts in turn."""
    location = shop.locations[number // 4 % len(shop.locations)]
    match number % 8:
        case 0:
            return LevelsFeed(
                shop.locations, name=f"levels everywhere ({number})", findings=findings, timeline=timeline
            )
        case 1 | 3 | 5:
            return LevelsFeed([location], name=f"levels at {location} ({number})", findings=findings, timeline=timeline)
        case 2 | 6 | 7:
            return LinesFeed(location, name=f"ledger of {location} ({number})", findings=findings, timeline=timeline)
        case _:
            return AlertsFeed(shop.locations, name=f"alerts ({number})", findings=findings, timeline=timeline)

"""Whether all who watch know what a query says: each feed, each webhook, and the alerts of each level.

Rule: a feed has some seconds to get what was read; it may know later versions, which the next look compares.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.client.http.request import Request
from app.client.http.retrying_client import RetryingClient
from app.client.replay.ledger_walk import Standing
from app.client.soak.findings import Findings, Invariant
from app.client.soak.load.stage import SoakShop
from app.client.soak.pause import until
from app.client.soak.watch.alerts_feed import AlertsFeed, OpenAlerts
from app.client.soak.watch.feed import WatchedFeed
from app.domain.stock.level import LevelKey

SETTLE_SECONDS = 15.0
ALERT_READS = 5  # of levels and alerts that do not match: they are read one after the other

_THIN = """
query SoakThin($filter: StockLevelFilter) {
  stockLevels(filter: $filter, first: 250) {
    nodes { item { sku } location { code } available reorderPoint status alerts { type state } }
  }
}"""
_OPEN = """
query SoakOpenAlerts($filter: StockAlertFilter) {
  alerts(filter: $filter, first: 250) { nodes { id version } pageInfo { hasNextPage } }
}"""

Levels = Mapping[LevelKey, Standing]


class SubscriberProof:
    """Compares, with its own client."""

    def __init__(self, shop: SoakShop, client: RetryingClient, findings: Findings) -> None:
        self._shop, self._client, self._findings = shop, client, findings

    async def feeds_know(self, feeds: Sequence[WatchedFeed], levels: Levels, *, is_excused: Callable[[], bool]) -> None:
        """Compare each feed with levels that were read before; none where a fault came meanwhile."""
        await until(lambda: not any(feed.behind(levels) for feed in feeds), seconds=SETTLE_SECONDS)
        if is_excused():
            return
        for feed in feeds:
            self._findings.check(Invariant.SUBSCRIBERS)
            if behind := feed.behind(levels):
                self._findings.add(
                    Invariant.SUBSCRIBERS, f"{feed.name} lacks {len(behind)} levels, for example {behind[0]}"
                )

    async def alerts_match(self) -> None:
        """Compare each level that may have alerts with them. Raises CannotGoOn."""
        wrong, nodes = list[str](), list[Any]()
        for _ in range(ALERT_READS):
            found = await self._client.ask(Request(_THIN, {"filter": {"skus": self._shop.thin}}))
            nodes = found["stockLevels"]["nodes"]
            wrong = [problem for node in nodes if (problem := alert_problem(node))]
            if not wrong:
                break
        self._findings.check(Invariant.ALERTS, len(nodes))
        for problem in wrong:
            self._findings.add(Invariant.ALERTS, problem)

    async def alerts_are_known(self, feeds: Sequence[AlertsFeed]) -> None:
        """Compare what feeds of alerts know with those that are open, once nothing changes. Raises CannotGoOn."""
        where = {"locations": self._shop.locations, "states": ["OPEN"]}
        found = (await self._client.ask(Request(_OPEN, {"filter": where})))["alerts"]["nodes"]
        alerts: OpenAlerts = {node["id"]: node["version"] for node in found}
        await until(lambda: not any(feed.differs(alerts) for feed in feeds), seconds=SETTLE_SECONDS)
        for feed in feeds:
            self._findings.check(Invariant.ALERTS)
            for difference in feed.differs(alerts):
                self._findings.add(Invariant.ALERTS, f"{feed.name} has {difference}")


def alert_problem(level: Mapping[str, Any]) -> str | None:
    """Return how the alerts of a level differ from what its units call for; None where they do not."""
    available = level["available"]
    expected = {"OUT"} if available <= 0 else {"LOW"} if available <= level["reorderPoint"] else set()
    found = {alert["type"] for alert in level["alerts"] if alert["state"] == "OPEN"}
    if found == expected:
        return None
    names = ", ".join(sorted(found)) or "no alert"
    return f"{level['item']['sku']} at {level['location']['code']} with {available} available has {names}"

"""A subscriber of levels: the newest state of each, conflated."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.client.replay.ledger_walk import AccountCounts, Standing
from app.client.soak.findings import Invariant
from app.client.soak.load.meter import Silence
from app.client.soak.timeline import MeasuredTime
from app.client.soak.watch.feed import EventData, WatchedFeed
from app.domain.stock.level import LevelKey


class LevelsFeed(WatchedFeed):
    """Keeps what the present connection has sent, as a dashboard shows it."""

    query = """
subscription SoakLevels($filter: StockLevelFilter) {
  stockLevels(filter: $filter) {
    kind
    level { item { sku } location { code } onHand reserved unavailable incoming version }
    movement { recordedAt }
  }
}"""

    def __init__(self, locations: Sequence[str], **given: Any) -> None:  # noqa: ANN401 - see WatchedFeed
        super().__init__(**given)
        self._locations = locations
        self._states: dict[LevelKey, Standing] = {}
        self.changes = Silence()
        self.resyncs = 0

    def variables(self) -> EventData:
        return {"filter": {"locations": self._locations}}

    def connected(self) -> None:
        self._states = {}

    def take(self, data: EventData) -> None:
        self.events += 1
        found = data["stockLevels"]
        level, movement = found["level"], found["movement"]
        key = LevelKey(level["item"]["sku"], level["location"]["code"])
        counts = AccountCounts(level["onHand"], level["reserved"], level["unavailable"], level["incoming"])
        before = self._states.get(key)
        if before is not None and before.version >= level["version"]:
            what = f"{self.name} got version {level['version']} of {key} after version {before.version}"
            self._findings.add(Invariant.SUBSCRIBERS, what)
        self._states[key] = Standing(counts, level["version"])
        if found["kind"] == "CHANGE":
            self.changes.end()
            recorded = datetime.fromisoformat(movement["recordedAt"]).timestamp()
            self._timeline.took(MeasuredTime.SUBSCRIBER, time.time() - recorded)
        self.resyncs += found["kind"] == "RESYNC"

    def behind(self, levels: Mapping[LevelKey, Standing]) -> list[str]:
        found = []
        for key, level in levels.items():
            if key.location not in self._locations:
                continue
            known = self._states.get(key, Standing())
            if known.version < level.version or (known.version == level.version and known != level):
                found.append(f"{key} as {known}, which is {level}")
        return found

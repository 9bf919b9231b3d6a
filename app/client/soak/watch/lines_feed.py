"""A subscriber of the ledger: each line once and in order per level, over all connections, by its cursor."""

from collections.abc import Mapping
from typing import Any

from app.client.replay.ledger_walk import Standing
from app.client.soak.findings import Invariant
from app.client.soak.watch.feed import EventData, WatchedFeed
from app.domain.stock.level import LevelKey


class LinesFeed(WatchedFeed):
    """Keeps the version of each level and the last cursor. It begins when each level has its first line."""

    query = """
subscription SoakLedger($filter: MovementFilter, $after: String) {
  movements(filter: $filter, after: $after) { cursor movement { version item { sku } location { code } } }
}"""

    def __init__(self, location: str, **given: Any) -> None:  # noqa: ANN401 - see WatchedFeed
        super().__init__(**given)
        self._location = location
        self._cursor: str | None = None
        self._versions: dict[LevelKey, int] = {}

    def variables(self) -> EventData:
        return {"filter": {"location": self._location}, "after": self._cursor}

    def connected(self) -> None:
        """Nothing changes: it goes on after its cursor."""

    def take(self, data: EventData) -> None:
        self.events += 1
        found = data["movements"]
        self._cursor, line = found["cursor"], found["movement"]
        if line is None:
            return
        key = LevelKey(line["item"]["sku"], line["location"]["code"])
        expected = self._versions.get(key, 1) + 1
        self._findings.check(Invariant.FEEDS)
        if line["version"] != expected:
            what = f"{self.name} got version {line['version']} of {key} instead of {expected}"
            self._findings.add(Invariant.FEEDS, what)
        self._versions[key] = line["version"]

    def behind(self, levels: Mapping[LevelKey, Standing]) -> list[str]:
        return [
            f"{key} in version {known}, which is in version {level.version}"
            for key, level in levels.items()
            if key.location == self._location and (known := self._versions.get(key, 1)) < level.version
        ]

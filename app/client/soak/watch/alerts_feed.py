"""A subscriber of alerts: each change of each alert once and in order, over all connections, by its cursor."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.client.replay.ledger_walk import Standing
from app.client.soak.findings import Invariant
from app.client.soak.watch.feed import EventData, WatchedFeed
from app.domain.stock.level import LevelKey

OpenAlerts = Mapping[str, int]  # versions by id


class AlertsFeed(WatchedFeed):
    """Keeps the version of each open alert and the last cursor."""

    query = """
subscription SoakAlerts($filter: StockAlertFilter, $after: String) {
  stockAlerts(filter: $filter, after: $after) { kind cursor version state alert { id } }
}"""

    def __init__(self, locations: Sequence[str], **given: Any) -> None:  # noqa: ANN401 - see WatchedFeed
        super().__init__(**given)
        self._locations = locations
        self._cursor: str | None = None
        self._versions: dict[str, int] = {}
        self._only_shown: set[str] = set()  # by a snapshot: a change that it had shown may follow

    def variables(self) -> EventData:
        return {"filter": {"locations": self._locations}, "after": self._cursor}

    def connected(self) -> None:
        """Nothing changes: it goes on after its cursor."""

    def take(self, data: EventData) -> None:
        self.events += 1
        found = data["stockAlerts"]
        self._cursor, identity = found["cursor"], found["alert"]["id"]
        if found["kind"] == "CHANGE":
            self._changed(identity, found["version"])
        else:
            self._only_shown.add(identity)
        if found["state"] == "CLOSED":
            self._versions.pop(identity, None)
        else:
            self._versions[identity] = found["version"]

    def _changed(self, identity: str, version: int) -> None:
        known = self._versions.get(identity, 0)
        if version <= known and identity in self._only_shown:
            return
        self._only_shown.discard(identity)
        self._findings.check(Invariant.ALERTS)
        if version != known + 1:
            what = f"{self.name} got version {version} of an alert instead of {known + 1}"
            self._findings.add(Invariant.ALERTS, what)

    def behind(self, levels: Mapping[LevelKey, Standing]) -> list[str]:
        return []  # it is asked by `differs`

    def differs(self, alerts: OpenAlerts) -> list[str]:
        """Return how the open alerts differ from those of a query."""
        both = self._versions.keys() | alerts.keys()
        return [
            f"version {self._versions.get(each)} of alert {each}, which is in version {alerts.get(each)}"
            for each in both
            if self._versions.get(each) != alerts.get(each)
        ]

"""Each of those who watch a soak finds what is wrong with what it is sent."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from standardwebhooks import Webhook

from app.client.replay.ledger_walk import AccountCounts, Standing
from app.client.soak.findings import Findings, Invariant
from app.client.soak.proofs.subscriber_proof import alert_problem
from app.client.soak.timeline import Timeline
from app.client.soak.watch.alerts_feed import AlertsFeed
from app.client.soak.watch.levels_feed import LevelsFeed
from app.client.soak.watch.lines_feed import LinesFeed
from app.client.soak.watch.webhook_watch import WebhookWatch
from app.domain.stock.level import LevelKey

TEA = LevelKey("TEA", "SHOP")
SECRET = "whsec_c3RvY2twdWxzZSBzb2FrIHNlY3JldA=="
RECORDED = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def findings() -> Findings:
    """Return findings without a violation."""
    return Findings()


def a_level(version: int, units: int, kind: str = "CHANGE") -> Mapping[str, Any]:
    """Return an event of a level."""
    counts = {"onHand": units, "reserved": 0, "unavailable": 0, "incoming": 0, "version": version}
    level = {"item": {"sku": TEA.sku}, "location": {"code": TEA.location}, **counts}
    return {"stockLevels": {"kind": kind, "level": level, "movement": {"recordedAt": RECORDED.isoformat()}}}


def a_line(version: int, cursor: str = "c") -> Mapping[str, Any]:
    """Return an event of the ledger."""
    movement = {"version": version, "item": {"sku": TEA.sku}, "location": {"code": TEA.location}}
    return {"movements": {"cursor": cursor, "movement": movement}}


def an_alert(version: int, state: str = "OPEN", kind: str = "CHANGE") -> Mapping[str, Any]:
    """Return an event of an alert."""
    return {"stockAlerts": {"kind": kind, "cursor": "c", "version": version, "state": state, "alert": {"id": "A"}}}


def test_a_subscriber_of_levels_that_goes_back_or_lacks_the_newest_is_found(findings: Findings) -> None:
    """Within a connection versions only grow; a new one begins anew."""
    feed = LevelsFeed(["SHOP"], name="levels", findings=findings, timeline=Timeline())
    feed.take(a_level(2, 5))
    feed.take(a_level(4, 7, "RESYNC"))
    assert findings.violations == {}
    assert feed.resyncs == 1
    assert feed.behind({TEA: Standing(AccountCounts(7), 4), LevelKey("TEA", "ELSEWHERE"): Standing(version=9)}) == []
    assert feed.behind({TEA: Standing(AccountCounts(8), 5)}) != []
    assert feed.behind({TEA: Standing(AccountCounts(8), 4)}) != []
    feed.take(a_level(3, 6))
    assert findings.violations == {Invariant.SUBSCRIBERS: 1}
    feed.connected()
    feed.take(a_level(3, 6, "SNAPSHOT"))
    assert findings.violations == {Invariant.SUBSCRIBERS: 1}


def test_a_gap_and_a_repeat_in_a_feed_of_the_ledger_are_found(findings: Findings) -> None:
    """Also over connections, each of which goes on after the last cursor."""
    feed = LinesFeed("SHOP", name="ledger", findings=findings, timeline=Timeline())
    feed.take({"movements": {"cursor": "a", "movement": None}})
    for version in (2, 3):
        feed.take(a_line(version, f"c{version}"))
    feed.connected()
    assert feed.variables()["after"] == "c3"
    assert findings.violations == {}
    assert feed.behind({TEA: Standing(version=3)}) == []
    assert feed.behind({TEA: Standing(version=4)}) != []
    feed.take(a_line(5))
    feed.take(a_line(5))
    assert findings.violations == {Invariant.FEEDS: 2}


def test_a_change_of_an_alert_that_is_missing_or_comes_again_is_found(findings: Findings) -> None:
    """And what is open is compared with a query."""
    feed = AlertsFeed(["SHOP"], name="alerts", findings=findings, timeline=Timeline())
    feed.take(an_alert(3, kind="SNAPSHOT"))
    feed.take(an_alert(4))
    assert findings.violations == {}
    assert feed.differs({"A": 4}) == []
    assert len(feed.differs({"A": 5, "B": 1})) == 2
    feed.take(an_alert(4))
    feed.take(an_alert(6, "CLOSED"))
    assert findings.violations == {Invariant.ALERTS: 2}
    assert feed.differs({}) == []


@pytest.mark.parametrize(
    ("available", "types", "is_wrong"),
    [
        (30, [], False),
        (20, ["LOW"], False),
        (0, ["OUT"], False),
        (30, ["LOW"], True),
        (20, [], True),
        (0, ["LOW"], True),
    ],
)
def test_alerts_are_compared_with_the_units_of_their_level(available: int, types: list[str], is_wrong: bool) -> None:
    """The reorder point is twenty."""
    alerts = [{"type": each, "state": "OPEN"} for each in types] + [{"type": "OUT", "state": "CLOSED"}]
    names = {"item": {"sku": "TEA"}, "location": {"code": "SHOP"}}
    found = alert_problem({**names, "available": available, "reorderPoint": 20, "alerts": alerts})
    assert (found is not None) == is_wrong


def send(
    watch: WebhookWatch, version: int, *, identity: str | None = None, units: int = 1, secret: str = SECRET
) -> None:
    """Send a message about a level, signed."""
    now = datetime.now(UTC)  # of the sending: what was sent five minutes ago is refused
    level = {"item": {"sku": TEA.sku}, "location": {"code": TEA.location}, "version": version, "onHand": units}
    message = {"type": "level.changed", "timestamp": RECORDED.isoformat(), "data": {"level": level}}
    body, name = orjson.dumps(message), identity or f"message-{version}"
    signature = Webhook(secret).sign(name, now, body.decode())
    stamp = str(int(now.timestamp()))
    watch.take(body, {"webhook-id": name, "webhook-timestamp": stamp, "webhook-signature": signature})


def test_a_webhook_may_repeat_a_message_but_not_change_or_leave_one_out(findings: Findings) -> None:
    """A repeat has the same id and body; a message with a wrong signature is none."""
    watch = WebhookWatch({"TEA"}, findings=findings, timeline=Timeline())
    watch.secret = SECRET
    for version in (2, 3, 2):
        send(watch, version)
    assert findings.violations == {}
    assert (watch.messages, watch.repeated) == (3, 1)
    assert watch.behind({TEA: Standing(version=3), LevelKey("JAM", "SHOP"): Standing(version=8)}) == []
    assert watch.behind({TEA: Standing(version=4)}) != []
    send(watch, 5)
    send(watch, 3, units=9)
    send(watch, 3, identity="another")
    send(watch, 6, secret="whsec_b3RoZXIgc2VjcmV0IG9mIGFub3RoZXI=")
    assert findings.violations == {Invariant.WEBHOOKS: 4}

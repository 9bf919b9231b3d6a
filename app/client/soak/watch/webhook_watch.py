"""Looks at each message of a webhook: its signature, and whether each change of a level came, in order.

Rule: a message may come again with the same id and the same body, and never otherwise.
"""

import time
from collections import OrderedDict
from collections.abc import Collection, Mapping
from datetime import datetime

import orjson
from standardwebhooks import Webhook, WebhookVerificationError

from app.client.replay.ledger_walk import Standing
from app.client.soak.findings import Findings, Invariant
from app.client.soak.timeline import MeasuredTime, Timeline
from app.domain.stock.level import LevelKey

MAX_KNOWN_IDS = 20_000  # of the newest messages; a repeat comes within minutes


class WebhookWatch:
    """What came of one webhook. `repeated` messages came more than once."""

    def __init__(self, skus: Collection[str], *, findings: Findings, timeline: Timeline) -> None:
        self.secret = ""
        self.messages = self.repeated = 0
        self._skus, self._findings, self._timeline = skus, findings, timeline
        self._versions: dict[LevelKey, int] = {}
        self._known: OrderedDict[str, int] = OrderedDict()  # digests of bodies by id

    def take(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Take note of one message."""
        self._findings.check(Invariant.WEBHOOKS)
        self.messages += 1
        try:
            Webhook(self.secret).verify(body, dict(headers))
        except WebhookVerificationError as error:
            self._findings.add(Invariant.WEBHOOKS, f"a message does not verify: {error}")
            return
        identity, digest = headers["webhook-id"], hash(body)
        if (known := self._known.get(identity)) is not None:
            self.repeated += 1
            if known != digest:
                self._findings.add(Invariant.WEBHOOKS, f"message {identity} came again with another body")
            return
        self._known[identity] = digest
        if len(self._known) > MAX_KNOWN_IDS:
            self._known.popitem(last=False)
        message = orjson.loads(body)
        self._timeline.took(
            MeasuredTime.WEBHOOK, time.time() - datetime.fromisoformat(message["timestamp"]).timestamp()
        )
        if message["type"] == "level.changed":
            self._changed(message["data"]["level"])

    def behind(self, levels: Mapping[LevelKey, Standing]) -> list[str]:
        """Return the levels of which it has not got the newest change."""
        return [
            f"{key} in version {self._versions.get(key, 1)}, which is in version {level.version}"
            for key, level in levels.items()
            if key.sku in self._skus and self._versions.get(key, 1) < level.version
        ]

    def _changed(self, level: Mapping[str, Mapping[str, str]]) -> None:
        key, version = LevelKey(level["item"]["sku"], level["location"]["code"]), int(str(level["version"]))
        expected = self._versions.get(key, 1) + 1
        if version != expected:
            self._findings.add(
                Invariant.WEBHOOKS, f"version {version} of {key} came for the first time instead of {expected}"
            )
        self._versions[key] = max(version, expected - 1)

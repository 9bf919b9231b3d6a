"""What arrived: each distinct message is read once, however many subscribers of a process get it.

Rule: subscribers of the same variables get the same bytes, so what is kept per message is kept once.
"""

from datetime import datetime
from typing import Any, Final

import orjson

MAX_KNOWN_MESSAGES: Final = 20_000  # distinct ones of which the reading is kept; a snapshot of 1,000 levels fits
MAX_TIMED_EVENTS: Final = 200_000  # of which first and last arrival are kept
SNAPSHOT: Final = "SNAPSHOT"

LEVELS = """subscription BenchLive($filter: StockLevelFilter) {
  stockLevels(filter: $filter) {
    kind
    level { id onHand reserved unavailable available status version }
    movement { delta reason version recordedAt }
  }
}"""


class SentEvent:
    """One message of the type `next`; of a level where those are read."""

    __slots__ = ("count", "first", "key", "last", "on_hand", "recorded", "version")

    def __init__(self, *, key: str = "", version: int = 0, on_hand: int = 0, recorded: float | None = None) -> None:
        self.key, self.version, self.on_hand = key, version, on_hand
        self.recorded = recorded  # when the server wrote the change, as Unix time; None of a snapshot
        self.count = 0
        self.first = self.last = 0.0


class Failed(Exception):
    """The server ended the subscription with an error, which is the message."""


Message = tuple[str, SentEvent | None]  # the type, and the event of a `next`


class KnownMessages:
    """The messages of all subscribers of a process."""

    def __init__(self, *, reads_levels: bool) -> None:
        self._reads_levels = reads_levels
        self._known: dict[bytes, Message] = {}
        self.timed: dict[tuple[str, int], SentEvent] = {}

    def read(self, payload: bytes) -> Message:
        """Return what a message says. Raises Failed for one of the type `error`, or with errors."""
        found = self._known.get(payload)
        if found is None:
            found = self._known[payload] = self._parsed(payload)
            if len(self._known) > MAX_KNOWN_MESSAGES:
                self._known = {payload: found}
        return found

    def forget_times(self) -> None:
        """Begin anew with what is timed."""
        for event in self.timed.values():
            event.count = 0
        self.timed.clear()

    def time(self, event: SentEvent, now: float) -> None:
        """Take note of one arrival."""
        if not event.count:
            event.first = now
            if len(self.timed) < MAX_TIMED_EVENTS:
                self.timed[event.key, event.version] = event
        event.count += 1
        event.last = now

    def _parsed(self, payload: bytes) -> Message:
        message = orjson.loads(payload)
        kind = message["type"]
        if kind == "error":
            raise Failed(_first(message["payload"]))
        if kind != "next":
            return kind, None
        answer = message["payload"]
        if answer.get("errors"):
            raise Failed(_first(answer["errors"]))
        return kind, self._event(answer["data"]) if self._reads_levels else SentEvent()

    def _event(self, data: dict[str, Any]) -> SentEvent:
        found = data["stockLevels"]
        level, movement = found["level"], found["movement"]
        recorded = None if movement is None or found["kind"] == SNAPSHOT else movement["recordedAt"]
        return SentEvent(
            key=level["id"],
            version=level["version"],
            on_hand=level["onHand"],
            recorded=None if recorded is None else datetime.fromisoformat(recorded).timestamp(),
        )


def _first(errors: list[dict[str, Any]]) -> str:
    error = errors[0]
    code = (error.get("extensions") or {}).get("code")
    return f"{code}: {error.get('message')}" if code else str(error.get("message"))

"""What each command to MongoDB says of how it is acknowledged and of what it reads (ADR 58)."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pymongo import monitoring
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

WRITES = frozenset(
    {"insert", "update", "delete", "findAndModify", "create", "createIndexes", "collMod", "drop", "dropIndexes"}
)
READS = frozenset({"find", "aggregate", "count", "distinct"})
OF_A_CURSOR = frozenset({"getMore", "killCursors"})  # reads on as it began
OF_THE_SERVER = frozenset(
    {"hello", "ismaster", "ping", "endSessions", "killSessions", "listCollections", "listIndexes", "abortTransaction"}
)
MAJORITY = {"w": "majority", "j": True}
PRIMARY = {"mode": "primary"}


class Concerns(CommandListener):
    """All commands, by what they say: how many there were."""

    def __init__(self) -> None:
        self.said: Counter[tuple[str, str]] = Counter()
        self.wrong: list[tuple[str, Mapping[str, Any]]] = []

    def started(self, event: CommandStartedEvent) -> None:
        """Compare a command with what it should say."""
        command = event.command
        self.said[event.command_name, "in a transaction" if "autocommit" in command else "alone"] += 1
        if not _is_right(event.command_name, command):
            self.wrong.append((event.command_name, dict(command)))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing more is said."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing more is said."""


@contextmanager
def concerns_heard() -> Iterator[Concerns]:
    """Hear the commands of all clients that are opened inside the context."""
    heard = Concerns()
    listeners = monitoring._LISTENERS.command_listeners
    monitoring.register(heard)
    try:
        yield heard
    finally:
        listeners.remove(heard)


def _is_right(name: str, command: Mapping[str, Any]) -> bool:
    read, write = command.get("readConcern"), command.get("writeConcern")
    if name in OF_THE_SERVER:
        return True
    if name == "commitTransaction":
        return write is not None and MAJORITY.items() <= write.items()
    if "autocommit" in command:  # the first statement says what all of the transaction read
        right = write is None and read == ({"level": "snapshot"} if command.get("startTransaction") else None)
    elif name in WRITES:
        right = write == MAJORITY
    elif name in READS:
        level, [first, *_] = (read or {}).get("level"), command.get("pipeline") or [{}]
        right = level == "local" if "$currentOp" in first else level in {"majority", "snapshot", "linearizable"}
    else:
        right = name in OF_A_CURSOR
    return right and command.get("$readPreference", PRIMARY) == PRIMARY

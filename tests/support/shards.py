# ruff: noqa: ANN401 - filters hold values of any kind
"""What mongos would do with the commands that the application sends, as far as their shard keys say.

Rule: a command is listened to on the wire, with its filter as the driver sent it. A filter reaches one shard per value
of the key only where it says the values: by equality, by `$in`, or so in each branch of an `$or`.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from pymongo import monitoring
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from app.store.sharding.keys import SHARDED, ShardKey

Filter = Mapping[str, Any]
Values = tuple[Any, ...]
Place = tuple[str, Values]  # what is on one shard: a collection's key, or a zone

_ASKED = {"find": "filter", "count": "query", "distinct": "query", "findAndModify": "query"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One statement: what it asks a collection for. `places` is None where that is on any shard."""

    collection: str
    command: str
    fields: tuple[str, ...]
    hint: str
    places: frozenset[Place] | None
    transaction: tuple[bytes, int] | None

    @property
    def shape(self) -> str:
        """The statement without its values."""
        by = f" by {self.hint}" if self.hint else ""
        return f"{self.command} {self.collection}({', '.join(self.fields)}){by}"

    @property
    def is_scattered(self) -> bool:
        """Whether mongos has to ask every shard."""
        return self.places is None


@dataclass
class Shards(CommandListener):
    """Keeps what is asked of the collections that are divided."""

    database: str
    sent: list[Sent] = field(default_factory=list)

    def started(self, event: CommandStartedEvent) -> None:
        """Keep each statement of a command."""
        if event.database_name == self.database:
            self.sent += _statements(event.command_name, event.command)

    def succeeded(self, event: CommandSucceededEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...

    def transactions(self) -> list[list[Sent]]:
        """Return the statements of each transaction."""
        found: dict[tuple[bytes, int], list[Sent]] = {}
        for each in self.sent:
            if each.transaction is not None:
                found.setdefault(each.transaction, []).append(each)
        return list(found.values())


@asynccontextmanager
async def listening(listener: CommandListener) -> AsyncIterator[None]:
    """Let all clients that are opened inside tell the listener. The driver has no public way to end that."""
    monitoring.register(listener)
    try:
        yield
    finally:
        monitoring._LISTENERS.command_listeners.remove(listener)


def places_of(collection: str, where: Filter) -> frozenset[Place] | None:
    """Return what on one shard the filter reaches; None where that may be anything."""
    key = SHARDED.get(collection)
    if key is None:
        return frozenset({("primary", ())})
    values = [_values(where, name) for name in key.fields]
    if key.is_zoned:
        return None if values[0] is None else frozenset(("zone", (location,)) for location in values[0])
    if any(each is None for each in values):
        return None
    return frozenset((collection, found) for found in product(*(each for each in values if each is not None)))


def has_whole_key(key: ShardKey, where: Filter) -> bool:
    """Return whether the filter says all of the key."""
    return all(_values(where, name) is not None for name in key.fields)


def _statements(command: str, said: Mapping[str, Any]) -> Iterator[Sent]:
    transaction = (bytes(said["lsid"]["id"]), said["txnNumber"]) if said.get("autocommit") is False else None

    def sent(collection: str, where: Filter, *, name: str = command) -> Sent:
        return Sent(
            collection=collection,
            command=name,
            fields=tuple(sorted(_names(where))),
            hint=str(said.get("hint", "")),
            places=places_of(collection, where),
            transaction=transaction,
        )

    collection = said.get(command)
    if not isinstance(collection, str):
        return
    if command in _ASKED:
        yield sent(collection, said.get(_ASKED[command]) or {})
    elif command in ("update", "delete"):
        for each in said["updates" if command == "update" else "deletes"]:
            yield sent(collection, each["q"])
    elif command == "insert":
        for each in said["documents"]:
            key = SHARDED.get(collection)
            yield sent(collection, {name: each.get(name) for name in (key.fields if key else ())})
    elif command == "aggregate":
        yield sent(collection, _matched(said["pipeline"]))
        for joined in _joined(said["pipeline"]):
            yield sent(joined, {}, name=f"join {collection} with")


def _matched(pipeline: Iterable[Mapping[str, Any]]) -> Filter:
    conditions = []
    for stage in pipeline:
        if "$match" not in stage:
            break
        conditions.append(stage["$match"])
    return conditions[0] if len(conditions) == 1 else {"$and": conditions} if conditions else {}


def _joined(pipeline: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for stage in pipeline:
        for name, how in stage.items():
            if name == "$lookup":
                yield how["from"]
            elif name == "$unionWith":
                yield how if isinstance(how, str) else how["coll"]
            elif name == "$facet":
                for inner in how.values():
                    yield from _joined(inner)


def _names(where: Filter) -> set[str]:
    """Return the fields that a filter names."""
    found: set[str] = set()
    for name, condition in where.items():
        if name in ("$and", "$or", "$nor"):
            for each in condition:
                found |= _names(each)
        else:
            found.add(name)
    return found


def _values(where: Filter, name: str) -> frozenset[Any] | None:
    """Return the values of a field that a filter allows; None where it does not say."""
    if name in where:
        found = _equal(where[name])
        if found is not None:
            return found
    for each in where.get("$and", ()):
        if (found := _values(each, name)) is not None:
            return found
    branches = [_values(each, name) for each in where.get("$or", ())]
    if branches and all(each is not None for each in branches):
        return frozenset(value for each in branches if each is not None for value in each)
    return None


def _equal(condition: Any) -> frozenset[Any] | None:
    if not isinstance(condition, Mapping):
        return frozenset({condition})
    if "$in" in condition:
        return frozenset(condition["$in"])
    return frozenset({condition["$eq"]}) if "$eq" in condition else None

"""What divides a database over shards: commands in their order, each with whether it was done before.

Rule: a plan says every command, and runs none. Whatever is asked of the database beforehand is in `DatabaseState`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bson.max_key import MaxKey
from bson.min_key import MinKey

from app.store.driver.client import BsonDocument
from app.store.mapping import names
from app.store.queries.operations import BY_OPERATION
from app.store.sharding.keys import SHARDED, ShardKey
from app.store.sharding.layout import ADDED

PRIMARY_ZONE: Final = "primary"  # of what has no location: operations of the catalogue and of documents
NOWHERE: Final = ""


class ShardPlanError(Exception):
    """The database cannot be divided so; the message is one sentence for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zones:
    """The locations of each zone, and the zones of each shard."""

    locations: Mapping[str, Sequence[str]] = field(default_factory=dict)
    shards: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        seen: dict[str, str] = {}
        for zone, codes in self.locations.items():
            for code in codes:
                if seen.setdefault(code, zone) != zone:
                    raise ShardPlanError(f"The location {code} is in two zones, {seen[code]} and {zone}; name it once.")
        if PRIMARY_ZONE in self.locations:
            raise ShardPlanError(f"The zone {PRIMARY_ZONE} is ours, of what has no location; choose another name.")
        for shard, zones in self.shards.items():
            if unknown := sorted(set(zones) - self.locations.keys()):
                raise ShardPlanError(f"The shard {shard} is given the zone {unknown[0]}, which no --zone names.")

    @property
    def without_shard(self) -> list[str]:
        """The zones that no shard keeps."""
        kept = {zone for zones in self.shards.values() for zone in zones}
        return sorted(self.locations.keys() - kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseState:
    """What is there: indexes by collection, keys of divided collections, zones of shards, and zones by their range.

    All empty where no database was asked.
    """

    indexes: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    keys: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    zones: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ranges: Mapping[tuple[str, str], str] = field(default_factory=dict)  # by collection and location
    primary: str | None = None
    is_enabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardStep:
    """One command against `database`, and why. `only_if_unique` is the index that must be unique for it to run."""

    database: str
    command: BsonDocument
    why: str
    is_done: bool = False
    only_if_unique: tuple[str, str] | None = None


def plan(database: str, zones: Zones, state: DatabaseState) -> list[ShardStep]:
    """Return the steps. Raises ShardPlanError where a collection has another key, or a unique index does not fit."""
    _check(state)
    return [
        *_layout(database, state),
        ShardStep(
            database="admin",
            command={"enableSharding": database},
            why="Let its collections be divided.",
            is_done=state.is_enabled,
        ),
        *_zones(database, zones, state),
        *_keys(database, state),
    ]


def _check(state: DatabaseState) -> None:
    for name, there in state.keys.items():
        wanted = SHARDED.get(name)
        if wanted is not None and list(there.items()) != list(wanted.pattern.items()):
            raise ShardPlanError(
                f"{name} is divided by {dict(there)}, and not by {wanted.pattern}; see `reshardCollection` of MongoDB."
            )
    for name, key in SHARDED.items():
        for index, how in state.indexes.get(name, {}).items():
            if how.get("unique") and not _fits(key, how) and (name, index) != (names.MOVEMENTS, BY_OPERATION):
                raise ShardPlanError(
                    f"The unique index {index} of {name} does not begin with the shard key "
                    f"({', '.join(key.fields)}); drop it first."
                )


def _fits(key: ShardKey, index: Mapping[str, Any]) -> bool:
    fields = [name for name, _ in index["key"]]
    return fields == ["_id"] or (not key.is_hashed and fields[: len(key.fields)] == list(key.fields))


def _layout(database: str, state: DatabaseState) -> Iterator[ShardStep]:
    ledger = state.indexes.get(names.MOVEMENTS)
    was_unique = None if ledger is None else bool(ledger.get(BY_OPERATION, {}).get("unique"))
    yield ShardStep(
        database=database,
        command={"dropIndexes": names.MOVEMENTS, "index": BY_OPERATION},
        why="A unique index must begin with the shard key; the next command replaces it. Stop every process before.",
        is_done=was_unique is False,
        only_if_unique=(names.MOVEMENTS, BY_OPERATION),
    )
    for name, indexes in ADDED.items():
        there = state.indexes.get(name, {})
        yield ShardStep(
            database=database,
            command={"createIndexes": name, "indexes": [_plain(index.document) for index in indexes]},
            why=f"The indexes of the shard key of {name}.",
            is_done=not (name == names.MOVEMENTS and was_unique is not False)
            and all(index.document["name"] in there for index in indexes),
        )


def _zones(database: str, zones: Zones, state: DatabaseState) -> Iterator[ShardStep]:
    if not zones.locations:
        return
    primary = state.primary or "<primary shard>"
    for shard, kept in [(primary, (PRIMARY_ZONE,)), *zones.shards.items()]:
        for zone in kept:
            yield ShardStep(
                database="admin",
                command={"addShardToZone": shard, "zone": zone},
                why=f"{shard} keeps what is in {zone}.",
                is_done=zone in state.zones.get(shard, ()),
            )
    of_location = {NOWHERE: PRIMARY_ZONE} | {code: zone for zone, codes in zones.locations.items() for code in codes}
    for name, key in SHARDED.items():
        if not key.is_zoned:
            continue
        first, second = key.fields
        for code, zone in of_location.items():
            yield ShardStep(
                database="admin",
                command={
                    "updateZoneKeyRange": f"{database}.{name}",
                    "min": {first: code, second: MinKey()},
                    "max": {first: code, second: MaxKey()},
                    "zone": zone,
                },
                why=f"{name} of {code or 'no location'} are in {zone}.",
                is_done=state.ranges.get((name, code)) == zone,
            )


def _keys(database: str, state: DatabaseState) -> Iterator[ShardStep]:
    for name, key in SHARDED.items():
        yield ShardStep(
            database="admin",
            command={"shardCollection": f"{database}.{name}", "key": key.pattern},
            why=f"Divide {name} by {', '.join(key.fields)}{', hashed' if key.is_hashed else ''}.",
            is_done=name in state.keys,
        )


def _plain(index: Mapping[str, Any]) -> BsonDocument:
    return {name: dict(value) if name == "key" else value for name, value in index.items()}

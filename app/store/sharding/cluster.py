"""A sharded cluster as mongos shows it: what is there of a plan, and the commands that carry it out."""

from collections.abc import Callable, Sequence

from app.store.driver.client import BsonDocument, Client, Database
from app.store.mapping import names
from app.store.sharding.keys import SHARDED
from app.store.sharding.plan import NOWHERE, DatabaseState, ShardPlanError, ShardStep

_MONGOS = "isdbgrid"


async def is_mongos(client: Client) -> bool:
    """Return whether it answers as mongos does. Raises the driver's errors."""
    return (await client.admin.command("hello")).get("msg") == _MONGOS


async def state_of(database: Database) -> DatabaseState:
    """Return what is there. Raises ShardPlanError where no process has ever prepared the database."""
    there = await database.list_collection_names()
    if names.MOVEMENTS not in there:
        raise ShardPlanError(
            f"No version has ever prepared {database.name}, so its collections are missing: "
            "start `stockpulse serve` once, and stop it."
        )
    indexes = {name: await database[name].index_information() for name in SHARDED if name in there}
    if not await is_mongos(database.client):
        return DatabaseState(indexes=indexes)
    config, prefix = database.client["config"], f"{database.name}."
    known = await config["databases"].find_one({"_id": database.name})
    divided = await config["collections"].find({"dropped": {"$ne": True}}, {"key": 1}).to_list(None)
    shards = await config["shards"].find({}, {"tags": 1}).to_list(None)
    tags = await config["tags"].find({}).to_list(None)
    return DatabaseState(
        indexes=indexes,
        keys={each["_id"].removeprefix(prefix): each["key"] for each in divided if each["_id"].startswith(prefix)},
        zones={each["_id"]: each.get("tags", []) for each in shards},
        ranges={
            (each["ns"].removeprefix(prefix), _location(each["min"])): each["tag"]
            for each in tags
            if each["ns"].startswith(prefix)
        },
        primary=None if known is None else known["primary"],
        is_enabled=known is not None and (bool(divided) or known.get("partitioned", False)),
    )


async def unzoned_locations(database: Database, zoned: Sequence[str]) -> list[str]:
    """Return the codes of locations that no zone has. Raises the driver's errors."""
    found = await database[names.LOCATIONS].find({"_id": {"$nin": list(zoned)}}, {"_id": 1}).to_list(None)
    return sorted(each["_id"] for each in found)


async def others_connected(client: Client, app_name: str) -> int:
    """Return how many connections of processes that serve there are, as far as this user may see them."""
    pipeline = [
        {"$currentOp": {"allUsers": True, "idleConnections": True, "localOps": True}},
        {"$match": {"appName": app_name}},
        {"$count": "n"},
    ]
    answer = await client.admin.command({"aggregate": 1, "pipeline": pipeline, "cursor": {}})
    return sum(each["n"] for each in answer["cursor"]["firstBatch"])


async def carry_out(client: Client, steps: Sequence[ShardStep], *, report: Callable[[str], None]) -> int:
    """Run what is not done, in its order; return how many commands that were. Raises the driver's errors."""
    done = 0
    for step in steps:
        if step.is_done:
            continue
        await client[step.database].command(step.command)
        report(step.why)
        done += 1
    return done


def _location(bound: BsonDocument) -> str:
    first = next(iter(bound.values()), NOWHERE)
    return first if isinstance(first, str) else NOWHERE

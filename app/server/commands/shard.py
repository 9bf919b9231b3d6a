"""`stockpulse shard`: from the settings to a plan, printed or carried out.

Rule: nothing is changed unless --apply asks for it, and then over mongos only. The standard output has the plan.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bson import json_util
from bson.max_key import MaxKey
from bson.min_key import MinKey
from pymongo.errors import PyMongoError

from app.config import Settings
from app.server.checks.databases import check_mongo
from app.server.checks.preflight import PreflightError
from app.store.driver.client import APP_NAME, Client, close_client, open_client
from app.store.driver.failures import reason_of
from app.store.sharding.cluster import carry_out, is_mongos, others_connected, state_of, unzoned_locations
from app.store.sharding.keys import SHARDED, WHOLE
from app.store.sharding.plan import DatabaseState, ShardPlanError, ShardStep, Zones, plan

_TOOL = "stockpulse-shard"  # not the name of processes that serve
_SECONDS = 3_600  # an index of documents that are there already may take minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardOptions:
    """What the user asked for."""

    zones: Zones
    is_applied: bool
    is_json: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardPlan:
    """A plan, the locations that are in no zone, and how many of its commands were run."""

    database: str
    steps: Sequence[ShardStep]
    unzoned: Sequence[str] = ()
    ran: int = 0


def shard(settings: Settings, options: ShardOptions) -> str:
    """Return the plan as text, after carrying it out where that is asked for. Raises ShardPlanError."""
    if settings.mongo_url is None:
        if options.is_applied:
            raise ShardPlanError(
                "STOCKPULSE_MONGO_URL is not set: the embedded database is one server and stays whole."
            )
        planned = _planned(settings.mongo_database, options, DatabaseState())
    else:
        try:
            check_mongo(settings.mongo_url, timeout_seconds=settings.mongo_timeout_seconds)
            planned = asyncio.run(_with_database(settings, options))
        except PreflightError as error:
            raise ShardPlanError(str(error)) from error
        except PyMongoError as error:
            raise ShardPlanError(f"The database refused or did not answer: {reason_of(error)}.") from error
    return _json(planned) if options.is_json else _script(planned, options)


def _planned(database: str, options: ShardOptions, state: DatabaseState) -> ShardPlan:
    return ShardPlan(database=database, steps=plan(database, options.zones, state))


async def _with_database(settings: Settings, options: ShardOptions) -> ShardPlan:
    assert settings.mongo_url is not None
    client = open_client(settings.mongo_url.get_secret_value(), app_name=_TOOL, timeout_seconds=_SECONDS)
    try:
        if options.is_applied:
            await _check_applicable(client, options.zones)
        database = client[settings.mongo_database]
        planned = _planned(database.name, options, await state_of(database))
        zoned = [code for codes in options.zones.locations.values() for code in codes]
        unzoned = await unzoned_locations(database, zoned) if zoned else []
        ran = 0
        if options.is_applied:
            if unzoned:
                raise ShardPlanError(f"The location {unzoned[0]} and {len(unzoned) - 1} others are in no --zone.")
            ran = await carry_out(client, planned.steps, report=lambda _: None)
        return ShardPlan(database=database.name, steps=planned.steps, unzoned=unzoned, ran=ran)
    finally:
        await close_client(client)


async def _check_applicable(client: Client, zones: Zones) -> None:
    if not await is_mongos(client):
        raise ShardPlanError(
            "STOCKPULSE_MONGO_URL leads to no mongos (its hello does not say isdbgrid), so there are no shards: "
            "name the hosts of mongos, or leave --apply out to see the plan."
        )
    if zones.without_shard:
        raise ShardPlanError(f"No shard keeps the zone {zones.without_shard[0]}: give --shard NAME=ZONE.")
    if connected := await others_connected(client, APP_NAME):
        raise ShardPlanError(f"Stop every process that serves first: {connected} connections of theirs are open.")


def _json(planned: ShardPlan) -> str:
    document = {
        "database": planned.database,
        "ran": planned.ran,
        "locationsInNoZone": planned.unzoned,
        "steps": [
            {"database": step.database, "command": step.command, "why": step.why, "isDone": step.is_done}
            for step in planned.steps
        ],
        "whole": dict(WHOLE),
    }
    return json_util.dumps(document)


def _script(planned: ShardPlan, options: ShardOptions) -> str:
    return "\n".join(_lines(planned, options))


def _lines(planned: ShardPlan, options: ShardOptions) -> Iterator[str]:
    done = sum(step.is_done for step in planned.steps)
    yield f"// {planned.database}: {len(planned.steps)} commands for mongosh over mongos, {done} of them done before."
    if options.is_applied:
        yield f"// {planned.ran} were run just now."
    yield "// Stop every process of Stockpulse before the first, and start them after the last."
    for step in planned.steps:
        command = f"db.getSiblingDB({_js(step.database)}).runCommand({_js(step.command)})"
        if step.only_if_unique is not None:
            collection, index = step.only_if_unique
            there = f"db.getSiblingDB({_js(step.database)}).getCollection({_js(collection)}).getIndexes()"
            command = f"if ({there}.some((each) => each.name === {_js(index)} && each.unique)) {command}"
        mark = "// done: " if step.is_done else ""
        yield f"\n// {step.why}\n{mark}{command}"
    yield ""
    yield f"// Whole, on the primary shard: {', '.join(WHOLE)}."
    if not options.zones.locations:
        yield "// Without --zone, a level and its ledger may be on different shards: a change is then of two."
    for zone in options.zones.without_shard:
        yield f"// No shard keeps the zone {zone}: give --shard NAME={zone}."
    if planned.unzoned:
        yield f"// In no zone: {', '.join(planned.unzoned)}."
    large = ", ".join(name for name, key in SHARDED.items() if key.is_zoned)
    yield f"// Data that is there already is moved by the balancer, at night if you give it a window: {large}."
    yield '// db.getSiblingDB("config").settings.updateOne({_id: "balancer"}, {$set: {activeWindow: '
    yield '//   {start: "01:00", stop: "05:00"}}}, {upsert: true})'


def _js(value: Any) -> str:  # noqa: ANN401 - what commands hold
    """Return a value as mongosh reads it."""
    match value:
        case Mapping():
            return "{" + ", ".join(f"{_js(str(name))}: {_js(each)}" for name, each in value.items()) + "}"
        case MinKey():
            return "MinKey()"
        case MaxKey():
            return "MaxKey()"
        case list() | tuple():
            return "[" + ", ".join(map(_js, value)) + "]"
        case _:
            return json_util.dumps(value, ensure_ascii=False)

"""`stockpulse shard`: a plan that the servers of a cluster accept, and refusals of one sentence."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli.main import main
from app.store.database.collections import ensure_collections
from app.store.driver.client import Database
from app.store.sharding.cluster import carry_out, state_of
from app.store.sharding.keys import SHARDED
from app.store.sharding.layout import is_laid_out
from app.store.sharding.plan import DatabaseState, ShardPlanError, Zones, plan
from tests.support.shard_cluster import DATABASE, shard_cluster

ZONES = Zones(locations={"NORTH": ["A", "B"], "SOUTH": ["C"]}, shards={"one": ["NORTH"], "two": ["SOUTH"]})


async def test_the_servers_accept_the_plan_and_the_second_run_does_nothing(tmp_path: Path) -> None:
    """The config server and the primary shard check each command: keys, unique indexes, zones."""
    async with shard_cluster(tmp_path) as mongos:
        mongos_client: Any = mongos
        database: Any = mongos[DATABASE]
        own: Any = mongos.primary[DATABASE]
        await ensure_collections(own)
        said: list[str] = []
        first = plan(DATABASE, ZONES, await state_of(database))
        ran = await carry_out(mongos_client, first, report=said.append)
        assert ran == len(said) == len([step for step in first if not step.is_done])
        again = plan(DATABASE, ZONES, await state_of(database))
        assert [step.why for step in again if not step.is_done] == []
        assert await carry_out(mongos_client, again, report=said.append) == 0
        keys = {each["_id"]: each["key"] async for each in mongos.config["config"]["collections"].find()}
        assert keys.items() >= {f"{DATABASE}.{name}": key.pattern for name, key in SHARDED.items()}.items()
        chunks = await mongos.config["config"]["chunks"].find({"max.location": "C"}).to_list(None)
        of_it = [each["shard"] for each in chunks if each["min"]["location"] == "C"]
        assert of_it == ["two"] * sum(key.is_zoned for key in SHARDED.values())
        await ensure_collections(own)  # as the next start of a process does
        assert await is_laid_out(own)


def ran(arguments: Sequence[str], mongo_url: str | None = None, database: str = "no_shards") -> tuple[int, str]:
    """Return the exit code of the command, and what it says."""
    env = {"STOCKPULSE_MONGO_URL": mongo_url, "STOCKPULSE_MONGO_DATABASE": database}
    result = CliRunner().invoke(main, ["shard", *arguments], env=env)
    return result.exit_code, result.output


def test_a_plan_for_a_new_database_is_a_script() -> None:
    """Every command stands in it, and no database is asked."""
    code, text = ran(["--plan", "--zone", "NORTH=A", "--shard", "one=NORTH"])
    assert code == 0
    for name in SHARDED:
        assert f'"shardCollection": "no_shards.{name}"' in text
    assert '"min": {"location": "A", "sku": MinKey()}, "max": {"location": "A", "sku": MaxKey()}' in text


def test_a_plan_says_what_is_done_and_which_locations_have_no_zone(mongo_url: str, database: Database) -> None:
    """Of a database that is not divided, nothing."""
    code, text = ran(["--json", "--zone", "NORTH=A"], mongo_url, database.name)
    assert code == 0, text
    document = json.loads(text)
    assert [step["why"] for step in document["steps"] if step["isDone"]] == []
    assert document["locationsInNoZone"] == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--apply", "--plan"], "Give --plan or --apply, not both."),
        (["--zone", "NORTH"], "'NORTH' is not of the form NAME=ENTRY,ENTRY."),
        (["--zone", "N=A", "--zone", "S=A"], "The location A is in two zones, N and S; name it once."),
        (["--shard", "one=N"], "The shard one is given the zone N, which no --zone names."),
        (["--zone", "primary=A"], "The zone primary is ours, of what has no location; choose another name."),
        (["--apply"], "STOCKPULSE_MONGO_URL is not set"),
    ],
)
def test_a_bad_request_is_refused_in_one_sentence(arguments: list[str], sentence: str) -> None:
    """And the exit code tells."""
    code, text = ran(arguments)
    assert code != 0
    assert sentence in text
    assert "Traceback" not in text


def test_nothing_is_applied_without_a_mongos(mongo_url: str, database: Database) -> None:
    """A replica set has no shards."""
    code, text = ran(["--apply"], mongo_url, database.name)
    assert (code, "leads to no mongos (its hello does not say isdbgrid)" in text) == (1, True), text


def test_a_database_that_does_not_answer_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the setting's time, though the commands themselves may take an hour."""
    monkeypatch.setenv("STOCKPULSE_MONGO_TIMEOUT_SECONDS", "0.5")
    code, text = ran(["--apply"], "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=100")
    assert (code, "No MongoDB that takes writes answers" in text) == (1, True), text


def test_a_database_that_was_never_prepared_is_refused(mongo_url: str) -> None:
    """Its collections would be made without their rules."""
    code, text = ran([], mongo_url, "never_prepared")
    assert (code, "No version has ever prepared never_prepared" in text) == (1, True), text


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (DatabaseState(keys={"levels": {"sku": 1}}), "levels is divided by {'sku': 1}"),
        (
            DatabaseState(indexes={"alerts": {"mine": {"key": [("sku", 1)], "unique": True}}}),
            "The unique index mine of alerts does not begin with the shard key",
        ),
    ],
)
def test_what_does_not_fit_is_refused(state: DatabaseState, sentence: str) -> None:
    """Before anything is changed."""
    with pytest.raises(ShardPlanError) as refusal:
        plan("shop", ZONES, state)
    assert sentence in str(refusal.value)

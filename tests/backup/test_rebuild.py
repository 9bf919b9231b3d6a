"""Backups and rebuilds over a real mongod: what comes back, and what is refused."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli.main import main
from app.store.backup import rebuild as rebuilding
from app.store.backup.contents import KEPT, LEFT_OUT
from app.store.backup.dump import Phase, file_of
from app.store.backup.errors import UnusableBackup, UnusableTarget
from app.store.backup.manifest import Manifest
from app.store.backup.rebuild import REBUILD, rebuild
from app.store.database.unfinished import Unfinished, check_finished, mark_unfinished, unfinished
from app.store.driver.client import BsonDocument, Database
from app.store.exclusive_lease import LeaseLost, LeaseTaken
from app.store.lease import MongoLease
from tests.backup.test_files import unseen
from tests.reconciliation.books import given_books
from tests.support.store import mongo_store


async def run(mongo_url: str, database: str, *arguments: str | Path) -> Result:
    """Run a command in a thread, which has no loop yet."""
    environment = {"STOCKPULSE_MONGO_URL": mongo_url, "STOCKPULSE_MONGO_DATABASE": database}
    return await asyncio.to_thread(CliRunner().invoke, main, [*map(str, arguments)], env=environment)


async def taken_over(database: Database, name: str) -> MongoLease:
    """Let another process take a lease, as it may once the holder has not renewed it in time."""
    await database["leases"].update_one({"_id": name}, [{"$set": {"until": "$$NOW"}}])
    other = MongoLease(database, holder="another", seconds=60)
    assert await other.hold(name)
    return other


async def contents(database: Database) -> dict[str, list[BsonDocument]]:
    """Return every document of every collection that a backup restores, those that follow included."""
    names = {*KEPT, "levels"}
    return {name: await database[name].find({}, sort=[("_id", 1)]).to_list(None) for name in sorted(names)}


def stated(levels: list[BsonDocument]) -> list[BsonDocument]:
    """Return levels without the fields that say nothing."""
    return [{name: value for name, value in level.items() if value} for level in levels]


async def test_everything_comes_back(database: Database, target: Database, mongo_url: str, tmp_path: Path) -> None:
    """Every record is as it was, the levels are what the ledger makes, and the books agree; a second run is refused."""
    assert len(KEPT) + len(LEFT_OUT) == len({*KEPT, *LEFT_OUT})
    assert {*KEPT, *LEFT_OUT} == {*await database.list_collection_names()}
    store = mongo_store(database)
    await given_books(store)
    await store.close()
    await database["webhook_cursors"].insert_one({"_id": "hook", "term": 5, "base": 1, "reached": []})
    before = await contents(database)
    before["webhook_cursors"][0]["term"] = 0  # leases are not kept, and begin anew

    created = await run(mongo_url, database.name, "backup", "create", tmp_path / "a")
    assert created.exit_code == 0, created.output
    assert "among them 16 ledger lines of 3 levels, as of 20" in created.stdout
    modes = await asyncio.to_thread(
        lambda: {each.stat().st_mode & 0o777 for each in (tmp_path / "a").rglob("*") if each.is_file()}
    )
    assert modes == {0o600}  # also where they are copied out of their folder
    again = await run(mongo_url, database.name, "backup", "create", tmp_path / "a")
    assert (again.exit_code, "is there already" in again.stderr) == (2, True)
    assert [each.name for each in await asyncio.to_thread(lambda: [*tmp_path.iterdir()])] == ["a"]
    assert (await run("mongodb://127.0.0.1:1", "none", "backup", "verify", tmp_path / "a")).exit_code == 0

    rebuilt = await run(mongo_url, target.name, "rebuild", tmp_path / "a")
    assert rebuilt.exit_code == 0, rebuilt.output
    assert "All 3 levels that the ledger makes are those that there were." in rebuilt.stdout
    assert rebuilt.stdout.endswith("Everything agrees.\n")
    after = await contents(target)
    assert stated(after.pop("levels")) == stated(before.pop("levels"))
    assert [each["_id"] for each in after.pop("upgrades")] == ["format", "restored"]
    assert after == {name: found for name, found in before.items() if name != "upgrades"}
    indexes = [await each["levels"].index_information() for each in (target, database)]
    assert indexes[0] == indexes[1]

    second = await run(mongo_url, target.name, "rebuild", tmp_path / "a")
    assert (second.exit_code, "is not empty (it has " in second.stderr) == (2, True)
    assert after.items() <= (await contents(target)).items()


async def test_an_interrupted_rebuild_serves_nobody_and_is_begun_again(
    database: Database, target: Database, mongo_url: str, tmp_path: Path
) -> None:
    """Whatever was written when it ended, the database says that it is unfinished until a later run has ended."""
    store = mongo_store(database)
    await given_books(store)
    await store.close()
    assert (await run(mongo_url, database.name, "backup", "create", tmp_path / "a")).exit_code == 0

    path = file_of(tmp_path / "a", database.name, KEPT[4])
    whole = path.read_bytes()

    async def cut(folder: Path, *, phase: Phase) -> Manifest:
        manifest = await verified(folder, phase=phase)
        path.write_bytes(whole[:-1])  # after it was proven
        return manifest

    verified = rebuilding.verified
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rebuilding, "verified", cut)
        with pytest.raises(UnusableBackup, match="was cut off"):
            await rebuild(target, tmp_path / "a", phase=unseen, report=str)
    path.write_bytes(whole)
    assert await target["movements"].count_documents({}) == 16
    with pytest.raises(Unfinished):
        await check_finished(target)
    for command in (["reconcile"], ["backup", "create", tmp_path / "b"], ["rebuild", "--levels"]):
        refused = await run(mongo_url, target.name, *command)
        assert (refused.exit_code, f"`{REBUILD}`" in refused.stderr) == (2, True), refused.output

    others: list[MongoLease] = []

    async def sleeping(database: Database, **_: object) -> None:  # instead of building indexes, which takes long
        others.append(await taken_over(database, rebuilding.LEASE))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rebuilding, "ensure_collections", sleeping)
        with pytest.raises(LeaseLost):
            await rebuild(target, tmp_path / "a", phase=unseen, report=str)
    with pytest.raises(Unfinished):  # the other one is not at its end
        await check_finished(target)
    await others[0].release(rebuilding.LEASE)

    ended = await run(mongo_url, target.name, "rebuild", tmp_path / "a")
    assert (ended.exit_code, "it is begun again" in ended.stderr) == (0, True), ended.output
    assert await unfinished(target) is None


async def test_levels_are_made_again_in_place(database: Database, mongo_url: str) -> None:
    """A level that is gone, one that is wrong, and one that no line knows; not while a server or a rebuild works."""
    store = mongo_store(database)
    await given_books(store)
    await store.close()
    before = stated((await contents(database))["levels"])
    levels = database["levels"]
    await levels.delete_one({"_id": "MAIN/TEA-1"})
    await levels.update_one({"_id": "MAIN/CUP-1"}, {"$set": {"on_hand": 7}})
    nobody = await levels.find_one({"_id": "NORTH/TEA-1"})
    assert nobody
    await levels.insert_one({**nobody, "_id": "NORTH/TAE-1", "sku": "TAE-1"})

    server = MongoLease(database, holder="a server", seconds=60)
    await server.hold("totals")
    with pytest.MonkeyPatch.context() as hurried:
        hurried.setattr(rebuilding, "WAIT_SECONDS", 1)
        with pytest.raises(UnusableTarget, match="the lease totals is held"):
            await rebuilding.rebuild_levels(database, phase=unseen, report=str)
    await server.release("totals")
    other = MongoLease(database, holder="another rebuild", seconds=60)
    await other.hold(rebuilding.LEASE)
    with pytest.raises(LeaseTaken, match="Another rebuild"):
        await rebuilding.rebuild_levels(database, phase=unseen, report=str)
    await other.release(rebuilding.LEASE)

    made = await run(mongo_url, database.name, "rebuild", "--levels")
    assert made.exit_code == 0, made.output
    assert "3 levels: 2 were missing or different, and 1 that it does not know were removed." in made.stdout
    assert stated((await contents(database))["levels"]) == before
    assert (await run(mongo_url, database.name, "rebuild")).exit_code == 2
    await mark_unfinished(database, "something else")
    assert (await run(mongo_url, database.name, "rebuild", "--levels")).exit_code == 2
    await database["upgrades"].delete_one({"_id": "unfinished"})

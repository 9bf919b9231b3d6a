"""Old ledger lines move to Parquet files: what stays agrees with itself, and with what went it is the whole ledger."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import bson
import pytest

from app.domain.errors import Refused
from app.domain.failures import BadArgument
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import MICROSECONDS_PER_DAY, Moment, moment_of
from app.services.live.ledger_offset import LedgerOffset
from app.services.stock.past_levels import PastLevels
from app.store.archive import run as archiving
from app.store.archive.archived_files import archived_files
from app.store.archive.parquet_files import LineFileWriter, read_lines
from app.store.archive.plan import MIN_AGE_DAYS
from app.store.backup.errors import BackupError
from app.store.driver.client import BsonDocument, Database, transaction
from app.store.exclusive_lease import LeaseLost, LeaseTaken
from app.store.lease import MongoLease
from app.store.readers.ledger.ledger_tail import MongoTail
from tests.backup.test_files import unseen
from tests.backup.test_rebuild import contents, run, stated, taken_over
from tests.reconciliation.books import given_books
from tests.support.clock import StillClock
from tests.support.scene import CUP, TEA, TEA_NORTH, adjust, line, request_info
from tests.support.store import Store, mongo_store

NOW = Moment(time.time_ns() // 1_000)
BEGAN = Moment(NOW - 1_100 * MICROSECONDS_PER_DAY)
BEFORE = datetime.now(UTC) - timedelta(days=MIN_AGE_DAYS + 5)
ON = ("--before", f"{BEFORE:%Y-%m-%d}")
MOMENT = moment_of(BEFORE.replace(hour=0, minute=0, second=0, microsecond=0))
CHANGED = ("header", "opening")  # of lines that stay
STEPS = [("make_plan", 1), ("note_file", 1), ("note_file", 2), ("give_name", 2), ("finish", 2), ("delete_lines", 2)]


async def given_years(database: Database) -> tuple[Store, StillClock]:
    """Open a shop three years ago: books of every kind, then changes each week or so, the last of them now.

    TEA-1 at NORTH was sold last two and a half years ago, and changes go on there without sales.
    """
    clock = StillClock(BEGAN)
    store = mongo_store(database, clock=clock)
    await given_books(store)
    for week in range(20):
        clock.move(seconds=50 * 86_400)
        both = [line(TEA, 2), line(CUP, 3), *([line(TEA_NORTH, 1)] if week % 2 else [])]
        await store.stock.adjust_many(both, is_atomic=True, request=request_info(f"week/{week}"))
        await adjust(store, TEA, -1, reason=MovementReason.SALE, idempotency_key=f"sale/{week}")
        if week == 3:
            await adjust(store, TEA_NORTH, -1, reason=MovementReason.SALE)
    clock.now = NOW
    await adjust(store, TEA, 1)
    return store, clock


async def lines_of(database: Database) -> dict[str, BsonDocument]:
    """Return the lines of the ledger by their ids, without what an archive changes of those that stay."""
    found = await database["movements"].find({}).to_list(None)
    return {each["_id"]: {name: each[name] for name in each if name not in CHANGED} for each in found}


def in_files(folder: Path) -> list[BsonDocument]:
    """Return all lines of an archive."""
    paths = sorted(folder.glob("month=*/*.parquet"))
    return [bson.decode(document) for path in paths for part in read_lines(path) for document in part]


async def test_what_goes_and_what_stays_are_the_ledger(database: Database, mongo_url: str, tmp_path: Path) -> None:
    """Each line is in one of the two; levels, books and repeats are as before; a second run does nothing."""
    store, _ = await given_years(database)
    before, levels = await lines_of(database), stated((await contents(database))["levels"])
    dry = await run(mongo_url, database.name, "archive", tmp_path / "old", *ON, "--dry-run")
    assert (dry.exit_code, await lines_of(database)) == (0, before), dry.output

    done = await run(mongo_url, database.name, "archive", tmp_path / "old", *ON)
    assert done.exit_code == 0, done.output
    after, gone = await lines_of(database), in_files(tmp_path / "old")
    assert dry.stdout == f"{len(gone):,} ledger lines would be moved; nothing was changed.\n"
    assert len(gone) > 25
    modes = await asyncio.to_thread(lambda: [each.stat().st_mode & 0o777 for each in (tmp_path / "old").rglob("*")])
    assert {*modes, (tmp_path / "old").stat().st_mode & 0o777} == {0o600, 0o700}
    assert {each["_id"] for each in gone}.isdisjoint(after)
    assert {**after, **{each["_id"]: {n: each[n] for n in each if n not in CHANGED} for each in gone}} == before
    assert all(each["recorded_at"] < MOMENT for each in gone)
    # the last sale of TEA-1 at NORTH stays, and so do all lines since
    north = min((each for each in after.values() if each["location"] == "NORTH"), key=lambda each: each["version"])
    assert north["reason"] == "SALE"
    assert stated((await contents(database))["levels"]) == levels

    assert read_as_documented(tmp_path / "old", "CUP-1") == [each["_id"] for each in gone if each["sku"] == "CUP-1"]

    books = await run(mongo_url, database.name, "reconcile")
    assert books.exit_code == 0, books.output
    proof = await run(mongo_url, database.name, "archive", tmp_path / "old", "--verify")
    assert (proof.exit_code, proof.stdout.endswith("the ledger goes on where they end.\n")) == (0, True), proof.output
    again = await run(mongo_url, database.name, "archive", tmp_path / "old", *ON)
    assert "Moved 0 ledger lines to 0 files" in again.stdout

    for week in (19, 5):  # one that is whole, one of which a line stays
        lines = [line(TEA, 2), line(CUP, 3), line(TEA_NORTH, 1)]
        repeat = await store.stock.adjust_many(lines, is_atomic=True, request=request_info(f"week/{week}"))
        assert repeat.replayed
        assert len(repeat.movements) + repeat.operation.archived_lines == 3
        assert (repeat.operation.archived_lines > 0) is (week == 5)
    operations = await store.contents()
    assert {each["operation"] for each in await database["movements"].find({}).to_list(None)} <= operations.operations
    await store.close()


def read_as_documented(folder: Path, sku: str) -> list[str]:
    """Return the ids of an item's lines as `docs/operate/retention.md` reads them."""
    text = (Path(__file__).parents[2] / "docs/operate/retention.md").read_text(encoding="utf-8")
    [snippet] = re.findall(r"```python\n(.+?)```", text, flags=re.DOTALL)
    found: dict[str, Any] = {}
    exec(snippet.replace("/archive", str(folder)).replace("TEA-1", sku), found)  # noqa: S102 - our own page
    return [line["_id"] for line in found["whole"]]


async def test_who_asks_for_what_is_gone_is_told(database: Database, mongo_url: str, tmp_path: Path) -> None:
    """A cursor and a count from before what is left, a date that is too late, a webhook that lags, a changed file."""
    store, clock = await given_years(database)
    late = f"{datetime.now(UTC) - timedelta(days=MIN_AGE_DAYS - 1):%Y-%m-%d}"
    refused = await run(mongo_url, database.name, "archive", tmp_path / "old", "--before", late)
    assert (refused.exit_code, "the latest date is" in refused.stderr) == (2, True), refused.output
    offset = {"_id": "hook", "term": 1, "base": BEGAN, "reached": []}
    await database["webhook_cursors"].insert_one(offset)
    refused = await run(mongo_url, database.name, "archive", tmp_path / "old", *ON)
    assert (refused.exit_code, "The webhook hook has not read" in refused.stderr) == (2, True), refused.output
    await database["webhook_cursors"].delete_one({"_id": "hook"})
    assert (await run(mongo_url, database.name, "archive", tmp_path / "old", *ON)).exit_code == 0

    tail = MongoTail(database.client, database, clock=clock)
    with pytest.raises(BadArgument, match="lines after it were archived"):
        await tail.read(LedgerOffset(base=Moment(BEGAN + 1), reached={}))
    await tail.check(LedgerOffset(base=BEGAN, reached={"gone": Moment(BEGAN + 1)}))  # not from the future
    past = PastLevels(levels=store.levels, ledger=store.ledger)
    with pytest.raises(Refused, match="its older lines were archived"):
        await past.at(Moment(BEGAN + 60 * MICROSECONDS_PER_DAY), [TEA])
    recent = await past.at(Moment(NOW - 400 * MICROSECONDS_PER_DAY), [TEA, CUP, LevelKey("TEA-1", "SHOP")])
    assert all(each.is_final or each.version == 0 for each in recent.values())
    assert recent[TEA].on_hand > 0
    await store.close()

    [path, *_] = sorted((tmp_path / "old").glob("month=*/*.parquet"))
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    proof = await run(mongo_url, database.name, "archive", tmp_path / "old", "--verify")
    assert (proof.exit_code, "was changed since it was written" in proof.stderr) == (2, True), proof.output
    path.write_bytes(whole)
    line_ = await database["movements"].find_one({"opening": True})
    assert line_
    await database["movements"].update_one({"_id": line_["_id"]}, {"$inc": {"after.on_hand": 1}})
    proof = await run(mongo_url, database.name, "archive", tmp_path / "old", "--verify")
    assert (proof.exit_code, "1 differences" in proof.stdout) == (1, True), proof.output


async def test_an_interrupted_run_is_taken_up(database: Database, mongo_url: str, tmp_path: Path) -> None:
    """Wherever it ends, the books agree and no line is lost; the next run ends it, and each line is archived once."""
    store, _ = await given_years(database)
    await store.close()
    before = await lines_of(database)
    for step, at in STEPS:
        owner: Any = LineFileWriter if step == "finish" else archiving
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(owner, step, failing_at(at, getattr(owner, step)))
            with pytest.raises(KeyError, match="killed"):
                await archiving.archive(database, tmp_path / "old", before=MOMENT, now=NOW, phase=unseen)
        there = {each["_id"] for each in in_files(tmp_path / "old")} | set(await lines_of(database))
        assert there == set(before), step
        assert (await run(mongo_url, database.name, "reconcile", "--quiet")).exit_code == 0, step

    elsewhere = await run(mongo_url, database.name, "archive", tmp_path / "new", *ON)
    assert (elsewhere.exit_code, "The archive is in another folder" in elsewhere.stderr) == (2, True), elsewhere.output
    await archived_while_a_line_is_locked(database, tmp_path / "old")
    gone, left = [each["_id"] for each in in_files(tmp_path / "old")], set(await lines_of(database))
    assert len(gone) == len(set(gone))
    assert left.isdisjoint(gone)
    assert left.union(gone) == set(before)
    assert all(file.is_moved for file in await archived_files(database))
    assert [*(tmp_path / "old").glob("**/*.partial")] == []
    proof = await run(mongo_url, database.name, "archive", tmp_path / "old", "--verify")
    assert proof.exit_code == 0, proof.output


async def archived_while_a_line_is_locked(database: Database, folder: Path) -> None:
    """End the run while a line is locked by the transaction of another, which was killed and left it open.

    The server would end that after ten seconds or a minute; the run does so once it is idle for two.
    """
    there = await lines_of(database)
    both = next(each["_id"] for each in in_files(folder) if each["_id"] in there)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(archiving, "ATTEMPTS", 8)
        patched.setattr(archiving, "PAUSE_SECONDS", 0.5)
        async with transaction(database.client) as killed:
            await database["movements"].update_one({"_id": both}, {"$set": {"reason": "FOUND"}}, session=killed)
            await archiving.archive(database, folder, before=MOMENT, now=NOW, phase=unseen)


def failing_at(number: int, real: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that does the same, until its call of this number raises."""
    calls = iter(range(1, 1_000))

    def call(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the real one takes
        if next(calls) == number:
            raise KeyError("killed")
        return real(*arguments, **named)

    return call


async def test_a_line_that_differs_stays(database: Database, tmp_path: Path) -> None:
    """A line that was changed in the database after it was written to the file is not deleted, and no other with it."""
    store, _ = await given_years(database)
    await store.close()
    real = archiving.note_file

    async def tampering(database: Database, file: Any, **session: Any) -> None:  # noqa: ANN401
        await real(database, file, **session)
        [first, *_] = in_partial(tmp_path / "old")
        await database["movements"].update_one({"_id": first["_id"]}, {"$set": {"reason": "FOUND"}})

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(archiving, "note_file", tampering)
        before = set(await lines_of(database))
        with pytest.raises(BackupError, match="is not the one in the archive"):
            await archiving.archive(database, tmp_path / "old", before=MOMENT, now=NOW, phase=unseen)
    assert set(await lines_of(database)) == before


def in_partial(folder: Path) -> list[BsonDocument]:
    """Return the lines of files that have no name yet."""
    return [
        bson.decode(each) for path in folder.glob("month=*/*.partial") for part in read_lines(path) for each in part
    ]


async def test_a_run_that_lost_its_lease_does_not_count(database: Database, tmp_path: Path) -> None:
    """It slept while another began: what it wrote is no file of the archive, and no line goes for it."""
    store, _ = await given_years(database)
    await store.close()
    before = await lines_of(database)
    others: list[MongoLease] = []
    real = archiving.staying_from

    async def slept(database: Database, levels: Sequence[str]) -> Mapping[str, int]:
        if not others:
            others.append(await taken_over(database, archiving.LEASE))
        return await real(database, levels)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(archiving, "staying_from", slept)
        with pytest.raises(LeaseLost):
            await archiving.archive(database, tmp_path / "old", before=MOMENT, now=NOW, phase=unseen)
    assert (await archived_files(database), await lines_of(database)) == ([], before)
    assert in_partial(tmp_path / "old") == []
    with pytest.raises(LeaseTaken):  # its plan would be taken for that of the run
        await archiving.counted(database, before=MOMENT, now=NOW)
    await others[0].release(archiving.LEASE)

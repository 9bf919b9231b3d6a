"""Builds of different versions on one database: it is brought up to date, and one that cannot write it is refused."""

import asyncio
from collections.abc import Sequence

import pytest
from pymongo import IndexModel
from pymongo.errors import BulkWriteError, OperationFailure, PyMongoError, WriteError

from app.bootstrap import open_application, prepare
from app.domain.catalog.catalog import LocationKind
from app.domain.catalog.commands.upsert_location import UpsertLocation
from app.domain.command import Command
from app.domain.command_batch import CommandBatch
from app.domain.errors import IdempotencyKeyReused, Refused
from app.domain.failures import Unavailable
from app.domain.idempotency import operation_id_of_key
from app.domain.operation import CommandInfo
from app.domain.reservations.reservation import reservation_key
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.store.database.collections import ensure_collections
from app.store.database.format import FORMAT, NewerFormatError
from app.store.driver.client import BsonDocument, Database, transaction
from app.store.mapping.operations import MAX_LINES_IN_HEADER, unfolded
from app.store.migrations.changed_documents import CHANGED_DOCUMENTS
from app.store.migrations.older_builds import MESSAGE, OBSTACLE
from app.store.writer.reading.read_batch_state import BatchStateReader
from app.store.writer.transient_errors import is_conflict
from app.store.writer.writing.statements import StatementRunner
from app.store.writer.writing.write_batch import batch_statements
from tests.graphql.api import settings_of
from tests.support.clock import START
from tests.support.ledger import check_ledger
from tests.support.migrations import migrate
from tests.support.reservations import a_line, given_reservation
from tests.support.scene import SHOP, TEA, adjust, an_adjustment, given_item, given_level, line, request_info
from tests.support.store import Store, mongo_store

NEWER = {"_id": "format", "facts": FORMAT + 1, "after": None}
FORMER_INDEXES = [
    IndexModel([("sku", 1), ("location", 1)], name="shortfall", partialFilterExpression={"shortfall": {"$gt": 0}})
]
FORMER_RULES = {"$jsonSchema": {"bsonType": "object", "required": ["kind", "actor", "recorded_at", "levels"]}}


async def age(database: Database) -> None:
    """Leave documents, rules and indexes as the version before formats had them."""
    movements, operations = database["movements"], database["operations"]
    for name, rules in (("operations", FORMER_RULES), ("movements", {})):
        await database.command("collMod", name, validator=rules)
    for first in await movements.find({"header": {"$exists": True}}).to_list(None):
        if (operation := unfolded(first)) is not None:
            await operations.insert_one({name: value for name, value in operation.items() if value is not None})
    await movements.update_many({}, {"$unset": {"header": ""}})
    await operations.update_many({}, {"$unset": {"format": ""}})
    for name in ("by_operation", "of_level", "at_location"):
        await movements.drop_index(name)
    await movements.create_index([("sku", 1), ("location", 1), ("reason", 1), ("recorded_at", -1)], name="by_level")
    for name in ("in_shortfall", "shortfall"):
        await database["levels"].drop_index(name)
    await database["levels"].create_indexes(FORMER_INDEXES)
    await database["upgrades"].delete_one({"_id": "format"})


async def names_of_documents(database: Database) -> dict[str, list[str]]:
    """Return what operations name, by their ids."""
    found = await database["operations"].find({"changed": {"$exists": True}}, {"changed": 1}).to_list(None)
    return {each["_id"]: each["changed"] for each in found}


async def given_operations(store: Store) -> None:
    """Record operations of each kind: of one line, of several, of many, and without any."""
    await given_level(store, on_hand=5)
    await adjust(store, TEA, -1, idempotency_key="one")
    keys = [LevelKey(f"S-{number}", TEA.location) for number in range(MAX_LINES_IN_HEADER + 1)]
    await asyncio.gather(*(given_item(store, key.sku) for key in keys))
    for name, some in (("several", keys[:3]), ("many", keys)):
        lines = [line(key, 1) for key in some]
        await store.stock.adjust_many(lines, is_atomic=True, request=request_info(name))


async def test_a_database_of_the_version_before_keeps_its_operations(database: Database) -> None:
    """They are found by id, and repeats are replays, as if this version had recorded them."""
    # given
    store = mongo_store(database)
    await given_operations(store)
    before = await check_ledger(store)
    ids = sorted(before.operations)
    operations = await store.ledger.operations(ids)
    await age(database)
    # when
    await ensure_collections(database)
    # then
    later = mongo_store(database)
    assert await check_ledger(later) == before
    assert await later.ledger.operations(ids) == operations
    repeat = await adjust(later, TEA, -1, idempotency_key="one")
    assert (repeat.replayed, repeat.movements[0].after.version) == (True, 2)
    with pytest.raises(Refused) as reused:
        await adjust(later, TEA, -2, idempotency_key="several")
    assert [type(error) for error in reused.value.errors] == [IdempotencyKeyReused]
    assert (await adjust(later, TEA, -1, idempotency_key="new")).movements[0].after.version == 3
    await check_ledger(later)


async def test_operations_of_earlier_versions_name_their_documents(database: Database) -> None:
    """At the next start, whatever format they were recorded in; those that do already stay as they are."""
    store = mongo_store(database)
    await given_level(store, on_hand=5)
    order = reservation_key((await given_reservation(store, a_line(TEA, 3))).id)
    for _ in range(2):
        await store.reservations.extend(order.id, ttl_seconds=60, request=request_info())
    before = await store.stock.operations_of(order, first=9, after=None)
    assert len(before.nodes) == 3
    named = await names_of_documents(database)
    await age(database)
    await database["operations"].update_many(
        {"recorded_at": {"$lt": before.nodes[0].recorded_at}}, {"$unset": {"changed": ""}}
    )
    await ensure_collections(database)
    assert await store.stock.count_operations_of(order) == 1
    assert await migrate(database, CHANGED_DOCUMENTS) == ["Operations: the documents of 2 named"]
    assert await migrate(database, CHANGED_DOCUMENTS) == []
    assert await store.stock.operations_of(order, first=9, after=None) == before
    assert await names_of_documents(database) == named


async def test_an_interrupted_upgrade_is_resumed(database: Database) -> None:
    """By any number of processes at once, wherever it stood."""
    await age(database)
    await ensure_collections(database)
    whole = await database["levels"].index_information(), await database["movements"].index_information()
    assert whole[1].keys() >= {"by_operation", "of_level", "at_location"}
    assert "by_level" not in whole[1]
    await database["upgrades"].delete_one({"_id": "format"})
    await database.command("collMod", "operations", validator=FORMER_RULES)
    await database["levels"].drop_index("shortfall")
    await database["levels"].create_indexes(FORMER_INDEXES)
    await asyncio.gather(*(ensure_collections(database) for _ in range(3)))
    assert (await database["levels"].index_information(), await database["movements"].index_information()) == whole
    assert await database["upgrades"].find_one({"_id": "format"}) == {**NEWER, "facts": FORMAT}


async def test_the_version_before_is_refused(database: Database) -> None:
    """One that runs cannot record anything, and one that starts fails before it changes a rule, and reads why."""
    former = {"_id": "o", "kind": "k", "actor": "a", "recorded_at": 1, "levels": []}
    with pytest.raises(WriteError):
        await database["operations"].insert_one(former)
    with pytest.raises(OperationFailure, match=MESSAGE):
        await database["levels"].create_indexes(FORMER_INDEXES)
    assert OBSTACLE.document["name"] == FORMER_INDEXES[0].document["name"]


async def test_a_database_of_a_newer_version_is_refused(database: Database, mongo_url: str, redis_url: str) -> None:
    """A process that runs while it is upgraded is refused by the database, says so, and is not ready any more."""
    store = mongo_store(database)
    level = await given_level(store, on_hand=5)
    settings = settings_of(mongo_url, redis_url, database.name)
    async with open_application(settings) as application:
        assert (await application.problems())["mongo"] is None
        await database["upgrades"].insert_one(NEWER)
        await database.command("collMod", "movements", validator={"header.format": {"$in": [FORMAT + 1, None]}})
        refused = await asyncio.gather(
            *(adjust(store, TEA, -1, idempotency_key=key) for key in "abc"), return_exceptions=True
        )
        assert {(type(each), "newer version" in str(each)) for each in refused} == {(Unavailable, True)}
        assert "newer version" in str((await application.problems())["mongo"])
    assert await store.level(TEA) == level
    with pytest.raises(NewerFormatError, match=f"format {FORMAT + 1}"):
        await prepare(settings, report=lambda _: None)


def sharing_a_key() -> tuple[Command, Command]:
    """Return two commands of one id, of which the second has a ledger line."""
    sale = an_adjustment(TEA, -1, idempotency_key="shared")
    identity = operation_id_of_key(actor=SHOP, key="shared")
    info = CommandInfo(operation_id=identity, kind="locationUpsert", actor=SHOP, idempotency_key="shared")
    return UpsertLocation(info=info, code="NEW", name="New", kind=LocationKind.STORE), sale


@pytest.mark.parametrize("commits_first", [True, False], ids=["commits first", "is still open"])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["without lines first", "with lines first"])
async def test_one_key_is_recorded_once_wherever_its_operation_stands(
    database: Database, order: Sequence[int], *, commits_first: bool
) -> None:
    """Of two transactions that do not see each other, the second conflicts, in its ledger line or without any."""
    # given
    store = mongo_store(database)
    await given_level(store, on_hand=5)
    commands = [sharing_a_key()[number] for number in order]
    reader, runner = BatchStateReader(database), StatementRunner(database.client, database)
    async with transaction(database.client) as first, transaction(database.client) as second:
        decided = []
        for command, session in zip(commands, (first, second), strict=True):
            read = await reader.read([command], is_retry=False, session=session)
            batch = CommandBatch(read.state, writer=f"w{len(decided)}", now=Moment(START + 1_000))
            assert not batch.run(command).replayed
            decided.append(await batch_statements(batch, read))
        # when
        await runner.run(decided[0], session=first)
        if commits_first:
            await first.commit_transaction()
        with pytest.raises(PyMongoError) as conflict:
            await runner.run(decided[1], session=second)
        if not commits_first:
            await first.commit_transaction()
    # then
    assert is_conflict(conflict.value)
    recorded = (await check_ledger(store)).operations
    assert commands[0].info.operation_id in recorded
    headers = await database["movements"].count_documents({"operation": commands[0].info.operation_id})
    alone = await database["operations"].count_documents({"_id": commands[0].info.operation_id})
    assert (headers, alone) == ((0, 1) if order[0] == 0 else (1, 0))


async def test_the_ledger_refuses_an_operation_that_it_has(database: Database) -> None:
    """A second first line of one operation is a duplicate key, whatever it says."""
    store = mongo_store(database)
    await given_level(store, on_hand=5)
    await adjust(store, TEA, -1, idempotency_key="k")
    [first] = await database["movements"].find({"version": 2}).to_list(None)
    again: BsonDocument = {**first, "_id": "another", "version": 3}
    with pytest.raises(PyMongoError) as refused:
        await database["movements"].insert_many([again], ordered=False)
    assert isinstance(refused.value, BulkWriteError)
    assert is_conflict(refused.value)


async def test_a_repeat_is_a_replay_whatever_it_would_decide_now(database: Database) -> None:
    """The ledger's lines are looked at only where they must be: a repeat may be accepted, refused, or beside others."""
    store = mongo_store(database)
    await given_level(store, on_hand=2)
    first = [await adjust(store, TEA, -1, idempotency_key=key) for key in "ab"]
    await adjust(store, TEA, 1)
    accepted = await adjust(store, TEA, -1, idempotency_key="a")
    await adjust(store, TEA, -1)
    refused, beside = await asyncio.gather(
        adjust(store, TEA, -1, idempotency_key="b"), adjust(store, TEA, 5, idempotency_key="c")
    )
    assert [(each.replayed, each.operation) for each in (accepted, refused)] == [
        (True, each.operation) for each in first
    ]
    assert (beside.replayed, beside.movements[0].after.on_hand) == (False, 5)
    with pytest.raises(Refused):
        await adjust(store, TEA, -9, idempotency_key="d")
    await check_ledger(store)

"""The audit's chain over a real database: written by several processes, through outages, removed day by day."""

import ast
import asyncio
from collections.abc import Collection
from functools import partial
from pathlib import Path

import pytest
from msgspec import structs

import app.store.audit
from app.domain.audit.chain import ChainWalk
from app.domain.audit.entry import AuditEntry, AuditKind, AuditTransport
from app.domain.audit.page import MAX_LINES, AuditPage, day_name
from app.domain.failures import Unavailable
from app.domain.time import MICROSECONDS_PER_DAY, Moment
from app.services.audit.chain_writer import ChainWriter
from app.services.audit.filters import AuditFilter
from app.services.audit.recorder import MAX_ALIKE, MAX_WAITING, AuditRecorder
from app.services.audit.retention_worker import AuditRetentionWorker
from app.services.paging import PageRequest
from app.store.audit.pages import BY_TERM, BY_TIME, MongoAuditPages
from app.store.driver.client import Client, Database
from app.store.lease import MongoLease
from app.store.mapping import names
from tests.support.clock import SECOND, START, StillClock
from tests.support.explain import stages

KEY = "key:till-7"


class Interrupted(MongoAuditPages):
    """The pages of a database that fails: before it has written, after, or for good."""

    def __init__(self, database: Database, *, fails: str) -> None:
        super().__init__(database)
        self.fails: str | None = fails

    async def add(self, page: AuditPage, *, first_at: Moment, last_at: Moment, terms: Collection[str]) -> bool:
        """Fail as asked for, once or for good."""
        fails = self.fails
        if fails != "for good":
            self.fails = None
        if fails == "after" and not await super().add(page, first_at=first_at, last_at=last_at, terms=terms):
            return False
        if fails is not None:
            raise Unavailable("it does not answer")
        return await super().add(page, first_at=first_at, last_at=last_at, terms=terms)


def a_mutation(number: int, *, at: Moment = START) -> AuditEntry:
    """Return an entry that differs from all others."""
    return AuditEntry(
        at=at,
        kind=AuditKind.MUTATION,
        principal=KEY,
        acting_user=f"user-{number % 7}",
        address=f"10.0.0.{number % 5}",
        transport=AuditTransport.HTTP,
        fields=("stockAdjust",),
        operation="Sell",
        codes=("OK",) if number % 10 else ("INSUFFICIENT_STOCK",),
        request_id=f"request-{number}",
    )


def a_recorder(pages: MongoAuditPages, *, writer: str = "p1", clock: StillClock | None = None) -> AuditRecorder:
    """Return a recorder whose task does not run: a test flushes it."""
    clock = clock or StillClock()
    return AuditRecorder(ChainWriter(pages, writer=writer, clock=clock), clock=clock)


async def walked(database: Database) -> ChainWalk:
    """Walk along the chain as it is stored."""
    walk, after = ChainWalk(), 0
    while True:
        page = await MongoAuditPages(database).pages(page=PageRequest(first=100, after=(after,)))
        for stored in page.nodes:
            walk.add(stored.page, stored.hash, is_indexed=stored.is_indexed)
            after = stored.page.number
        if not page.has_next:
            walk.end()
            return walk


async def entries(database: Database, where: AuditFilter | None = None, *, size: int = 250) -> list[AuditEntry]:
    """Return all matching entries, read in pages of this size."""
    found: list[AuditEntry] = []
    after = None
    while True:
        page = await MongoAuditPages(database).entries(
            where or AuditFilter(), page=PageRequest(first=size, after=after)
        )
        found += [each.entry for each in page.nodes]
        if not page.has_next:
            return found
        after = page.positions[-1]


async def test_processes_that_write_at_once_make_one_chain(database: Database) -> None:
    """Each number is taken once, each entry is there once, and each page continues the one before, over midnight."""
    recorders = [a_recorder(MongoAuditPages(database), writer=f"p{number}") for number in range(4)]

    async def work(number: int, recorder: AuditRecorder) -> None:
        for page in range(8):
            if page == 4:
                recorder._clock.move(seconds=86_400)  # type: ignore[attr-defined] # a still clock
            recorder.record(a_mutation(100 * number + page))
            await recorder.flush()

    await asyncio.gather(*(work(number, recorder) for number, recorder in enumerate(recorders)))
    walk = await walked(database)
    assert (walk.breaks, walk.pages, walk.entries, walk.head.number) == ([], 32, 32, 32)
    assert len({each.request_id for each in await entries(database)}) == 32


@pytest.mark.parametrize("change", [{"terms": []}, {"first_at": 0}, {"terms": None}])
async def test_a_page_that_lists_do_not_find_any_more_is_a_break(database: Database, change: dict[str, object]) -> None:
    """Its lines and its hash are as they were."""
    recorder = a_recorder(MongoAuditPages(database))
    for number in range(3):
        recorder.record(a_mutation(number))
        await recorder.flush()
    assert (await walked(database)).breaks == []
    await database[names.AUDIT_PAGES].update_one({"_id": 2}, {"$set": change})
    assert [(each.number, "lists leave entries out" in each.what) for each in (await walked(database)).breaks] == [
        (2, True)
    ]


@pytest.mark.parametrize("fails", ["before", "after"])
@pytest.mark.parametrize("others_write", [False, True])
async def test_an_entry_is_written_once_whatever_became_of_an_insert(
    database: Database, fails: str, *, others_write: bool
) -> None:
    """The database did not answer: whether the page is there is found out before its entries are written again."""
    recorder = a_recorder(Interrupted(database, fails=fails))
    recorder.record(a_mutation(1))
    with pytest.raises(Unavailable):
        await recorder.flush()
    if others_write:
        other = a_recorder(MongoAuditPages(database), writer="p2")
        other.record(a_mutation(2))
        await other.flush()
    recorder.record(a_mutation(3))
    await recorder.flush()
    expected = {"request-1", "request-3"} | ({"request-2"} if others_write else set())
    found = [each.request_id for each in await entries(database)]
    assert (set(found), len(found)) == (expected, len(expected))
    assert (await walked(database)).breaks == []


async def test_what_waits_is_bounded_and_what_is_lost_is_counted(database: Database) -> None:
    """While the database is away. A mutation that waits for its entry hears of it."""
    pages = Interrupted(database, fails="for good")
    recorder = a_recorder(pages)
    for number in range(MAX_WAITING + 10):
        recorder.record(a_mutation(number))
    with pytest.raises(Unavailable):
        await recorder.flush()
    waiting = asyncio.create_task(recorder.written(partial(_made, 7)))
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await recorder.flush()
    with pytest.raises(Unavailable):
        await waiting
    assert recorder.waiting == MAX_WAITING
    pages.fails = None
    await recorder.flush()
    recorder.record(a_mutation(-1))
    await recorder.flush()
    [loss] = await entries(database, AuditFilter(kind=AuditKind.LOSS))
    assert loss.count == 11
    walk = await walked(database)
    assert (walk.breaks, walk.pages) == ([], MAX_WAITING // MAX_LINES + 1)


def _made(number: int, at: Moment) -> AuditEntry:
    return a_mutation(number, at=at)


async def test_a_flood_of_refusals_is_counted_and_not_listed(database: Database) -> None:
    """The first ones are kept as they are; one entry stands for the rest. Mutations are always kept one by one."""
    recorder = a_recorder(MongoAuditPages(database))
    for number in range(300):  # from as many addresses
        address = f"2001:db8::{number:x}"
        recorder.record(AuditEntry(kind=AuditKind.REFUSAL, address=address, codes=("UNAUTHENTICATED",)))
        recorder.record(a_mutation(1))
    await recorder.flush()
    refusals = await entries(database, AuditFilter(code="UNAUTHENTICATED"))
    assert len(refusals) == MAX_ALIKE + 1
    assert sum(each.count for each in refusals) == 300
    assert len(await entries(database, AuditFilter(kind=AuditKind.MUTATION))) == 300


async def test_a_process_that_stops_writes_what_is_left(database: Database) -> None:
    """And one that runs writes by itself, in a moment."""
    async with a_recorder(MongoAuditPages(database)) as recorder:
        await recorder.written(partial(_made, 1))
        assert [each.request_id for each in await entries(database)] == ["request-1"]
        recorder.record(a_mutation(2))
    assert [each.request_id for each in await entries(database)] == ["request-2", "request-1"]


async def test_retention_removes_whole_days_and_the_rest_verifies(database: Database) -> None:
    """The chain says itself what was removed; a second look finds nothing to do."""
    clock = StillClock()
    recorder = a_recorder(MongoAuditPages(database), clock=clock)
    for day in range(5):
        for number in range(3):
            recorder.record(a_mutation(10 * day + number))
            await recorder.flush()
        clock.now = Moment(START + (day + 1) * MICROSECONDS_PER_DAY)
    retention = AuditRetentionWorker(
        pages=MongoAuditPages(database),
        recorder=recorder,
        lease=MongoLease(database, holder="p1"),
        clock=clock,
        days=2,
    )
    async with recorder:
        assert await retention.look() == 9
        assert await retention.look() == 0
    walk = await walked(database)
    assert (walk.breaks, walk.pages) == ([], 7)
    assert walk.first is not None
    assert walk.first.day == day_name(Moment(START + 3 * MICROSECONDS_PER_DAY))
    [anchor] = await entries(database, AuditFilter(kind=AuditKind.RETENTION))
    assert (anchor.through, anchor.head) == (day_name(Moment(START + 2 * MICROSECONDS_PER_DAY)), walk.first.previous)


FILTERS = {
    BY_TERM: [
        AuditFilter(principal=KEY, since=Moment(START + 40 * SECOND)),
        AuditFilter(acting_user="user-3"),
        AuditFilter(address="10.0.0.2", code="OK"),
        AuditFilter(operation="stockAdjust", until=Moment(START + 50 * SECOND)),
        AuditFilter(operation="Sell"),
        AuditFilter(code="INSUFFICIENT_STOCK"),
        AuditFilter(request_id="request-77"),
        AuditFilter(kind=AuditKind.MUTATION, acting_user="user-1", code="INSUFFICIENT_STOCK"),
    ],
    BY_TIME: [
        AuditFilter(),
        AuditFilter(since=Moment(START + 90 * SECOND)),
        AuditFilter(since=Moment(START + 30 * SECOND), until=Moment(START + 33 * SECOND)),
    ],
}


async def test_filters_find_exactly_what_matches_by_an_index(database: Database) -> None:
    """Each filter, in pages of any size, the newest first; the server reads no page that it need not."""
    clock = StillClock()
    recorder = a_recorder(MongoAuditPages(database), clock=clock)
    recorded: list[AuditEntry] = []
    for number in range(200):
        recorder.record(a_mutation(number))
        recorded.insert(0, a_mutation(number, at=clock.now))
        clock.move(seconds=1)
        if number % 4 == 3:
            await recorder.flush()
    for index, filters in FILTERS.items():
        for where in filters:
            expected = [each for each in recorded if where.matches(each)]
            assert expected, where
            assert await entries(database, where) == expected
            assert await entries(database, where, size=3) == expected
            assert await _index_of(database, where) == index
    assert await entries(database, AuditFilter(principal="key:other")) == []


async def _index_of(database: Database, where: AuditFilter) -> str:
    """Return the one index that serves a filter, without sorting, and prove that it reads little else."""
    from app.store.audit.pages import _NEWEST, entries_query  # noqa: PLC0415 - what the reader sends

    query, hint = entries_query(where)
    command = {"find": "audit", "filter": query, "sort": dict(_NEWEST), "hint": hint}
    explained = await database.command("explain", command, verbosity="executionStats")
    plan, statistics = explained["queryPlanner"]["winningPlan"], explained["executionStats"]
    assert {"SORT", "COLLSCAN"}.isdisjoint(stages(plan))
    if sum(value is not None for value in (where.acting_user, where.address, where.code, where.kind)) < 2:
        assert statistics["totalDocsExamined"] <= statistics["nReturned"] + 1
    return hint


async def test_large_pages_are_given_out_in_parts(database: Database) -> None:
    """An answer has some megabytes at most, and goes on with the next page."""
    recorder = a_recorder(MongoAuditPages(database))
    for number in range(40 * 30):
        recorder.record(structs.replace(a_mutation(number), variables="x" * 4_000))
    await recorder.flush()
    part = await MongoAuditPages(database).pages(page=PageRequest(first=100))
    assert (10 < len(part.nodes) < 40, part.has_next) == (True, True)
    walk = await walked(database)
    assert (walk.breaks, walk.entries) == ([], 40 * 30)


async def test_motor_does_the_same(database: Database, motor_client: Client) -> None:
    """Over Motor, too, pages are added, read and refused where their number is taken."""
    motor = motor_client[database.name]
    first, second = a_recorder(MongoAuditPages(motor)), a_recorder(MongoAuditPages(database), writer="p2")
    for number, recorder in enumerate((first, second, first)):
        recorder.record(a_mutation(number))
        await recorder.flush()
    assert [each.request_id for each in await entries(motor)] == ["request-2", "request-1", "request-0"]
    assert (await walked(motor)).breaks == []


def test_no_code_but_retention_changes_or_removes_a_page() -> None:
    """The pages have no other way to be changed, and no other module knows their collection."""
    source = Path(app.store.audit.__path__[0], "pages.py").read_text(encoding="utf-8")
    writes = [
        (function.name, call.func.attr)
        for function in ast.walk(ast.parse(source))
        if isinstance(function, ast.AsyncFunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and any(word in call.func.attr for word in ("insert", "update", "replace", "delete", "drop", "write", "modify"))
    ]
    assert writes == [("add", "insert_one"), ("remove_through", "delete_many")]
    application = Path(app.store.audit.__path__[0]).parents[1]
    naming = {
        path.name for path in application.rglob("*.py") if "names.AUDIT_PAGES" in path.read_text(encoding="utf-8")
    }
    lists_of_collections = {"collections.py", "contents.py", "keys.py"}  # made, backed up, divided
    assert naming == {*lists_of_collections, "pages.py"}

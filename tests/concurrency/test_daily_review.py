"""The daily review where several processes look at the day: one reviews it, and whoever dies in it is followed."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from app.domain.command import Command
from app.domain.day import day_of
from app.domain.outcome import Outcome
from app.domain.purchasing.purchase_order import PurchaseOrderState
from app.domain.replenishment.policy import Policy, ReplenishmentMethod
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.services.ports import LEASE_SECONDS, Lease, Writer
from app.services.replenishment.daily_review_worker import LEASE, DailyReviewWorker
from app.services.replenishment.periodic_review import ReviewOutcome
from app.store.driver.client import Database
from app.store.lease import MongoLease
from app.store.mapping.names import LEASES
from tests.property.invariants import check_everything
from tests.support.clock import SECOND, StillClock
from tests.support.database import empty
from tests.support.replenishment import OneProcess, given_policy, given_supplier, machinery, orders
from tests.support.scene import adjust
from tests.support.store import Store, mongo_store
from tests.support.waiting import DEADLINE_SECONDS, eventually

PROCESSES = 3
DAY = 86_400
SHORT_SECONDS = 0.3
STOCKED, TARGET = 4, 20
PERIODIC = Policy(method=ReplenishmentMethod.PERIODIC, target_level=TARGET, review_days=1)
DEMAND_BASED = Policy(method=ReplenishmentMethod.DEMAND_BASED, service_level=0.95)
REVIEWED = [LevelKey(f"TEA-{number}", place) for number in range(3) for place in ("MAIN", "NORTH")]
MEASURED = [LevelKey(f"CUP-{number}", "MAIN") for number in range(2)]
COMMANDS = 6  # of a whole review: the numbers, an order for each location, both sent, and the record of the day


class Process:
    """A process that looks at the day, and may die."""

    def __init__(self, database: Database, name: str, *, clock: StillClock, seconds: float = LEASE_SECONDS) -> None:
        self.store = mongo_store(database, clock=clock)
        self.lease = MongoLease(database, holder=name, seconds=seconds)
        self.daily = daily_review(self.store, self.lease)

    async def look(self) -> ReviewOutcome | None:
        """Review the day, if nobody else does."""
        return await self.daily.look()

    async def die_after(self, commands: int) -> None:
        """Begin to review the day, commit so many commands, and die: nothing is given back."""
        writer, lease = MortalWriter(self.store.writer, commands=commands), MortalLease(self.lease)
        looking = asyncio.create_task(daily_review(replace(self.store, writer=writer), lease).look())
        async with asyncio.timeout(DEADLINE_SECONDS):
            await writer.waits_for_ever.wait()
        lease.is_dead = True
        looking.cancel()
        [end] = await asyncio.gather(looking, return_exceptions=True)
        assert isinstance(end, asyncio.CancelledError)


class MortalWriter:
    """Commits so many commands, and never answers the next one."""

    def __init__(self, writer: Writer, *, commands: int) -> None:
        self._writer = writer
        self.left = commands
        self.waits_for_ever = asyncio.Event()

    async def run(self, command: Command) -> Outcome:
        if not self.left:
            self.waits_for_ever.set()
            await asyncio.Event().wait()
        self.left -= 1
        return await self._writer.run(command)


class MortalLease:
    """A lease whose process says nothing more once it is dead."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self.is_dead = False

    async def hold(self, name: str) -> int | None:
        return None if self.is_dead else await self._lease.hold(name)

    async def release(self, name: str) -> None:
        if not self.is_dead:
            await self._lease.release(name)


def daily_review(store: Store, lease: Lease) -> DailyReviewWorker:
    """Return the reviewer of one process."""
    return DailyReviewWorker(review=machinery(store).review, lease=lease, clock=store.clock)


@pytest.fixture
async def emptied(mongo_store_database: Database) -> Database:
    """Return a database without anything in it."""
    await empty(mongo_store_database)
    return mongo_store_database


@pytest.fixture
async def processes(emptied: Database) -> AsyncIterator[list[Process]]:
    """Return several processes over one shop with levels to be ordered for and others to be measured."""
    clock = StillClock()
    found = [Process(emptied, f"process {number}", clock=clock) for number in range(PROCESSES)]
    await given_shop(found[0].store)
    yield found
    for process in found:
        await process.store.close()


async def given_shop(store: Store) -> None:
    """Let some levels be at their review date every day, and others have been sold from yesterday."""
    await asyncio.gather(
        *(given_policy(store, key, on_hand=STOCKED, policy=PERIODIC) for key in REVIEWED),
        *(given_policy(store, key, on_hand=100, policy=DEMAND_BASED) for key in MEASURED),
    )
    await asyncio.gather(*(adjust(store, key, -7, reason=MovementReason.SALE) for key in MEASURED))
    await given_supplier(store, *dict.fromkeys(key.sku for key in (*REVIEWED, *MEASURED)), auto_submit=True)
    store.clock.move(seconds=DAY)


async def run_out(database: Database) -> None:
    """Let the lease be over, as the time would."""
    await database[LEASES].update_one({"_id": LEASE}, [{"$set": {"until": {"$subtract": ["$$NOW", 1]}}}])


async def ordered_units(store: Store) -> Counter[LevelKey]:
    """Return what is ordered for each level, after proving that one order of it stands for one decision."""
    units = Counter[LevelKey]()
    for order in await orders(store):
        for line in order.lines:
            assert [reason.quantity for reason in line.reasons] == [line.quantity], order
            assert units[order.arriving(line.sku)] == 0, order
            units[order.arriving(line.sku)] += line.quantity
    return units


async def reviews_of(store: Store) -> Counter[LevelKey]:
    """Return how often a review wrote numbers into each level."""
    found = await store.ledger.operations(list((await store.contents()).operations))
    kinds = [each for each in found.values() if each.info.kind == "replenishmentReview"]
    return Counter(key for each in kinds for key, _ in each.levels)


async def check_reviewed_once(store: Store) -> None:
    """Prove that all that a day's review is to do was done, and done once."""
    assert await ordered_units(store) == dict.fromkeys(REVIEWED, TARGET - STOCKED)
    reviews = await reviews_of(store)
    assert {key: reviews[key] for key in MEASURED} == dict.fromkeys(MEASURED, 1)
    assert set(reviews.values()) == {1}
    assert await machinery(store).review.is_done(day_of(store.clock()))
    await check_everything(store)


async def test_of_several_processes_one_reviews_the_day(processes: list[Process]) -> None:
    """All look at the same time; whoever looks again has nothing to do, on that day."""
    outcomes = await asyncio.gather(*(process.look() for process in processes))
    # then
    [outcome] = [outcome for outcome in outcomes if outcome is not None]
    assert outcome.levels == len(REVIEWED) + len(MEASURED)
    assert len(outcome.ordered.orders) == 2
    await check_reviewed_once(processes[0].store)
    assert [await process.look() for process in processes] == [None] * PROCESSES
    clock = processes[0].store.clock
    clock.move(seconds=DAY - 1 - clock.now // SECOND % DAY)  # just before midnight
    assert [await process.look() for process in processes] == [None] * PROCESSES


async def test_each_day_is_reviewed_again(processes: list[Process]) -> None:
    """What was sold meanwhile is ordered, whoever reviews; a lease that was given back keeps nobody waiting."""
    store = processes[0].store
    await asyncio.gather(*(process.look() for process in processes))
    for day in range(1, 4):
        for key in REVIEWED:
            await adjust(store, key, -1, reason=MovementReason.SALE)
        store.clock.move(seconds=DAY)
        # when
        outcomes = await asyncio.gather(*(process.look() for process in processes))
        # then
        [outcome] = [outcome for outcome in outcomes if outcome is not None]
        lines = [(order.arriving(line.sku), line.quantity) for order in outcome.ordered.orders for line in order.lines]
        assert sorted(lines) == sorted((key, 1) for key in REVIEWED)
        assert len(await orders(store)) == 2 * (day + 1)
    await check_everything(store)


@pytest.mark.parametrize("commands", range(COMMANDS))
async def test_a_reviewer_that_dies_is_followed_by_another(
    processes: list[Process], emptied: Database, commands: int
) -> None:
    """After whatever it had done: nobody goes on while its lease lasts, and then one does, and orders nothing twice."""
    first, *others = processes
    await first.die_after(commands)
    assert [await process.look() for process in others] == [None, None]
    # when
    await run_out(emptied)
    outcomes = await asyncio.gather(*(process.look() for process in others))
    # then
    assert sum(outcome is not None for outcome in outcomes) == 1
    await machinery(first.store).replenisher.sweep()  # sends what was written and not sent
    assert {order.state for order in await orders(first.store)} == {PurchaseOrderState.SUBMITTED}
    await check_reviewed_once(first.store)
    assert [await process.look() for process in processes] == [None] * PROCESSES


async def test_a_whole_review_is_as_many_commands_as_we_let_it_die_after(processes: list[Process]) -> None:
    """So that it was let die at every step of it."""
    process = processes[0]
    writer = MortalWriter(process.store.writer, commands=COMMANDS)
    assert await daily_review(replace(process.store, writer=writer), process.lease).look() is not None
    assert writer.left == 0


async def test_the_lease_of_a_dead_reviewer_runs_out_by_itself(emptied: Database) -> None:
    """The others need only go on looking."""
    clock = StillClock()
    first, second = (Process(emptied, name, clock=clock, seconds=SHORT_SECONDS) for name in ("first", "second"))
    await given_shop(first.store)
    await first.die_after(2)
    outcomes: list[ReviewOutcome | None] = []

    async def has_taken_over() -> bool:
        outcomes.append(await second.look())
        return outcomes[-1] is not None

    await eventually(has_taken_over)
    assert outcomes[:-1] == [None] * (len(outcomes) - 1)
    await check_reviewed_once(first.store)
    assert await first.look() is None
    for process in (first, second):
        await process.store.close()


async def test_reviews_side_by_side_do_everything_once(processes: list[Process]) -> None:
    """As where a lease was lost because its holder was slow: work done in vain, and no more."""
    reviewers = [daily_review(process.store, OneProcess()) for process in processes]
    outcomes = await asyncio.gather(*(reviewer.look() for reviewer in reviewers))
    assert any(outcome is not None for outcome in outcomes)
    await check_reviewed_once(processes[0].store)


async def test_in_the_background_one_of_them_reviews_and_gives_the_lease_back(processes: list[Process]) -> None:
    """Each process has its task; in the end the lease is free at once."""
    review = machinery(processes[0].store).review
    async with AsyncExitStack() as running:
        for process in processes:
            await running.enter_async_context(process.daily)
        await eventually(lambda: review.is_done(day_of(processes[0].store.clock())))
    await check_reviewed_once(processes[0].store)
    assert await processes[1].lease.hold(LEASE) is not None

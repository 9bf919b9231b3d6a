"""Policies that change while levels begin, items move and processes die: in the end every level goes by them."""

import asyncio
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from app.domain.replenishment.policy import Policy, ReplenishmentMethod
from app.domain.replenishment.policy_defaults import PolicyScope
from app.domain.stock.commands.adjust_many import Adjustment
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.services.command_bus import CommandBus
from app.services.committed_batch import CommittedBatch
from app.services.replenishment.new_level_policy_worker import NewLevelPolicyWorker
from app.services.replenishment.policy_application_worker import PolicyApplicationWorker
from app.store.driver.client import Database
from app.store.lease import MongoLease
from tests.support.clock import CountingEntropy
from tests.support.ledger import check_ledger
from tests.support.policies import (
    CATEGORY,
    EVERYTHING,
    ITEM,
    LOCATION,
    application,
    check_followed,
    configure,
    policy_of,
    set_defaults,
)
from tests.support.scene import adjust, given_item, given_location, outcome_or_refusal, request_info
from tests.support.store import Store, mongo_store
from tests.support.waiting import eventually

PROCESSES = 3
CODES, CATEGORIES = ("MAIN", "NORTH"), ("Tea", "Cups", None)
ROUNDS = 25  # of each process
MANY = 1_200  # levels: three pages of a walk
LEASE_SECONDS = 1.0

# Applies what waits, and is killed right after it has brought the first levels in line.
VICTIM = """
import asyncio, os, signal, sys
from tests.support.clock import CountingEntropy
from tests.support.patience import patient_client
from tests.support.policies import application
from tests.support.store import mongo_store

def kill(news):
    os.kill(os.getpid(), signal.SIGKILL)

async def main(url, name, number):
    entropy = CountingEntropy(int(number) << 60)
    store = mongo_store(patient_client(url)[name], entropy=entropy, on_committed=kill)
    await application(store).sweep()

asyncio.run(main(*sys.argv[1:]))
"""


@asynccontextmanager
async def a_process(database: Database, number: int) -> AsyncIterator[Store]:
    """Run what a process of the server does for policies."""
    listeners: list[NewLevelPolicyWorker | PolicyApplicationWorker] = []

    def hand_on(news: CommittedBatch) -> None:
        for listener in listeners:
            listener.committed(news)

    store = mongo_store(database, entropy=CountingEntropy((number + 1) << 50), on_committed=hand_on)
    bus = CommandBus(writer=store.writer, present=store.present, clock=store.clock, entropy=store.entropy)
    lease = MongoLease(database, holder=f"process {number}", seconds=LEASE_SECONDS)
    begun = NewLevelPolicyWorker(walk=store.policy_walk, queue=store.policy_queue)
    applying = PolicyApplicationWorker(
        bus=bus, walk=store.policy_walk, queue=store.policy_queue, lease=lease, clock=store.clock, renew_seconds=0
    )
    listeners += [begun, applying]
    async with begun, applying:
        yield store
    await store.close()


async def given_catalog(store: Store) -> None:
    """Open the locations."""
    for code in CODES:
        await given_location(store, code)


async def work(store: Store, number: int) -> None:
    """Set, begin, move and configure at random; what is refused changes nothing."""
    chance = random.Random(number)  # noqa: S311 - a repeatable course of events
    names = {CATEGORY: "Tea", LOCATION: chance.choice(CODES), EVERYTHING: ""}
    for turn in range(ROUNDS):
        sku = f"S-{number}-{turn}"
        await given_item(store, sku, category=chance.choice(CATEGORIES), reorder_point=chance.choice((0, 5)))
        known = f"S-{number}-{chance.randrange(turn + 1)}"
        scope = chance.choice((ITEM, CATEGORY, LOCATION, EVERYTHING))
        method = chance.choice((None, *ReplenishmentMethod))
        settings = {"method": method, "reorder_point": chance.choice((None, 3)), "alert_margin": chance.randrange(4)}
        await asyncio.gather(
            *(adjust(store, LevelKey(sku, code), 5, reason=MovementReason.RECEIPT) for code in CODES),
            set_defaults(store, scope, names.get(scope, known), **settings),
            given_item(store, known, category=chance.choice(CATEGORIES), reorder_point=chance.choice((0, 5))),
            outcome_or_refusal(
                configure(store, LevelKey(known, chance.choice(CODES)), reorder_point=chance.choice((None, 7)))
            ),
        )


async def is_in_line(store: Store) -> bool:
    """Tell whether nothing waits, and every level goes by what it is to."""
    if await store.policy_queue.pending(limit=1):
        return False
    keys = [level.key for level in (await store.contents()).levels]
    found = await store.levels.levels_at(keys)
    return not await store.policy_walk._out_of_line(list(found.values()))


async def test_every_level_follows_whatever_changes_at_once(database: Database) -> None:
    """Three processes set policies, begin levels, move items to other categories and configure single levels."""
    async with AsyncExitStack() as stack:
        stores = [await stack.enter_async_context(a_process(database, number)) for number in range(PROCESSES)]
        await given_catalog(stores[0])
        await asyncio.gather(*(work(store, number) for number, store in enumerate(stores)))
        await eventually(lambda: is_in_line(stores[0]))
        contents = await check_ledger(stores[0])
        check_followed(contents)
        assert len(contents.levels) == PROCESSES * ROUNDS * len(CODES)
        assert len({(level.reorder_point, level.policy) for level in contents.levels}) > 5


async def given_many(store: Store) -> None:
    """Stock many items at one place, and set what is for all of them."""
    await given_catalog(store)
    for start in range(0, MANY, 400):
        skus = [f"S-{number:04}" for number in range(start, start + 400)]
        await asyncio.gather(*(given_item(store, sku) for sku in skus))
        lines = [Adjustment(key=LevelKey(sku, "MAIN"), delta=5, reason=MovementReason.RECEIPT) for sku in skus]
        await store.stock.adjust_many(lines, is_atomic=True, request=request_info())
    await set_defaults(store, EVERYTHING, alert_margin=3)


async def test_a_walk_that_was_killed_is_ended_by_another_process(mongo_url: str, database: Database) -> None:
    """It begins again, and changes only those that the first one had not come to."""
    store = mongo_store(database)
    await given_many(store)
    for number in "12":
        victim = await asyncio.create_subprocess_exec(sys.executable, "-c", VICTIM, mongo_url, database.name, number)
        assert await victim.wait() == -signal.SIGKILL
    [waiting] = await store.policy_queue.pending(limit=9)
    assert (waiting.id, waiting.version) == ("EVERYTHING:", 1)
    versions = [level.version for level in (await store.contents()).levels]
    assert versions == [2] * 1_000 + [1] * 200
    await application(store).sweep()
    contents = await check_ledger(store)
    assert {level.version for level in contents.levels} == {2}
    check_followed(contents)


async def test_a_lease_that_is_lost_ends_a_walk_and_marks_nothing(database: Database) -> None:
    """Whoever has it now begins again."""
    store = mongo_store(database)
    await given_many(store)

    class Lost:
        """Ours for the look at what waits, and for one page."""

        calls = 0

        async def hold(self, name: str) -> int | None:
            self.calls += 1
            return 1 if name and self.calls <= 2 else None

        async def release(self, name: str) -> None: ...

    await application(store, lease=Lost()).sweep()
    assert len(await store.policy_queue.pending(limit=9)) == 1
    assert [level.version for level in (await store.contents()).levels] == [2] * 500 + [1] * 700


@pytest.mark.parametrize("scope", [PolicyScope.ITEM, PolicyScope.LOCATION, PolicyScope.EVERYTHING])
async def test_two_that_apply_at_once_apply_once(database: Database, scope: PolicyScope) -> None:
    """Correctness does not hang on the lease: the second one finds everything done."""
    one, other = mongo_store(database), mongo_store(database)
    await given_many(one)
    names = {ITEM: "S-0000", LOCATION: "MAIN", EVERYTHING: ""}
    await set_defaults(one, scope, names[scope], alert_margin=2)
    await asyncio.gather(application(one).sweep(), application(other).sweep())
    contents = await check_ledger(one)
    check_followed(contents)
    assert {level.version for level in contents.levels} == {2}
    margin = (await policy_of(one, LevelKey("S-0000", "MAIN")))[1]
    assert margin == Policy(alert_margin=2)

"""Any mix of commands, against a real MongoDB with two writers and against the store in memory.

What comes one by one must come out equal. What comes at once must come out as if it had come one by one, in some order
that keeps the order of each writer's callers; or side by side, where they did not touch the same things. After every
step all promises hold.
"""

import asyncio
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
)

from app.domain.command import Command
from app.domain.time import NEVER, Moment
from app.store.driver.client import Client, close_client
from app.store.memory.store import MemoryStore
from app.store.totals.keeper import LIMITS
from tests.property.comparison import Result, Told, comparable, spoken, told_by
from tests.property.invariants import check_everything
from tests.property.model import adopt, copied, in_order, side_by_side
from tests.property.opening import scene
from tests.property.pick_resolution import STEP_SECONDS, Aim, looked_up
from tests.property.races import Alone, Race, in_brief, meetings, name_of, steps
from tests.reconciliation.books import reconciled
from tests.support.clock import SECOND, START, StillClock
from tests.support.database import empty, fresh_database
from tests.support.loop import LoopThread, loop_thread
from tests.support.patience import patient_client
from tests.support.store import CredulousLevelCache, Store, memory_store, mongo_store
from tests.support.totals import a_keeper, check_totals, keep

APART_SECONDS = 3_600  # of the clocks of the two writers
WHAT = ("levels", "movements", "items", "locations", "operations", "documents")  # is compared, one by one
RESULT_LENGTH = 500  # characters of what a caller was told, where a failure shows it
MONTH_SECONDS = 31 * 24 * 3_600  # what has a time to run out has run out after it


@dataclass(frozen=True)
class Place:
    """Where the machine runs. Hidden from hypothesis, which asks every attribute of a machine for names of its own."""

    loop: LoopThread
    client: Client


@dataclass(frozen=True)
class Accepted:
    """A command with a key, and what its caller was told first."""

    command: Command
    told: Told


class InventoryMachine(RuleBasedStateMachine):
    """Two writers over one database, and the model.

    Each step begins two hours or a month after the one before, so that moments of different steps compare alike
    everywhere, although the writers' clocks are an hour apart. Nobody is given what arrives by itself: a writer asks
    who waits before its batch, and no model foresees what it sees. The machine assigns, and the games do both.
    """

    place: ClassVar[Place]

    def __init__(self) -> None:
        super().__init__()
        self.stores: list[Store] = []
        self.reader: Store  # of the model
        self.model: MemoryStore
        self.accepted: list[Accepted] = []
        self.is_well = False

    @initialize()
    def begin(self) -> None:
        """Empty the database, and create a small catalog with a little stock."""
        self.place.loop.run(self._begin())
        self.place.loop.run(self._check())
        self.is_well = True

    @rule(step=steps())
    def step(self, step: Alone | Race) -> None:
        """Prove that commands come out as in the model, now and then after whatever can run out has done so."""
        self.is_well = False
        self._move_clocks(seconds=STEP_SECONDS)
        happened = self._alone(step) if isinstance(step, Alone) else self._at_once(step)
        for what in self.place.loop.run(happened):
            event(what)
        self.is_well = True

    def teardown(self) -> None:
        """Prove that every accepted key is answered with its first result, however long ago; and the kept totals."""
        if self.is_well:
            self.place.loop.run(self._repeat(self.accepted, 1))
            self.place.loop.run(self._check_totals())
            self.place.loop.run(self._check_records())

    async def _begin(self) -> None:
        database = self.place.client["machine"]
        await empty(database)
        clocks = (StillClock(), StillClock(Moment(START + APART_SECONDS * SECOND)))
        self.stores = [
            mongo_store(database, clock=clock, assigns_backorders=False, level_cache=CredulousLevelCache())
            for clock in clocks
        ]
        self.reader = memory_store(assigns_backorders=False)
        assert isinstance(self.reader.writer, MemoryStore)
        self.model = self.reader.writer
        await keep(a_keeper(database, lambda: NEVER))
        commands = list(scene())
        await asyncio.gather(*map(self.stores[0].run, commands))
        for command in commands:
            await self.model.run(command)

    async def _check_totals(self) -> None:
        """Prove that the totals which were begun before everything come to what there is. No line is ever late."""
        database = self.place.client["machine"]
        await check_totals(database, lambda: NEVER)
        await keep(a_keeper(database, lambda: NEVER, limits=LIMITS))
        await check_totals(database, lambda: NEVER)

    async def _check_records(self) -> None:
        """Prove that what an operator would run finds no difference, whatever was done."""
        shown = await reconciled(self.stores[0], self.place.client["machine"])
        assert shown.found == []

    def _move_clocks(self, *, seconds: int) -> None:
        for store in (*self.stores, self.reader):
            store.clock.move(seconds=seconds)

    async def _alone(self, step: Alone) -> list[str]:
        """Run a command, and perhaps repeat an earlier one; return in words what happened."""
        if step.is_late:
            self._move_clocks(seconds=MONTH_SECONDS)
        [command] = await self._aimed([step.command])
        told = await self._run(command, step.writer)
        await self._check()
        if step.again is not None and self.accepted:
            await self._repeat([self.accepted[step.again % len(self.accepted)]], step.writer)
        return [f"alone: {name_of(command)}: {spoken(told)}"]

    async def _run(self, command: Command, writer: int) -> Result:
        """Run a command in both places, prove that both tell the same, and return it."""
        real, modelled = await looked_up(command, self.stores[writer]), await looked_up(command, self.reader)
        told = await told_by(self.stores[writer].writer, real)
        assert told == await told_by(self.model, modelled)
        self._remember([real], [told])
        return told

    async def _at_once(self, race: Race) -> list[str]:
        """Run commands at both writers, and return in words what happened."""
        for command in await self._aimed(race.before):
            await self._run(command, 0)
        if race.is_late:
            self._move_clocks(seconds=MONTH_SECONDS)
        commands = await self._aimed([*race.first, *race.second], it=race.it, before=race.before)
        real = [await looked_up(command, self.stores[0]) for command in commands]
        modelled = [await looked_up(command, self.reader) for command in commands]
        size = len(race.first)
        tasks = [
            asyncio.create_task(told_by(self.stores[index >= size].writer, command))
            for index, command in enumerate(real)
        ]
        told = await asyncio.gather(*tasks)
        way = await self._explain(modelled[:size], modelled[size:], told)
        self._remember(real, told)
        words = [f"{name_of(command)}: {spoken(result)}" for command, result in zip(commands, told, strict=True)]
        return [f"at once: {each}" for each in (way, *words, *meetings(commands[:size], commands[size:], told))]

    async def _check(self) -> None:
        """Prove that all promises hold, and that everything is as in the model."""
        held = comparable(await check_everything(self.stores[0]))
        modelled = comparable(await self.reader.contents())
        for what, there, expected in zip(WHAT, held, modelled, strict=True):
            assert there == expected, what

    async def _explain(self, first: Sequence[Command], second: Sequence[Command], told: Sequence[Result]) -> str:
        """Prove the same of a model that came to what was told; return in which way it did."""
        held, before = comparable(await check_everything(self.stores[0])), copied(self.model)
        for way in (in_order, side_by_side):
            async for twin in way(before, first, second, told):
                adopt(self.model, twin)
                if comparable(await self.reader.contents()) == held:
                    return way.__name__
        results = "; ".join(f"{result!s:.{RESULT_LENGTH}}" for result in told)
        raise AssertionError(f"nothing explains how {in_brief(first)} and {in_brief(second)} came to {results}")

    async def _aimed(
        self, commands: Sequence[Command], *, it: str = "none-0", before: Sequence[Command] = ()
    ) -> list[Command]:
        now = self.reader.clock.now
        aim = Aim(contents=await self.reader.contents(), commands=(*before, *commands), it=it, now=now)
        aimed = [aim.aimed(command) for command in commands]
        for command in aimed:
            assert not list(command.validate(now=now)), command
        return aimed

    async def _repeat(self, chosen: Sequence[Accepted], writer: int) -> None:
        before = await self.stores[0].contents()
        told = await asyncio.gather(*(told_by(self.stores[writer].writer, each.command) for each in chosen))
        assert told == [replace(each.told, replayed=True) for each in chosen]
        assert await self.stores[0].contents() == before

    def _remember(self, tried: Sequence[Command], results: Sequence[Result]) -> None:
        for command, told in zip(tried, results, strict=True):
            if isinstance(told, Told) and command.info.idempotency_key:
                self.accepted.append(Accepted(command, told))


@pytest.fixture(scope="module")
def machine_loop(mongo_url: str) -> Iterator[LoopThread]:
    """Run the machine's client on a loop of its own: hypothesis itself cannot wait."""
    with loop_thread() as loop:

        async def connect() -> Client:
            client = patient_client(mongo_url)
            await fresh_database(client, "machine")
            return client

        InventoryMachine.place = Place(loop, loop.run(connect()))
        yield loop
        loop.run(close_client(InventoryMachine.place.client))


InventoryMachine.TestCase.settings = settings(
    max_examples=5,
    stateful_step_count=25,
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
# No function, so that `--hypothesis-show-statistics` tells what has happened, and how often.
TestAnyMixOfCommandsKeepsThePromises = pytest.mark.usefixtures("machine_loop")(InventoryMachine.TestCase)

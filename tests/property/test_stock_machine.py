"""Any mix of commands, against a real MongoDB with two writers and against the store in memory.

What comes one by one must come out equal. What comes at once must come out as if it had come one by one, in some order
that keeps the order of each writer's callers. After every step the ledger explains every level.
"""

import asyncio
import os
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from itertools import combinations, count
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.domain.catalog import LocationKind
from app.domain.command import Command
from app.domain.commands.adjust_many import AdjustMany, Adjustment
from app.domain.commands.adjust_stock import AdjustStock
from app.domain.commands.catalog import ArchiveItem, ArchiveLocation, ItemChange, UpsertItem, UpsertLocation
from app.domain.commands.configure_level import ConfigureLevel
from app.domain.commands.record_sale import RecordSale, SaleLine
from app.domain.commands.set_stock import SetStock, StockSetting
from app.domain.errors import InventoryError, Refused
from app.domain.fold import Outcome
from app.domain.level import LevelKey
from app.domain.limits import MAX_QUANTITY
from app.domain.movement import MovementReason
from app.domain.operation import Cause, operation_id_of_key
from app.domain.time import NEVER, Moment
from app.domain.unchanged import UNCHANGED
from app.store.client import Client, close_client, open_client
from app.store.memory import MemoryStore
from tests.support.clock import START, StillClock
from tests.support.database import empty, fresh_database
from tests.support.ledger import check_ledger
from tests.support.loop import LoopThread, loop_thread
from tests.support.store import Contents, Store, memory_store, mongo_store

SKUS, CODES = ("TEA", "CUP"), ("MAIN", "NORTH")
ACTORS = ("shop", "web")
KEYS = ("k1", "k2", "k3", "k4")
BARCODES = ("1", "2", "3")
BURST_MAX = 3  # commands per writer: 20 orders in all

_fresh_ids = (f"{number:032x}" for number in count(1))


def cause(said: tuple[str, str | None]) -> Cause:
    """Return the cause of a command by an actor, with a key or with an id of its own."""
    actor, key = said
    identity = next(_fresh_ids) if key is None else operation_id_of_key(actor=actor, key=key)
    return Cause(operation_id=identity, kind="any", actor=actor, idempotency_key=key)


causes = st.tuples(st.sampled_from(ACTORS), st.none() | st.none() | st.sampled_from(KEYS)).map(cause)
skus = st.sampled_from((*SKUS, *SKUS, *SKUS, "NONE"))
codes = st.sampled_from((*CODES, *CODES, *CODES, "NONE"))
level_keys = st.builds(LevelKey, skus, codes)
reasons = st.sampled_from([MovementReason.RECEIPT, MovementReason.OTHER])
deltas = st.integers(-6, 9).filter(bool) | st.sampled_from([MAX_QUANTITY, -MAX_QUANTITY])
counts = st.integers(0, 12)
lines = st.lists(st.builds(Adjustment, key=level_keys, delta=deltas, reason=reasons), min_size=1, max_size=4).map(
    lambda found: tuple({line.key: line for line in found}.values())
)
sale_lines = st.lists(st.builds(SaleLine, sku=skus, quantity=deltas), min_size=1, max_size=3).map(
    lambda found: tuple({line.sku: line for line in found}.values())
)
beliefs = st.one_of(
    st.builds(lambda on_hand: {"expected_on_hand": on_hand}, counts),
    st.builds(lambda version: {"expected_version": version}, counts),
    st.just({"is_forced": True}),
)
stock_commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(AdjustStock, cause=causes, key=level_keys, delta=deltas, reason=reasons),
    st.builds(AdjustMany, cause=causes, lines=lines, is_atomic=st.booleans()),
    st.builds(RecordSale, cause=causes, location=codes, lines=sale_lines),
    st.builds(
        lambda belief, cause, **rest: SetStock(cause=cause, setting=StockSetting(**rest, **belief)),
        beliefs,
        cause=causes,
        key=level_keys,
        quantity=counts,
        reason=reasons,
    ),
    st.builds(ConfigureLevel, cause=causes, key=level_keys, reorder_point=counts),
)
catalog_commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(
        UpsertItem,
        cause=causes,
        change=st.builds(
            ItemChange,
            sku=skus,
            name=st.sampled_from([UNCHANGED, "Red thing", "Blue thing"]),
            barcodes=st.just(UNCHANGED) | st.lists(st.sampled_from(BARCODES), unique=True).map(tuple),
            reorder_point=st.just(UNCHANGED) | counts,
        ),
    ),
    st.builds(UpsertLocation, cause=causes, code=codes, kind=st.just(UNCHANGED) | st.sampled_from(LocationKind)),
    st.builds(ArchiveItem, cause=causes, sku=skus, is_archived=st.booleans()),
    st.builds(ArchiveLocation, cause=causes, code=codes, is_archived=st.booleans()),
)
commands = st.one_of(stock_commands, stock_commands, stock_commands, catalog_commands)
bursts = st.lists(commands, min_size=1, max_size=BURST_MAX)


@dataclass(frozen=True)
class Told:
    """What a caller is told, without moments and writers, which the model cannot foresee."""

    operation_id: str
    replayed: bool
    movements: tuple[Any, ...]
    refusals: tuple[tuple[int, InventoryError], ...]


Result = Told | tuple[InventoryError, ...]


async def told_by(run: Any, command: Command) -> Result:  # noqa: ANN401 - a writer's coroutine function
    """Run a command and return what its caller is told."""
    try:
        outcome: Outcome = await run(command)
    except Refused as refused:
        return refused.errors
    return Told(
        operation_id=outcome.operation.id,
        replayed=outcome.replayed,
        movements=tuple(timeless(outcome.movements)),
        refusals=outcome.operation.refusals,
    )


def timeless(movements: Sequence[Any]) -> Iterator[Any]:
    """Yield the movements without moments and writers."""
    for movement in movements:
        yield replace(movement, writer="", after=replace(movement.after, changed_at=NEVER))


def comparable(contents: Contents) -> tuple[Any, ...]:
    """Return what a store holds, without moments and writers."""
    return (
        [replace(level, changed_at=NEVER) for level in contents.levels],
        sorted(timeless(contents.movements), key=lambda line: (line.after.key, line.after.version)),
        [replace(entry, created_at=NEVER, updated_at=NEVER) for entry in (*contents.items, *contents.locations)],
        contents.operations,
        frozenset(replace(document, created_at=NEVER, changed_at=NEVER) for document in contents.documents),
    )


def copied(model: MemoryStore) -> MemoryStore:
    """Return a copy of the model; what it holds is immutable."""
    twin = copy(model)
    for name in ("_levels", "_ledger", "_operations", "_items", "_locations", "_documents"):
        setattr(twin, name, dict(getattr(model, name)))
    return twin


@dataclass(frozen=True)
class Place:
    """Where the machine runs. Hidden from hypothesis, which asks every attribute of a machine for names of its own."""

    loop: LoopThread
    client: Client


class StockMachine(RuleBasedStateMachine):
    """Two writers over one database, and the model."""

    place: ClassVar[Place]

    def __init__(self) -> None:
        super().__init__()
        self.stores: list[Store] = []
        self.model: MemoryStore
        self.accepted: list[Command] = []

    @initialize()
    def begin(self) -> None:
        """Empty the database and create a small catalog."""
        self.place.loop.run(self._begin())

    @rule(command=commands, writer=st.sampled_from([0, 1]))
    def one_by_one(self, command: Command, writer: int) -> None:
        """Prove that a lone command comes out as in the model."""
        told = self.place.loop.run(told_by(self.stores[writer].run, command))
        assert told == self.place.loop.run(told_by(self.model.run, command))
        self._remember([command], [told])

    @rule(first=bursts, second=bursts)
    def at_once(self, first: list[Command], second: list[Command]) -> None:
        """Prove that commands at both writers come out as in the model in some order."""
        self.place.loop.run(self._at_once(first, second))

    @rule(choice=st.integers(0, 99), writer=st.sampled_from([0, 1]))
    def repeat(self, choice: int, writer: int) -> None:
        """Prove that an accepted key is answered with its first result, and changes nothing."""
        if self.accepted:
            command = self.accepted[choice % len(self.accepted)]
            before = self.place.loop.run(self.stores[0].contents())
            told = self.place.loop.run(told_by(self.stores[writer].run, command))
            assert isinstance(told, Told)
            assert told.replayed
            assert self.place.loop.run(self.stores[0].contents()) == before

    @invariant()
    def the_ledger_explains_the_levels(self) -> None:
        """Prove sums, versions and moments, and that everything is as in the model."""
        if self.stores:
            contents = self.place.loop.run(check_ledger(self.stores[0]))
            assert comparable(contents) == comparable(self.place.loop.run(self._model_contents()))

    async def _begin(self) -> None:
        database = self.place.client["machine"]
        await empty(database)
        clocks = (StillClock(), StillClock(Moment(START + 3_600_000_000)))  # their clocks differ by an hour
        self.stores = [mongo_store(database, clock=clock) for clock in clocks]
        self._reader = memory_store()
        assert isinstance(self._reader.writer, MemoryStore)
        self.model = self._reader.writer
        for sku in SKUS:
            await self._in_both(
                UpsertItem(cause=cause(("shop", None)), change=ItemChange(sku=sku, name=f"Thing {sku}"))
            )
        for code in CODES:
            await self._in_both(UpsertLocation(cause=cause(("shop", None)), code=code, name=code))

    async def _in_both(self, command: Command) -> None:
        await self.stores[0].run(command)
        await self.model.run(command)

    async def _at_once(self, first: list[Command], second: list[Command]) -> None:
        tasks = [
            asyncio.create_task(told_by(store.run, command))
            for store, burst in zip(self.stores, (first, second), strict=True)
            for command in burst
        ]
        told = await asyncio.gather(*tasks)
        real = comparable(await self.stores[0].contents())
        everything = [*first, *second]
        base = copied(self.model)
        for places in combinations(range(len(everything)), len(first)):
            order = _interleaved(places, len(first), len(everything))
            twin = copied(base)
            results = {index: await told_by(twin.run, everything[index]) for index in order}
            if [results[index] for index in range(len(everything))] == told:
                self._adopt(twin)
                if comparable(await self._model_contents()) == real:
                    self._remember(everything, told)
                    return
        raise AssertionError(f"no order of {everything} explains {told}")

    def _adopt(self, twin: MemoryStore) -> None:
        for name in ("_levels", "_ledger", "_operations", "_items", "_locations", "_documents", "_last_moment"):
            setattr(self.model, name, getattr(twin, name))

    async def _model_contents(self) -> Contents:
        return await self._reader.contents()

    def _remember(self, tried: Sequence[Command], results: Sequence[Result]) -> None:
        self.accepted += [
            command
            for command, result in zip(tried, results, strict=True)
            if isinstance(result, Told) and command.cause.idempotency_key
        ]


def _interleaved(places: Sequence[int], count_first: int, count_all: int) -> list[int]:
    """Return an order of all commands in which those of the first writer stand at these places."""
    first, second = iter(range(count_first)), iter(range(count_first, count_all))
    return [next(first if place in places else second) for place in range(count_all)]


@pytest.fixture(scope="module")
def machine_loop(mongo_url: str) -> Iterator[LoopThread]:
    """Run the machine's client on a loop of its own: hypothesis itself cannot wait."""
    with loop_thread() as loop:

        async def connect() -> Client:
            client = open_client(mongo_url)
            await fresh_database(client, "machine")
            return client

        StockMachine.place = Place(loop, loop.run(connect()))
        yield loop
        loop.run(close_client(StockMachine.place.client))


@pytest.mark.usefixtures("machine_loop")
def test_any_mix_of_commands_keeps_the_promises() -> None:
    """Commands alone and at once, repeats, refusals, archives: the database agrees with the model, exactly."""
    run_state_machine_as_test(
        StockMachine,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            derandomize="CI" in os.environ,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )

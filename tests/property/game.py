"""A game over a store in memory: one call or one sweep after the other, as dice have it, and every promise in between.

It is as fast as it is long: what takes a bug is an odd order of things, and here thousands are tried within seconds.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from random import Random

from app.domain.command import Command
from app.domain.errors import Refused
from app.domain.outcome import Outcome
from app.domain.replenishment.policy import Policy
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.services.ports import Writer
from tests.property.background_work import BackgroundWork
from tests.property.invariants import check_everything
from tests.property.order_calls import SUPPLIERS
from tests.property.random_calls import CODES, SEED, SKUS, Call, Known
from tests.property.random_client import RandomClient
from tests.support.alerts import set_policy
from tests.support.clock import SECOND
from tests.support.replenishment import given_supplier
from tests.support.scene import adjust, given_catalog, request_info
from tests.support.store import Contents, Store, memory_store

HOT = [LevelKey(sku, code) for sku in SKUS for code in CODES]
STOCK = 20  # units of each level at the beginning
POLICY = Policy(alert_margin=2, overstock_point=25, risk_point=5)  # levels cross all the time
CLIENTS = 4
TICKS = (SECOND // 50, SECOND // 50, SECOND // 50, SECOND // 3)  # between two calls
ONE_IN_DAY, ONE_IN_SWEEP, ONE_IN_REPEAT = 400, 15, 12
MOST_WORTH = 2 * 3 * 10_000  # in ten-thousandths: suppliers ask for 3 at most
REMEMBERED = 60  # calls that may be made again
GOES_ON = "post_count"  # asked again, it goes on with what it had to leave


class NotingWriter:
    """Notes which commands were accepted."""

    def __init__(self, writer: Writer, accepted: set[type[Command]]) -> None:
        self._writer, self._accepted = writer, accepted

    async def run(self, command: Command) -> Outcome:
        outcome = await self._writer.run(command)
        self._accepted.add(type(command))
        return outcome


def check_costs(contents: Contents) -> None:
    """Prove that no unit is worth much more than what anybody ever asked for one."""
    assert all(item.unit_cost is None or 0 <= item.unit_cost <= MOST_WORTH for item in contents.items), contents.items


class Game:
    """One game. Games of the same number are the same."""

    def __init__(self, number: int) -> None:
        self.commands: set[type[Command]] = set()
        self.done: list[str] = []
        self.accepted: list[tuple[Call, Outcome]] = []
        self._dice = Random(f"{number}{SEED}")  # noqa: S311 - a game, and to be played again
        self._known = Known()
        self._clients = [
            RandomClient(f"client-{number}-{each}", known=self._known, is_wild=number % 3 == 2)
            for each in range(CLIENTS)
        ]

    async def play(self, steps: int, *, check_each: int) -> None:
        """Make so many steps, and prove every promise now and then."""
        store = await self._given_shop()
        background_work = BackgroundWork(store)
        for step in range(steps):
            tick = SECOND * 86_400 if self._is_one_in(ONE_IN_DAY) else self._dice.choice(TICKS)
            store.clock.now = Moment(store.clock.now + tick)
            await self._step(store, background_work.sweeps)
            if step % check_each == 0 or step == steps - 1:
                check_costs(await check_everything(store))

    async def _given_shop(self) -> Store:
        store = memory_store()
        store = replace(store, writer=NotingWriter(store.writer, self.commands))
        await given_catalog(store, *HOT)
        for code in SUPPLIERS:
            await given_supplier(store, code=code, auto_submit=code == SUPPLIERS[0])
        for key in HOT:
            await adjust(store, key, STOCK, reason=MovementReason.RECEIPT)
            await store.stock.configure(key, backorder_limit=STOCK, request=request_info())
            await set_policy(store, key, POLICY, reorder_point=8)
        return store

    async def _step(self, store: Store, sweeps: tuple[Callable[[], Awaitable[object]], ...]) -> None:
        if self._is_one_in(ONE_IN_SWEEP):
            sweep = self._dice.choice(sweeps)
            self.done.append(sweep.__qualname__)
            await sweep()
        elif self.accepted and self._is_one_in(ONE_IN_REPEAT):
            await self._repeat(store, *self._dice.choice(self.accepted[-REMEMBERED:]))
        else:
            await self._call(store, self._dice.choice(self._clients).next_call())

    async def _call(self, store: Store, call: Call) -> None:
        self.done.append(call.name)
        try:
            outcome = await call.run(store)
        except Refused:
            return
        assert not outcome.replayed, call
        self.accepted.append((call, outcome))
        self._known.note(outcome.operation)

    async def _repeat(self, store: Store, call: Call, first: Outcome) -> None:
        self.done.append(f"again {call.name}")
        again = await call.run(store)
        assert again.replayed or call.name == GOES_ON, call
        if again.replayed:
            assert (again.operation, again.movements) == (first.operation, first.movements), call

    def _is_one_in(self, number: int) -> bool:
        return not self._dice.randrange(number)

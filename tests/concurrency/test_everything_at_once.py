"""Everything at once: three processes over one database, dozens of clients, and all that happens by itself."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass

from app.domain.alerts.alert import Alert
from app.domain.alerts.open_alert import AlertType
from app.domain.errors import Refused
from app.domain.idempotency import operation_id_of_key
from app.domain.operation import SYSTEM
from app.domain.outcome import Outcome
from app.domain.replenishment.policy import Policy
from app.domain.reservations.reservation import OPEN, Reservation
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.services.committed_batch import CommittedBatch
from app.store.driver.client import Database
from tests.property.background_work import BackgroundWork
from tests.property.invariants import check_everything
from tests.property.order_calls import SUPPLIERS
from tests.property.random_calls import CODES, SKUS, Call, Known
from tests.property.random_client import RandomClient
from tests.property.reservation_calls import TTL_MAX_SECONDS
from tests.support.alerts import set_policy
from tests.support.clock import StillClock
from tests.support.purchases import given_supplier
from tests.support.scene import SHOP, adjust, given_catalog, outcome_or_refusal, request_info
from tests.support.store import Store, mongo_store

PROCESSES = 3
CLIENTS = 48
CALLS = 12  # of each client
STOCK = 20  # units of each level at the beginning
TICK_MICROSECONDS = 20_000  # per call: many a hold runs out meanwhile
TWICE_PERCENT = 10  # of the calls are made of two processes at once
REST_OF_A_COUNT = "countPost"  # is recorded under a key of its own
MORE_THAN_ONCE = "post_count"  # asked again, it goes on with what it had to leave
POLICY = Policy(alert_margin=2, overstock_point=25, risk_point=5)  # levels cross all the time
HOT = [LevelKey(sku, code) for sku in SKUS for code in CODES]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A call, and its first result."""

    call: Call
    outcome: Outcome


class Process:
    """A writer and its readers, with what happens by itself."""

    def __init__(self, database: Database, number: int, *, clock: StillClock) -> None:
        self.store = mongo_store(database, clock=clock, on_committed=self._committed)
        self.background_work = BackgroundWork(
            self.store, number=number, holds_leases=number in {0, PROCESSES}
        )  # the first, and the last

    def _committed(self, news: CommittedBatch) -> None:
        self.background_work.committed(news)


async def check_nobody_can_take(store: Store, key: LevelKey) -> None:
    """Prove that those who wait and accept a level with free units may have them at no more locations."""
    ids = [each.id for each in await store.queue.waiting(key, limit=1_000)]
    for found in (await store.documents.documents(Reservation, ids)).values():
        assert found.max_locations == 1, (key, found)


class RandomClients:
    """All clients, what they were told, and the clock of the database, which goes on with each call."""

    def __init__(self, stores: list[Store], *, clock: StillClock) -> None:
        self._stores, self._clock, self._known = stores, clock, Known()
        self.accepted: list[Accepted] = []
        self.refused: list[Call] = []

    @property
    def asked(self) -> list[Call]:
        """Everything that was asked for."""
        return [*self.refused, *(each.call for each in self.accepted)]

    async def rush(self) -> None:
        """Let every client make all its calls, one after the other."""
        await asyncio.gather(*(self._calls_of(number) for number in range(CLIENTS)))

    async def _calls_of(self, number: int) -> None:
        client = RandomClient(f"client-{number}", known=self._known)
        home, other = (self._stores[(number + shift) % PROCESSES] for shift in (0, 1))
        for _ in range(CALLS):
            self._clock.now = Moment(self._clock.now + TICK_MICROSECONDS)
            call = client.next_call()
            stores = [home, other] if client.chance(TWICE_PERCENT) else [home]
            self._take(call, await asyncio.gather(*(answered(call, store) for store in stores)))

    def _take(self, call: Call, results: list[Outcome | Refused]) -> None:
        """Note what became of a call; two that were accepted were told the same, one of them as a repeat."""
        outcomes = [result for result in results if isinstance(result, Outcome)]
        if not outcomes:
            self.refused.append(call)
            return
        [first] = [outcome for outcome in outcomes if not outcome.replayed]
        assert all(is_same(first, outcome) for outcome in outcomes)
        self.accepted.append(Accepted(call, first))
        self._known.note(first.operation)


async def answered(call: Call, store: Store) -> Outcome | Refused:
    """Return the outcome of a call, or the refusal as a value."""
    return await outcome_or_refusal(call.run(store))


def is_same(one: Outcome, other: Outcome) -> bool:
    """Tell whether two results tell the same."""
    return (one.operation, one.movements) == (other.operation, other.movements)


def operation_id_of(call: Call) -> str:
    """Return the id of the operation that a call is recorded as."""
    assert call.request.idempotency_key is not None
    return operation_id_of_key(actor=call.request.actor, key=call.request.idempotency_key)


async def check_records(store: Store, clients: RandomClients, operations: frozenset[str]) -> None:
    """Prove that exactly what was accepted is recorded, and else only what happened by itself."""
    accepted = {operation_id_of(each.call) for each in clients.accepted}
    assert accepted == {each.outcome.operation.id for each in clients.accepted}
    assert len(accepted) == len(clients.accepted)
    assert operations >= accepted
    assert operations.isdisjoint(map(operation_id_of, clients.refused))
    others = await store.ledger.operations(list(operations - accepted))
    assert {each.info.actor for each in others.values() if each.info.kind != REST_OF_A_COUNT} <= {SHOP, SYSTEM}


async def check_repeats(store: Store, accepted: list[Accepted]) -> None:
    """Prove that each key is answered with its first result."""
    for start in range(0, len(accepted), CLIENTS):
        some = accepted[start : start + CLIENTS]
        repeated = await asyncio.gather(*(each.call.run(store) for each in some))
        for each, outcome in zip(some, repeated, strict=True):
            assert outcome.replayed, each
            assert is_same(outcome, each.outcome), each


async def test_every_promise_holds_when_everything_happens_at_once(database: Database) -> None:
    """Whatever was asked of whom, all books agree in the end, and each key is answered with its first result."""
    # given
    clock = StillClock()
    *processes, last = [Process(database, number, clock=clock) for number in range(PROCESSES + 1)]
    clients = RandomClients([process.store for process in processes], clock=clock)
    await given_catalog(last.store, *HOT)
    for code in SUPPLIERS:
        await given_supplier(last.store, code)
    for key in HOT:
        await adjust(last.store, key, STOCK, reason=MovementReason.RECEIPT)
        await last.store.stock.configure(key, backorder_limit=STOCK, request=request_info())
        await set_policy(last.store, key, POLICY, reorder_point=8)
    # when
    async with AsyncExitStack() as running:
        for process in processes:
            running.push_async_callback(process.store.close)
            for background in process.background_work.tasks:
                await running.enter_async_context(background)
        await clients.rush()
    clock.move(seconds=TTL_MAX_SECONDS)
    for sweep in last.background_work.sweeps:
        await sweep()
    # then
    contents = await check_everything(last.store)
    assert {each.name for each in clients.asked} == {kind.__name__ for kind in RandomClient.kinds}
    assert not any(
        each.state in OPEN and each.expires_at for each in contents.documents if isinstance(each, Reservation)
    )
    assert await last.store.queue.assignable(limit=1) == []
    for key in await last.store.queue.free(await last.store.queue.waited_for_anywhere()):
        await check_nobody_can_take(last.store, key)
    alerts = [each for each in contents.documents if isinstance(each, Alert)]
    assert {*AlertType} - {AlertType.OVERSOLD, AlertType.SHORTFALL} <= {each.type for each in alerts}
    assert all(each.snoozed_until is None or each.snoozed_until > clock.now for each in alerts)
    await check_records(last.store, clients, contents.operations)
    # and, asked again
    await check_repeats(last.store, [each for each in clients.accepted if each.call.name != MORE_THAN_ONCE])
    assert await last.store.contents() == contents
    await check_repeats(last.store, [each for each in clients.accepted if each.call.name == MORE_THAN_ONCE])
    await check_everything(last.store)

"""Holds whose time has run out, swept by several processes over one database."""

import asyncio
from itertools import count

import pytest

from app.domain.errors import InsufficientStock, Refused
from app.domain.failures import Unavailable
from app.domain.reservations.reservation import RequestedLine, Reservation, ReservationState
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.services.command_bus import CommandBus, ReleasingCommandBus
from app.services.reservations.reservation_expiry_worker import ReservationExpiryWorker
from app.services.stock.stock import Stock
from app.store.driver.client import Database
from tests.support.clock import SECOND, CountingEntropy
from tests.support.reservations import check_reservations
from tests.support.scene import TEA, given_level, request_info
from tests.support.store import Store, mongo_store
from tests.support.waiting import eventually

TTL_SECONDS = 60  # moments run a little ahead of a clock that stands still, so a second more is waited

_PROCESSES = count(1)  # no two give out the same operation ids


async def given_holds(store: Store, count: int, *, ttl_seconds: int | None = TTL_SECONDS) -> list[str]:
    """Hold one unit in each of so many reservations, and return their ids."""
    outcomes = [
        await store.reservations.create(
            [RequestedLine(sku=TEA.sku, location=TEA.location, quantity=1)],
            ttl_seconds=ttl_seconds,
            request=request_info(),
        )
        for _ in range(count)
    ]
    return [outcome.operation.document(Reservation).id for outcome in outcomes]


def a_bus(store: Store) -> CommandBus:
    """Return the command bus of a worker."""
    return CommandBus(
        writer=store.writer, present=store.present, clock=store.clock, entropy=CountingEntropy(next(_PROCESSES) << 60)
    )


def an_expiry(store: Store) -> ReservationExpiryWorker:
    """Return a sweeper of a process."""
    return ReservationExpiryWorker(bus=a_bus(store), queue=store.queue, clock=store.clock)


async def states(store: Store, ids: list[str]) -> list[ReservationState]:
    """Return what is recorded of the reservations."""
    found = await store.all_documents()
    by_id = {document.id: document for document in found}
    return [by_id[identity].state for identity in ids]  # type: ignore[attr-defined]


async def test_a_sweep_releases_what_is_due_and_nothing_else(store: Store) -> None:
    """Each once, with a line of the ledger that says why; a second sweep finds nothing."""
    await given_level(store, on_hand=10)
    short = await given_holds(store, 2)
    long = await given_holds(store, 1, ttl_seconds=2 * TTL_SECONDS) + await given_holds(store, 1, ttl_seconds=None)
    expiry = an_expiry(store)
    store.clock.move(seconds=TTL_SECONDS - 1)
    assert await expiry.sweep() == 0
    store.clock.move(seconds=2)
    assert await expiry.sweep() == 2
    assert await expiry.sweep() == 0
    assert await states(store, short) == [ReservationState.EXPIRED] * 2
    assert await states(store, long) == [ReservationState.HELD] * 2
    level = await store.level(TEA)
    assert level is not None
    assert (level.on_hand, level.reserved) == (10, 2)
    reasons = [line.reason for line in await store.movements(TEA)]
    assert reasons.count(MovementReason.EXPIRY) == 2
    await check_reservations(store)


async def test_sweepers_of_several_processes_release_each_hold_once(database: Database) -> None:
    """Whoever comes first; together they release exactly what was held."""
    stores = [mongo_store(database) for _ in range(3)]
    await given_level(stores[0], on_hand=100)
    await given_holds(stores[0], 40)
    for store in stores:
        store.clock.move(seconds=TTL_SECONDS + 1)
    counts = await asyncio.gather(*(an_expiry(store).sweep() for store in stores))
    assert sum(counts) == 40
    level = await stores[0].level(TEA)
    assert level is not None
    assert (level.reserved, level.available) == (0, 100)
    assert [line.reason for line in await stores[0].movements(TEA)].count(MovementReason.EXPIRY) == 40
    await check_reservations(stores[0])


async def test_who_is_short_gets_what_has_run_out(store: Store) -> None:
    """An order at the very moment at which the last hold ends is served, without waiting for a round of the sweeper."""
    await given_level(store, on_hand=1)
    await given_holds(store, 1)
    async with an_expiry(store) as expiry:
        await expiry.sweep()  # has seen when the hold ends
        bus = ReleasingCommandBus(
            writer=store.writer,
            present=store.present,
            clock=store.clock,
            entropy=CountingEntropy(next(_PROCESSES) << 60),
            release_expired=expiry.release_expired,
        )
        stock = Stock(
            bus=bus,
            levels=store.levels,
            ledger=store.ledger,
            catalog=store.catalog,
            release_expired=expiry.release_expired,
        )
        with pytest.raises(Refused) as refusal:
            await stock.adjust(TEA, delta=-1, reason=MovementReason.SALE, request=request_info())
        assert refusal.value.errors == (
            InsufficientStock(sku=TEA.sku, location=TEA.location, requested=1, available=0, field=("delta",)),
        )
        store.clock.move(seconds=TTL_SECONDS + 1)
        outcome = await stock.adjust(TEA, delta=-1, reason=MovementReason.SALE, request=request_info())
    assert outcome.movements[0].after.on_hand == 0
    await check_reservations(store)


async def test_a_level_is_read_without_what_has_run_out(store: Store) -> None:
    """From the last moment of the hold on, whoever reads the level sees its units free."""
    await given_level(store, on_hand=5)
    await given_holds(store, 2)
    async with an_expiry(store) as expiry:
        await expiry.sweep()
        stock = Stock(
            bus=a_bus(store),
            levels=store.levels,
            ledger=store.ledger,
            catalog=store.catalog,
            release_expired=expiry.release_expired,
        )
        before = await stock.level(TEA)
        store.clock.move(seconds=TTL_SECONDS + 1)
        after = await stock.level(TEA)
    assert before is not None
    assert after is not None
    assert (before.available, after.available) == (3, 5)


class Gone:
    """A queue whose database is away."""

    async def due(self, *, now: Moment, limit: int, keys: object = None) -> list[str]:
        """Fail."""
        raise Unavailable("no primary")

    async def next_expiry(self) -> Moment | None:
        """Fail."""
        raise Unavailable("no primary")

    async def waiting(self, key: LevelKey, *, limit: int) -> list[str]:
        """Fail."""
        raise Unavailable("no primary")

    async def assignable(self, *, limit: int) -> list[LevelKey]:
        """Fail."""
        raise Unavailable("no primary")


async def test_nobody_waits_for_a_sweeper_without_a_database(store: Store) -> None:
    """It cannot tell what is due, so readers go on at once, and nothing is retried."""
    async with ReservationExpiryWorker(bus=a_bus(store), queue=Gone(), clock=store.clock) as expiry:
        assert await expiry.release_expired() is False


class Going(Gone):
    """A queue whose database goes away once it has told when the next hold ends."""

    def __init__(self, *, next_expiry: Moment) -> None:
        self._answers = [next_expiry]

    async def due(self, *, now: Moment, limit: int, keys: object = None) -> list[str]:
        """Find nothing, and fail once the database is away."""
        return [] if self._answers else await super().due(now=now, limit=limit)

    async def next_expiry(self) -> Moment | None:
        """Return it the first time, and fail from then on."""
        return self._answers.pop() if self._answers else await super().next_expiry()


async def test_nobody_waits_for_long_for_a_sweeper_that_lost_its_database(store: Store) -> None:
    """What it knows to be due it forgets, as it cannot release it."""
    queue = Going(next_expiry=Moment(store.clock() + SECOND))
    async with ReservationExpiryWorker(bus=a_bus(store), queue=queue, clock=store.clock) as expiry:
        await eventually(lambda: expiry._next is not None)
        store.clock.move(seconds=2)
        assert await expiry.release_expired() is True

        async def nobody_waits() -> bool:
            return await expiry.release_expired() is False

        await eventually(nobody_waits)

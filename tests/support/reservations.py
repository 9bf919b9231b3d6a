"""Words for orders, and the promise that levels and reservations keep to each other."""

from collections import Counter
from collections.abc import Sequence
from itertools import count
from typing import Any

from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.limits import MAX_QUANTITY
from app.domain.operation import SYSTEM, CommandInfo, fresh_operation_id
from app.domain.outcome import Outcome
from app.domain.reservations.commands.assign_backorders import AssignBackorders
from app.domain.reservations.commands.expire_reservation import ExpireReservation
from app.domain.reservations.holds import Hold
from app.domain.reservations.reservation import OPEN, RequestedLine, Reservation
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.services.command_bus import CommandBus
from app.services.request_info import RequestInfo
from app.services.reservations.backorder_worker import SWEEP_SECONDS, BackorderWorker
from tests.support.clock import CountingEntropy
from tests.support.scene import given_item, request_info
from tests.support.store import Contents, Store

_PROCESSES = count(1)  # no two give out the same operation ids


async def check_reservations(store: Store) -> Contents:
    """Prove that every level reserves what open reservations hold there, and has backordered what they wait for.

    And that as many units went out of it as they say. Return what the store holds.
    """
    contents = await store.contents()
    check_promises(contents)
    return contents


def check_promises(contents: Contents) -> None:
    """Prove the same of what a store holds."""
    held: Counter[LevelKey] = Counter()
    waiting: Counter[LevelKey] = Counter()
    out: Counter[LevelKey] = Counter()
    for line in contents.movements:
        if line.reason is MovementReason.SALE and line.change.reserved:
            out[line.after.key] -= line.change.on_hand
    for reservation in contents.documents:
        if isinstance(reservation, Reservation):
            check_holds(reservation)
            for hold in reservation.holds:
                assert reservation.state in OPEN or hold.held == hold.waiting == 0, reservation
                held[hold.key] += hold.held
                waiting[hold.key] += hold.waiting
                out[hold.key] -= hold.fulfilled
    assert {level.key: level.reserved for level in contents.levels if level.reserved} == +held
    assert {level.key: level.backordered for level in contents.levels if level.backordered} == +waiting
    assert not any(out.values()), out


def check_holds(reservation: Reservation) -> None:
    """Prove that no line has more units than it asks for, nor more than can be told."""
    units: Counter[int] = Counter()
    for hold in reservation.holds:
        units[hold.line] += hold.units
    for index, line in enumerate(reservation.lines):
        assert units[index] <= line.quantity <= MAX_QUANTITY, reservation


def a_line(key: LevelKey, quantity: int) -> RequestedLine:
    """Return a line that names its location."""
    return RequestedLine(sku=key.sku, quantity=quantity, location=key.location)


def anywhere(sku: str, quantity: int) -> RequestedLine:
    """Return a line that names none."""
    return RequestedLine(sku=sku, quantity=quantity)


def a_hold(line: int, key: LevelKey, **units: int) -> Hold:
    """Return a hold of a line at a level."""
    return Hold(line=line, sku=key.sku, location=key.location, **units)


async def reserve(
    store: Store,
    *lines: RequestedLine,
    said: RequestInfo | None = None,
    **options: Any,  # noqa: ANN401 - passed on
) -> Outcome:
    """Make a reservation."""
    return await store.reservations.create(lines, request=said or request_info(), **options)


async def given_reservation(
    store: Store,
    *lines: RequestedLine,
    **options: Any,  # noqa: ANN401 - passed on
) -> Reservation:
    """Make a reservation, and return it."""
    return reservation_of(await reserve(store, *lines, **options))


def reservation_of(outcome: Outcome) -> Reservation:
    """Return the one reservation that an operation changed, as it was right after it."""
    return outcome.operation.document(Reservation)


async def recorded(store: Store, identity: str) -> Reservation:
    """Return a reservation as it is recorded."""
    return (await store.documents.documents(Reservation, [identity]))[identity]


async def given_backorder_limit(store: Store, key: LevelKey, units: int) -> None:
    """Let a level promise so many units that are not there. Its item and location exist."""
    await store.stock.configure(key, backorder_limit=units, request=request_info())


async def given_item_with_backorders(store: Store, sku: str, units: int) -> None:
    """Create an item whose levels begin with a backorder limit."""
    await given_item(store, sku)
    await store.shop.change_item(ItemChange(sku=sku, backorder_limit=units), request=request_info())


def move_to_end(store: Store, reservation: Reservation) -> None:
    """Move the clock to the very moment at which a reservation runs out."""
    assert reservation.expires_at is not None
    store.clock.now = reservation.expires_at


async def expire(store: Store, identity: str) -> Outcome:
    """Give back what a reservation has, if its time has run out."""
    return await store.run(ExpireReservation(info=_info(store, "reservationExpire"), id=identity))


async def assign(store: Store, key: LevelKey, reservations: Sequence[str], *, homes: Sequence[str] = ()) -> Outcome:
    """Give the free units of a level to these reservations in turn."""
    info = _info(store, "backordersAssign")
    return await store.run(AssignBackorders(info=info, key=key, reservations=tuple(reservations), homes=tuple(homes)))


def an_assigner(store: Store, *, sweep_seconds: float = SWEEP_SECONDS) -> BackorderWorker:
    """Return the assigner of a process."""
    bus = CommandBus(
        writer=store.writer, present=store.present, clock=store.clock, entropy=CountingEntropy(next(_PROCESSES) << 60)
    )
    return BackorderWorker(bus=bus, queue=store.queue, sweep_seconds=sweep_seconds)


async def waiting_ids(store: Store, key: LevelKey, *, limit: int = 10) -> list[str]:
    """Return the ids of the reservations that take the next units of a level, in turn."""
    return [each.id for each in await store.queue.waiting(key, limit=limit)]


def _info(store: Store, kind: str) -> CommandInfo:
    return CommandInfo(
        operation_id=fresh_operation_id(now=store.clock(), entropy=store.entropy()), kind=kind, actor=SYSTEM
    )

"""Reservations: what each step makes of one, and what it does to its levels."""

from collections.abc import Callable

import pytest
from bson import BSON

from app.domain.catalog.catalog import Item, Location
from app.domain.command_batch import BatchState, CommandBatch
from app.domain.document import DocumentKind
from app.domain.errors import ExceedsOutstanding, Refused, TooManyLines, WrongState
from app.domain.limits import MAX_QUANTITY
from app.domain.operation import CommandInfo
from app.domain.reservations.commands.change_reservation import ReleaseReservation
from app.domain.reservations.commands.create_reservation import CreateReservation
from app.domain.reservations.holds import ReservedUnits, changes
from app.domain.reservations.reservation import OPEN, RequestedLine, Reservation, ReservationState, reservation_key
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.time import Moment
from app.store.mapping.document_mapping import from_bson, to_stored
from tests.support.reservations import a_hold

TEA, CUP = LevelKey("TEA-1", "MAIN"), LevelKey("CUP-1", "MAIN")
NOW, END = Moment(1_000), Moment(2_000)
INFO = CommandInfo(operation_id="o", kind="reservationCreate", actor="shop")

HELD = Reservation(
    id="r1",
    created_at=Moment(5),
    expires_at=END,
    lines=(RequestedLine(sku="TEA-1", quantity=7), RequestedLine(sku="CUP-1", quantity=1, location="MAIN")),
    holds=(a_hold(0, TEA, held=3, waiting=2), a_hold(1, CUP, held=1)),
)


def units_of(reservation: Reservation) -> list[tuple[int, int, int, int]]:
    """Return what each hold counts: held, waiting, fulfilled, released."""
    return [(hold.held, hold.waiting, hold.fulfilled, hold.released) for hold in reservation.holds]


def test_a_reservation_knows_what_it_is() -> None:
    """Its key, the levels that it has units at, each once, and what is short of each line."""
    assert HELD.key == reservation_key("r1") == (DocumentKind.RESERVATION, "r1")
    assert HELD.level_keys == (TEA, CUP)
    assert HELD.shortages == (2, 0)
    assert {ReservationState.HELD, ReservationState.PARTIALLY_FULFILLED} == OPEN


@pytest.mark.parametrize(
    ("state", "expires_at", "now", "seen"),
    [
        (ReservationState.HELD, END, NOW, ReservationState.HELD),
        (ReservationState.HELD, END, END, ReservationState.EXPIRED),
        (ReservationState.PARTIALLY_FULFILLED, END, Moment(END + 1), ReservationState.EXPIRED),
        (ReservationState.PARTIALLY_FULFILLED, None, END, ReservationState.PARTIALLY_FULFILLED),
        (ReservationState.FULFILLED, END, END, ReservationState.FULFILLED),
        (ReservationState.RELEASED, END, END, ReservationState.RELEASED),
    ],
)
def test_time_runs_out_for_open_reservations_only(
    state: ReservationState, expires_at: Moment | None, now: Moment, seen: ReservationState
) -> None:
    """From the very moment on; what has ended before stays as it ended."""
    reservation = Reservation(id="r", state=state, expires_at=expires_at, lines=(), holds=())
    assert reservation.state_at(now) is seen
    assert reservation.is_open(now) is (seen in OPEN)


def test_steps_move_units_between_the_counts_of_a_hold() -> None:
    """Each with its state: FULFILLED at the end if anything went out, RELEASED if nothing did."""
    part = HELD.fulfilled([ReservedUnits(sku="TEA-1", quantity=1)], now=NOW)
    rest = part.fulfilled(None, now=NOW)
    given = rest.assigned(TEA, units=9, now=NOW)
    assert [(each.state, units_of(each)) for each in (part, rest, given, given.fulfilled(None, now=NOW))] == [
        (ReservationState.PARTIALLY_FULFILLED, [(2, 2, 1, 0), (1, 0, 0, 0)]),
        (ReservationState.PARTIALLY_FULFILLED, [(0, 2, 3, 0), (0, 0, 1, 0)]),
        (ReservationState.PARTIALLY_FULFILLED, [(2, 0, 3, 0), (0, 0, 1, 0)]),
        (ReservationState.FULFILLED, [(0, 0, 5, 0), (0, 0, 1, 0)]),
    ]
    less = HELD.released([ReservedUnits(sku="TEA-1", quantity=3)], now=NOW)
    assert (less.state, units_of(less)) == (ReservationState.HELD, [(2, 0, 0, 3), (1, 0, 0, 0)])
    assert less.released(None, now=NOW).state is ReservationState.RELEASED
    assert rest.released(None, now=NOW).state is ReservationState.FULFILLED
    late = part.expired(now=END)
    assert (late.state, units_of(late)) == (ReservationState.EXPIRED, [(0, 0, 1, 4), (0, 0, 0, 1)])
    assert all(each.shortages == HELD.shortages for each in (part, rest, given, less, late))


def test_free_units_go_to_waiting_holds_of_a_level_as_far_as_they_go() -> None:
    """In the order of the holds; other levels, and those that wait for nothing, stay as they are."""
    waits = Reservation(
        id="r",
        lines=(),
        holds=(a_hold(0, TEA, waiting=2), a_hold(1, CUP, waiting=2), a_hold(2, TEA, held=1, waiting=2)),
    )
    assert units_of(waits.assigned(TEA, units=3, now=NOW)) == [(2, 0, 0, 0), (0, 2, 0, 0), (2, 1, 0, 0)]
    assert waits.assigned(LevelKey("TEA-1", "NORTH"), units=3, now=NOW) == waits


def test_an_end_may_be_moved_or_taken_away() -> None:
    """Nothing else changes."""
    assert HELD.extended(expires_at=Moment(9_000), now=NOW).expires_at == 9_000
    assert HELD.extended(expires_at=None, now=NOW).expires_at is None


@pytest.mark.parametrize("state", sorted(set(ReservationState) - OPEN))
def test_what_has_ended_takes_no_further_step(state: ReservationState) -> None:
    """Whatever step it is."""
    ended = Reservation(id="r1", state=state, lines=HELD.lines, holds=())
    steps: list[Callable[[], Reservation]] = [
        lambda: ended.fulfilled(None, now=NOW),
        lambda: ended.released(None, now=NOW),
        lambda: ended.extended(expires_at=None, now=NOW),
        lambda: ended.assigned(TEA, units=1, now=NOW),
        lambda: ended.expired(now=END),
    ]
    for step in steps:
        with pytest.raises(WrongState) as refusal:
            step()
        assert refusal.value == WrongState(kind="RESERVATION", id="r1", state=state.value)


def test_only_what_has_run_out_expires() -> None:
    """An open one with time left, or without an end, does not."""
    for reservation, now in ((HELD, NOW), (HELD.extended(expires_at=None, now=NOW), END)):
        with pytest.raises(WrongState) as refusal:
            reservation.expired(now=now)
        assert refusal.value.state == "HELD"


def test_parts_that_are_not_there_are_told_at_once() -> None:
    """With what is outstanding for that step: held units to go out, waiting ones also to be given back."""
    parts = [ReservedUnits(sku="TEA-1", quantity=6), ReservedUnits(sku="CUP-1", location="NORTH")]
    for step, outstanding, waiting in ((HELD.fulfilled, 3, 2), (HELD.released, 5, 0)):
        with pytest.raises(Refused) as refusal:
            step(parts, now=NOW)
        assert refusal.value.errors == (
            ExceedsOutstanding(
                sku="TEA-1",
                requested=6,
                outstanding=outstanding,
                waiting=waiting,
                field=("lines", "0", "quantity"),
            ),
            ExceedsOutstanding(sku="CUP-1", requested=1, outstanding=0, field=("lines", "1", "sku")),
        )


def test_a_step_changes_a_level_by_what_its_holds_changed() -> None:
    """Held units are reserved, waiting ones backordered, fulfilled ones gone; holds of one level are added up."""
    before = (a_hold(0, TEA, held=3, waiting=2), a_hold(1, CUP, held=1), a_hold(2, TEA, held=1))
    after = (a_hold(0, TEA, held=1, fulfilled=2, released=2), a_hold(1, CUP, held=1), a_hold(2, TEA, fulfilled=1))
    assert changes(before, after) == {TEA: LevelChange(on_hand=-3, reserved=-3, backordered=-2)}
    assert changes((), before) == {
        TEA: LevelChange(reserved=4, backordered=2),
        CUP: LevelChange(reserved=1),
    }
    assert changes(before, before) == {}


def test_a_reservation_comes_back_as_it_was_kept() -> None:
    """With everything said, and with nothing; the facts that find it are no part of it."""
    full = Reservation(
        id="r",
        version=3,
        created_at=Moment(1_760_000_000_123_457),
        changed_at=Moment(1_760_000_000_123_458),
        state=ReservationState.PARTIALLY_FULFILLED,
        reference="O-1",
        channel="web",
        expires_at=END,
        lines=HELD.lines,
        holds=(a_hold(0, TEA, held=1, waiting=2, fulfilled=3, released=4),),
    )
    bare = Reservation(id="r", lines=(), holds=())
    for reservation in (full, bare):
        kept = BSON.encode(to_stored(reservation)).decode()
        assert from_bson(DocumentKind.RESERVATION, kept) == reservation


@pytest.mark.parametrize(
    ("reservation", "facts"),
    [
        (HELD, {"is_open": True, "waiting_at": ["MAIN/TEA-1"]}),
        (HELD.released([ReservedUnits(sku="TEA-1", quantity=2)], now=NOW), {"is_open": True}),
        (HELD.released(None, now=NOW), {}),
        (HELD.expired(now=END), {}),
    ],
)
def test_only_what_is_open_can_be_due_or_wait(reservation: Reservation, facts: dict[str, object]) -> None:
    """The queue's indexes hold nothing else."""
    kept = to_stored(reservation)
    assert {name: kept[name] for name in ("is_open", "waiting_at") if name in kept} == facts
    assert (kept["skus"], kept["locations"], kept["places"]) == (
        ["TEA-1", "CUP-1"],
        ["MAIN"],
        ["MAIN/TEA-1", "MAIN/CUP-1"],
    )


def test_an_order_from_more_locations_than_a_batch_can_carry_is_refused() -> None:
    """One unit at each of 2,001 locations: each would be a line of the ledger."""
    places = [f"L{number}" for number in range(2_001)]
    state = BatchState(
        levels={key: Level(key=key, on_hand=1) for key in (LevelKey("TEA-1", code) for code in places)},
        locations={code: Location(code=code, name=code, created_at=NOW, updated_at=NOW) for code in places},
    )
    for quantity, holds in ((2_000, 2_000), (2_001, None)):
        order = CreateReservation(info=INFO, lines=(RequestedLine(sku="TEA-1", quantity=quantity),))
        batch = CommandBatch(state, writer="w", now=NOW)
        if holds is not None:
            reservation = batch.run(order).operation.document(Reservation)
            assert len(reservation.holds) == holds
        else:
            with pytest.raises(Refused) as refusal:
                batch.run(order)
            assert refusal.value.errors == (TooManyLines(count=2_001, maximum=2_000),)


def test_an_order_weighs_as_much_as_it_has_lines() -> None:
    """Wherever they are served: a writer fills its batches by that. A step of a reservation weighs one."""
    order = CreateReservation(info=INFO, lines=HELD.lines).read_set()
    assert (order.levels, order.stocked, order.lines) == ((CUP,), ("TEA-1",), 2)
    step = ReleaseReservation(info=INFO, id="r1").read_set()
    assert (step.stock_of, step.lines) == ((HELD.key,), 1)


def test_a_level_never_has_more_backordered_than_it_can_count() -> None:
    """Even where units that have come in are not yet given to those who wait."""
    level = Level(key=TEA, on_hand=MAX_QUANTITY, backordered=MAX_QUANTITY - 1, backorder_limit=MAX_QUANTITY)
    state = BatchState(
        levels={TEA: level},
        items={"TEA-1": Item(sku="TEA-1", name="Tea", created_at=NOW, updated_at=NOW)},
        locations={"MAIN": Location(code="MAIN", name="Main", created_at=NOW, updated_at=NOW)},
    )
    line = RequestedLine(sku="TEA-1", quantity=5, location="MAIN")
    order = CreateReservation(info=INFO, lines=(line,), allow_partial=True)
    batch = CommandBatch(state, writer="w", now=NOW)
    reservation = batch.run(order).operation.document(Reservation)
    assert reservation.holds == (a_hold(0, TEA, held=1),)

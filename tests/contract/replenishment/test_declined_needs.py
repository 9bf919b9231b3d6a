"""What a person decided lasts, over every store: the server neither undoes it nor goes around it."""

from collections.abc import Awaitable, Callable

import pytest

from app.domain.errors import InvalidValue, NothingToChange
from app.domain.purchasing.purchase_order import PurchaseLine, PurchaseOrder, PurchaseOrderState
from app.domain.replenishment.declined import DeclineReason
from app.domain.replenishment.need_route import NeedRoute
from app.domain.replenishment.policy import Policy, ReplenishmentMethod
from app.domain.replenishment.policy_change import SettingsChange
from app.domain.stock.commands.set_stock import StockSetting
from app.domain.stock.level import Level
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.domain.transfers.commands.create_transfer import TransferUnits
from app.services.command_bus import CommandBus
from app.services.filters import LevelFilter
from app.services.replenishment.need_wake_worker import NeedWakeWorker
from tests.property.invariants import check_everything
from tests.support.alerts import set_policy
from tests.support.clock import SECOND
from tests.support.purchases import cancel, receive, submit, update
from tests.support.replenishment import (
    Machinery,
    given_policy,
    given_supplier,
    machinery,
    min_max,
    orders,
    proposals,
)
from tests.support.scene import CUP, TEA, TEA_NORTH, adjust, given_level, refused, request_info
from tests.support.store import Store

Decide = Callable[[Store, PurchaseOrder], Awaitable[object]]
ANN = request_info().actor


async def lower(store: Store, order: PurchaseOrder) -> None:
    """Order fewer than the server wants to."""
    await update(store, order.id, ("TEA-1", 4))


async def strike(store: Store, order: PurchaseOrder) -> None:
    """Order none at all, and leave the rest."""
    await update(store, order.id, ("TEA-1", 0))


async def give_up(store: Store, order: PurchaseOrder) -> None:
    """Cancel the whole draft."""
    await cancel(store, order.id)


async def send_and_give_up(store: Store, order: PurchaseOrder) -> None:
    """Cancel it only after it was sent."""
    await submit(store, order.id)
    await cancel(store, order.id)


DECISIONS = {
    "lowered": (lower, DeclineReason.QUANTITY_SET, 4),
    "struck out": (strike, DeclineReason.LINE_REMOVED, 0),
    "cancelled": (give_up, DeclineReason.ORDER_CANCELLED, 0),
    "cancelled after it was sent": (send_and_give_up, DeclineReason.ORDER_CANCELLED, 0),
}


async def given_automatic_draft(store: Store, *, auto_submit: bool = False) -> tuple[Machinery, PurchaseOrder]:
    """Let TEA-1 and CUP-1 at MAIN be short, at 10 of 20, and order each up to 48; return the draft."""
    for key in (TEA, CUP):
        await given_policy(store, key, on_hand=10, policy=min_max(48), reorder_point=20)
    await given_supplier(store, "TEA-1", "CUP-1", auto_submit=auto_submit)
    once = machinery(store)
    needs = await once.needs.of([await level_of(store), await level_of(store, CUP)])
    [order] = (await once.ordering.order(needs)).orders
    return once, order


async def level_of(store: Store, key: tuple[str, str] = TEA) -> Level:
    """Return a level that is there."""
    level = await store.level(key)  # type: ignore[arg-type] # a key is such a pair
    assert level is not None
    return level


def alarm_clock(store: Store) -> NeedWakeWorker:
    """Return what wakes needs in one process."""
    bus = CommandBus(writer=store.writer, present=store.present, clock=store.clock, entropy=store.entropy)
    return NeedWakeWorker(bus=bus, queue=store.need_queue, clock=store.clock)


async def everything_runs(once: Machinery) -> None:
    """Try every way by which the server orders, twice."""
    for _ in range(2):
        await once.replenisher.order([TEA, CUP])
        await once.replenisher.sweep()
        await once.review.run()
        for is_review in (False, True):
            await once.replenishment.run(skus=None, locations=None, is_review=is_review, request=request_info())


@pytest.mark.complaint("O1", "O2")
@pytest.mark.parametrize("decision", DECISIONS)
async def test_what_a_buyer_did_to_an_automatic_draft_lasts(store: Store, decision: str) -> None:
    """However the server tries to order, and whoever else offers the item, it leaves the need alone, and says why."""
    # given
    decide, reason, quantity = DECISIONS[decision]
    once, order = await given_automatic_draft(store)
    await given_supplier(store, "TEA-1", code="OTHER", lead_time_days=1)
    # when
    await decide(store, order)
    decided = await orders(store)
    await everything_runs(once)
    # then
    assert await orders(store) == decided
    level = await level_of(store)
    declined = level.declined
    assert declined is not None
    assert (declined.reason, declined.by, declined.order, declined.quantity) == (reason, ANN, order.id, quantity)
    assert (declined.position, declined.wake_position) == (10 + quantity, (10 + quantity) // 2)
    assert not level.is_short
    await check_everything(store)


@pytest.mark.complaint("O1")
async def test_a_draft_that_somebody_has_set_something_on_is_theirs(store: Store) -> None:
    """The server adds nothing to it, and does not send it; what else is needed begins a draft of its own."""
    # given
    once, order = await given_automatic_draft(store)
    await given_supplier(store, "TEA-1", "CUP-1", auto_submit=True)
    # when
    await update(store, order.id, ("TEA-1", 60))
    await adjust(store, CUP, -5, reason=MovementReason.SALE)
    await set_policy(store, CUP, min_max(60), reorder_point=50)
    await once.replenisher.sweep()
    # then
    theirs, new = await orders(store)
    assert (theirs.state, {line.sku: line.quantity for line in theirs.lines}) == (
        PurchaseOrderState.DRAFT,
        {"TEA-1": 60, "CUP-1": 38},
    )
    assert [line.set_by for line in theirs.lines] == [ANN, None]
    assert (new.state, {line.sku: line.quantity for line in new.lines}) == (
        PurchaseOrderState.SUBMITTED,
        {"CUP-1": 17},
    )
    assert (await submit(store, theirs.id, version=theirs.version)).operation
    await check_everything(store)


async def test_a_struck_line_is_remembered_until_it_is_ordered_again(store: Store) -> None:
    """With who struck it, and how many stood on it."""
    _, order = await given_automatic_draft(store)
    await update(store, order.id, ("TEA-1", 0))
    [struck] = (await orders(store))[0].struck
    assert (struck.sku, struck.quantity, struck.set_by) == ("TEA-1", 38, ANN)
    await update(store, order.id, ("TEA-1", 3))
    [again] = await orders(store)
    assert again.struck == ()
    line = again.lines_by_sku["TEA-1"]
    assert line == PurchaseLine(sku="TEA-1", quantity=3, unit_cost=line.unit_cost, set_by=ANN, set_at=line.set_at)


async def test_a_declined_need_is_a_need_again_where_the_level_is_worse_off(store: Store) -> None:
    """By half of what it was to have then; until that, sales make no difference. All that is missing is ordered."""
    # given
    once, order = await given_automatic_draft(store)
    await update(store, order.id, ("TEA-1", 0))
    # when
    await adjust(store, TEA, -4, reason=MovementReason.SALE)
    await once.replenisher.sweep()
    # then
    assert (await level_of(store)).planned == 0
    # when
    await adjust(store, TEA, -1, reason=MovementReason.SALE)
    assert (await level_of(store)).is_short
    await once.replenisher.sweep()
    # then
    _, new = await orders(store)
    assert {line.sku: line.quantity for line in new.lines} == {"TEA-1": 43}
    assert (await level_of(store)).declined is None
    await check_everything(store)


async def test_an_order_that_was_lowered_is_received_without_being_topped_up(store: Store) -> None:
    """The position stays as it was when the buyer decided, so the server waits; what never comes makes it worse."""
    once, order = await given_automatic_draft(store)
    await update(store, order.id, ("TEA-1", 9), ("CUP-1", 0))
    await submit(store, order.id)
    await receive(store, order.id)
    await everything_runs(once)
    [only] = await orders(store)
    assert (only.state, (await level_of(store)).on_hand) == (PurchaseOrderState.RECEIVED, 19)


async def test_what_a_supplier_never_sends_is_needed_again(store: Store) -> None:
    """To end an order that came short declines nothing: the level is worse off than the buyer wanted it."""
    once, order = await given_automatic_draft(store)
    await submit(store, order.id)
    await receive(store, order.id, is_complete=True)
    await once.replenisher.sweep()
    assert [each.state for each in await orders(store)] == [PurchaseOrderState.RECEIVED, PurchaseOrderState.DRAFT]


async def test_a_need_that_is_met_otherwise_is_declined_no_more(store: Store) -> None:
    """Once the level has had what it needs, the next time that it falls short is a need of its own."""
    once, order = await given_automatic_draft(store)
    await cancel(store, order.id)
    await adjust(store, TEA, 11)
    assert (await level_of(store)).declined is None
    await adjust(store, TEA, -1, reason=MovementReason.SALE)
    await once.replenisher.order([TEA])
    assert (await level_of(store)).planned == 28


@pytest.mark.parametrize("shipped", [None, 3])
async def test_a_proposed_transfer_that_is_declined_comes_neither_again_nor_from_a_supplier(
    store: Store, shipped: int | None
) -> None:
    """Cancelled, or sent with less than was proposed."""
    policy = Policy(method=ReplenishmentMethod.MIN_MAX, target_level=20, resupply_from="NORTH")
    await given_policy(store, on_hand=2, policy=policy, reorder_point=5)
    await given_supplier(store, "TEA-1")
    await given_level(store, TEA_NORTH, on_hand=100)
    once = machinery(store)
    await once.replenisher.sweep()
    [first] = await proposals(store)
    if shipped is None:
        await store.transfers.cancel(first.id, request=request_info())
    else:
        lines = [TransferUnits(sku="TEA-1", quantity=shipped)]
        await store.transfers.ship(first.id, lines=lines, request=request_info())
    await everything_runs(once)
    assert (len(await proposals(store)), await orders(store)) == (1, [])
    declined = (await level_of(store)).declined
    assert declined is not None
    assert (declined.transfer, declined.quantity) == (first.id, shipped or 0)
    assert declined.reason == (DeclineReason.SHIPPED_LESS if shipped else DeclineReason.TRANSFER_CANCELLED)
    await check_everything(store)


async def test_a_periodic_level_is_decided_on_again_at_its_next_review(store: Store) -> None:
    """What was struck off the order of one review date stays so until the next one."""
    policy = Policy(method=ReplenishmentMethod.PERIODIC, target_level=20, review_days=1)
    await given_policy(store, on_hand=2, policy=policy)
    await given_supplier(store, "TEA-1")
    once = machinery(store)
    await once.review.run()
    [order] = await orders(store)
    await cancel(store, order.id)
    await everything_runs(once)
    assert len(await orders(store)) == 1
    declined = (await level_of(store)).declined
    assert declined is not None
    assert declined.until == (declined.at // 86_400_000_000 + 1) * 86_400_000_000


async def test_a_snoozed_need_wakes_by_itself_once_and_is_ordered(store: Store) -> None:
    """However many processes look, when its time is over; until then nothing is ordered, and the list says why."""
    # given
    await given_policy(store, on_hand=10, policy=min_max(48), reorder_point=20)
    await given_supplier(store, "TEA-1")
    once, said = machinery(store), request_info(note="The season is over.")
    until = Moment(store.clock() + 60 * SECOND)
    # when
    outcome = await once.replenishment.snooze(TEA, until=until, request=said)
    await everything_runs(once)
    # then
    [line] = outcome.movements
    assert (line.reason, line.after.is_short, await orders(store)) == (MovementReason.SETTINGS, False, [])
    [need] = (await once.replenishment.needs(LevelFilter(), is_review=False, first=9, after=None)).nodes
    assert (need.route, need.wanted, need.quantity) == (NeedRoute.DECLINED, 38, 0)
    declined = need.level.declined
    assert declined is not None
    assert (declined.reason, declined.by, declined.note) == (DeclineReason.SNOOZED, ANN, "The season is over.")
    assert (declined.until, declined.position, declined.wake_position) == (until, 10, 5)
    # when
    clocks = [alarm_clock(store), alarm_clock(store)]
    assert [await clock.sweep() for clock in clocks] == [0, 0]
    store.clock.move(seconds=60)
    assert sorted([await clock.sweep() for clock in clocks]) == [0, 1]
    await once.replenisher.sweep()
    # then
    assert (await level_of(store)).planned == 38
    await check_everything(store)


async def test_a_snooze_outlasts_what_happens_meanwhile_unless_the_level_is_worse_off(store: Store) -> None:
    """It holds though the level has what it needs for a while; with even_if_worse, whatever is sold."""
    await given_policy(store, on_hand=30, policy=min_max(48), reorder_point=20)
    await given_supplier(store, "TEA-1")
    once, until = machinery(store), Moment(store.clock() + 3_600 * SECOND)
    await once.replenishment.snooze(TEA, until=until, request=request_info())
    await adjust(store, TEA, -14, reason=MovementReason.SALE)
    assert not (await level_of(store)).is_short
    await adjust(store, TEA, -1, reason=MovementReason.SALE)
    assert (await level_of(store)).is_short
    await once.replenishment.snooze(TEA, until=until, even_if_worse=True, request=request_info())
    await adjust(store, TEA, -15, reason=MovementReason.SALE)
    await everything_runs(once)
    assert await orders(store) == []
    await check_everything(store)


async def test_a_declined_need_is_taken_up_again(store: Store) -> None:
    """By whoever says so, once; and by a change of what the level orders by, but not of anything else."""
    once, order = await given_automatic_draft(store)
    await cancel(store, order.id)
    await once.replenishment.resume(TEA, request=request_info())
    await once.replenisher.sweep()
    assert (await level_of(store)).planned == 38
    assert await refused(store, once.replenishment.resume(TEA, request=request_info())) == [
        NothingToChange(sku="TEA-1", location="MAIN")
    ]


async def test_other_numbers_for_a_level_take_up_its_need_again_unless_it_sleeps_until_a_time(store: Store) -> None:
    """What the level orders by was decided anew; a setting of anything else changes nothing."""
    once, numbers = machinery(store), {"method": ReplenishmentMethod.MIN_MAX, "reorder_point": 20}
    await given_level(store, on_hand=10)
    await store.stock.configure(TEA, settings=SettingsChange(target_level=48, **numbers), request=request_info())
    await once.replenishment.snooze(TEA, until=None, request=request_info())
    await store.stock.configure(TEA, settings=SettingsChange(alert_margin=2), backorder_limit=3, request=request_info())
    assert (await level_of(store)).declined is not None
    await store.stock.configure(TEA, settings=SettingsChange(target_level=50), request=request_info())
    assert (await level_of(store)).is_short
    await once.replenishment.snooze(TEA, until=None, request=request_info())
    change = SettingsChange(target_level=52)
    setting = StockSetting(key=TEA, quantity=10, reason=MovementReason.COUNT, settings=change, is_forced=True)
    await store.stock.set_many([setting], is_atomic=True, request=request_info())
    assert (await level_of(store)).is_short
    await once.replenishment.snooze(TEA, until=Moment(store.clock() + SECOND), request=request_info())
    await store.stock.configure(TEA, settings=SettingsChange(target_level=60), request=request_info())
    assert not (await level_of(store)).is_short


@pytest.mark.parametrize(
    ("seconds", "even_if_worse", "rule"),
    [
        (0, False, "must be in the future, at most 366 days from now"),
        (366 * 86_400 + 1, False, "must be in the future, at most 366 days from now"),
        (None, True, "must be given with evenIfWorse"),
        (None, False, "must be given, as the level needs nothing now"),
    ],
)
async def test_a_snooze_without_sense_is_refused(
    store: Store, seconds: int | None, even_if_worse: bool, rule: str
) -> None:
    """With what its end must be; nothing changes."""
    await given_level(store, on_hand=3)
    until = None if seconds is None else Moment(store.clock() + seconds * SECOND)
    snooze = machinery(store).replenishment.snooze(
        TEA, until=until, even_if_worse=even_if_worse, request=request_info()
    )
    assert await refused(store, snooze) == [InvalidValue(what="The end of a snooze", rule=rule, field=("until",))]


async def test_a_need_of_an_archived_level_wakes_too(store: Store) -> None:
    """So that those who wake needs are not held up by it."""
    await given_policy(store, on_hand=10, policy=min_max(48), reorder_point=20)
    once = machinery(store)
    await once.replenishment.snooze(TEA, until=Moment(store.clock() + SECOND), request=request_info())
    await store.shop.archive_item("TEA-1", is_archived=True, request=request_info())
    store.clock.move(seconds=1)
    assert await alarm_clock(store).sweep() == 1


async def test_a_run_tells_how_many_needs_were_declined(store: Store) -> None:
    """And tells a repeat the same."""
    once, order = await given_automatic_draft(store)
    await cancel(store, order.id)
    said = request_info("monday")
    done = await once.replenishment.run(skus=None, locations=None, is_review=False, request=said)
    await once.replenishment.resume(TEA, request=request_info())
    again = await once.replenishment.run(skus=None, locations=None, is_review=False, request=said)
    assert done.run is not None
    assert again.run is not None
    assert (done.run.declined_count, again.run.declined_count) == (2, 2)

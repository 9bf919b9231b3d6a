"""On which days levels are reviewed, over every store: from a first date on, their own or inherited."""

from datetime import date

from app.domain.day import day_number
from app.domain.replenishment.policy import Policy, ReplenishmentMethod
from app.domain.replenishment.policy_defaults import PolicyDefaults, PolicySettings
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.time import Moment
from tests.property.invariants import check_everything
from tests.support.clock import SECOND
from tests.support.policies import EVERYTHING, application, configure, defaults_in, policy_of, set_defaults
from tests.support.replenishment import Machinery, given_supplier, machinery, orders
from tests.support.scene import CUP, TEA, given_level
from tests.support.store import Store

DAY = 86_400 * SECOND
PERIODIC = ReplenishmentMethod.PERIODIC
MONDAY = day_number(date(2026, 10, 5))
FRIDAY = MONDAY + 4


async def reviewed_on(store: Store, once: Machinery, day: int) -> list[LevelKey]:
    """Return the levels whose review date it is from the first to the last moment of a day."""
    found = []
    for moment in (day * DAY, (day + 1) * DAY - 1):
        store.clock.now = Moment(moment)
        levels = [level for key in (TEA, CUP) if (level := await store.level(key)) is not None]
        found.append([need.level.key for need in await once.review.due(levels)])
    assert found[0] == found[1]
    return found[0]


async def test_levels_are_due_on_the_weekday_that_was_chosen_for_them(store: Store) -> None:
    """One on Mondays, as everything is; the other, by its own first date, on Fridays; neither before that."""
    # given
    await given_level(store, TEA, on_hand=4)
    await given_level(store, CUP, on_hand=9)
    await given_supplier(store, "TEA-1", "CUP-1")
    await set_defaults(store, EVERYTHING, method=PERIODIC, target_level=20, review_days=7, review_start=MONDAY)
    await application(store).sweep()
    await configure(store, CUP, review_start=FRIDAY)
    once = machinery(store)
    # when
    due = {day - MONDAY: await reviewed_on(store, once, day) for day in range(MONDAY - 8, MONDAY + 15)}
    # then
    assert {day: keys for day, keys in due.items() if keys} == {0: [TEA], 4: [CUP], 7: [TEA], 11: [CUP], 14: [TEA]}
    # when
    store.clock.now = Moment((MONDAY - 7) * DAY)
    assert (await once.review.run()).ordered.orders == ()
    store.clock.now = Moment((FRIDAY + 7) * DAY)
    await once.review.run()
    # then
    [order] = await orders(store)
    assert [(line.sku, line.quantity) for line in order.lines] == [("CUP-1", 11)]
    await check_everything(store)


async def test_a_first_review_date_is_kept_by_its_number(store: Store) -> None:
    """In the level, its ledger and what it inherits from; day zero is one, and dropping it is not setting zero."""
    # given
    await given_level(store, TEA, on_hand=4)
    own = Policy(review_start=0, own=("review_start",))
    # when
    first = await set_defaults(store, EVERYTHING, key="k", review_start=MONDAY)
    await configure(store, TEA, review_start=0)
    # then
    assert first.operation.document(PolicyDefaults).settings == PolicySettings(review_start=MONDAY)
    assert defaults_in(await store.contents())["EVERYTHING:"].settings == PolicySettings(review_start=MONDAY)
    assert await policy_of(store, TEA) == (0, own)
    [*_, line] = await store.movements(TEA)
    assert (line.change, line.after.policy) == (LevelChange(policy=own), own)
    assert (await set_defaults(store, EVERYTHING, key="k", review_start=MONDAY)).replayed
    # when
    await configure(store, TEA, review_start=None)
    # then
    assert await policy_of(store, TEA) == (0, Policy(review_start=MONDAY))
    await check_everything(store)

"""Any review, wherever it is cut off and begun again, ends as one that went through; and it orders once for all pages.

Over the store in memory, which decides with the same commands as the others; the contract tests hold those to it.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from app.domain.command import Command
from app.domain.failures import Unavailable
from app.domain.outcome import Outcome
from app.domain.purchasing.purchase_order import PurchaseOrderState
from app.domain.replenishment.policy import NO_POLICY, Policy, ReplenishmentMethod
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import NEVER
from app.services.paging import MAX_PAGE_SIZE
from app.services.ports import Writer
from tests.property.invariants import check_everything
from tests.support.alerts import set_policy
from tests.support.loop import LoopThread, loop_thread
from tests.support.replenishment import given_supplier, machinery, orders
from tests.support.scene import adjust, given_catalog, line, request_info
from tests.support.store import Store, memory_store

SKUS, CODES = ("TEA", "CUP", "POT"), ("MAIN", "NORTH")
DAY = 86_400
SUPPLIERS = {"ACME": True, "BOND": False}  # by whether they get their orders at once
POLICIES = (
    NO_POLICY,
    Policy(method=ReplenishmentMethod.PERIODIC, target_level=20, review_days=1),
    Policy(method=ReplenishmentMethod.PERIODIC, target_level=30, review_days=400),  # no multiple of it is near
    Policy(method=ReplenishmentMethod.DEMAND_BASED, service_level=0.95),
    Policy(method=ReplenishmentMethod.MIN_MAX, target_level=10),
)
MOST_COMMANDS = 12  # more than a review of the shop has


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What a level is to be before the review: in units, of which `sold` went within the last days."""

    policy: Policy
    on_hand: int
    sold: int


shelves = st.builds(Shelf, policy=st.sampled_from(POLICIES), on_hand=st.integers(1, 40), sold=st.integers(0, 30))
shops = st.dictionaries(st.sampled_from([LevelKey(sku, code) for sku in SKUS for code in CODES]), shelves, min_size=1)
offers = st.fixed_dictionaries({}, optional=dict.fromkeys(SKUS, st.sampled_from(list(SUPPLIERS))))


class FailingWriter:
    """Commits so many commands, and then the database is away."""

    def __init__(self, writer: Writer, *, commands: int) -> None:
        self._writer, self._left = writer, commands

    async def run(self, command: Command) -> Outcome:
        if not self._left:
            raise Unavailable("as the test wants it")
        self._left -= 1
        return await self._writer.run(command)


@pytest.fixture(scope="module")
def loop() -> Iterator[LoopThread]:
    """Return a loop for all examples."""
    with loop_thread() as running:
        yield running


async def given_shop(shop: dict[LevelKey, Shelf], offered: dict[str, str]) -> Store:
    """Return a store with these levels and offers; sales are of yesterday."""
    store = memory_store()
    await given_catalog(store, *(LevelKey(sku, code) for sku in SKUS for code in CODES))
    for code, is_sent in SUPPLIERS.items():
        await given_supplier(store, *(sku for sku in SKUS if offered.get(sku) == code), code=code, auto_submit=is_sent)
    for key, shelf in shop.items():
        await adjust(store, key, shelf.on_hand + shelf.sold, reason=MovementReason.RECEIPT)
        await set_policy(store, key, shelf.policy)
        if shelf.sold:
            await adjust(store, key, -shelf.sold, reason=MovementReason.SALE)
    store.clock.move(seconds=DAY)
    return store


async def outcome(store: Store) -> tuple[dict[LevelKey, Level], Counter[LevelKey]]:
    """Return the levels, and what is ordered for each, once what was written is sent.

    Not when each has changed: a review that is begun again goes on with another order of two first.
    """
    await machinery(store).replenisher.sweep()
    ordered = Counter[LevelKey]()
    for order in await orders(store):
        ordered.update({order.arriving(each.sku): each.quantity for each in order.lines})
        is_sent = SUPPLIERS[order.supplier]
        assert order.state is (PurchaseOrderState.SUBMITTED if is_sent else PurchaseOrderState.DRAFT), order
    await check_everything(store)
    levels = (await store.contents()).levels
    return {level.key: structs.replace(level, changed_at=NEVER) for level in levels}, ordered


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shop=shops, offered=offers, commands=st.integers(0, MOST_COMMANDS))
def test_a_review_that_is_begun_again_ends_as_one_that_went_through(
    loop: LoopThread, shop: dict[LevelKey, Shelf], offered: dict[str, str], commands: int
) -> None:
    """Level for level with the same version: nothing was done twice, and nothing left out."""

    async def both() -> None:
        whole, cut = await given_shop(shop, offered), await given_shop(shop, offered)
        await machinery(whole).review.run()
        with suppress(Unavailable):
            failing = FailingWriter(cut.writer, commands=commands)
            await machinery(replace(cut, writer=failing)).review.run()
        await machinery(cut).review.run()
        assert await outcome(cut) == await outcome(whole)

    loop.run(both())


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shop=shops, offered=offers)
def test_a_review_orders_up_to_the_target_where_it_is_the_day(
    loop: LoopThread, shop: dict[LevelKey, Shelf], offered: dict[str, str]
) -> None:
    """And nothing else, and nothing again; each draft is written once."""
    daily = POLICIES[1]
    wanted = {
        key: 20 - shelf.on_hand
        for key, shelf in shop.items()
        if shelf.policy is daily and shelf.on_hand < 20 and key.sku in offered
    }

    async def reviewed() -> None:
        store = await given_shop(shop, offered)
        review = machinery(store).review
        done = await review.run()
        found = {order.arriving(each.sku): each.quantity for order in done.ordered.orders for each in order.lines}
        assert found == wanted
        assert len(done.ordered.orders) == len({(offered[key.sku], key.location) for key in wanted})
        assert done.levels == len(shop)
        again = await review.run()
        assert (again.changed, again.ordered.orders) == (0, ())

    loop.run(reviewed())


async def test_what_lies_on_several_pages_is_on_one_order() -> None:
    """A supplier who gets its orders at once gets one for each location, however many pages its items are on."""
    store = memory_store()
    keys = await given_pages(store, POLICIES[1])
    # when
    pages: list[int] = []
    done = await machinery(store).review.run(advance=pages.append)
    # then
    assert (done.levels, pages) == (len(keys), [MAX_PAGE_SIZE, MAX_PAGE_SIZE])
    assert await lines_of_orders(store) == [(code, MAX_PAGE_SIZE) for code in CODES]


async def test_what_a_sweep_finds_on_several_pages_is_on_one_order() -> None:
    """As in a review."""
    store = memory_store()
    await given_pages(store, Policy(method=ReplenishmentMethod.MIN_MAX, target_level=10), reorder_point=1)
    await machinery(store).replenisher.sweep()
    assert await lines_of_orders(store) == [(code, MAX_PAGE_SIZE) for code in CODES]


async def given_pages(store: Store, policy: Policy, *, reorder_point: int = 0) -> list[LevelKey]:
    """Stock two pages of levels with a unit each, let them go by a policy, and give all items the same supplier."""
    keys = [LevelKey(f"S-{number:04}", code) for number in range(MAX_PAGE_SIZE) for code in CODES]
    await given_catalog(store, *keys)
    for start in range(0, len(keys), MAX_PAGE_SIZE):
        lines = [line(key, 1) for key in keys[start : start + MAX_PAGE_SIZE]]
        await store.stock.adjust_many(lines, is_atomic=True, request=request_info())
    for key in keys:
        await set_policy(store, key, policy, reorder_point=reorder_point)
    await given_supplier(store, *dict.fromkeys(key.sku for key in keys), auto_submit=True)
    return keys


async def lines_of_orders(store: Store) -> list[tuple[str, int]]:
    """Return the location of each order that was sent, and how many lines it has."""
    found = await orders(store, PurchaseOrderState.SUBMITTED)
    return sorted((order.location, len(order.lines)) for order in found)

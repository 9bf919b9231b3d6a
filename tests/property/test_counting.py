"""Counting while the shop is open: whatever is sold, received, lost and found meanwhile, the record follows the truth.

The model knows what nobody else does: what really lies at two places, and how much of it was never recorded.
"""

from dataclasses import dataclass, field
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.counting.commands.record_count import CountedUnits
from app.domain.counting.count import Count, CountState, UncountedRule
from app.domain.counting.count_line import CountMode
from app.domain.errors import InsufficientStock, Refused
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.store.driver.client import Database
from tests.support.counting import given_count, post, present
from tests.support.database import empty
from tests.support.ledger import check_ledger
from tests.support.scene import TEA, adjust, at, given_catalog, request_info
from tests.support.store import Store, memory_store, mongo_store

Step = tuple[Literal["move", "lose", "look", "tell", "count", "shop", "back", "post"], int, int]
PLACES = st.integers(0, 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), PLACES, st.integers(-6, 6).filter(bool)),  # sold or received
        st.tuples(st.just("lose"), PLACES, st.integers(-3, 3).filter(bool)),  # or found, and never recorded
        st.tuples(st.just("look"), st.just(0), st.just(0)),  # offline: count now, tell later
        st.tuples(st.just("tell"), st.just(0), st.integers(0, 3)),
        st.tuples(st.just("count"), st.just(0), st.just(0)),
        st.tuples(st.just("shop"), st.just(0), st.just(0)),  # the first part of a sum
        st.tuples(st.just("back"), st.just(0), st.just(0)),  # the second
        st.tuples(st.just("post"), PLACES, st.just(0)),
    ),
    min_size=20,  # shorter ones seldom get as far as two postings
    max_size=60,
)


@dataclass(frozen=True)
class Finding:
    """What somebody saw at a moment: the units of both places that were never recorded. They saw `units` in all."""

    moment: Moment
    unrecorded: int
    units: int = 0


@dataclass
class Shop:
    """An item at two places of one location, counted as a whole by one count and place by place by another."""

    store: Store
    whole: Count
    parts: Count
    recorded: list[int] = field(default_factory=lambda: [20, 10])
    unrecorded: list[int] = field(default_factory=lambda: [0, 0])
    looks: list[Finding] = field(default_factory=list)
    last: Finding | None = None  # what the open count of the whole says
    half: int | None = None  # units unrecorded in the shop when that was counted for a sum
    sum: Finding | None = None
    posted: Finding | None = None

    def there(self, place: int) -> int:
        """Return the units that really are at a place."""
        return self.recorded[place] + self.unrecorded[place]

    async def run(self, step: Step) -> None:
        """Do one step, if it can be done; each has a second of its own."""
        self.store.clock.move(seconds=1)
        what, place, number = step
        match what:
            case "move":
                await self.move(place, number)
            case "lose" if self.there(place) + number >= 0:
                self.unrecorded[place] += number
            case "look":
                self.looks.append(self.finding())
            case "tell" if self.looks:
                look = self.looks.pop(number % len(self.looks))
                await self.count(self.whole, look.units, moment=look.moment)
                self.last = max(look, self.last or look, key=lambda finding: finding.moment)
            case "count":
                self.last = self.finding()
                await self.count(self.whole, self.last.units)
            case "shop":
                self.half, self.sum = self.unrecorded[0], None
                await self.count(self.parts, self.there(0), starts_over=True)
            case "back" if self.half is not None:
                self.sum = Finding(self.store.clock.now, self.half + self.unrecorded[1])
                self.half = None
                await self.count(self.parts, self.there(1))
            case "post":
                await (self.post_parts() if place else self.post_whole())

    async def move(self, place: int, units: int) -> None:
        """Sell or receive; not where people have counted only a part, which is the rule of the trade."""
        level = await self.store.level(TEA)
        assert level is not None
        is_counted = place == 0 and self.half is not None
        if is_counted or self.there(place) + units < 0 or level.on_hand + units < 0:
            return
        self.recorded[place] += units
        await adjust(self.store, TEA, units, reason=MovementReason.SALE if units < 0 else MovementReason.RECEIPT)

    def finding(self) -> Finding:
        """Look at both places."""
        return Finding(self.store.clock.now, sum(self.unrecorded), self.there(0) + self.there(1))

    async def count(self, count: Count, units: int, *, moment: Moment | None = None, starts_over: bool = False) -> None:
        """Tell a count what was seen."""
        said = request_info(occurred_at=None if moment is None else at(moment))
        lines = [CountedUnits(sku="TEA-1", quantity=units, starts_over=starts_over)]
        await self.store.counts.record(count.id, lines, request=said)

    async def post_whole(self) -> None:
        """Post the count of the whole, and begin another."""
        if self.last is not None and await self.is_posted(self.whole, self.last):
            self.whole, self.last = await given_count(self.store), None

    async def post_parts(self) -> None:
        """Post the count of the parts if both are counted, and begin another."""
        if self.sum is not None and await self.is_posted(self.parts, self.sum):
            self.parts, self.sum = await given_count(self.store, mode=CountMode.SUM), None

    async def is_posted(self, count: Count, finding: Finding) -> bool:
        """Post a count; it is refused only where more was sold of what was found since than the count knows of."""
        best = max(finding, self.posted or finding, key=lambda each: each.moment)
        if sum(self.recorded) + best.unrecorded < 0:
            with pytest.raises(Refused) as refusal:
                await post(self.store, count)
            assert {type(error) for error in refusal.value.errors} == {InsufficientStock}
            return False
        posting = await post(self.store, count, rule=UncountedRule.IGNORE)
        assert posting.count.state is CountState.POSTED
        self.posted = best
        await self.check()
        return True

    async def check(self) -> None:
        """Prove that the record is what was recorded, corrected by what people saw last of those who posted."""
        level = await self.store.level(TEA)
        assert level is not None
        assert level.on_hand == sum(self.recorded) + (self.posted.unrecorded if self.posted else 0)


async def walked(store: Store, steps: list[Step]) -> None:
    """Open a shop and walk through the steps; post what is counted, and check everything."""
    await given_catalog(store, TEA)
    await adjust(store, TEA, 30)
    shop = Shop(store, await given_count(store), await given_count(store, mode=CountMode.SUM))
    for step in steps:
        await shop.run(step)
    await shop.post_whole()
    await shop.post_parts()
    await shop.check()
    await check_ledger(store)
    for count in (shop.whole, shop.parts):
        assert (await present(store, count)).state is CountState.OPEN


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
async def test_what_is_sold_while_people_count_is_no_variance(steps: list[Step]) -> None:
    """In any order of sales, receipts, losses, entries told at once or late, in one piece or in parts, and postings."""
    await walked(memory_store(), steps)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
async def test_what_is_sold_while_people_count_is_no_variance_in_a_database(
    database: Database, steps: list[Step]
) -> None:
    """The same over MongoDB."""
    await empty(database)
    store = mongo_store(database)
    await walked(store, steps)
    await store.close()

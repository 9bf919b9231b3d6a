"""The past of the demo shop: what is planned can be done, and leaves the examples alone."""

from collections import Counter
from collections.abc import Iterator

import pytest

from app.bootstrap.demo_shop.assortment import opening_stock, places
from app.bootstrap.demo_shop.deeds import (
    Adjusted,
    Arrived,
    Confirmed,
    Deed,
    Delivered,
    Held,
    OrderDrafted,
    Packed,
    Posted,
    Shipped,
    Sold,
    Submitted,
)
from app.bootstrap.demo_shop.furnishing import CATEGORIES
from app.bootstrap.demo_shop.past import DAY, Past
from app.client.demo.examples import is_example
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.stock.level import LevelKey

PLACES = places()
OPENING = opening_stock(PLACES)
DAYS, HOURS = 40, 11.0


def a_past() -> Past:
    """Return the plan of some weeks that began on a Wednesday."""
    return Past(PLACES, OPENING, days=DAYS, hours=HOURS, weekday=2, seed=1)


def deeds() -> Iterator[Deed]:
    """Yield everything that is done, in its order."""
    for step in a_past().steps():
        yield from step.deeds


def test_the_same_seed_plans_the_same_past() -> None:
    """So that an interrupted seeding goes on where it stopped."""
    assert list(a_past().steps()) == list(a_past().steps())


def test_moments_only_grow_and_end_at_the_present() -> None:
    """The ledger is written in the order of its moments."""
    moments = [step.at for step in a_past().steps()]
    assert moments == sorted(moments)
    assert moments[-1] == DAYS * DAY + HOURS * 3_600


def test_no_level_is_asked_for_more_than_it_has_and_examples_end_as_they_began() -> None:
    """What is sold, shipped, held or lost was there."""
    on_hand, sent = Counter(OPENING), {}
    for deed in deeds():
        match deed:
            case Sold(location=code, units=units):
                _change(on_hand, code, units, -1)
            case Adjusted(location=code, units=units):
                _change(on_hand, code, units, 1)
            case OrderDrafted(key=key, location=code) | Held(key=key, location=code):
                sent[key] = (code, deed.units)
            case Packed(key=key):
                sent[key] = (deed.destination, deed.units)
                sent[f"{key}:from"] = (deed.source, deed.units)
            case Delivered(order=order, units=units):
                _change(on_hand, sent[order][0], units, 1)
            case Posted(order=order):
                _change(on_hand, *sent[order], -1)
            case Shipped(transfer=transfer):
                _change(on_hand, *sent[f"{transfer}:from"], -1)
            case Arrived(transfer=transfer, units=units):
                _change(on_hand, sent[transfer][0], units, 1)
        assert min(on_hand.values()) >= 0, deed
    assert {key: on_hand[key] for key, place in PLACES.items() if place.is_example} == {
        key: OPENING[key] for key, place in PLACES.items() if place.is_example
    }


def test_orders_go_through_their_states_and_some_are_open_in_the_end() -> None:
    """Drafted, submitted, confirmed, received: in this order; the page of orders shows each state."""
    state: dict[str, type[Deed]] = {}
    before = {Submitted: OrderDrafted, Confirmed: Submitted}
    for deed in deeds():
        if isinstance(deed, OrderDrafted):
            state[deed.key] = OrderDrafted
        elif isinstance(deed, Submitted | Confirmed):
            assert state[deed.order] is before[type(deed)]
            state[deed.order] = type(deed)
        elif isinstance(deed, Delivered):
            assert state[deed.order] in (Confirmed, Delivered)
            state[deed.order] = Delivered
    assert {Confirmed, Delivered} <= set(state.values())


@pytest.mark.parametrize("kind", [OrderDrafted, Packed, Held])
def test_examples_are_neither_ordered_nor_moved_nor_held(kind: type[OrderDrafted | Packed | Held]) -> None:
    """The guides do that with them."""
    made = [deed for deed in deeds() if isinstance(deed, kind)]
    assert made
    assert not any(is_example(sku) for deed in made for sku, _ in deed.units)


def test_the_shop_has_dead_stock_and_every_kind_of_policy() -> None:
    """Each page has something to show."""
    assert {place.key.sku for place in PLACES.values() if not place.daily} >= {"POT-021", "GFT-021"}
    assert {change.method for change in CATEGORIES.values()} == set(ReplenishmentMethod) - {ReplenishmentMethod.NONE}


def _change(on_hand: Counter[LevelKey], location: str, units: tuple[tuple[str, int], ...], sign: int) -> None:
    for sku, number in units:
        on_hand[LevelKey(sku, location)] += sign * number

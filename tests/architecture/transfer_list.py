"""Transfers in such numbers that a plan without an index would show, and all their filters."""

import asyncio

from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.domain.transfers.transfer import TransferState
from app.services.transfers.filters import TransferFilter
from tests.architecture.explained_list import ExplainedList
from tests.support.clock import SECOND, START
from tests.support.explain import PAGE
from tests.support.scene import given_catalog, line, request_info
from tests.support.store import Store
from tests.support.transfers import cancel, create, receive, ship, transfer_in

TRANSFERS = 600
CODES = tuple(f"L{number}" for number in range(8))
SKUS = tuple(f"S-{number:02}" for number in range(30))


async def given_transfers(store: Store) -> None:
    """Make a shop with 600 transfers between 8 locations, most of them received: 75 leave each, 75 go to each."""
    keys = [LevelKey(sku, code) for sku in SKUS for code in CODES]
    await given_catalog(store, *keys)
    await store.stock.adjust_many([line(key, 1_000) for key in keys], is_atomic=True, request=request_info())
    for start in range(0, TRANSFERS, 50):
        store.clock.now = Moment(START + start * SECOND)
        await asyncio.gather(*(given_transfer(store, number) for number in range(start, start + 50)))


async def given_transfer(store: Store, number: int) -> None:
    """Create the transfer of a number. One of ten is a draft, one is on its way, one was cancelled."""
    source, destination = CODES[number % 8], CODES[(number + 1 + number // 8 % 7) % 8]
    lines = [(SKUS[(number + step) % 30], 1) for step in range(3)]
    outcome = await create(store, *lines, source=source, destination=destination, reference=f"TO-{number // 2}")
    identity = transfer_in(outcome).id
    if number % 10 == 1:
        await cancel(store, identity)
    elif number % 10 > 1:
        await ship(store, identity)
    if number % 10 > 2:
        await receive(store, identity)


SINCE, UNTIL = Moment(START + 100 * SECOND), Moment(START + 400 * SECOND)
ONE_FILTER = {
    "everything": TransferFilter(),
    "a frequent state": TransferFilter(states=(TransferState.RECEIVED,)),
    "a state": TransferFilter(states=(TransferState.IN_TRANSIT,)),
    "states": TransferFilter(states=(TransferState.DRAFT, TransferState.IN_TRANSIT, TransferState.CANCELLED)),
    "a source": TransferFilter(source="L3"),
    "a destination": TransferFilter(destination="L3"),
    "a location": TransferFilter(location="L3"),
    "an item": TransferFilter(sku="S-07"),
    "a reference": TransferFilter(reference="TO-33"),
    "a time": TransferFilter(since=SINCE, until=UNTIL),
}
SOME_FILTERS = {
    "open ones to a location": TransferFilter(destination="L3", states=(TransferState.IN_TRANSIT,)),
    "visible locations": TransferFilter(visible_at=("L3", "L5")),
    "open ones of visible locations": TransferFilter(visible_at=("L3", "L5"), states=(TransferState.IN_TRANSIT,)),
    "a route": TransferFilter(source="L3", destination="L5"),
    "a location and an item": TransferFilter(location="L3", sku="S-07"),
    "an item in some states": TransferFilter(sku="S-07", states=(TransferState.DRAFT, TransferState.RECEIVED)),
    "all of them": TransferFilter(
        states=(TransferState.RECEIVED, TransferState.CANCELLED),
        source="L3",
        destination="L5",
        location="L3",
        sku="S-07",
        reference="TO-33",
        since=SINCE,
        until=UNTIL,
    ),
}

TRANSFER_LIST = ExplainedList(
    given=given_transfers,
    read=lambda store, where, after: store.transfers.transfers(where, first=PAGE, after=after),
    narrow=ONE_FILTER,
    combined=SOME_FILTERS,
    since=SINCE,
)

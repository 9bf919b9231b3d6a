"""Lists of transfers: the newest first, by any filter, the same over every store."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from app.domain.failures import BadArgument
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.domain.transfers.transfer import Transfer, TransferState
from app.services.page_cursor import cursor_of
from app.services.paging import Page
from app.services.transfers.filters import TransferFilter
from tests.support.clock import SECOND, START
from tests.support.scene import adjust, given_catalog
from tests.support.store import Store, whole
from tests.support.transfers import arrived, cancel, create, receive, ship, transfer_in

ROUTES = (("MAIN", "NORTH"), ("NORTH", "MAIN"), ("MAIN", "SOUTH"), ("SOUTH", "NORTH"))
STATES = tuple(TransferState)
COUNT = 20  # each route in each state


async def given_transfers(store: Store) -> list[Transfer]:
    """Create twenty transfers, a second between them, and return them as they are, the newest first."""
    codes = ("MAIN", "NORTH", "SOUTH")
    keys = [LevelKey(sku, code) for sku in ("TEA-1", "CUP-1", "MUG-1") for code in codes]
    await given_catalog(store, *keys)
    await asyncio.gather(*(adjust(store, key, 100) for key in keys))
    return [await _given_transfer(store, number) for number in range(COUNT)][::-1]


async def _given_transfer(store: Store, number: int) -> Transfer:
    store.clock.now = Moment(START + number * SECOND)
    (source, destination), state = ROUTES[number % 4], STATES[number % 5]
    reference = f"TO-{number // 2}" if number % 3 else None
    second = ("CUP-1", "MUG-1")[number % 2]
    outcome = await create(
        store, ("TEA-1", 2), (second, 1), source=source, destination=destination, reference=reference
    )
    identity = transfer_in(outcome).id
    if state not in (TransferState.DRAFT, TransferState.CANCELLED):
        outcome = await ship(store, identity)
    if state is TransferState.CANCELLED:
        outcome = await cancel(store, identity)
    elif state is TransferState.PARTIALLY_RECEIVED:
        outcome = await receive(store, identity, arrived("TEA-1", 1))
    elif state is TransferState.RECEIVED:
        outcome = await receive(store, identity)
    return transfer_in(outcome)


def pages(store: Store, where: TransferFilter, *, first: int) -> Callable[[str | None], Awaitable[Page[Transfer]]]:
    """Return the reader of one list."""
    return lambda after: store.transfers.transfers(where, first=first, after=after)


async def test_pages_of_any_size_make_the_whole_list(store: Store) -> None:
    """The newest first, each once."""
    expected = await given_transfers(store)
    assert [transfer.state for transfer in expected] == [STATES[number % 5] for number in reversed(range(COUNT))]
    for first in (1, 3, COUNT - 1, COUNT, 250):
        assert list(await whole(pages(store, TransferFilter(), first=first))) == expected
    assert await store.transfers.count_transfers(TransferFilter()) == COUNT


@pytest.mark.parametrize(
    ("where", "matches"),
    [
        (TransferFilter(states=(TransferState.IN_TRANSIT,)), lambda found: found.state is TransferState.IN_TRANSIT),
        (
            TransferFilter(states=(TransferState.PARTIALLY_RECEIVED, TransferState.IN_TRANSIT)),
            lambda found: found.state.value in ("IN_TRANSIT", "PARTIALLY_RECEIVED"),
        ),
        (TransferFilter(states=()), lambda _: False),
        (TransferFilter(source="MAIN"), lambda found: found.source == "MAIN"),
        (TransferFilter(destination="MAIN"), lambda found: found.destination == "MAIN"),
        (TransferFilter(location="MAIN"), lambda found: "MAIN" in (found.source, found.destination)),
        (TransferFilter(location="NONE"), lambda _: False),
        (TransferFilter(sku="TEA-1"), lambda _: True),
        (TransferFilter(sku="MUG-1"), lambda found: found.lines[1].sku == "MUG-1"),
        (TransferFilter(sku="MUG"), lambda _: False),
        (TransferFilter(reference="TO-3"), lambda found: found.reference == "TO-3"),
        (TransferFilter(reference=""), lambda _: False),
        (TransferFilter(since=Moment(START + 7 * SECOND)), lambda found: found.created_at >= START + 7 * SECOND),
        (TransferFilter(until=Moment(START + 7 * SECOND)), lambda found: found.created_at < START + 7 * SECOND),
        (
            TransferFilter(
                states=(TransferState.DRAFT, TransferState.CANCELLED, TransferState.RECEIVED),
                source="SOUTH",
                destination="NORTH",
                location="SOUTH",
                sku="MUG-1",
                reference="TO-9",
                since=Moment(START + 17 * SECOND),
                until=Moment(START + 20 * SECOND),
            ),
            lambda found: found.created_at // SECOND == START // SECOND + 19,
        ),
        (TransferFilter(source="MAIN", destination="MAIN"), lambda _: False),
    ],
)
async def test_a_filter_leaves_what_matches(
    store: Store, where: TransferFilter, matches: Callable[[Transfer], bool]
) -> None:
    """All filters must match; of the states any. Pages and counts agree."""
    everything = await given_transfers(store)
    expected = [transfer for transfer in everything if matches(transfer)]
    for first in (2, 250):
        assert list(await whole(pages(store, where, first=first))) == expected
    assert await store.transfers.count_transfers(where) == len(expected)


async def test_transfers_of_one_moment_have_an_order_of_their_own(store: Store) -> None:
    """Drafts that were recorded together are told apart by their ids, so that none comes twice or not at all."""
    await given_catalog(store, LevelKey("TEA-1", "MAIN"), LevelKey("TEA-1", "NORTH"))
    await asyncio.gather(*(create(store, ("TEA-1", 1)) for _ in range(10)))
    found = await whole(pages(store, TransferFilter(), first=3))
    positions = [(transfer.created_at, transfer.id) for transfer in found]
    assert positions == sorted(set(positions), reverse=True)
    assert len(found) == 10


@pytest.mark.parametrize("after", ["", "x", cursor_of(("A", "B"), order="SKU"), cursor_of(("1", "a"), order="NEWEST")])
async def test_a_cursor_that_is_none_of_the_list_is_refused(store: Store, after: str) -> None:
    """Whatever a client sends for a cursor, it is told so."""
    with pytest.raises(BadArgument, match=r"^The cursor does not belong to this list and order\.$"):
        await store.transfers.transfers(TransferFilter(), first=5, after=after)


@pytest.mark.parametrize("first", [-1, 251])
async def test_a_page_longer_than_250_is_refused(store: Store, first: int) -> None:
    """Every list has the same bound."""
    with pytest.raises(BadArgument, match="250"):
        await store.transfers.transfers(TransferFilter(), first=first, after=None)

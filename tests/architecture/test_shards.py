"""A change at one location is one shard's transaction: all that it reads and writes says that location."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, NamedTuple

import pytest

from app.domain.alerts.alert import level_of_alert
from app.domain.errors import IdempotencyKeyReused, Refused
from app.domain.stock.commands.record_sale import SaleLine
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import UnavailableReason
from app.domain.stock.movement import MovementReason
from app.store.driver.client import Database, close_client
from app.store.sharding.keys import SHARDED, WHOLE
from app.store.sharding.layout import lay_out
from tests.support import transfers
from tests.support.counting import given_count
from tests.support.database import drop, fresh_database
from tests.support.explain import listened_to
from tests.support.reservations import a_line, reserve
from tests.support.scene import CUP, TEA, adjust, given_catalog, given_item, line, request_info
from tests.support.shards import Shards, places_of
from tests.support.store import Store, mongo_store

NORTH = LevelKey("CUP-1", "NORTH")
Does = Callable[[Store], Awaitable[Any]]


class World(NamedTuple):
    """A stocked store over shards, and what is asked of them."""

    store: Store
    shards: Shards
    database: Database

    async def places(self, does: Does) -> set[str]:
        """Return the shards that take part in the last transaction of a change, by what is on each of them."""
        self.shards.sent.clear()
        await does(self.store)
        *_, last = self.shards.transactions()
        assert not any(each.is_scattered for each in last), [each.shape for each in last if each.is_scattered]
        places = {place for each in last for place in each.places or ()}
        return {str(values[0]) if kind == "zone" else kind for kind, values in places} - {""} | (
            {"primary"} if ("zone", ("",)) in places else set()
        )


@pytest.fixture(scope="module")
async def world(mongo_url: str) -> AsyncIterator[World]:
    """Return 100 TEA-1 and CUP-1 at MAIN, and CUP-1 at NORTH; TEA-1 is low below 50."""
    shards = Shards("sharded")
    client = listened_to(mongo_url, shards)
    database = await fresh_database(client, "sharded")
    await lay_out(database)
    store = mongo_store(database, is_sharded=True)
    await given_catalog(store, TEA, CUP, NORTH)
    await given_item(store, "TEA-1", reorder_point=50)
    for key in (TEA, CUP, NORTH):
        await adjust(store, key, 100, reason=MovementReason.RECEIPT)
    yield World(store, shards, database)
    await drop(database)
    await close_client(client)


async def sell(store: Store, **options: Any) -> None:  # noqa: ANN401 - passed on
    """Sell one of each at MAIN."""
    lines = [SaleLine(sku="TEA-1", quantity=1), SaleLine(sku="CUP-1", quantity=1)]
    await store.stock.record_sale("MAIN", lines, channel="till", request=request_info("sale"), **options)


async def ship(store: Store) -> None:
    """Ship one cup to NORTH."""
    transfer = transfers.transfer_in(await transfers.create(store, ("CUP-1", 1)))
    await store.transfers.ship(transfer.id, lines=None, request=request_info())


AT_ONE_LOCATION: dict[str, Does] = {
    "stockAdjust": lambda store: adjust(store, CUP, -1, idempotency_key="once"),
    "stockAdjust again": lambda store: adjust(store, CUP, -1, idempotency_key="once"),
    "stockAdjust, which brings units": lambda store: adjust(store, CUP, 1),
    "stockSet": lambda store: store.stock.set(
        CUP,
        quantity=90,
        reason=MovementReason.CORRECTION,
        expected_on_hand=None,
        expected_version=None,
        is_forced=True,
        request=request_info("set"),
    ),
    "stockAdjustMany": lambda store: store.stock.adjust_many(
        [line(TEA, -1), line(CUP, -1)], is_atomic=True, request=request_info("many")
    ),
    "stockReclassify": lambda store: store.stock.reclassify(
        CUP, quantity=2, source=None, target=UnavailableReason.DAMAGED, request=request_info("broken")
    ),
    "stockWriteOff": lambda store: store.stock.write_off(
        CUP, quantity=1, reason=UnavailableReason.DAMAGED, request=request_info("gone")
    ),
    "saleRecord": sell,
    "stockAdjust, which opens an alert": lambda store: adjust(store, TEA, -90, idempotency_key="low"),
    "stockAdjust, which closes it": lambda store: adjust(store, TEA, 90, idempotency_key="high"),
}
WITH_A_DOCUMENT: dict[str, tuple[Does, set[str]]] = {
    # An order may be sourced from anywhere, and is found by its id.
    "reservationCreate": (lambda store: reserve(store, a_line(CUP, 1)), {"MAIN", "reservations"}),
    # Both ends know what is on its way.
    "transferShip": (ship, {"MAIN", "NORTH", "transfers"}),
    # No stock is changed: the operation is claimed on the primary shard, where those without levels are.
    "countOpen": (given_count, {"primary", "counts"}),
    # The first units of an item at a location exclude a change of the item meanwhile.
    "stockAdjust, the first": (lambda store: adjust(store, LevelKey("TEA-1", "NORTH"), 1), {"NORTH", "primary"}),
    # A bulk change is all or nothing, wherever it is.
    "stockAdjustMany": (
        lambda store: store.stock.adjust_many([line(CUP, -1), line(NORTH, -1)], is_atomic=True, request=request_info()),
        {"MAIN", "NORTH"},
    ),
}


@pytest.mark.parametrize("name", AT_ONE_LOCATION)
async def test_a_change_at_one_location_is_one_shards(world: World, name: str) -> None:
    """Its key, its operation, its alerts and its lines included."""
    assert await world.places(AT_ONE_LOCATION[name]) == {"MAIN"}


@pytest.mark.parametrize("name", WITH_A_DOCUMENT)
async def test_a_change_with_a_document_takes_the_documents_shard_as_well(world: World, name: str) -> None:
    """And no other."""
    does, places = WITH_A_DOCUMENT[name]
    assert await world.places(does) == places


async def test_equal_requests_at_two_processes_are_one_operation(world: World) -> None:
    """Though no index of the ledger holds operations of all shards; another request under a key is refused."""
    before = await world.store.level(CUP)
    stores = [world.store, mongo_store(world.database, is_sharded=True)]
    keys = [f"race-{number}" for number in range(30)]
    outcomes = await asyncio.gather(
        *(adjust(store, CUP, 1, idempotency_key=key) for key in keys for store in (*stores, *stores))
    )
    after = await world.store.level(CUP)
    assert before is not None
    assert after is not None
    assert after.on_hand == before.on_hand + len(keys)
    assert Counter(outcome.replayed for outcome in outcomes) == {False: len(keys), True: 3 * len(keys)}
    assert len({outcome.operation.id for outcome in outcomes}) == len(keys)
    with pytest.raises(Refused) as refusal:
        await adjust(stores[1], NORTH, 1, idempotency_key=keys[0])
    assert [type(error) for error in refusal.value.errors] == [IdempotencyKeyReused]
    await stores[1].close()


async def test_every_collection_has_a_key_or_a_reason_to_stay_whole(world: World, mongo_url: str) -> None:
    """Who adds a collection says which."""
    client = listened_to(mongo_url, Shards(""))
    assert set(await client["sharded"].list_collection_names()) == SHARDED.keys() | WHOLE.keys()
    assert not SHARDED.keys() & WHOLE.keys()
    await close_client(client)


@pytest.mark.parametrize(
    ("where", "places"),
    [
        ({"location": "A", "sku": "S"}, {("zone", ("A",))}),
        ({"location": {"$in": ["A", "B"]}}, {("zone", ("A",)), ("zone", ("B",))}),
        ({"$or": [{"location": "A"}, {"location": {"$in": ["B"]}}]}, {("zone", ("A",)), ("zone", ("B",))}),
        ({"$and": [{"sku": "S"}, {"location": "A"}]}, {("zone", ("A",))}),
        ({"$or": [{"location": "A"}, {"sku": "S"}]}, None),
        ({"location": {"$gte": "A"}}, None),
        ({"_id": "A/S"}, None),
        ({}, None),
    ],
)
def test_a_filter_reaches_a_shard_where_it_says_the_values(where: dict[str, Any], places: set[Any] | None) -> None:
    """As mongos reads it."""
    assert places_of("levels", where) == places


@pytest.mark.parametrize("sku", ["TEA-1", "a#b", "a/b#2", "#"])
def test_the_id_of_an_alert_says_its_level(sku: str) -> None:
    """So that reading one by its id asks one shard."""
    assert level_of_alert(f"MAIN/{sku}#12/STOCK") == LevelKey(sku, "MAIN")
    assert [level_of_alert(each) for each in ("", "MAIN", "MAIN/x", "/x#1/STOCK")] == [None] * 4

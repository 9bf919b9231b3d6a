"""What insight reads of the ledger is found by indexes, and no more lines are looked at than are added up.

What is explained are the pipelines that the readers really send, listened to on the wire.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.domain.level import LevelKey
from app.domain.movement import MovementReason
from app.domain.time import Moment
from app.domain.window import DAY
from app.store.client import Database, close_client
from tests.support.clock import START
from tests.support.database import drop, fresh_database
from tests.support.explain import Reads, listened_to, stages
from tests.support.scene import about, given_location, line
from tests.support.store import Store, mongo_store

ITEMS, LOCATIONS, OLD_DAYS, DAYS = 60, ("MAIN", "NORTH", "SOUTH"), 5, 4


@pytest.fixture(scope="module")
def reads() -> Reads:
    """Return what listens to the readers."""
    return Reads()


@pytest.fixture(scope="module")
async def shop(mongo_url: str, reads: Reads) -> AsyncIterator[tuple[Store, Database]]:
    """Return 180 levels at three places. Each sold a unit on each of nine days; the window has the last four."""
    client = listened_to(mongo_url, reads)
    database = await fresh_database(client, "explained_insight")
    store = mongo_store(database)
    keys = [LevelKey(f"S-{number:04}", code) for code in LOCATIONS for number in range(ITEMS)]
    for code in LOCATIONS:
        await given_location(store, code)
    for sku in dict.fromkeys(key.sku for key in keys):
        await store.shop.upsert_item(sku, name=sku, about=about())
    for day in range(OLD_DAYS + DAYS + 1):
        store.clock.now = Moment(START + day * DAY)
        delta, reason = (-1, MovementReason.SALE) if day else (50, MovementReason.RECEIPT)
        lines = [line(key, delta, reason) for key in keys]
        await store.stock.adjust_many(lines, is_atomic=True, about=about())
    store.clock.move(seconds=12 * 3_600)
    yield store, database
    await drop(database)
    await close_client(client)


async def explained(database: Database, query: dict[str, Any]) -> dict[str, Any]:
    """Return what the server did to answer, proving that it neither scanned a collection nor sorted."""
    told: dict[str, Any] = await database.command("explain", query, verbosity="executionStats")
    found = set(stages([told]))
    assert found & {"IXSCAN", "IDHACK", "EXPRESS_IXSCAN"}, (query, found)
    assert not found & {"COLLSCAN", "SORT", "$sort"}, (query, found)
    first: dict[str, Any] = told["stages"][0]["$cursor"] if "stages" in told else told
    return first["executionStats"]


KEYS = {
    "one level": [LevelKey("S-0007", "NORTH")],
    "levels of a location": [LevelKey(f"S-{number:04}", "NORTH") for number in range(0, ITEMS, 3)],
    "an item everywhere": [LevelKey("S-0007", code) for code in LOCATIONS],
    "some here, some there": [LevelKey(f"S-{number:04}", LOCATIONS[number % 3]) for number in range(0, ITEMS, 2)],
}


@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
async def test_demand_looks_at_the_lines_of_its_levels_and_days_alone(
    shop: tuple[Store, Database], reads: Reads, keys: list[LevelKey]
) -> None:
    """Whatever else the ledger holds."""
    store, database = shop
    reads.sent.clear()
    demand = await store.demands.demand_at(keys, days=DAYS)
    assert {each.units for each in demand.values()} == {DAYS}
    [query] = reads.sent
    stats = await explained(database, query)
    assert stats["totalDocsExamined"] == DAYS * len(keys)
    assert stats["totalKeysExamined"] <= (DAYS + 3) * len(keys)  # where ranges end and begin is looked at, too

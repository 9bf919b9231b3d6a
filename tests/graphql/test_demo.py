"""The demo shop: filled once, and completed where that was interrupted or an older build has filled it."""

import time

from app.bootstrap import open_application, prepare
from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.idempotency import operation_id_of_key
from app.domain.time import MICROSECONDS_PER_DAY
from app.services.filters import ItemFilter
from app.services.purchasing.filters import OfferFilter, SupplierFilter
from app.services.request_info import RequestInfo
from app.store.driver.client import Database
from tests.graphql.api import opened, settings_of

FILLED = ["Demo shop: 200 items at 3 locations"]
SUPPLIERS = ("suppliers", "supplier_items")
LAST_OFFER = operation_id_of_key(actor="demo", key="demo:offer:HARBOUR:BIS-040")


async def prepared(database: Database, mongo_url: str, redis_url: str, *, days: int = 0) -> list[str]:
    """Prepare a server with the demo shop, and return what is reported."""
    said: list[str] = []
    settings = settings_of(mongo_url, redis_url, database.name).model_copy(update={"demo": True, "demo_days": days})
    await prepare(settings, report=said.append)
    return said


async def currency(database: Database, mongo_url: str, redis_url: str, *, setting: str | None = None) -> str | None:
    """Return what a server whose demo is on says of amounts."""
    settings = settings_of(mongo_url, redis_url, database.name, currency=setting).model_copy(update={"demo": True})
    async with opened(settings) as api:
        answer = await api.run("{ viewer { currency } }")
    return answer["currency"]


async def test_a_shop_is_filled_once_and_completed(database: Database, mongo_url: str, redis_url: str) -> None:
    """Everything is offered by somebody; what was lost half way is made up, and nothing is done twice."""
    assert await prepared(database, mongo_url, redis_url) == FILLED
    assert await prepared(database, mongo_url, redis_url) == []
    whole = {name: await database[name].find().to_list(None) for name in (*SUPPLIERS, "levels")}
    # as an older build left it, or a filling that was interrupted
    for name in SUPPLIERS:
        await database[name].delete_many({})
    await database["operations"].delete_many({"kind": {"$regex": "^supplier"}})
    assert await prepared(database, mongo_url, redis_url) == FILLED
    async with open_application(settings_of(mongo_url, redis_url, database.name)) as application:
        suppliers, catalog = application.services.suppliers, application.services.catalog
        assert await suppliers.count_suppliers(SupplierFilter()) == 2
        assert await catalog.count_items(ItemFilter()) == 200
        assert await suppliers.count_offers(OfferFilter(supplier="HARBOUR")) == 200
        assert await suppliers.count_offers(OfferFilter(supplier="ORCHARD")) == 120
    assert await database["levels"].find().to_list(None) == whole["levels"]
    assert await database["operations"].count_documents({"_id": LAST_OFFER}) == 1
    assert await prepared(database, mongo_url, redis_url) == []
    # its amounts are in pounds, but for an operator who says otherwise
    assert await currency(database, mongo_url, redis_url) == "GBP"
    assert await currency(database, mongo_url, redis_url, setting="EUR") == "EUR"


async def test_a_shop_of_somebody_else_is_left_alone(database: Database, mongo_url: str, redis_url: str) -> None:
    """Whoever has an item of his own wants no demo."""
    async with open_application(settings_of(mongo_url, redis_url, database.name)) as application:
        change = ItemChange(sku="MINE", name="Mine")
        await application.services.catalog.change_item(change, request=RequestInfo(actor="shop"))
    assert await prepared(database, mongo_url, redis_url) == []
    assert await database["items"].count_documents({}) == 1
    assert await database["suppliers"].count_documents({}) == 0
    assert await currency(database, mongo_url, redis_url) is None


async def test_a_shop_has_days_behind_it_that_are_recorded_once(
    database: Database, mongo_url: str, redis_url: str
) -> None:
    """The ledger has the moments of that past; what was interrupted is completed, and nothing is done twice."""
    said = await prepared(database, mongo_url, redis_url, days=2)
    assert (said[0], said[-1].split(", in ")[0]) == (
        "Demo shop: its past is being recorded, which takes some seconds",
        "Demo shop: 259 items at 5 locations, and 2 days of trade",
    )
    assert await prepared(database, mongo_url, redis_url, days=2) == []
    moments = [line["recorded_at"] async for line in database["movements"].find().sort("recorded_at", 1)]
    assert moments[-1] < time.time_ns() // 1_000
    assert moments[-1] - moments[0] >= 2 * MICROSECONDS_PER_DAY
    whole = await database["levels"].find().to_list(None)
    # as if it had stopped before the end
    await database["operations"].delete_one({"_id": operation_id_of_key(actor="demo", key="demo:archive:OLDMILL")})
    assert len(await prepared(database, mongo_url, redis_url, days=2)) > 0
    again = {level["_id"]: level for level in await database["levels"].find().to_list(None)}
    assert all(again[level["_id"]]["version"] >= level["version"] for level in whole)
    assert await prepared(database, mongo_url, redis_url, days=2) == []

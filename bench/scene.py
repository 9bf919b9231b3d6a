"""The shop that is measured: 1,000 items at one location, with more stock than a benchmark can take."""

from collections.abc import Iterator
from itertools import cycle

from app.bootstrap import open_application, prepare
from app.config import Settings
from app.domain.catalog.catalog import LocationKind
from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.stock.commands.adjust_many import Adjustment
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.services.request_info import RequestInfo
from app.store.driver.client import Database

LOCATION = "BENCH"
SKUS = [f"SKU-{number:04}" for number in range(1_000)]
STOCK_UNITS = 1_000_000_000

_ABOUT = RequestInfo(actor="bench")


def keys(*, is_hot: bool) -> Iterator[LevelKey]:
    """Yield levels without end: all of them in turn, or always the same."""
    return cycle([LevelKey(sku, LOCATION) for sku in (SKUS[:1] if is_hot else SKUS)])


async def stock_the_shop(settings: Settings) -> None:
    """Create everything through the use cases."""
    await prepare(settings, report=lambda _: None)
    async with open_application(settings) as application:
        shop, stock = application.services.catalog, application.services.stock
        await shop.upsert_location(LOCATION, name="Bench", kind=LocationKind.WAREHOUSE, request=_ABOUT)
        for sku in SKUS:
            await shop.change_item(
                ItemChange(sku=sku, name=f"Item {sku}", category=None, reorder_point=10), request=_ABOUT
            )
        lines = [
            Adjustment(key=LevelKey(sku, LOCATION), delta=STOCK_UNITS, reason=MovementReason.RECEIPT) for sku in SKUS
        ]
        await stock.adjust_many(lines, is_atomic=True, request=_ABOUT)


class BooksDisagreeError(Exception):
    """The movements do not add up to the levels: whatever was measured is worth nothing."""


async def check_books(database: Database) -> int:
    """Return the number of movements after proving that they add up to the levels. Raises BooksDisagreeError."""
    group = {"_id": {"$concat": ["$location", "/", "$sku"]}, "units": {"$sum": "$change.on_hand"}, "lines": {"$sum": 1}}
    sums = {
        each["_id"]: each
        async for each in await database["movements"].aggregate([{"$group": group}], allowDiskUse=True)
    }
    async for level in database["levels"].find({}, {"on_hand": 1, "version": 1}):
        found = sums[level["_id"]]
        if (found["units"], found["lines"]) != (level["on_hand"], level["version"]):
            raise BooksDisagreeError(f"{level['_id']}: {found} in the ledger, {level} in the level")
    return sum(int(each["lines"]) for each in sums.values())

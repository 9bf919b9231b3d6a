"""Stock levels."""

import asyncio
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final, Self

import strawberry
from strawberry import relay

from app.domain.alerts.alert import Alert, open_alert_keys
from app.domain.stock.level import Level, LevelKey
from app.domain.time import datetime_of
from app.services.paging import DEFAULT_PAGE_SIZE, DEFAULT_PART_SIZE, Page
from schema.context import Info
from schema.loading.awaitable_or_value import AwaitableOrValue
from schema.selections.derived import derived
from schema.selections.excerpts import extent_asked
from schema.selections.rows import Column, Columns
from schema.types.catalog import ITEM_OF_LEVEL, LOCATION_OF_LEVEL, Item, Location, item_of, location_of
from schema.types.connection import Connection
from schema.types.purchasing.purchase_order import PurchaseOrder
from schema.types.reference import asks_only_for, check_found
from schema.types.replenishment.declined import DeclinedNeed
from schema.types.replenishment.policy import LevelPolicy
from schema.types.reservations import Reservation
from schema.types.stock.history import HistoryDays, HistoryPoints, StockLevelPoint
from schema.types.stock.level_counts import LevelCounts, counted
from schema.types.transfers import Transfer

if TYPE_CHECKING:
    from schema.types.alerts import StockAlert

NOTHING_AWAITED: Final[Page[Any]] = Page(nodes=(), positions=(), order="NEWEST", has_next=False)

First = Annotated[int, strawberry.argument(description="The most entries to return, 0 to 250.")]
After = Annotated[str | None, strawberry.argument(description="Return the entries after this cursor.")]

# The fields that show an attribute of the level under its own name, as it is.
_AS_NAMED: Final = (
    *("on_hand", "reserved", "unavailable", "incoming", "planned", "pledged", "backordered", "available"),
    *("reorder_point", "backorder_limit", "status", "shortfall", "oversold", "position", "version"),
)

_LEVEL_KEY = frozenset({"id", "item", "location", "__typename"})


@strawberry.type(description="The stock of one item at one location as it is now, in units.")
class StockLevel(LevelCounts, relay.Node):
    """A level."""

    key: strawberry.Private[LevelKey]
    identity: relay.NodeID[str]
    version: int = strawberry.field(description="Grows by one with each movement. The higher one is the newer.")
    changed_at: datetime = strawberry.field(description="When the level was last changed.")

    @derived("When it was last counted; null where it never was.")
    def counted_at(self) -> datetime | None:
        return datetime_of(self.domain.counted_at) if self.domain.counted_at else None

    @derived(
        "Whether its policy orders something now and the need is not declined; soon false again, unless "
        "no supplier offers the item."
    )
    def needs_reorder(self) -> bool:
        return self.domain.is_short

    @derived("The decision not to order for it, as long as that holds; null where there is none.")
    def declined(self) -> DeclinedNeed | None:
        declined = self.domain.declined
        return None if declined is None else DeclinedNeed.from_domain(declined)

    @derived("Its effective replenishment policy.")
    def policy(self) -> LevelPolicy:
        return LevelPolicy.from_domain(self.domain)

    @strawberry.field(description="A product that is stocked.")
    def item(self, info: Info) -> AwaitableOrValue[Item]:
        return item_of(self.key.sku, info)

    @strawberry.field(description="The location that stocks it.")
    def location(self, info: Info) -> AwaitableOrValue[Location]:
        return location_of(self.key.location, info)

    @strawberry.field(description="Its open alerts: at most one of LOW or OUT, and one of each other type.")
    def alerts(self, info: Info) -> list[Annotated["StockAlert", strawberry.lazy("schema.types.alerts")]]:
        """Refer to the alerts; without a read where there are none."""
        return _loaded_alerts(self.domain, info) if self.domain.alerts else []  # type: ignore[return-value] # awaited

    @strawberry.field(
        description="The reservations that are short of units here, the newest first. Empty without a `shortfall`."
    )
    async def short_reservations(
        self, info: Info, first: First = DEFAULT_PAGE_SIZE, after: After = None
    ) -> Connection[Reservation]:
        """Load a page of reservations."""
        service, level = info.context.services.reservations, self.domain
        return Connection.of(
            await service.short_at(level, first=first, after=after),
            Reservation.from_domain,
            counter=partial(service.count_short_at, level),
            after=after,
        )

    @strawberry.field(
        description="The purchase orders that have not ended and from which it gets units, drafts included, the newest "
        "first: what answers its alerts. Without a read where nothing is incoming or planned."
    )
    async def open_purchase_orders(
        self, info: Info, first: First = DEFAULT_PART_SIZE, after: After = None
    ) -> Connection[PurchaseOrder]:
        """Load a page of orders."""
        service, key = info.context.services.purchase_orders, self.key
        extent = extent_asked(info, PurchaseOrder.__name__)
        async with info.context.reads:
            page = (
                await service.open_orders(key, first=first, after=after, extent=extent)
                if self._is_awaiting
                else NOTHING_AWAITED
            )
        return Connection.of(
            page, PurchaseOrder.from_domain, counter=partial(service.count_open_orders, key), after=after
        )

    @strawberry.field(
        description="The transfers that have not ended and bring it units, proposals included, the newest first. "
        "Without a read where nothing is incoming or planned."
    )
    async def open_transfers(
        self, info: Info, first: First = DEFAULT_PART_SIZE, after: After = None
    ) -> Connection[Transfer]:
        """Load a page of transfers."""
        service, key = info.context.services.transfers, self.key
        extent = extent_asked(info, Transfer.__name__)
        async with info.context.reads:
            page = (
                await service.open_transfers(key, first=first, after=after, extent=extent)
                if self._is_awaiting
                else NOTHING_AWAITED
            )
        return Connection.of(
            page, Transfer.from_domain, counter=partial(service.count_open_transfers, key), after=after
        )

    @strawberry.field(
        description="What it was over the last days, the oldest point first; the last one is the present. Computed "
        "from the ledger on request, together for all levels of a page."
    )
    async def history(self, info: Info, days: HistoryDays = 30, points: HistoryPoints = 30) -> list[StockLevelPoint]:
        """Load the points, together with those of other levels."""
        found = await info.context.loaders.history_by_level.load((self.domain, days, points))
        return [StockLevelPoint.from_domain(point) for point in found]

    @property
    def _is_awaiting(self) -> bool:
        return bool(self.domain.incoming or self.domain.planned)

    @classmethod
    def bare(cls, key: LevelKey) -> Self:
        """Return a level of which nothing but the key is known."""
        level = cls.__new__(cls)
        level.key, level.identity = key, level_identity(key)
        return level

    @classmethod
    def from_domain(cls, level: Level) -> Self:
        return cls(
            key=level.key,
            identity=level_identity(level.key),
            **counted(level),
            version=level.version,
            changed_at=datetime_of(level.changed_at),
        )


def level_of(key: LevelKey, info: Info) -> AwaitableOrValue[StockLevel]:
    """Return the level that a row refers to, as it is now.

    Without a read where no more than its key is selected, or where it has just been changed.
    """
    if asks_only_for(info, _LEVEL_KEY):
        return StockLevel.bare(key)
    known = info.context.loaders.known_level(key)
    return _loaded_level(key, info) if known is None else StockLevel.from_domain(known)


async def _loaded_level(key: LevelKey, info: Info) -> StockLevel:
    level = await info.context.loaders.level_by_key.load(key)
    check_found(level, info, f"level {key}")
    assert level is not None
    return StockLevel.from_domain(level)


async def _loaded_alerts(level: Level, info: Info) -> "list[StockAlert]":
    from schema.types.alerts import StockAlert  # noqa: PLC0415 - alerts refer to levels, and operations do

    loaders = info.context.loaders
    found = await asyncio.gather(*(loaders.document(Alert, key.id) for key in open_alert_keys(level)))
    return [StockAlert.from_domain(alert) for alert in found if alert is not None]


def level_identity(key: LevelKey) -> str:
    """Return the identity behind a level's global id. A location code has no slash, so the parts stay apart."""
    return f"{key.location}/{key.sku}"


def level_key(identity: str) -> LevelKey | None:
    """Return the key of such an identity, or None where it is none."""
    location, slash, sku = identity.partition("/")
    return LevelKey(sku, location) if slash else None


# Its fields in rows; what is not here needs the whole level.
LEVEL_COLUMNS: Final[Columns] = {
    **{name: Column(name) for name in _AS_NAMED},
    "transfer_committed": Column("pledged"),
    "needs_reorder": Column("is_short"),
    "changed_at": Column("changed_at", datetime_of),
    "counted_at": Column("counted_at", lambda moment: datetime_of(moment) if moment else None),
    "id": Column("key", level_identity),
    "item": ITEM_OF_LEVEL,
    "location": LOCATION_OF_LEVEL,
}

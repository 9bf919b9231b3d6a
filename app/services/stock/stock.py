"""Use cases of stock levels: change them, read them, and read their ledger."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence

from app.domain.document import DocumentKey
from app.domain.excerpt import Extent
from app.domain.limits import MAX_REFERENCE_LENGTH
from app.domain.operation import Operation
from app.domain.outcome import Outcome
from app.domain.replenishment.policy_change import NO_CHANGE, SettingsChange
from app.domain.stock.commands.adjust_many import AdjustMany, Adjustment
from app.domain.stock.commands.adjust_stock import AdjustStock
from app.domain.stock.commands.configure_level import ConfigureLevel
from app.domain.stock.commands.reclassify_stock import ReclassifyStock
from app.domain.stock.commands.record_sale import RecordSale, SaleLine
from app.domain.stock.commands.set_many import SetMany
from app.domain.stock.commands.set_stock import SetStock, StockSetting
from app.domain.stock.commands.write_off_stock import WriteOffStock
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import UnavailableReason
from app.domain.stock.movement import Movement, MovementReason
from app.services.command_bus import CommandBus
from app.services.filters import INDEXED_SORTS, LevelFilter, LevelOrder, LevelSort, MovementFilter, list_order
from app.services.paging import Page, Row, page_request, pages
from app.services.ports import CatalogReader, LedgerReader, LevelReader
from app.services.request_info import RequestInfo


async def no_expiry() -> bool:
    """Release nothing: for tests whose reservations do not expire."""
    return False


class Stock:
    """Changes and reads stock. Every change raises Refused, Overloaded or Unavailable, as the writer does."""

    def __init__(
        self,
        *,
        bus: CommandBus,
        levels: LevelReader,
        ledger: LedgerReader,
        catalog: CatalogReader,
        release_expired: Callable[[], Awaitable[bool]] = no_expiry,
    ) -> None:
        """Take `release_expired`: it waits for the release of expired reservations; True if there were any."""
        self._release_expired = release_expired
        self._bus = bus
        self._levels = levels
        self._ledger = ledger
        self._catalog = catalog

    async def adjust(
        self, key: LevelKey, *, delta: int, reason: MovementReason, confirm_oversell: bool = False, request: RequestInfo
    ) -> Outcome:
        """Add or remove units at one level."""
        return await self._bus.run(
            "stockAdjust",
            request,
            lambda info: AdjustStock(info=info, key=key, delta=delta, reason=reason, confirm_oversell=confirm_oversell),
        )

    async def set(
        self,
        key: LevelKey,
        *,
        quantity: int,
        reason: MovementReason,
        expected_on_hand: int | None,
        expected_version: int | None,
        is_forced: bool,
        request: RequestInfo,
    ) -> Outcome:
        """Set the quantity of one level, if it is still what the caller expects."""
        setting = StockSetting(
            key=key,
            quantity=quantity,
            reason=reason,
            expected_on_hand=expected_on_hand,
            expected_version=expected_version,
            is_forced=is_forced,
        )
        return await self._bus.run("stockSet", request, lambda info: SetStock(info=info, setting=setting))

    async def set_many(self, lines: Sequence[StockSetting], *, is_atomic: bool, request: RequestInfo) -> Outcome:
        """Set the quantities of many levels, all or nothing or line by line."""
        return await self._bus.run(
            "stockSetMany", request, lambda info: SetMany(info=info, lines=tuple(lines), is_atomic=is_atomic)
        )

    async def adjust_many(
        self, lines: Sequence[Adjustment], *, is_atomic: bool, confirm_oversell: bool = False, request: RequestInfo
    ) -> Outcome:
        """Add or remove units at many levels, all or nothing or line by line."""
        return await self._bus.run(
            "stockAdjustMany",
            request,
            lambda info: AdjustMany(
                info=info, lines=tuple(lines), is_atomic=is_atomic, confirm_oversell=confirm_oversell
            ),
        )

    async def record_sale(
        self,
        location: str,
        lines: Sequence[SaleLine],
        *,
        channel: str | None,
        confirm_oversell: bool = False,
        return_of: str | None = None,
        request: RequestInfo,
    ) -> Outcome:
        """Record a receipt or invoice, all or nothing. With `return_of` no more comes back than was sold under that."""
        sold = {} if return_of is None else await self._sold(return_of[:MAX_REFERENCE_LENGTH])
        return await self._bus.run(
            "saleRecord",
            request,
            lambda info: RecordSale(
                info=info,
                location=location,
                lines=tuple(lines),
                channel=channel,
                confirm_oversell=confirm_oversell,
                return_of=return_of,
                sold=sold,
            ),
        )

    async def reclassify(
        self,
        key: LevelKey,
        *,
        quantity: int,
        source: UnavailableReason | None,
        target: UnavailableReason | None,
        request: RequestInfo,
    ) -> Outcome:
        """Make units unavailable for a reason, available again, or unavailable for another one; None is available."""
        return await self._bus.run(
            "stockReclassify",
            request,
            lambda info: ReclassifyStock(info=info, key=key, quantity=quantity, source=source, target=target),
        )

    async def write_off(
        self, key: LevelKey, *, quantity: int, reason: UnavailableReason, request: RequestInfo
    ) -> Outcome:
        """Write off units that are unavailable for a reason."""
        return await self._bus.run(
            "stockWriteOff",
            request,
            lambda info: WriteOffStock(info=info, key=key, quantity=quantity, reason=reason),
        )

    async def configure(
        self,
        key: LevelKey,
        *,
        request: RequestInfo,
        settings: SettingsChange = NO_CHANGE,
        backorder_limit: int | None = None,
    ) -> Outcome:
        """Set the replenishment settings of one level, or how much it may promise beyond what is on hand."""
        item = (await self._catalog.items([key.sku])).get(key.sku)
        category = None if item is None else item.category
        return await self._bus.run(
            "stockLevelConfigure",
            request,
            lambda info: ConfigureLevel(
                info=info, key=key, settings=settings, backorder_limit=backorder_limit, category=category
            ),
        )

    async def level(self, key: LevelKey) -> Level | None:
        """Return one level."""
        return (await self.levels_at([key])).get(key)

    async def levels_at(self, keys: Sequence[LevelKey]) -> Mapping[LevelKey, Level]:
        """Return the levels that exist, by key. Expired reservations are released first, so their units are free."""
        await self._release_expired()
        return await self._levels.levels_at(keys)

    async def levels(self, where: LevelFilter, *, order: LevelOrder, first: int, after: str | None) -> Page[Level]:
        """Return a page of levels. Expired reservations are released first. Raises BadArgument."""
        page = page_request(order=order.value, shape=(str, str), first=first, after=after)
        await self._release_expired()
        return await self._levels.levels(where, order=order, page=page)

    async def sorted_levels(
        self, where: LevelFilter, *, sort: LevelSort, descending: bool, first: int, after: str | None
    ) -> Page[Level]:
        """Return a page of levels in the order that a client has chosen. Raises BadArgument, as TooManyToSort, too."""
        shape = (str, str) if sort in INDEXED_SORTS else (int, str, str)
        page = page_request(order=list_order(sort, descending=descending), shape=shape, first=first, after=after)
        await self._release_expired()
        return await self._levels.sorted_levels(where, sort=sort, descending=descending, page=page)

    async def level_rows(
        self, where: LevelFilter, *, order: LevelOrder, first: int, after: str | None, attributes: tuple[str, ...]
    ) -> Page[Row]:
        """Return the same page, of each level these attributes alone. Raises BadArgument."""
        page = page_request(order=order.value, shape=(str, str), first=first, after=after)
        await self._release_expired()
        return await self._levels.level_rows(where, order=order, page=page, attributes=attributes)

    async def count_levels(self, where: LevelFilter) -> int:
        """Return how many levels match."""
        return await self._levels.count_levels(where)

    async def movement(self, key: LevelKey, version: int) -> Movement | None:
        """Return the movement that gave a level this version."""
        return (await self.movements_at([(key, version)])).get((key, version))

    async def _sold(self, reference: str) -> Mapping[str, int]:
        """Return the units sold under a reference, by SKU. They only grow, so an older look is safe."""
        where = MovementFilter(reference=reference, reason=MovementReason.SALE)
        units = Counter[str]()
        async for page in pages(lambda page: self._ledger.movements(where, page=page)):
            for line in page.nodes:
                units[line.after.key.sku] -= line.change.on_hand
        return units

    async def movements_at(self, versions: Sequence[tuple[LevelKey, int]]) -> Mapping[tuple[LevelKey, int], Movement]:
        """Return the movements that exist, by the version that each gave to its level."""
        return await self._ledger.movements_at(versions)

    async def movements(self, where: MovementFilter, *, first: int, after: str | None) -> Page[Movement]:
        """Return a page of movements, the newest first. Raises BadArgument."""
        page = page_request(order="NEWEST", shape=(int, str), first=first, after=after)
        return await self._ledger.movements(where, page=page)

    async def count_movements(self, where: MovementFilter) -> int:
        """Return how many movements match."""
        return await self._ledger.count_movements(where)

    async def operation(self, identity: str) -> Operation | None:
        """Return one operation."""
        return (await self.operations([identity])).get(identity)

    async def operations(
        self, ids: Sequence[str], *, extent: Extent | None = None, asked_by: str | None = None
    ) -> Mapping[str, Operation]:
        """Return the operations that exist, by id; with an extent, perhaps no more of each than that.

        Those that the actor `asked_by` recorded exist for that actor also where nothing of them is visible.
        """
        return await self._ledger.operations(ids, extent=extent, asked_by=asked_by)

    async def operations_of(
        self, document: DocumentKey, *, first: int, after: str | None, extent: Extent | None = None
    ) -> Page[Operation]:
        """Return a page of the operations that changed a document, the newest first; as `operations`.

        Raises BadArgument.
        """
        page = page_request(order="NEWEST", shape=(int,), first=first, after=after)
        return await self._ledger.operations_of(document, page=page, extent=extent)

    async def count_operations_of(self, document: DocumentKey) -> int:
        """Return how many operations changed a document."""
        return await self._ledger.count_operations_of(document)

    async def movements_of(self, operations: Sequence[Operation]) -> Sequence[tuple[Movement, ...]]:
        """Return the movements of each operation, in the order of its lines."""
        return await self._ledger.movements_of(operations)

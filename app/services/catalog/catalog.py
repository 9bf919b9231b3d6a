"""Use cases of the catalog: items and locations."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from app.domain.access.scope import Scope
from app.domain.catalog.catalog import Item, Location, LocationKind, OversellPolicy
from app.domain.catalog.commands.archive import ArchiveItem, ArchiveLocation
from app.domain.catalog.commands.upsert_item import ItemChange, UpsertItem
from app.domain.catalog.commands.upsert_items import UpsertMany
from app.domain.catalog.commands.upsert_location import UpsertLocation
from app.domain.catalog.labels import LabelKind
from app.domain.catalog.open_work import OpenWork, disclosed
from app.domain.catalog.warning import InputWarning
from app.domain.failures import ServiceError
from app.domain.folding import composed
from app.domain.outcome import Outcome
from app.domain.partial_update import UNCHANGED, Unchanged
from app.services.catalog.lookalikes import Lookalikes
from app.services.catalog.open_work import OpenWorkFinder
from app.services.command_bus import CommandBus
from app.services.filters import ItemFilter, ItemOrder, LevelFilter, LocationFilter
from app.services.paging import Page, PageRequest, Row, page_request
from app.services.ports import CatalogReader, Monotonic
from app.services.replenishment.policy_walk import PolicyWalk
from app.services.request_info import RequestInfo

LOCATION_LEASE_SECONDS = 1.0  # how long a writer may use a location that it has cached
MAX_FOLLOW_SECONDS = 2.0  # some thousands of levels; the others follow in the background


class Catalog:
    """Changes and reads items and locations. Every change raises Refused, Overloaded or Unavailable."""

    def __init__(
        self,
        *,
        bus: CommandBus,
        catalog: CatalogReader,
        open_work: OpenWorkFinder,
        walk: PolicyWalk,
        lookalikes: Lookalikes,
        all_work: OpenWorkFinder | None = None,
        lease_seconds: float = LOCATION_LEASE_SECONDS,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        """Delay the answer to an archived or restored location by `lease_seconds`; 0 where one writer serves all.

        `all_work` finds also the open work that the caller does not see, where there may be some.
        """
        self._all_work = all_work
        self._bus = bus
        self._catalog = catalog
        self._lookalikes = lookalikes
        self._open_work = open_work
        self._walk = walk
        self._lease_seconds = lease_seconds
        self._monotonic = monotonic

    async def change_item(self, change: ItemChange, *, request: RequestInfo) -> Outcome:
        """Create an item, or change what is given of it."""
        return await self._bus.run("itemUpsert", request, lambda info: UpsertItem(info=info, change=change))

    async def upsert_items(self, changes: Sequence[ItemChange], *, is_atomic: bool, request: RequestInfo) -> Outcome:
        """Create or change many items, all or nothing or item by item."""
        return await self._bus.run(
            "itemsUpsertMany",
            request,
            lambda info: UpsertMany(info=info, changes=tuple(changes), is_atomic=is_atomic),
        )

    async def uncomposed(self) -> Mapping[str, str]:
        """Return the SKUs that are not in normal form C, by each text that names them.

        That is the SKU as an earlier version took it and, where no other item has it, its composed form.
        """
        skus = await self._catalog.uncomposed_skus()
        others = await self._catalog.items([composed(sku) for sku in skus]) if skus else {}
        return {sku: sku for sku in skus} | {composed(sku): sku for sku in skus if composed(sku) not in others}

    async def item_warnings(self, changes: Sequence[ItemChange]) -> Sequence[tuple[InputWarning, ...]]:
        """Return the warnings of each change that was accepted, in their order."""
        return await self._lookalikes.of_items(changes)

    async def location_warnings(self, code: str) -> tuple[InputWarning, ...]:
        """Return the warnings of a location that was changed."""
        return await self._lookalikes.of_location(code)

    async def archive_item(
        self, sku: str, *, is_archived: bool, winds_down: bool = True, request: RequestInfo
    ) -> Outcome:
        """Archive an item or restore it: see ArchiveItem. Returns when its levels are closed or opened."""
        looks = is_archived and not winds_down
        work = await self._open_work.of_item(sku) if looks else ()
        found = tuple(disclosed(work, request.scopes))
        elsewhere = looks and self._all_work is not None and bool(await self._all_work.of_item(sku))
        outcome = await self._bus.run(
            "itemArchive",
            request,
            lambda info: ArchiveItem(
                info=info,
                sku=sku,
                is_archived=is_archived,
                winds_down=winds_down,
                found=found,
                is_open_elsewhere=elsewhere or len(found) < len(work),
            ),
        )
        await self._bring_in_line(LevelFilter(skus=(sku,)))
        return outcome

    async def upsert_location(
        self,
        code: str,
        *,
        request: RequestInfo,
        name: str | Unchanged = UNCHANGED,
        kind: LocationKind | Unchanged = UNCHANGED,
        priority: int | Unchanged = UNCHANGED,
        oversell_policy: OversellPolicy | Unchanged = UNCHANGED,
    ) -> Outcome:
        """Create a location, or change what is given of it.

        Where its oversell policy is given, it returns when no writer uses the former one any more.
        """
        outcome = await self._bus.run(
            "locationUpsert",
            request,
            lambda info: UpsertLocation(
                info=info, code=code, name=name, kind=kind, priority=priority, oversell_policy=oversell_policy
            ),
        )
        if not isinstance(oversell_policy, Unchanged):
            await asyncio.sleep(self._lease_seconds)
        return outcome

    async def archive_location(
        self, code: str, *, is_archived: bool, winds_down: bool = True, request: RequestInfo
    ) -> Outcome:
        """Archive a location or restore it.

        Returns when no writer uses the former state any more and its levels are closed or opened: of very many, the
        first.
        """
        looks = is_archived and not winds_down
        work = await self._open_work.of_location(code) if looks else ()
        found = tuple(disclosed(work, request.scopes))
        elsewhere = looks and self._all_work is not None and bool(await self._all_work.of_location(code))
        outcome = await self._bus.run(
            "locationArchive",
            request,
            lambda info: ArchiveLocation(
                info=info,
                code=code,
                is_archived=is_archived,
                winds_down=winds_down,
                found=found,
                is_open_elsewhere=elsewhere or len(found) < len(work),
            ),
        )
        await asyncio.sleep(self._lease_seconds)
        await self._bring_in_line(LevelFilter(locations=(code,)))
        return outcome

    async def open_work_of_item(self, sku: str, *, scopes: frozenset[Scope]) -> Sequence[OpenWork]:
        """Return the open work of an item of which someone with these scopes may know."""
        return disclosed(await self._open_work.of_item(sku), scopes)

    async def open_work_of_location(self, code: str, *, scopes: frozenset[Scope]) -> Sequence[OpenWork]:
        """Return the open work of a location of which someone with these scopes may know."""
        return disclosed(await self._open_work.of_location(code), scopes)

    async def items(self, skus: Sequence[str]) -> Mapping[str, Item]:
        """Return the items that exist, by SKU."""
        return await self._catalog.items(skus)

    async def item_by_barcode(self, barcode: str) -> Item | None:
        """Return the item that has a barcode."""
        return await self._catalog.item_by_barcode(barcode)

    async def labels(self, kind: LabelKind, *, beginning: str) -> Sequence[str]:
        """Return the categories or tags in use that begin like this, in order: as many as suggestions show."""
        return await self._catalog.labels(kind, beginning=beginning)

    async def locations(self, codes: Sequence[str]) -> Mapping[str, Location]:
        """Return the locations that exist, by code."""
        return await self._catalog.locations(codes)

    async def page_of_items(
        self, where: ItemFilter, *, order: ItemOrder = ItemOrder.SKU, first: int, after: str | None
    ) -> Page[Item]:
        """Return a page of items. Raises BadArgument."""
        return await self._catalog.page_of_items(where, order=order, page=_page_of_items(order, first, after))

    async def item_rows(
        self, where: ItemFilter, *, order: ItemOrder, first: int, after: str | None, attributes: tuple[str, ...]
    ) -> Page[Row]:
        """Return the same page, of each item these attributes alone. Raises BadArgument."""
        page = _page_of_items(order, first, after)
        return await self._catalog.item_rows(where, order=order, page=page, attributes=attributes)

    async def page_of_locations(self, where: LocationFilter, *, first: int, after: str | None) -> Page[Location]:
        """Return a page of locations by code. Raises BadArgument."""
        page = page_request(order="CODE", shape=(str,), first=first, after=after)
        return await self._catalog.page_of_locations(where, page=page)

    async def count_items(self, where: ItemFilter) -> int:
        """Return how many items match."""
        return await self._catalog.count_items(where)

    async def count_locations(self, where: LocationFilter) -> int:
        """Return how many locations match."""
        return await self._catalog.count_locations(where)

    async def _bring_in_line(self, where: LevelFilter) -> None:
        """Close or open levels, within MAX_FOLLOW_SECONDS. The policy application worker does what is left."""
        until = self._monotonic() + MAX_FOLLOW_SECONDS

        async def is_in_time() -> bool:
            return self._monotonic() < until

        with suppress(ServiceError):
            await self._walk.walk(where, go_on=is_in_time)


def _page_of_items(order: ItemOrder, first: int, after: str | None) -> PageRequest:
    shape = (str,) if order is ItemOrder.SKU else (str, str)
    return page_request(order=order.value, shape=shape, first=first, after=after)

"""DataLoaders: what the rows of a list refer to, read once per type and request.

Rule: what a mutation has just changed is known without a read, and so the same wherever a response shows it.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Any, TypeVar

from app.domain.catalog.catalog import Item, Location
from app.domain.document import Document, DocumentKey
from app.domain.excerpt import Extent, united
from app.domain.insight.level_history import HistoryPoint
from app.domain.operation import Operation
from app.domain.outcome import Present
from app.domain.purchasing.supplier import SupplierItem
from app.domain.reservations.reservation import Reservation
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.movement import Movement
from app.services.use_cases import Services
from schema.loading.shared_loader import SharedLoader

D = TypeVar("D", bound=Document)

NOTHING_KNOWN = Present(levels={}, documents={})

_DocumentAsked = tuple[type[Document], str, Extent | None]


class Loaders:
    """Collect the references below a list into one read per type. Each begins when it is first needed.

    What a mutation has just changed is known without a read, and so the same wherever an answer shows it.
    """

    def __init__(self, services: Services, known: Present = NOTHING_KNOWN, *, actor: str | None) -> None:
        """Take the actor of the request, whose own operations are shown also where nothing of them is visible.

        None where several share what is loaded.
        """
        self._services = services
        self._actor = actor
        self._known = known

    def known_level(self, key: LevelKey) -> Level | None:
        """Return a level that needs no read."""
        return self._known.levels.get(key)

    @cached_property
    def item_by_sku(self) -> SharedLoader[str, Item | None]:
        """Items, filtered and paginated."""

        async def load(skus: list[str]) -> list[Item | None]:
            found = await self._services.catalog.items(skus)
            return [found.get(sku) for sku in skus]

        return SharedLoader(load)

    @cached_property
    def location_by_code(self) -> SharedLoader[str, Location | None]:
        """Locations."""

        async def load(codes: list[str]) -> list[Location | None]:
            found = await self._services.catalog.locations(codes)
            return [found.get(code) for code in codes]

        return SharedLoader(load)

    @property
    def referred_item_by_sku(self) -> SharedLoader[str, Item | None]:
        """Items to which what is shown refers."""
        return self._limited_items if self._services.references.are_limited else self.item_by_sku

    @property
    def referred_location_by_code(self) -> SharedLoader[str, Location | None]:
        """Locations to which what is shown refers."""
        return self._limited_locations if self._services.references.are_limited else self.location_by_code

    @cached_property
    def _limited_items(self) -> SharedLoader[str, Item | None]:
        async def load(skus: list[str]) -> list[Item | None]:
            found = await self._services.references.items(skus)
            return [found.get(sku) for sku in skus]

        return SharedLoader(load)

    @cached_property
    def _limited_locations(self) -> SharedLoader[str, Location | None]:
        async def load(codes: list[str]) -> list[Location | None]:
            found = await self._services.references.locations(codes)
            return [found.get(code) for code in codes]

        return SharedLoader(load)

    @cached_property
    def level_by_key(self) -> SharedLoader[LevelKey, Level | None]:
        """Levels."""

        async def load(keys: list[LevelKey]) -> list[Level | None]:
            known = self._known.levels
            unknown = [key for key in keys if key not in known]
            found = await self._services.stock.levels_at(unknown) if unknown else {}
            return [known.get(key) or found.get(key) for key in keys]

        return SharedLoader(load)

    @cached_property
    def history_by_level(self) -> SharedLoader[tuple[Level, int, int], Sequence[HistoryPoint]]:
        """What levels were over so many days, in so many points."""

        async def load(asked: list[tuple[Level, int, int]]) -> list[Sequence[HistoryPoint]]:
            alike: dict[tuple[int, int], list[Level]] = {}
            for level, days, points in asked:
                alike.setdefault((days, points), []).append(level)
            found = {
                (days, points): await self._services.histories.of(levels, days=days, points=points)
                for (days, points), levels in alike.items()
            }
            return [found[days, points][level.key] for level, days, points in asked]

        return SharedLoader(load, cache_key_fn=lambda asked: (asked[0].key, asked[0].version, *asked[1:]))

    @cached_property
    def short_by_reservation(self) -> SharedLoader[Reservation, Mapping[LevelKey, int]]:
        """By how many units reservations are short, by level."""

        async def load(reservations: list[Reservation]) -> list[Mapping[LevelKey, int]]:
            found = await self._services.reservations.short_of(reservations)
            return [found.get(reservation.id, {}) for reservation in reservations]

        return SharedLoader(load, cache_key_fn=lambda reservation: (reservation.id, reservation.version))

    @cached_property
    def movement_by_version(self) -> SharedLoader[tuple[LevelKey, int], Movement | None]:
        """Movements, by the version that each gave to its level."""

        async def load(versions: list[tuple[LevelKey, int]]) -> list[Movement | None]:
            found = await self._services.stock.movements_at(versions)
            return [found.get(version) for version in versions]

        return SharedLoader(load)

    async def operation(self, identity: str, extent: Extent) -> Operation | None:
        """Load one operation, as far as it is selected, together with the others."""
        return await self._operation_by_key.load((identity, extent))

    @cached_property
    def _operation_by_key(self) -> SharedLoader[tuple[str, Extent], Operation | None]:
        known: dict[str, tuple[Extent, Operation | None]] = {}

        async def load(keys: list[tuple[str, Extent]]) -> list[Operation | None]:
            asked: dict[str, set[Extent]] = {}
            for identity, extent in keys:
                asked.setdefault(identity, set()).add(extent)
            unread: dict[Extent, list[str]] = {}
            for identity, extents in asked.items():
                read = known.get(identity)
                extent = united(extents if read is None else {*extents, read[0]})
                if read is None or read[0] != extent:
                    unread.setdefault(extent, []).append(identity)
            for extent, ids in unread.items():
                found = await self._services.stock.operations(ids, extent=extent, asked_by=self._actor)
                known.update({identity: (extent, found.get(identity)) for identity in ids})
            return [known[identity][1] for identity, _ in keys]

        return SharedLoader(load)

    @cached_property
    def offers_by_sku(self) -> SharedLoader[str, Sequence[SupplierItem]]:
        """What suppliers offer of items."""

        async def load(skus: list[str]) -> list[Sequence[SupplierItem]]:
            found = await self._services.suppliers.offers_of(skus)
            return [found.get(sku, ()) for sku in skus]

        return SharedLoader(load)

    @cached_property
    def movements_by_versions(self) -> SharedLoader[tuple[tuple[LevelKey, int], ...], tuple[Movement | None, ...]]:
        """Movements by the versions that they gave to their levels, several at once: those of a page."""

        async def load(pages: list[tuple[tuple[LevelKey, int], ...]]) -> list[tuple[Movement | None, ...]]:
            found = await self._services.stock.movements_at(list(chain.from_iterable(pages)))
            return [tuple(found.get(version) for version in page) for page in pages]

        return SharedLoader(load)

    async def document(self, kind: type[D], identity: str, extent: Extent | None = None) -> D | None:
        """Load one document of a kind, or what is selected of it, together with the others of its kind."""
        found: D | None = await self._document_by_key.load((kind, identity, extent))
        return found

    @cached_property
    def _document_by_key(self) -> SharedLoader[_DocumentAsked, Any]:
        async def load(keys: list[_DocumentAsked]) -> list[Document | None]:
            known = {key: self._known.documents.get(DocumentKey(key[0].kind, key[1])) for key in keys}
            unknown: dict[tuple[type[Document], Extent | None], list[str]] = {}
            for (kind, identity, extent), document in known.items():
                if document is None:
                    unknown.setdefault((kind, extent), []).append(identity)
            found = {
                (kind, extent): await self._services.documents.by_id(kind, ids, extent=extent)
                for (kind, extent), ids in unknown.items()
            }
            return [known[key] or found[key[0], key[2]].get(key[1]) for key in keys]

        return SharedLoader(load)

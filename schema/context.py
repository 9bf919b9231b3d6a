"""What every resolver can reach: made anew for each operation, so that nothing loaded outlives it."""

from asyncio import Semaphore
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from app.domain.catalog import Item, Location
from app.domain.document import Document, DocumentKey
from app.domain.fold import Present
from app.domain.level import Level, LevelKey
from app.domain.movement import Movement
from app.domain.operation import Operation
from app.domain.reservation import Reservation
from app.domain.supplier import SupplierItem
from app.services.use_cases import Services

D = TypeVar("D", bound=Document)

NOTHING_KNOWN = Present(levels={}, documents={})


MAX_READS_AT_ONCE = 8  # of one request, where a read is made for each parent of a list


class Loaders:
    """Collect the references below a list into one read per type. Each begins when it is first needed.

    What a mutation has just changed is known without a read, and so the same wherever an answer shows it.
    """

    def __init__(self, services: Services, known: Present = NOTHING_KNOWN) -> None:
        self._services = services
        self._known = known

    def known_level(self, key: LevelKey) -> Level | None:
        """Return a level that needs no read."""
        return self._known.levels.get(key)

    @cached_property
    def item_by_sku(self) -> DataLoader[str, Item | None]:
        """Items."""

        async def load(skus: list[str]) -> list[Item | None]:
            found = await self._services.catalog.items(skus)
            return [found.get(sku) for sku in skus]

        return DataLoader(load)

    @cached_property
    def location_by_code(self) -> DataLoader[str, Location | None]:
        """Locations."""

        async def load(codes: list[str]) -> list[Location | None]:
            found = await self._services.catalog.locations(codes)
            return [found.get(code) for code in codes]

        return DataLoader(load)

    @cached_property
    def level_by_key(self) -> DataLoader[LevelKey, Level | None]:
        """Levels."""

        async def load(keys: list[LevelKey]) -> list[Level | None]:
            known = self._known.levels
            unknown = [key for key in keys if key not in known]
            found = await self._services.stock.levels_at(unknown) if unknown else {}
            return [known.get(key) or found.get(key) for key in keys]

        return DataLoader(load)

    @cached_property
    def short_by_reservation(self) -> DataLoader[Reservation, Mapping[LevelKey, int]]:
        """By how many units reservations are short, by level."""

        async def load(reservations: list[Reservation]) -> list[Mapping[LevelKey, int]]:
            found = await self._services.reservations.short_of(reservations)
            return [found.get(reservation.id, {}) for reservation in reservations]

        return DataLoader(load, cache_key_fn=lambda reservation: (reservation.id, reservation.version))

    @cached_property
    def movement_by_version(self) -> DataLoader[tuple[LevelKey, int], Movement | None]:
        """Movements, by the version that each gave to its level."""

        async def load(versions: list[tuple[LevelKey, int]]) -> list[Movement | None]:
            found = await self._services.stock.movements_at(versions)
            return [found.get(version) for version in versions]

        return DataLoader(load)

    @cached_property
    def operation_by_id(self) -> DataLoader[str, Operation | None]:
        """Operations."""

        async def load(ids: list[str]) -> list[Operation | None]:
            found = await self._services.stock.operations(ids)
            return [found.get(identity) for identity in ids]

        return DataLoader(load)

    @cached_property
    def offers_by_sku(self) -> DataLoader[str, Sequence[SupplierItem]]:
        """What suppliers offer of items."""

        async def load(skus: list[str]) -> list[Sequence[SupplierItem]]:
            found = await self._services.suppliers.offers_of(skus)
            return [found.get(sku, ()) for sku in skus]

        return DataLoader(load)

    @cached_property
    def movements_by_versions(self) -> DataLoader[tuple[tuple[LevelKey, int], ...], tuple[Movement, ...]]:
        """Movements by the versions that they gave to their levels, several at once: those of a page."""

        async def load(pages: list[tuple[tuple[LevelKey, int], ...]]) -> list[tuple[Movement, ...]]:
            found = await self._services.stock.movements_at(list(chain.from_iterable(pages)))
            return [tuple(found[version] for version in page) for page in pages]

        return DataLoader(load)

    async def document(self, kind: type[D], identity: str) -> D | None:
        """Load one document of a kind, together with the others of its kind that are asked for at once."""
        found: D | None = await self._document_by_key.load((kind, identity))
        return found

    @cached_property
    def _document_by_key(self) -> DataLoader[tuple[type[Document], str], Any]:
        async def load(keys: list[tuple[type[Document], str]]) -> list[Document | None]:
            known = {key: self._known.documents.get(DocumentKey(key[0].kind, key[1])) for key in keys}
            unknown = [key for key, document in known.items() if document is None]
            kinds = {kind: [identity for asked, identity in unknown if asked is kind] for kind, _ in unknown}
            found = {kind: await self._services.documents.documents(kind, ids) for kind, ids in kinds.items()}
            return [known[kind, identity] or found[kind].get(identity) for kind, identity in keys]

        return DataLoader(load)


@dataclass(slots=True, kw_only=True)
class Context:
    """One operation's surroundings."""

    services: Services
    request_id: str
    actor: str
    loaders: Loaders = field(init=False)
    # What has to ask once per parent takes so many of the process's connections at a time, and leaves others theirs.
    reads: Semaphore = field(init=False, default_factory=lambda: Semaphore(MAX_READS_AT_ONCE))

    def __post_init__(self) -> None:
        self.refresh()

    def refresh(self, known: Present = NOTHING_KNOWN) -> None:
        """Forget what was loaded: what comes after a change, or in a subscription's next result, must not show it.

        Remember what is known of the change, which needs no read.
        """
        self.loaders = Loaders(self.services, known)


Info = strawberry.Info[Context, None]

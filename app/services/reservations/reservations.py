"""Use cases of reservations: stock set aside for orders and carts."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from msgspec import structs

from app.domain.errors import Refused, StaleLevel
from app.domain.excerpt import Extent
from app.domain.outcome import Outcome
from app.domain.reservations.commands.change_reservation import (
    ExtendReservation,
    FulfillReservation,
    ReleaseReservation,
)
from app.domain.reservations.commands.create_reservation import CreateReservation
from app.domain.reservations.commands.move_reservation import MoveReservation
from app.domain.reservations.commands.reverse_fulfillment import ReverseFulfillment
from app.domain.reservations.commands.update_reservation import UpdateReservation
from app.domain.reservations.holds import ReservedUnits
from app.domain.reservations.reservation import RequestedLine, Reservation
from app.domain.stock.level import Level, LevelKey
from app.domain.time import moment_of
from app.services.command_bus import CommandBus
from app.services.paging import Page, page_request
from app.services.ports import Clock, DocumentReader, LedgerReader
from app.services.recorded_operation import recorded
from app.services.request_info import RequestInfo
from app.services.reservations.filters import ReservationFilter
from app.services.reservations.shortages import Shortages
from app.services.stale_read_retry import decided_on_fresh


class Reservations:
    """Changes and reads reservations. Every change raises Refused, Overloaded or Unavailable.

    A reservation is returned as it stands now: EXPIRED from its last moment on, although its units are released a
    moment later. Lists are narrowed by the recorded state.
    """

    def __init__(
        self, *, bus: CommandBus, documents: DocumentReader, ledger: LedgerReader, shortages: Shortages, clock: Clock
    ) -> None:
        self._bus = bus
        self._ledger = ledger
        self._documents = documents
        self._shortages = shortages
        self._clock = clock
        self._short_turns = asyncio.Lock()  # of fulfillments with missing units: each is decided on fresh reads

    async def create(
        self,
        lines: Sequence[RequestedLine],
        *,
        request: RequestInfo,
        ttl_seconds: int | None = None,
        channel: str | None = None,
        allow_partial: bool = False,
        accept_backorder: bool = True,
        locations: Sequence[str] | None = None,
        max_locations: int | None = None,
        needed_by: datetime | None = None,
    ) -> Outcome:
        """Set units aside: see CreateReservation."""
        return await self._bus.run(
            "reservationCreate",
            request,
            lambda info: CreateReservation(
                info=info,
                lines=tuple(lines),
                ttl_seconds=ttl_seconds,
                channel=channel,
                allow_partial=allow_partial,
                accept_backorder=accept_backorder,
                locations=None if locations is None else tuple(locations),
                max_locations=max_locations,
                needed_by=None if needed_by is None else moment_of(needed_by),
            ),
        )

    async def extend(self, identity: str, *, ttl_seconds: int | None, request: RequestInfo) -> Outcome:
        """Extend a reservation to so many seconds from now, or for good."""
        return await self._bus.run(
            "reservationExtend",
            request,
            lambda info: ExtendReservation(info=info, id=identity, ttl_seconds=ttl_seconds),
        )

    async def release(
        self, identity: str, *, lines: Sequence[ReservedUnits] | None = None, request: RequestInfo
    ) -> Outcome:
        """Release units: these parts, or everything that is outstanding."""
        parts = None if lines is None else tuple(lines)
        return await self._bus.run(
            "reservationRelease", request, lambda info: ReleaseReservation(info=info, id=identity, lines=parts)
        )

    async def fulfill(
        self, identity: str, *, lines: Sequence[ReservedUnits] | None = None, request: RequestInfo
    ) -> Outcome:
        """Fulfill: these parts, or everything that is held. Shortages are read only where units are missing."""
        fulfill = partial(FulfillReservation, id=identity, lines=None if lines is None else tuple(lines))
        try:
            return await self._bus.run("reservationFulfill", request, lambda info: fulfill(info=info))
        except Refused as refused:
            if not any(isinstance(error, StaleLevel) for error in refused.errors):
                raise

        async def run() -> Outcome:
            shortages = await self._shortages.at_levels_of(identity)
            return await self._bus.run(
                "reservationFulfill", request, lambda info: fulfill(info=info, shortages=shortages)
            )

        async with self._short_turns:
            return await decided_on_fresh(run)

    async def update(
        self,
        identity: str,
        lines: Sequence[RequestedLine],
        *,
        allow_partial: bool = False,
        accept_backorder: bool = True,
        request: RequestInfo,
    ) -> Outcome:
        """Change the lines of a reservation: see UpdateReservation."""
        return await self._bus.run(
            "reservationUpdate",
            request,
            lambda info: UpdateReservation(
                info=info,
                id=identity,
                lines=tuple(lines),
                allow_partial=allow_partial,
                accept_backorder=accept_backorder,
            ),
        )

    async def move(
        self, identity: str, location: str, lines: Sequence[ReservedUnits], *, request: RequestInfo
    ) -> Outcome:
        """Move parts of a reservation to another location: see MoveReservation."""
        return await self._bus.run(
            "reservationMove",
            request,
            lambda info: MoveReservation(info=info, id=identity, location=location, lines=tuple(lines)),
        )

    async def reverse_fulfillment(
        self, identity: str, operation: str, *, lines: Sequence[ReservedUnits] | None = None, request: RequestInfo
    ) -> Outcome:
        """Reverse a fulfillment, or parts of it: the units are on hand again, and held by the reservation."""
        found, movements = await recorded(self._ledger, operation, kind="reservationFulfill")
        is_of_it = found is not None and found.has_changed(Reservation, identity)
        shipped = tuple((line.after.key, -line.change.on_hand) for line in movements) if is_of_it else ()
        return await self._bus.run(
            "reservationFulfillmentReverse",
            request,
            lambda info: ReverseFulfillment(
                info=structs.replace(info, reverses=operation if shipped else None),
                id=identity,
                operation_id=operation,
                shipped=shipped,
                lines=None if lines is None else tuple(lines),
            ),
        )

    async def reservation(self, identity: str) -> Reservation | None:
        """Return one reservation as it stands now."""
        found = (await self._documents.documents(Reservation, [identity])).get(identity)
        return found and self.as_it_stands(found)

    async def reservations(
        self, where: ReservationFilter, *, first: int, after: str | None, extent: Extent | None = None
    ) -> Page[Reservation]:
        """Return a page of reservations as they stand now, the newest first. Raises BadArgument."""
        page = page_request(order="NEWEST", shape=(int, str), first=first, after=after)
        found: Page[Reservation] = await self._documents.page_of_documents(where, page=page, extent=extent)
        return replace(found, nodes=tuple(map(self.as_it_stands, found.nodes)))

    async def narrowed(self, where: ReservationFilter, *, is_short: bool | None) -> ReservationFilter:
        """Return a filter of those that are short now, or of the others; None narrows nothing."""
        if is_short is None:
            return where
        ids = await self._shortages.ids(sku=where.sku, location=where.location)
        return replace(where, ids=ids) if is_short else replace(where, other_ids=ids)

    async def short_of(self, reservations: Sequence[Reservation]) -> Mapping[str, Mapping[LevelKey, int]]:
        """Return by how many units each of these is short at each level; those that are not are left out."""
        return await self._shortages.of(reservations)

    async def short_at(self, level: Level, *, first: int, after: str | None) -> Page[Reservation]:
        """Return a page of those that are short at a level, the newest first. Raises BadArgument."""
        ids = await self._short_ids(level)
        return await self.reservations(ReservationFilter(ids=ids), first=first, after=after)

    async def count_short_at(self, level: Level) -> int:
        """Return how many are short at a level."""
        return await self.count_reservations(ReservationFilter(ids=await self._short_ids(level)))

    async def _short_ids(self, level: Level) -> tuple[str, ...]:
        found = await self._shortages.at([level])
        return tuple(found[level.key].units) if found else ()

    async def count_reservations(self, where: ReservationFilter) -> int:
        """Return how many reservations match."""
        return await self._documents.count_documents(where)

    def as_it_stands(self, reservation: Reservation) -> Reservation:
        """Return a reservation in the state in which it is at this moment."""
        state = reservation.state_at(self._clock())
        return reservation if state is reservation.state else replace(reservation, state=state)

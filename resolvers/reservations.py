"""Reservations."""

from functools import partial

from app.domain.outcome import Outcome
from app.domain.reservations.reservation import Reservation as DomainReservation
from app.services.paging import DEFAULT_PAGE_SIZE
from app.services.reservations.filters import ReservationFilter
from schema.arguments import After, First, Id, Input, ReservationsWhere
from schema.context import Info
from schema.inputs.reservations import (
    ReservationCreateInput,
    ReservationExtendInput,
    ReservationFulfillInput,
    ReservationFulfillmentReverseInput,
    ReservationMoveInput,
    ReservationReleaseInput,
    ReservationUpdateInput,
)
from schema.payloads.reservations import ReservationPayload
from schema.selections.excerpts import extent_asked
from schema.types.connection import Connection
from schema.types.identity import document_id
from schema.types.reservations import Reservation
from schema.types.stock.ledger import Operation


async def reservation(info: Info, id: Id) -> Reservation | None:
    """Return one reservation."""
    return await reservation_of(info, document_id(Reservation.__name__, id))


async def reservation_of(info: Info, identity: str) -> Reservation | None:
    """Return one reservation, as it stands now, by the id behind its global id."""
    found = await info.context.loaders.document(DomainReservation, identity, extent_asked(info, Reservation.__name__))
    if found is None:
        return None
    return Reservation.from_domain(info.context.services.reservations.as_it_stands(found))


async def reservations(
    info: Info, filter: ReservationsWhere = None, first: First = DEFAULT_PAGE_SIZE, after: After = None
) -> Connection[Reservation]:
    """Return a page of reservations, the newest first."""
    service = info.context.services.reservations
    where = filter.to_domain() if filter else ReservationFilter()
    where = await service.narrowed(where, is_short=filter.is_short if filter else None)
    page = await service.reservations(where, first=first, after=after, extent=extent_asked(info, Reservation.__name__))
    return Connection.of(page, Reservation.from_domain, counter=partial(service.count_reservations, where), after=after)


async def create(info: Info, input: Input[ReservationCreateInput]) -> ReservationPayload:
    """Create a reservation."""
    outcome = await info.context.services.reservations.create(
        input.requested_lines(),
        ttl_seconds=input.ttl_seconds,
        channel=input.channel,
        allow_partial=input.allow_partial,
        accept_backorder=input.accept_backorder,
        locations=input.locations,
        max_locations=input.max_locations,
        needed_by=input.needed_by,
        request=input.request(info.context.principal),
    )
    return _payload(info, outcome)


async def extend(info: Info, input: Input[ReservationExtendInput]) -> ReservationPayload:
    """Change the expiry of a reservation."""
    outcome = await info.context.services.reservations.extend(
        document_id(Reservation.__name__, input.id),
        ttl_seconds=input.ttl_seconds,
        request=input.request(info.context.principal),
    )
    return _payload(info, outcome)


async def release(info: Info, input: Input[ReservationReleaseInput]) -> ReservationPayload:
    """Release units of a reservation."""
    outcome = await info.context.services.reservations.release(
        document_id(Reservation.__name__, input.id), lines=input.parts(), request=input.request(info.context.principal)
    )
    return _payload(info, outcome)


async def fulfill(info: Info, input: Input[ReservationFulfillInput]) -> ReservationPayload:
    """Ship units of a reservation."""
    outcome = await info.context.services.reservations.fulfill(
        document_id(Reservation.__name__, input.id), lines=input.parts(), request=input.request(info.context.principal)
    )
    return _payload(info, outcome)


async def update(info: Info, input: Input[ReservationUpdateInput]) -> ReservationPayload:
    """Change the lines of a reservation."""
    outcome = await info.context.services.reservations.update(
        document_id(Reservation.__name__, input.id),
        input.requested_lines(),
        allow_partial=input.allow_partial,
        accept_backorder=input.accept_backorder,
        request=input.request(info.context.principal),
    )
    return _payload(info, outcome)


async def move(info: Info, input: Input[ReservationMoveInput]) -> ReservationPayload:
    """Move the allocation to another location."""
    outcome = await info.context.services.reservations.move(
        document_id(Reservation.__name__, input.id),
        input.location,
        input.parts(),
        request=input.request(info.context.principal),
    )
    return _payload(info, outcome)


async def reverse_fulfillment(info: Info, input: Input[ReservationFulfillmentReverseInput]) -> ReservationPayload:
    """Reverse a shipment."""
    outcome = await info.context.services.reservations.reverse_fulfillment(
        document_id(Reservation.__name__, input.id),
        document_id(Operation.__name__, input.operation),
        lines=input.parts(),
        request=input.request(info.context.principal),
    )
    return _payload(info, outcome)


def _payload(info: Info, outcome: Outcome) -> ReservationPayload:
    reservation, service = outcome.shown(DomainReservation), info.context.services.reservations
    return ReservationPayload.of(outcome, reservation and service.as_it_stands(reservation))

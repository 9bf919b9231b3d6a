"""Transfers."""

from functools import partial

from app.domain.transfers.transfer import Transfer as DomainTransfer
from app.services.paging import DEFAULT_PAGE_SIZE
from app.services.transfers.filters import TransferFilter
from schema.arguments import After, First, Id, Input, TransfersWhere
from schema.context import Info
from schema.inputs.transfers import (
    TransferCancelInput,
    TransferCreateInput,
    TransferLossReverseInput,
    TransferReceiveInput,
    TransferShipInput,
)
from schema.payloads.transfers import TransferPayload
from schema.selections.excerpts import extent_asked
from schema.types.connection import Connection
from schema.types.identity import document_id
from schema.types.stock.ledger import Operation
from schema.types.transfers import Transfer


async def transfer(info: Info, id: Id) -> Transfer | None:
    """Return one transfer."""
    return await transfer_of(info, document_id(Transfer.__name__, id))


async def transfer_of(info: Info, identity: str) -> Transfer | None:
    """Return one transfer by the id behind its global id."""
    found = await info.context.loaders.document(DomainTransfer, identity, extent_asked(info, Transfer.__name__))
    return None if found is None else Transfer.from_domain(found)


async def transfers(
    info: Info, filter: TransfersWhere = None, first: First = DEFAULT_PAGE_SIZE, after: After = None
) -> Connection[Transfer]:
    """Return a page of transfers, the newest first."""
    service = info.context.services.transfers
    where = filter.to_domain() if filter else TransferFilter()
    page = await service.transfers(where, first=first, after=after, extent=extent_asked(info, Transfer.__name__))
    return Connection.of(page, Transfer.from_domain, counter=partial(service.count_transfers, where), after=after)


async def create(info: Info, input: Input[TransferCreateInput]) -> TransferPayload:
    """Create a draft transfer."""
    outcome = await info.context.services.transfers.create(
        input.source, input.destination, input.units(), request=input.request(info.context.principal)
    )
    return TransferPayload.from_outcome(outcome)


async def ship(info: Info, input: Input[TransferShipInput]) -> TransferPayload:
    """Ship a draft."""
    outcome = await info.context.services.transfers.ship(
        document_id(Transfer.__name__, input.id), lines=input.units(), request=input.request(info.context.principal)
    )
    return TransferPayload.from_outcome(outcome)


async def receive(info: Info, input: Input[TransferReceiveInput]) -> TransferPayload:
    """Receive units."""
    outcome = await info.context.services.transfers.receive(
        document_id(Transfer.__name__, input.id),
        lines=input.arrivals(),
        is_complete=input.is_complete,
        short_reason=input.short_reason,
        request=input.request(info.context.principal),
    )
    return TransferPayload.from_outcome(outcome)


async def cancel(info: Info, input: Input[TransferCancelInput]) -> TransferPayload:
    """Cancel a transfer."""
    outcome = await info.context.services.transfers.cancel(
        document_id(Transfer.__name__, input.id), request=input.request(info.context.principal)
    )
    return TransferPayload.from_outcome(outcome)


async def reverse_loss(info: Info, input: Input[TransferLossReverseInput]) -> TransferPayload:
    """Receive units that were recorded as lost."""
    outcome = await info.context.services.transfers.reverse_loss(
        document_id(Transfer.__name__, input.id),
        document_id(Operation.__name__, input.operation),
        lines=input.units(),
        request=input.request(info.context.principal),
    )
    return TransferPayload.from_outcome(outcome)

"""Movements that the commands about transfers share."""

from collections.abc import Iterator, Mapping

from app.domain.command import Line
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import MovementReason
from app.domain.transfers.transfer import Transfer


def proposal(transfer: Transfer, units: Mapping[str, int]) -> Iterator[Line]:
    """Yield the movements of proposed units, by SKU: they are pledged at the source, and planned at the destination."""
    for sku, quantity in units.items():
        yield Line(key=transfer.leaving(sku), change=LevelChange(pledged=quantity), reason=MovementReason.TRANSFER)
        yield Line(key=transfer.arriving(sku), change=LevelChange(planned=quantity), reason=MovementReason.TRANSFER)


def no_longer_proposed(transfer: Transfer, units: Mapping[str, int]) -> Iterator[Line]:
    """Yield the counter-movements of proposed units, by SKU."""
    yield from proposal(transfer, {sku: -quantity for sku, quantity in units.items()})

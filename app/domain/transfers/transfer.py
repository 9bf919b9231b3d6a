"""Transfers of units from one location to another.

Rule: on every line, shipped = received + lost + returned + outstanding. The outstanding units of all transfers to a
location are incoming there, so nothing is lost on the way unless a line records it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from app.domain.access.visibility import Visibility
from app.domain.document import Document, DocumentKey, DocumentKind
from app.domain.replenishment.order_reason import OrderReason
from app.domain.stock.level import LevelKey


class TransferState(StrEnum):
    """States of a transfer. The last two are final."""

    DRAFT = "DRAFT"
    IN_TRANSIT = "IN_TRANSIT"
    PARTIALLY_RECEIVED = "PARTIALLY_RECEIVED"
    RECEIVED = "RECEIVED"
    CANCELLED = "CANCELLED"


UNDER_WAY = frozenset({TransferState.IN_TRANSIT, TransferState.PARTIALLY_RECEIVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferLine:
    """One item of a transfer, in units.

    `quantity` was requested, and `shipped` left the source. Of those, `received` arrived, `lost` never did, and
    `returned` went back to the source. `over` arrived without having been shipped. `reason` is that of an automatic
    proposal.
    """

    sku: str
    quantity: int
    shipped: int = 0
    received: int = 0
    lost: int = 0
    returned: int = 0
    over: int = 0
    reason: OrderReason | None = None

    def __post_init__(self) -> None:
        assert 0 <= self.shipped <= self.quantity, self
        assert self.received >= 0 <= self.lost, self
        assert self.returned >= 0 <= self.over, self
        assert self.outstanding >= 0, self

    @property
    def outstanding(self) -> int:
        """Shipped units that have neither arrived nor been given up: they are incoming at the destination."""
        return self.shipped - self.received - self.lost - self.returned

    def arrived(self, quantity: int) -> "TransferLine":
        """Return the line after units arrived; units beyond the outstanding ones are over."""
        expected = min(quantity, self.outstanding)
        return replace(self, received=self.received + expected, over=self.over + quantity - expected)

    def given_up(self) -> "TransferLine":
        """Return the line with all outstanding units lost."""
        return replace(self, lost=self.lost + self.outstanding)

    def sent_back(self) -> "TransferLine":
        """Return the line with all outstanding units back at the source."""
        return replace(self, returned=self.returned + self.outstanding)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(Document):
    """A transfer of items from one location to another.

    Source, destination, reference and the SKUs of the lines never change. The units of a draft are neither reserved nor
    incoming. A proposal is a draft that the server created because the destination needs it: its units are planned
    there and pledged at the source. Each later step changes stock, so it is refused while the item or location is
    archived; only a draft is always cancelled.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.TRANSFER

    state: TransferState = TransferState.DRAFT
    source: str
    destination: str
    reference: str | None = None
    is_proposal: bool = False
    lines: tuple[TransferLine, ...]

    def is_within(self, visibility: Visibility) -> bool:
        return visibility.categories is None and (
            visibility.shows_location(self.source) or visibility.shows_location(self.destination)
        )

    @property
    def level_keys(self) -> tuple[LevelKey, ...]:
        return tuple(key for line in self.lines for key in (self.leaving(line.sku), self.arriving(line.sku)))

    @property
    def lines_by_sku(self) -> dict[str, TransferLine]:
        """The lines under their SKUs, each of which has one."""
        return {line.sku: line for line in self.lines}

    def leaving(self, sku: str) -> LevelKey:
        """Return the level that an item leaves."""
        return LevelKey(sku, self.source)

    def arriving(self, sku: str) -> LevelKey:
        """Return the level that an item arrives at."""
        return LevelKey(sku, self.destination)

    @property
    def proposed(self) -> Mapping[str, int]:
        """The units of a proposal by SKU, while it is a draft: pledged at the source, planned at the destination."""
        is_open = self.is_proposal and self.state is TransferState.DRAFT
        return {line.sku: line.quantity for line in self.lines} if is_open else {}

    def shipped(self, units: Mapping[str, int]) -> "Transfer":
        """Return the transfer after these units left, by SKU, and none of the other lines."""
        lines = tuple(replace(line, shipped=units.get(line.sku, 0)) for line in self.lines)
        return replace(self, state=TransferState.IN_TRANSIT, lines=lines)

    def received(self, lines: Mapping[str, TransferLine]) -> "Transfer":
        """Return the transfer with these lines after a receipt, by SKU; it ends when nothing is outstanding."""
        changed = tuple(lines.get(line.sku, line) for line in self.lines)
        is_open = any(line.outstanding for line in changed)
        state = TransferState.PARTIALLY_RECEIVED if is_open else TransferState.RECEIVED
        return replace(self, state=state, lines=changed)

    def cancelled(self) -> "Transfer":
        """Return the cancelled transfer, its outstanding units back at the source."""
        return replace(self, state=TransferState.CANCELLED, lines=tuple(line.sent_back() for line in self.lines))


def transfer_key(identity: str) -> DocumentKey:
    """Return the key of a transfer."""
    return DocumentKey(DocumentKind.TRANSFER, identity)

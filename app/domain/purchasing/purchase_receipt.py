"""Purchase receipts: the received units of an order that have not been reversed since (ADR 23).

Rule: the receipts of an order add up to the received, over and short units of its lines, so nothing is reversed twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from app.domain.access.visibility import Visibility
from app.domain.document import Document, DocumentKey, DocumentKind
from app.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Valuation:
    """The unit cost of received units, and its effect on the average cost of their item.

    `on_hand` units were on hand at all locations together, worth `before` each; after the receipt each is worth
    `after`.
    """

    unit_cost: Money | None
    on_hand: int
    before: Money | None
    after: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedLine:
    """Units of one item in a receipt, as ordered and over; `damaged` ones are included.

    `short` units were given up by it. `valued` is the cost of the units; None in receipts of an earlier version.
    """

    sku: str
    received: int = 0
    over: int = 0
    damaged: int = 0
    short: int = 0
    valued: Valuation | None = None

    def __post_init__(self) -> None:
        assert min(self.received, self.over, self.damaged, self.short) >= 0, self
        assert self.damaged <= self.units, self

    @property
    def units(self) -> int:
        """Units that arrived."""
        return self.received + self.over

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it is left to reverse."""
        return not (self.units or self.short)

    def without(self, quantity: int) -> "ReceivedLine":
        """Return the line after units were reversed: those over first, undamaged ones first."""
        assert 0 <= quantity <= self.units, (self, quantity)
        over = max(0, self.over - quantity)
        left = self.units - quantity
        return replace(self, over=over, received=left - over, damaged=min(self.damaged, left))


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseReceipt(Document):
    """One receipt, under the id of the operation that recorded it. Lines that were reversed completely are left out."""

    kind: ClassVar[DocumentKind] = DocumentKind.PURCHASE_RECEIPT
    is_published: ClassVar[bool] = False

    order: str
    lines: tuple[ReceivedLine, ...]

    def is_within(self, visibility: Visibility) -> bool:
        return visibility.categories is None  # its order has the location

    @property
    def lines_by_sku(self) -> Mapping[str, ReceivedLine]:
        """The lines under their SKUs, each of which has one."""
        return {line.sku: line for line in self.lines}

    def with_lines(self, lines: Mapping[str, ReceivedLine]) -> "PurchaseReceipt":
        """Return the receipt with these lines in place of those of the same items."""
        kept = (lines.get(line.sku, line) for line in self.lines)
        return replace(self, lines=tuple(line for line in kept if not line.is_empty))


def purchase_receipt_key(identity: str) -> DocumentKey:
    """Return the key of a receipt."""
    return DocumentKey(DocumentKind.PURCHASE_RECEIPT, identity)

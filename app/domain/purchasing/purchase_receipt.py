"""What one receipt of a purchase order took in, and has not been taken back since (ADR 23).

Rule: the receipts of an order that are kept account for what its lines received, got over, and gave up by receipts; so
nothing is taken back twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from app.domain.document import Document, DocumentKey, DocumentKind
from app.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Valuation:
    """What units cost each as they arrived, and what they did to the average cost of their item.

    `on_hand` units were there at every location, worth `before` each; all of them together are worth `after`.
    """

    unit_cost: Money | None
    on_hand: int
    before: Money | None
    after: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedLine:
    """Units of one item that a receipt took in as ordered, and beyond; `damaged` ones are among them.

    `short` units were given up by it. `valued` is what the units cost; None in receipts of an earlier build.
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
        """Whether nothing of it is left to be taken back."""
        return not (self.units or self.short)

    def without(self, quantity: int) -> "ReceivedLine":
        """Return what is left after units were taken back: those over first, undamaged ones first."""
        assert 0 <= quantity <= self.units, (self, quantity)
        over = max(0, self.over - quantity)
        left = self.units - quantity
        return replace(self, over=over, received=left - over, damaged=min(self.damaged, left))


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseReceipt(Document):
    """One receipt, under the id of the operation that recorded it. Lines that were taken back whole are left out."""

    kind: ClassVar[DocumentKind] = DocumentKind.PURCHASE_RECEIPT
    is_published: ClassVar[bool] = False

    order: str
    lines: tuple[ReceivedLine, ...]

    @property
    def lines_by_sku(self) -> Mapping[str, ReceivedLine]:
        """The lines under their SKUs, each of which has one."""
        return {line.sku: line for line in self.lines}

    def with_lines(self, lines: Mapping[str, ReceivedLine]) -> "PurchaseReceipt":
        """Return it with these lines in the place of those of their items."""
        kept = (lines.get(line.sku, line) for line in self.lines)
        return replace(self, lines=tuple(line for line in kept if not line.is_empty))


def purchase_receipt_key(identity: str) -> DocumentKey:
    """Return the key of a receipt."""
    return DocumentKey(DocumentKind.PURCHASE_RECEIPT, identity)

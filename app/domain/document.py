"""What commands keep beside the levels: reservations, transfers, counts. One contract for all kinds (ADR 10).

Rule: a document is never deleted. Its version grows by one with each change, and the operation that made the change
keeps the document as it was right after it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, NamedTuple

from app.domain.stock.level import LevelKey
from app.domain.time import NEVER, Moment


class DocumentKind(StrEnum):
    """What sort of document it is. A name that is part of ids: never change one."""

    RESERVATION = "RESERVATION"
    SALE_RETURNS = "SALE_RETURNS"
    TRANSFER = "TRANSFER"
    COUNT = "COUNT"
    COUNT_LINE = "COUNT_LINE"
    COUNT_LIST = "COUNT_LIST"
    BARCODE = "BARCODE"
    WEBHOOK = "WEBHOOK"
    ALERT = "ALERT"
    POLICY = "POLICY"
    SUPPLIER = "SUPPLIER"
    SUPPLIER_ITEM = "SUPPLIER_ITEM"
    PURCHASE_ORDER = "PURCHASE_ORDER"
    ORDER_DRAFT = "ORDER_DRAFT"
    REPLENISHMENT_RUN = "REPLENISHMENT_RUN"
    PURCHASE_RECEIPT = "PURCHASE_RECEIPT"


class DocumentKey(NamedTuple):
    """Names a document."""

    kind: DocumentKind
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What all kinds share. The fold sets `version` and `changed_at`; `created_at` stays as it was first decided.

    A kind with `is_told` is recorded with its operation and told to those who watch; the others are details of those.
    """

    kind: ClassVar[DocumentKind]
    is_published: ClassVar[bool] = True

    id: str
    version: int = 0
    created_at: Moment = NEVER
    changed_at: Moment = NEVER

    @property
    def key(self) -> DocumentKey:
        """The name of the document."""
        return DocumentKey(self.kind, self.id)

    @property
    def level_keys(self) -> tuple[LevelKey, ...]:
        """The levels that its steps may change: see `Touches.stock_of`."""
        return ()

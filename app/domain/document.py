"""Documents: what commands store beside the levels, such as reservations and counts; one contract for all (ADR 10).

Rule: a document is never deleted. Its version grows by one with each change, and the operation of the change stores the
document as it was right after it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, NamedTuple

from app.domain.access.visibility import Visibility
from app.domain.stock.level import LevelKey
from app.domain.time import NEVER, Moment


class DocumentKind(StrEnum):
    """Kinds of documents. The names are part of ids: never change one."""

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
    """Identifies a document."""

    kind: DocumentKind
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What all kinds have in common. The command batch sets `version` and `changed_at`; `created_at` never changes.

    A kind with `is_published` is stored with its operation and published to subscribers; the others are internal
    details.
    """

    kind: ClassVar[DocumentKind]
    is_published: ClassVar[bool] = True

    id: str
    version: int = 0
    created_at: Moment = NEVER
    changed_at: Moment = NEVER

    @property
    def key(self) -> DocumentKey:
        """The key of the document."""
        return DocumentKey(self.kind, self.id)

    @property
    def level_keys(self) -> tuple[LevelKey, ...]:
        """The levels that its steps may change: see `ReadSet.stock_of`."""
        return ()

    def is_within(self, visibility: Visibility) -> bool:
        """Tell whether a principal may see it, by its locations, and by the number of its items.

        Where it is `about_item`, the category of the item decides, too.
        """
        return not visibility.is_limited

    @property
    def about_item(self) -> str | None:
        """The SKU of the one item that it is about; None where it is about none, or several."""
        return None

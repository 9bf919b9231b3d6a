"""Discrepancy: two records that must agree and do not."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.document import DocumentKey
from app.domain.stock.level import LevelKey


class CheckKind(StrEnum):
    """What is checked of a level, a document or an operation."""

    LEDGER = "LEDGER"  # the lines of a level make the level
    RESERVATIONS = "RESERVATIONS"  # reserved and backordered units are those of open reservations
    ON_ORDER = "ON_ORDER"  # incoming, planned and pledged units are those of open orders and transfers
    ALERTS = "ALERTS"  # open alerts are those of their levels
    DERIVED = "DERIVED"  # fields that follow from others are what follows
    DOCUMENTS = "DOCUMENTS"  # open documents are found by their levels, which exist
    OPERATIONS = "OPERATIONS"  # lines and operations name each other
    TOTALS = "TOTALS"  # kept totals are the sums of their levels


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """What was found where something else follows from other records.

    `subject` names the level, document or operation in words; `level` or `document` is its key where it has one.
    `is_derived` tells that the value follows from other records with certainty, so that it can be rebuilt.
    """

    kind: CheckKind
    subject: str
    field: str
    expected: object
    found: object
    level: LevelKey | None = None
    document: DocumentKey | None = None
    is_derived: bool = False

    @property
    def identity(self) -> tuple[CheckKind, str, str]:
        """What stays the same when both records are read again."""
        return self.kind, self.subject, self.field

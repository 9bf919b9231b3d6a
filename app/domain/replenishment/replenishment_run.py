"""Replenishment runs: the result of a requested run, stored so that a repeated request gets the same result.

Rule: of very many orders the first are listed and all are counted, so that no run is too large to be stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.domain.access.visibility import Visibility
from app.domain.document import Document, DocumentKind
from app.domain.limits import MAX_RUN_DOCUMENTS
from app.domain.time import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """The result of a run.

    `reviewed` levels were reviewed, and `changed` of them got other numbers. `orders` are the operations that created
    each purchase order or added to it last, and `transfers` those of the proposals. At `declined` levels nothing is
    ordered because the need is declined.
    """

    reviewed: int = 0
    changed: int = 0
    orders: Sequence[str] = ()
    transfers: Sequence[str] = ()
    declined: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplenishmentRun(Document):
    """A run that has ended; its id is that of its operation. It never changes.

    It lists the operations of the purchase orders and transfers, which store them as they were then: see RunResult. The
    counts include all.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.REPLENISHMENT_RUN
    is_published: ClassVar[bool] = False

    reviewed: int
    changed: int
    orders: tuple[str, ...]
    order_count: int
    transfers: tuple[str, ...]
    transfer_count: int
    declined_count: int = 0

    def is_within(self, visibility: Visibility) -> bool:
        return True  # what it lists is read, and shown, one by one

    @classmethod
    def ended(cls, identity: str, result: RunResult, *, at: Moment) -> "ReplenishmentRun":
        """Return the run of an operation."""
        return cls(
            id=identity,
            created_at=at,
            reviewed=result.reviewed,
            changed=result.changed,
            orders=tuple(result.orders[:MAX_RUN_DOCUMENTS]),
            order_count=len(result.orders),
            transfers=tuple(result.transfers[:MAX_RUN_DOCUMENTS]),
            transfer_count=len(result.transfers),
            declined_count=result.declined,
        )

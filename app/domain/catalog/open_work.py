"""Open work that prevents archiving: units on hand, reservations, transfers, orders and counts.

Rule: nothing new begins with what is archived, but open work may always be finished. Archiving in spite of open work is
possible, and the client has to request it with windDown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.domain.access.scope import Scope
from app.domain.document import Document
from app.domain.errors import StillOpen

MAX_OPEN_LISTED = 250  # documents of each kind, the newest: the list is for people
MAX_EXAMPLES = 5  # named of each kind


class OpenKind(StrEnum):
    """Kinds of open work."""

    UNITS = "UNITS"
    RESERVATION = "RESERVATION"
    TRANSFER = "TRANSFER"
    PURCHASE_ORDER = "PURCHASE_ORDER"
    COUNT = "COUNT"
    RESUPPLY = "RESUPPLY"


# What a principal must be allowed to read to know of each kind.
_SCOPES = {
    OpenKind.UNITS: Scope.STOCK_READ,
    OpenKind.RESERVATION: Scope.ORDERS_READ,
    OpenKind.TRANSFER: Scope.STOCK_READ,
    OpenKind.PURCHASE_ORDER: Scope.PURCHASING_READ,
    OpenKind.COUNT: Scope.COUNTING_READ,
    OpenKind.RESUPPLY: Scope.STOCK_READ,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWork:
    """The number of one kind that is open (units where the kind is UNITS), and the first of them by name.

    Documents are named by their reference, or else their id; units by the other half of their level's name, and levels
    that are resupplied from a location by SKU and location.
    """

    kind: OpenKind
    count: int
    examples: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return the plain values that are stored with a refusal."""
        return {"kind": self.kind.value, "count": self.count, "examples": list(self.examples[:MAX_EXAMPLES])}

    def __str__(self) -> str:
        what = _SPOKEN[self.kind]
        named = ", ".join(self.examples[:MAX_EXAMPLES])
        return f"{self.count} {what[self.count != 1]}" + (f" ({named})" if named else "")


def open_work(kind: OpenKind, names: Sequence[str]) -> list[OpenWork]:
    """Return what is open of one kind, by name; nothing without names."""
    return [OpenWork(kind=kind, count=len(names), examples=tuple(names))] if names else []


def disclosed(work: Iterable[OpenWork], scopes: frozenset[Scope]) -> list[OpenWork]:
    """Return the work of which someone with these scopes may know."""
    return [each for each in work if _SCOPES[each.kind] in scopes]


def open_documents(kind: OpenKind, documents: Iterable[Document]) -> list[OpenWork]:
    """Return the open documents of one kind, by their references or else their ids."""
    return open_work(kind, [getattr(each, "reference", None) or each.id for each in documents])


def still_open(work: Sequence[OpenWork], *, kind: str, name: str) -> StillOpen:
    """Return the error of archiving something that has open work."""
    return StillOpen(kind=kind, name=name, open=[each.plain() for each in work], said=", ".join(map(str, work)))


_SPOKEN = {
    OpenKind.UNITS: ("unit on hand", "units on hand"),
    OpenKind.RESERVATION: ("open order", "open orders"),
    OpenKind.TRANSFER: ("open transfer", "open transfers"),
    OpenKind.PURCHASE_ORDER: ("open purchase order", "open purchase orders"),
    OpenKind.COUNT: ("open count", "open counts"),
    OpenKind.RESUPPLY: ("level that is resupplied from it", "levels that are resupplied from it"),
}

"""What people did in the demo's past, one dataclass for each kind.

Rule: `key` names a deed, and the document that it creates; later deeds name that document by it.
"""

from dataclasses import dataclass

from app.domain.stock.movement import MovementReason

Units = tuple[tuple[str, int], ...]  # SKUs with how many of each


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """A receipt of a till or an invoice; units below zero came back."""

    key: str
    location: str
    units: Units
    person: str | None
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """Units that were added or taken away."""

    key: str
    location: str
    units: Units
    reason: MovementReason
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDrafted:
    """A draft for a supplier."""

    key: str
    supplier: str
    location: str
    units: Units


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """An order went to its supplier."""

    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A supplier promised to deliver in so many days."""

    order: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A delivery of an order: these units, `damaged` ones among them; nothing more comes if `is_complete`."""

    key: str
    order: str
    units: Units
    damaged: int = 0
    is_complete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A draft of a transfer."""

    key: str
    source: str
    destination: str
    units: Units


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """A transfer left."""

    transfer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A transfer arrived: these units, and nothing more comes."""

    transfer: str
    units: Units


@dataclass(frozen=True, slots=True, kw_only=True)
class CountOpened:
    """A count of these items began."""

    key: str
    location: str
    skus: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Units that a person counted."""

    count: str
    units: Units
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountPosted:
    """A count corrected the record."""

    count: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Units that a customer of the web shop ordered."""

    key: str
    location: str
    units: Units


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """An order of the web shop went out."""

    order: str


Deed = (
    Sold
    | Adjusted
    | OrderDrafted
    | Submitted
    | Confirmed
    | Delivered
    | Packed
    | Shipped
    | Arrived
    | CountOpened
    | Counted
    | CountPosted
    | Held
    | Posted
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Deeds of one moment, in seconds since the past began; none needs another of the same step."""

    at: float
    deeds: tuple[Deed, ...]

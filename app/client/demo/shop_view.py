"""What the demo knows of the shop that it plays in, as it has read it.

Rule: it may be seconds old, so that what is planned on it may be refused; the next reading puts it right.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from app.client.demo.examples import is_example

SLOW_METHOD = "DEMAND_BASED"  # measured in days of the calendar, which fast motion would make nonsense of
UNPLAYED_METHODS = frozenset({"NONE", SLOW_METHOD})


class PlayedKey(NamedTuple):
    """An item at a location."""

    sku: str
    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedLevel:
    """A level that is played, in units."""

    key: PlayedKey
    category: str
    method: str
    on_hand: int
    available: int
    reorder_point: int
    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDocument:
    """An order, a transfer, a reservation or a count that is not closed.

    `units` are outstanding, by SKU. `lead_days` are those of its supplier; `is_short` where it waits for units.
    """

    id: str
    state: str
    version: int
    location: str
    units: tuple[tuple[str, int], ...]
    reference: str | None = None
    is_automatic: bool = False
    lead_days: int = 0
    is_short: bool = False
    expires: bool = False
    counted: tuple[str, ...] = ()

    @property
    def stage(self) -> tuple[str, str, int]:
        """What it waits in: a new one begins where its state changes, or a count goes on."""
        return self.id, self.state, len(self.counted)


@dataclass(slots=True)
class ShopView:
    """All of it. `free` are the available units, less what was planned since they were read."""

    levels: Mapping[PlayedKey, PlayedLevel] = field(default_factory=dict)
    free: Counter[PlayedKey] = field(default_factory=Counter)
    orders: Sequence[OpenDocument] = ()
    transfers: Sequence[OpenDocument] = ()
    reservations: Sequence[OpenDocument] = ()
    counts: Sequence[OpenDocument] = ()
    alerts: Sequence[tuple[str, str]] = ()  # ids and types of those that are unanswered

    def take(self, key: PlayedKey, wanted: int) -> int:
        """Plan to take as many as there are, and return how many that is."""
        taken = max(0, min(wanted, self.free[key]))
        self.free[key] -= taken
        return taken

    def read_levels(self, nodes: Sequence[Mapping[str, Any]]) -> None:
        """Take note of all levels of the shop."""
        found = [_level(node) for node in nodes if not is_example(node["item"]["sku"])]
        played = [level for level in found if level.method not in UNPLAYED_METHODS]
        self.levels = {level.key: level for level in played}
        self.free = Counter({level.key: level.available for level in played})

    def read_documents(self, found: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Take note of what is open, by kind. What holds an item of the examples is none of the demo's."""
        self.orders = _played(map(_order, found["orders"]))
        self.transfers = _played(map(_transfer, found["transfers"]))
        self.reservations = _played(map(_reservation, found["reservations"]))
        self.counts = _played(map(_count, found["counts"]))
        self.alerts = [(node["id"], node["type"]) for node in found["alerts"] if not is_example(node["item"]["sku"])]


def _played(found: Any) -> list[OpenDocument]:  # noqa: ANN401 - an iterable of documents
    return [each for each in found if not any(is_example(sku) for sku, _ in each.units)]


def _level(node: Mapping[str, Any]) -> PlayedLevel:
    policy = node["policy"]
    return PlayedLevel(
        key=PlayedKey(node["item"]["sku"], node["location"]["code"]),
        category=node["item"]["category"] or "",
        method=policy["method"],
        on_hand=node["onHand"],
        available=node["available"],
        reorder_point=node["reorderPoint"],
        target=policy["targetLevel"] or node["reorderPoint"] + (policy["orderQuantity"] or 0),
    )


def _order(node: Mapping[str, Any]) -> OpenDocument:
    lines = node["lines"]["nodes"]
    return OpenDocument(
        id=node["id"],
        state=node["state"],
        version=node["version"],
        location=node["location"]["code"],
        reference=node["reference"],
        is_automatic=node["isAutomatic"] and not any(line["setBy"] for line in lines),
        lead_days=node["supplier"]["leadTimeDays"],
        units=tuple((line["item"]["sku"], line["outstanding"]) for line in lines),
    )


def _transfer(node: Mapping[str, Any]) -> OpenDocument:
    lines = node["lines"]["nodes"]
    is_draft = node["state"] == "DRAFT"
    return OpenDocument(
        id=node["id"],
        state=node["state"],
        version=node["version"],
        location=node["source"]["code"],
        reference=node["reference"],
        is_automatic=any(line["reason"] for line in lines),
        units=tuple((line["item"]["sku"], line["quantity" if is_draft else "outstanding"]) for line in lines),
    )


def _reservation(node: Mapping[str, Any]) -> OpenDocument:
    return OpenDocument(
        id=node["id"],
        state=node["state"],
        version=node["version"],
        location="",
        reference=node["reference"],
        is_short=node["shortUnits"] > 0,
        expires=node["expiresAt"] is not None,
        units=tuple((line["sku"], line["held"] + line["waiting"]) for line in node["lines"]["nodes"]),
    )


def _count(node: Mapping[str, Any]) -> OpenDocument:
    scope = node["scope"]["skus"] or ()
    return OpenDocument(
        id=node["id"],
        state=node["state"],
        version=node["version"],
        location=node["location"]["code"],
        reference=node["reference"],
        units=tuple((sku, 0) for sku in scope),
        counted=tuple(line["item"]["sku"] for line in node["lines"]["nodes"]),
    )

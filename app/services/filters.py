"""What a list may be narrowed to. None narrows nothing; an empty tuple leaves nothing."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.level import LevelStatus
from app.domain.movement import MovementReason
from app.domain.time import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelFilter:
    """Levels by item, location, status, and words that find the item. All words must match."""

    skus: tuple[str, ...] | None = None
    locations: tuple[str, ...] | None = None
    statuses: tuple[LevelStatus, ...] | None = None
    words: tuple[str, ...] = ()


class LevelOrder(StrEnum):
    """How levels are ordered."""

    SKU = "SKU"
    LOCATION = "LOCATION"


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementFilter:
    """Movements by level, reason, reference and time of recording: from `since`, before `until`."""

    sku: str | None = None
    location: str | None = None
    reason: MovementReason | None = None
    reference: str | None = None
    since: Moment | None = None
    until: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFilter:
    """Items by words, category, and whether they are archived."""

    words: tuple[str, ...] = ()
    category: str | None = None
    is_archived: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationFilter:
    """Locations by whether they are archived."""

    is_archived: bool | None = None

"""Policy defaults: settings that levels inherit by item, category, location, or globally.

Rule: a level uses its own settings first, then the most specific default that sets a value. The effective settings are
stored in the level, so a changed default is applied to its levels (`app/domain/replenishment/inheritance.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import ClassVar, Final

from app.domain.access.visibility import Visibility
from app.domain.document import Document, DocumentKey, DocumentKind
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.stock.level import LevelKey


class PolicyScope(StrEnum):
    """Scopes of defaults, the most specific first. The names are part of ids: never change one."""

    ITEM = "ITEM"
    CATEGORY = "CATEGORY"
    LOCATION = "LOCATION"
    EVERYTHING = "EVERYTHING"


class PolicySetting(StrEnum):
    """Settings of a policy, by the names under which a level stores which of them are its own."""

    METHOD = "method"
    REORDER_POINT = "reorder_point"
    TARGET_LEVEL = "target_level"
    SAFETY_STOCK = "safety_stock"
    ORDER_QUANTITY = "order_quantity"
    REVIEW_DAYS = "review_days"
    REVIEW_START = "review_start"
    SERVICE_LEVEL = "service_level"
    ALERT_MARGIN = "alert_margin"
    OVERSTOCK_POINT = "overstock_point"
    RESUPPLY_FROM = "resupply_from"
    TRANSFER_DAYS = "transfer_days"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySettings:
    """Settings in units, days, and a day's number: see Policy. None is not set."""

    method: ReplenishmentMethod | None = None
    reorder_point: int | None = None
    target_level: int | None = None
    safety_stock: int | None = None
    order_quantity: int | None = None
    review_days: int | None = None
    review_start: int | None = None
    service_level: float | None = None
    alert_margin: int | None = None
    overstock_point: int | None = None
    resupply_from: str | None = None
    transfer_days: int | None = None


NOTHING_SET: Final = PolicySettings()
SETTINGS: Final = tuple(each.name for each in fields(PolicySettings))


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDefaults(Document):
    """The defaults of one scope. `is_applied`: whether all its levels have them as of their last change.

    Those of an item also record that its levels must be updated for another reason, such as another category. Defaults
    without any setting are kept for that alone.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.POLICY

    settings: PolicySettings = NOTHING_SET
    is_applied: bool = False

    def is_within(self, visibility: Visibility) -> bool:
        return (self.scope is not PolicyScope.LOCATION or visibility.shows_location(self.name)) and (
            self.scope is not PolicyScope.CATEGORY or visibility.shows_category(self.name)
        )

    @property
    def about_item(self) -> str | None:
        return self.name if self.scope is PolicyScope.ITEM else None

    @property
    def scope(self) -> PolicyScope:
        """The scope."""
        return PolicyScope(self.id.partition(":")[0])

    @property
    def name(self) -> str:
        """The SKU, category or location code; empty for everything."""
        return self.id.partition(":")[2]

    @property
    def sets_something(self) -> bool:
        """Whether it has any setting."""
        return self.settings != NOTHING_SET


def policy_key(scope: PolicyScope, name: str = "") -> DocumentKey:
    """Return the key of the defaults of a scope."""
    return DocumentKey(DocumentKind.POLICY, f"{scope}:{name}")


def policy_keys(key: LevelKey, *, category: str | None) -> Iterator[DocumentKey]:
    """Yield the keys of all defaults that a level of an item of this category may inherit from, in no fixed order."""
    yield policy_key(PolicyScope.ITEM, key.sku)
    if category is not None:
        yield policy_key(PolicyScope.CATEGORY, category)
    yield policy_key(PolicyScope.LOCATION, key.location)
    yield policy_key(PolicyScope.EVERYTHING)

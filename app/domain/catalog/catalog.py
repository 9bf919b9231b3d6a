"""Catalog: items by SKU, and locations by code.

Both are archived, never deleted: the ledger names them.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.catalog.search import Index, entries_of_facts, entry_of_state, index_of
from app.domain.money import Money
from app.domain.time import Moment

DEFAULT_PRIORITY = 100


class LocationKind(StrEnum):
    """Kinds of locations."""

    WAREHOUSE = "WAREHOUSE"
    STORE = "STORE"
    DROP_SHIP = "DROP_SHIP"


class OversellPolicy(StrEnum):
    """What happens to a sale at a till of more units than the record has: the customer has left with the goods."""

    REFUSE = "REFUSE"
    ASK = "ASK"
    ALLOW = "ALLOW"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item that is stocked.

    `reorder_point` and `backorder_limit` are the defaults for levels that do not exist yet, in units. `unit_cost` is
    the book value of one unit, None where unknown. `version` is 1 at creation and grows by one with each change; the
    command batch sets it. Changes before items had versions are not counted.
    """

    sku: str
    name: str
    category: str | None = None
    tags: tuple[str, ...] = ()
    barcodes: tuple[str, ...] = ()
    unit_cost: Money | None = None
    reorder_point: int = 0
    backorder_limit: int = 0
    is_archived: bool = False
    version: int = 0
    created_at: Moment
    updated_at: Moment

    @property
    def words(self) -> tuple[str, ...]:
        """Its longer words, folded and in order: see app.domain.catalog.search."""
        return self._index.words

    @property
    def entries(self) -> tuple[str, ...]:
        """Its entries in the search index, in order: see app.domain.catalog.search."""
        facts = entries_of_facts(category=self.category, tags=self.tags, barcodes=self.barcodes)
        return tuple(sorted({*self._index.entries, *facts, entry_of_state(is_archived=self.is_archived)}))

    @property
    def _index(self) -> Index:
        return index_of(self.sku, self.name, self.barcodes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place that holds stock. Orders that name no location are filled from the lowest `priority` first."""

    code: str
    name: str
    kind: LocationKind = LocationKind.WAREHOUSE
    priority: int = DEFAULT_PRIORITY
    oversell_policy: OversellPolicy = OversellPolicy.REFUSE
    is_archived: bool = False
    created_at: Moment
    updated_at: Moment

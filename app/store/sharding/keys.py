"""The shard key of each collection that grows with traffic, and why each other one stays whole.

Rule: what one change of stock at a location writes has the location first in its key. Zones keep all of a location on
one shard: its levels, their ledger, their alerts and the operations. So their transaction is that shard's alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.store.mapping import names

Key = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardKey:
    """The fields of a key, in order; `is_zoned` where the first is a location."""

    fields: tuple[str, ...]
    is_hashed: bool = False

    @property
    def is_zoned(self) -> bool:
        return not self.is_hashed

    @property
    def pattern(self) -> dict[str, Any]:
        """The key as commands name it."""
        return dict.fromkeys(self.fields, "hashed" if self.is_hashed else 1)


_LEVEL = ShardKey(fields=("location", "sku"))
_ID = ShardKey(fields=("_id",), is_hashed=True)

SHARDED: Final[Mapping[str, ShardKey]] = {
    names.LEVELS: _LEVEL,
    names.MOVEMENTS: _LEVEL,
    names.ALERTS: _LEVEL,
    names.RANKED_LEVELS: _LEVEL,
    names.OPERATIONS: ShardKey(fields=(names.FIRST_LOCATION, "_id")),
    # Documents are found by id, and belong to several locations in the course of their lives.
    names.RESERVATIONS: _ID,
    names.SALE_RETURNS: _ID,
    names.TRANSFERS: _ID,
    names.PURCHASE_ORDERS: _ID,
    names.PURCHASE_RECEIPTS: _ID,
    names.COUNTS: _ID,
    names.COUNT_LINES: _ID,
}

_CATALOGUE = "The catalogue: bounded by what is sold, searched by words, and listed in order."
_PEOPLE = "As many as people make; read by lists that would ask every shard."
_PROCESS = "A few documents of the processes themselves."
_ACCESS = "Keys, users and roles: few, and their changes take turns."
WHOLE: Final[Mapping[str, str]] = {
    **dict.fromkeys((names.ITEMS, names.BARCODES, names.LOCATIONS, names.SUPPLIERS, names.SUPPLIER_ITEMS), _CATALOGUE),
    **dict.fromkeys((names.POLICIES, names.ORDER_DRAFTS, names.COUNT_LISTS, names.REPLENISHMENT_RUNS), _PEOPLE),
    **dict.fromkeys((names.WEBHOOKS, names.DELIVERY_OFFSETS), _PEOPLE),
    names.DELIVERIES: "Deleted by the server 7 or 30 days after they end; those of a webhook are sent in one order.",
    **dict.fromkeys((names.TOTALS, names.ITEM_CHANGES, names.RANKED_LOCATIONS), "Sums, written by one worker."),
    **dict.fromkeys((names.WRITERS, names.LEASES, names.UPGRADES, names.POLICY_PROGRESS, names.PROCESSES), _PROCESS),
    **dict.fromkeys((names.ACCESS_KEYS, names.ACCESS_USERS, names.ACCESS_ROLES, names.ACCESS_SESSIONS), _ACCESS),
    **dict.fromkeys((names.ACCESS_OPERATIONS, names.ACCESS_DOCUMENTS, names.ACCESS_TURNS), _ACCESS),
    names.ARCHIVES: "One entry for each archive of the ledger.",
    names.AUDIT_PAGES: "One chain: each page has the hash of the one before.",
}

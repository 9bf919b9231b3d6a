"""What a backup contains, and why the rest of the database is left out.

Rule: each collection is in exactly one of the lists, so that a new one is decided about (a test compares them).
"""

from collections.abc import Mapping
from typing import Final

from app.store.mapping import names
from app.store.mapping.document_mapping import DOCUMENT_MAPPINGS

LEDGER: Final = (names.MOVEMENTS, names.OPERATIONS)

# What no other record says. The ledger first: it is the largest, and the snapshot that is read does not last for ever.
KEPT: Final = (
    *LEDGER,
    names.ITEMS,
    names.LOCATIONS,
    *(mapping.collection for mapping in DOCUMENT_MAPPINGS.values()),
    names.DELIVERIES,
    names.DELIVERY_OFFSETS,
    names.WRITERS,  # without them, webhooks would not find the last lines before the backup
    names.POLICY_PROGRESS,
    names.UPGRADES,
    names.ARCHIVES,
    names.ACCESS_KEYS,
    names.ACCESS_USERS,
    names.ACCESS_ROLES,
    names.ACCESS_OPERATIONS,
    names.ACCESS_DOCUMENTS,
    names.AUDIT_PAGES,
)

LEFT_OUT: Final[Mapping[str, str]] = {
    names.LEVELS: "made again from the ledger",
    names.TOTALS: "made again from the levels, by the server",
    names.ITEM_CHANGES: "wait for the totals, which are made from items as they are",
    names.RANKED_LEVELS: "made again from the ledger, by the server",
    names.RANKED_LOCATIONS: "made again from the ledger, by the server",
    names.LEASES: "of processes that are gone",
    names.PROCESSES: "the same",
    names.ACCESS_TURNS: "order changes that are under way",
    names.ACCESS_SESSIONS: "people sign in again",
}

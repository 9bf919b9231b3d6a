"""Every name that MongoDB has and Python has not: the collections, and the fields that have another name there.

Rule: a name in the database stays when its Python name changes, because processes of two versions share one database
during an upgrade. All other fields are called as the attribute that they hold.
"""

from typing import Final

LEVELS: Final = "levels"
MOVEMENTS: Final = "movements"
OPERATIONS: Final = "operations"
ITEMS: Final = "items"
LOCATIONS: Final = "locations"

ALERTS: Final = "alerts"
BARCODES: Final = "barcodes"
COUNTS: Final = "counts"
COUNT_LINES: Final = "count_lines"
COUNT_LISTS: Final = "count_lists"
ORDER_DRAFTS: Final = "order_drafts"
POLICIES: Final = "policies"
PURCHASE_ORDERS: Final = "purchase_orders"
PURCHASE_RECEIPTS: Final = "purchase_receipts"
REPLENISHMENT_RUNS: Final = "replenishment_runs"
RESERVATIONS: Final = "reservations"
SALE_RETURNS: Final = "sale_returns"
SUPPLIERS: Final = "suppliers"
SUPPLIER_ITEMS: Final = "supplier_items"
TRANSFERS: Final = "transfers"
WEBHOOKS: Final = "webhooks"

WRITERS: Final = "writers"  # the registry of writers
PROCESSES: Final = "processes"  # the registry of processes
LEASES: Final = "leases"
DELIVERIES: Final = "webhook_deliveries"
DELIVERY_OFFSETS: Final = "webhook_cursors"  # how far each webhook has read the ledger
RANKED_LEVELS: Final = "ranked_levels"  # the places of levels in the rankings of a large chain
RANKED_LOCATIONS: Final = "ranked_locations"  # when the levels of each location were ranked
POLICY_PROGRESS: Final = "begun_levels"  # until when new levels have got their policies
TOTALS: Final = "stock_totals"  # what levels come to, behind the ledger
ITEM_CHANGES: Final = "item_changes"  # changes of items that the totals do not have yet
ARCHIVES: Final = "archives"  # the files to which old ledger lines were moved
UPGRADES: Final = "upgrades"  # how far the migrations have come

ACCESS_KEYS: Final = "access_keys"
ACCESS_USERS: Final = "access_users"
ACCESS_ROLES: Final = "access_roles"
ACCESS_OPERATIONS: Final = "access_operations"  # changes of these three that carried an idempotency key
ACCESS_DOCUMENTS: Final = "access_documents"
ACCESS_SESSIONS: Final = "access_sessions"
AUDIT_PAGES: Final = "audit"
ACCESS_TURNS: Final = "access_turns"  # what each such change writes first

PUBLISHED_AT: Final = "told_at"  # Operation.published_at
CHANGED: Final = "changed"  # no attribute: the documents that an operation changed, as its index names them
IDEMPOTENCY_KEY: Final = "key"  # CommandInfo.idempotency_key
OPERATION_ID: Final = "operation"  # Movement.operation_id
HEADER: Final = "header"  # in an operation's first line: the operation, or a marker if it has its own document
OPENING: Final = "opening"  # true in the first line of a level before which lines were archived
ARCHIVED_LINES: Final = "archived_lines"  # Operation.archived_lines
FORMAT: Final = "format"  # no attribute: the format of the database in which an operation was recorded
RECORDED_AT: Final = "recorded_at"
FIRST_LOCATION: Final = "location"  # no attribute: that of an operation's first level, empty without any (ADR 59)
INDEX_ENTRIES: Final = "words"  # Item.entries
SEARCH_WORDS: Final = "whole_words"  # Item.words
SEARCH_FIELDS_VERSION: Final = "facts"  # no attribute: the version of the rules by which search fields were made
MIGRATION_VERSION: Final = "facts"  # the version to which a migration has brought a collection

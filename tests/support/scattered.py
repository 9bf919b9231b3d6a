"""What the application asks of every shard, by the reason: whatever else does not say its shard key is a mistake.

The same reasons, with what they cost, stand in docs/operate/sharding.md.
"""

from collections.abc import Mapping
from typing import Final

SCATTERED: Final[Mapping[str, frozenset[str]]] = {
    "A key may have been used anywhere": frozenset(
        {"find movements(header, operation) by by_operation", "find operations(_id)"}
    ),
    "The ledger is read by writer": frozenset(
        {
            "find movements(recorded_at, writer) by in_order_of_writer",
            "find operations(told_at, writer) by in_order_of_writer",
            "join writers with movements()",
            "join writers with operations()",
        }
    ),
    "Work that is due may be anywhere": frozenset(
        {
            "aggregate reservations(waiting_at) by waiting",
            "find alerts(snoozed_until) by due",
            "find levels($expr, backordered) by backordered",
            "find levels(declined.until) by declined_until",
            "find levels(is_item_archived, is_short, location, sku, words) by short",
            "find levels(location) by by_location",
            "find levels(policy.method, policy.resupply_from) by by_method",
            "find movements(recorded_at, version) by begun",
            "find purchase_orders(is_automatic, state)",
            "find reservations(expires_at, is_open) by due",
            "find reservations(waiting_at) by waiting",
        }
    ),
    "An item is at every location": frozenset(
        {
            "aggregate levels(sku)",
            "aggregate levels(sku) by by_sku",
            "aggregate purchase_orders(lines.sku, location, state)",
            "aggregate transfers(destination, lines.sku, state)",
            "find levels(sku) by by_sku",
            "find purchase_orders(lines.sku, location, state)",
            "find purchase_orders(lines.sku, state)",
            "find transfers(destination, lines.sku, state)",
            "find transfers(lines.sku, state)",
            "update levels(sku)",
        }
    ),
    "A list names no location": frozenset(
        {
            "aggregate alerts(state, type)",
            "aggregate alerts(state, type) by newest_in_state",
            "aggregate levels(declined.at, is_wanting, sku, words)",
            "aggregate levels(is_wanting, words)",
            "aggregate levels(words)",
            "aggregate movements(recorded_at) by newest",
            "count levels()",
            "count movements()",
            "find alerts(state, type) by newest_in_state",
            "find levels(is_wanting, sku, words) by wanting",
            "find levels(sku, words) by by_word",
            "find levels(words) by by_word",
            "find movements() by newest",
        }
    ),
    "Documents are spread by their ids": frozenset(
        {
            "aggregate count_lines(count)",
            "aggregate operations(changed, told_at)",
            "count counts()",
            "count purchase_orders()",
            "count reservations()",
            "count transfers()",
            "find count_lines(count)",
            "find counts()",
            "find counts(location, state)",
            "find counts(state)",
            "find operations(changed, told_at) by of_document",
            "find purchase_orders()",
            "find purchase_orders(location, state)",
            "find purchase_orders(state, supplier)",
            "find reservations()",
            "find transfers()",
            "find transfers(places, state)",
        }
    ),
    "A level is joined with what has its key": frozenset(
        {"join levels with count_lines() by by_word_at", "join levels with movements() by _id_"}
    ),
}
ALL: Final = frozenset().union(*SCATTERED.values())
IN_TRANSACTIONS: Final = frozenset(
    {"aggregate levels(sku) by by_sku", "find levels(sku) by by_sku", "update levels(sku)"}
)

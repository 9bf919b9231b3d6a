"""All subscriptions with their descriptions and scopes: the table of contents of what can be watched."""

import strawberry

from app.domain.access.scope import Scope
from resolvers import live, live_figures
from schema.root_types.root_field import subscription
from schema.types.live import (
    MovementEvent,
    PurchaseOrderEvent,
    ReservationEvent,
    StockAlertEvent,
    StockLevelEvent,
    TransferEvent,
)
from schema.types.live_figures import AlertCountsEvent, InventorySummaryEvent, TopMoversEvent


@strawberry.type(description="Everything that can be watched, over a websocket or as Server-Sent Events.")
class Subscription:
    """Subscriptions."""

    stock_levels: StockLevelEvent = subscription(
        live.stock_levels,
        "The levels as they are now, then each change. Nothing is missed: the last event of a level is its state.",
        scope=Scope.STOCK_READ,
    )
    movements: MovementEvent = subscription(
        live.movements,
        "Each line of the ledger once, in order per level. With the cursor of an event it goes on after that event.",
        scope=Scope.STOCK_READ,
    )
    reservations: ReservationEvent = subscription(
        live.reservations,
        "The reservations as they are now, the newest first, then each change once and in order, and what leaves the "
        "filter once more. With the cursor of an event it goes on after that event, without a snapshot.",
        scope=Scope.ORDERS_READ,
    )
    stock_alerts: StockAlertEvent = subscription(
        live.stock_alerts,
        "The alerts that are open, the newest first, then each opening, escalation, acknowledgement and closing once "
        "and in order. With the cursor of an event it goes on after that event, without a snapshot.",
        scope=Scope.INSIGHTS_READ,
    )
    inventory_summary: InventorySummaryEvent = subscription(
        live_figures.inventory_summary,
        "Sums over levels as they are now, then again whenever they have changed. The last event has the sums as they "
        "are.",
        scope=Scope.STOCK_READ,
    )
    alert_counts: AlertCountsEvent = subscription(
        live_figures.alert_counts,
        "How many alerts are open, by type, as it is now, then again whenever it has changed.",
        scope=Scope.INSIGHTS_READ,
    )
    top_movers: TopMoversEvent = subscription(
        live_figures.top_movers,
        "The items that move most as of now, then again whenever these or their units have changed.",
        scope=Scope.INSIGHTS_READ,
    )
    transfers: TransferEvent = subscription(
        live.transfers,
        "The transfers as they are now, the newest first, then each change once and in order, and what leaves the "
        "filter once more. With the cursor of an event it goes on after that event, without a snapshot.",
        scope=Scope.STOCK_READ,
    )
    purchase_orders: PurchaseOrderEvent = subscription(
        live.purchase_orders,
        "The purchase orders as they are now, the newest first, then each change once and in order, and what leaves "
        "the filter once more. With the cursor of an event it goes on after that event, without a snapshot.",
        scope=Scope.PURCHASING_READ,
    )

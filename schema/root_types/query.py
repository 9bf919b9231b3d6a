"""All queries with their descriptions and scopes: the table of contents of what can be read."""

import strawberry
from strawberry import relay

from app.domain.access.scope import Scope
from resolvers import (
    access,
    alerts,
    audit,
    by_id,
    catalog,
    insight,
    reservations,
    transfers,
    trusted_documents,
    webhooks,
)
from resolvers import counting as counts
from resolvers.purchasing import purchase_orders, suppliers
from resolvers.replenishment import needs as replenishment
from resolvers.replenishment import policies
from resolvers.stock import levels as stock
from resolvers.stock import summary
from schema.declarations.scopes import ANYONE
from schema.root_types.root_field import query
from schema.types.access import ApiKey, Role, User, Viewer
from schema.types.alerts import StockAlert, StockAlertCounts
from schema.types.audit import AuditEntry, AuditPage
from schema.types.catalog import Item, ItemLabel, Location
from schema.types.connection import Connection
from schema.types.counting.count import StockCount
from schema.types.counting.due_count import CountDue
from schema.types.insight import AbcClassTotals, InventoryInsight
from schema.types.purchasing.purchase_order import PurchaseOrder
from schema.types.purchasing.supplier import Supplier
from schema.types.replenishment.need import ReplenishmentAdvice, ReplenishmentNeed
from schema.types.replenishment.policy import ReplenishmentPolicy
from schema.types.replenishment.simulation import ReplenishmentSimulation
from schema.types.reservations import Reservation
from schema.types.stock.ledger import Movement, Operation
from schema.types.stock.level import StockLevel
from schema.types.stock.summary import InventorySummary
from schema.types.transfers import Transfer
from schema.types.trusted_documents import TrustedDocument
from schema.types.webhooks import Webhook, WebhookDelivery


@strawberry.type(description="All reads. What does not exist is null.")
class Query:
    """Reads."""

    node: relay.Node | None = query(by_id.node, "One object by its global id.", scope=ANYONE)
    nodes: list[relay.Node | None] = query(
        by_id.nodes, "Objects by their global ids, in that order; at most 250.", scope=ANYONE
    )
    item: Item | None = query(catalog.item, "One item by its SKU.", scope=Scope.CATALOG_READ)
    item_by_barcode: Item | None = query(
        catalog.item_by_barcode, "The item that a barcode identifies.", scope=Scope.CATALOG_READ
    )
    items: Connection[Item] = query(catalog.items, "Items, in the order of `orderBy`.", scope=Scope.CATALOG_READ)
    item_labels: list[ItemLabel] = query(
        catalog.labels,
        "The categories or tags that items have, in alphabetical order, at most 50: suggestions for a filter.",
        scope=Scope.CATALOG_READ,
    )
    location: Location | None = query(catalog.location, "One location by its code.", scope=Scope.CATALOG_READ)
    locations: Connection[Location] = query(catalog.locations, "Locations, ordered by code.", scope=Scope.CATALOG_READ)
    stock_level: StockLevel | None = query(
        stock.level, "The stock level of one item at one location.", scope=Scope.STOCK_READ
    )
    stock_levels: Connection[StockLevel] = query(
        stock.levels, "Stock levels of items at locations, in the order of `orderBy`.", scope=Scope.STOCK_READ
    )
    inventory_summary: InventorySummary = query(
        summary.inventory,
        "Sums over levels: units, values and statuses, in total and by location and category.",
        scope=Scope.STOCK_READ,
    )
    inventory_insights: Connection[InventoryInsight] = query(
        insight.insights,
        "Sales velocity, days of cover, turnover, time out of stock, ABC class and dead stock of levels, computed "
        "from the ledger.",
        scope=Scope.INSIGHTS_READ,
    )
    abc_class_totals: list[AbcClassTotals] = query(
        insight.class_totals,
        "How many levels, and how much of the value of sales and of stock, each ABC class is: three entries, A first.",
        scope=Scope.INSIGHTS_READ,
    )
    movements: Connection[Movement] = query(
        stock.movements, "The stock ledger, the newest movement first.", scope=Scope.STOCK_READ
    )
    reservation: Reservation | None = query(
        reservations.reservation, "One reservation by its global id.", scope=Scope.ORDERS_READ
    )
    reservations: Connection[Reservation] = query(
        reservations.reservations, "Reservations, the newest first.", scope=Scope.ORDERS_READ
    )
    transfer: Transfer | None = query(transfers.transfer, "One transfer by its global id.", scope=Scope.STOCK_READ)
    transfers: Connection[Transfer] = query(transfers.transfers, "Transfers, the newest first.", scope=Scope.STOCK_READ)
    supplier: Supplier | None = query(suppliers.supplier, "One supplier by its code.", scope=Scope.PURCHASING_READ)
    suppliers: Connection[Supplier] = query(
        suppliers.suppliers, "Suppliers, ordered by code.", scope=Scope.PURCHASING_READ
    )
    purchase_order: PurchaseOrder | None = query(
        purchase_orders.purchase_order, "One purchase order by its global id.", scope=Scope.PURCHASING_READ
    )
    purchase_orders: Connection[PurchaseOrder] = query(
        purchase_orders.purchase_orders, "Purchase orders, the newest first.", scope=Scope.PURCHASING_READ
    )
    alert: StockAlert | None = query(alerts.alert, "One alert by its global id.", scope=Scope.INSIGHTS_READ)
    alert_counts: StockAlertCounts = query(
        alerts.counts, "How many alerts are open, by type.", scope=Scope.INSIGHTS_READ
    )
    alerts: Connection[StockAlert] = query(
        alerts.alerts, "Alerts of levels, the latest opened first.", scope=Scope.INSIGHTS_READ
    )
    count: StockCount | None = query(counts.count, "One count by its global id.", scope=Scope.COUNTING_READ)
    counts_due: list[CountDue] = query(
        counts.due,
        "The levels of a location that are due for a cycle count: oversold ones first, then by ABC class, the most "
        "overdue first.",
        scope=Scope.COUNTING_READ,
    )
    counts: Connection[StockCount] = query(counts.counts, "Counts, the newest first.", scope=Scope.COUNTING_READ)
    replenishment_policies: Connection[ReplenishmentPolicy] = query(
        policies.policies,
        "Inherited replenishment settings, as set by item, category, location, or for everything; the newest first.",
        scope=Scope.PURCHASING_READ,
    )
    replenishment_needs: Connection[ReplenishmentNeed] = query(
        replenishment.needs,
        "The levels that need replenishment by their policies, and what would be ordered for them, by SKU; declined "
        "needs included.",
        scope=Scope.PURCHASING_READ,
    )
    replenishment_advice: Connection[ReplenishmentAdvice] = query(
        replenishment.advice,
        "The measured demand of levels, and the policy settings that follow from it, by SKU.",
        scope=Scope.INSIGHTS_READ,
    )
    replenishment_simulation: ReplenishmentSimulation | None = query(
        replenishment.simulation,
        "The last days of a level, replayed with another policy: what it would have ordered, had, and lost. Nothing "
        "is changed.",
        scope=Scope.INSIGHTS_READ,
    )
    trusted_document: TrustedDocument | None = query(
        trusted_documents.trusted_document, "One registered document by its hash.", scope=Scope.ADMIN
    )
    trusted_documents: Connection[TrustedDocument] = query(
        trusted_documents.trusted_documents, "Registered documents, ordered by hash.", scope=Scope.ADMIN
    )
    viewer: Viewer = query(access.viewer, "The caller: who sends the request, and what they may do.", scope=ANYONE)
    api_key: ApiKey | None = query(access.api_key, "One API key by its name.", scope=Scope.ADMIN)
    api_keys: Connection[ApiKey] = query(access.api_keys, "API keys, ordered by name.", scope=Scope.ADMIN)
    user: User | None = query(access.user, "One user by their name.", scope=Scope.ADMIN)
    users: Connection[User] = query(access.users, "Users, ordered by name.", scope=Scope.ADMIN)
    role: Role | None = query(access.role, "One role by its name.", scope=Scope.ADMIN)
    roles: Connection[Role] = query(
        access.roles, "Roles: those built in, and then those of the installation, ordered by name.", scope=Scope.ADMIN
    )
    webhook: Webhook | None = query(webhooks.webhook, "One webhook by its global id.", scope=Scope.WEBHOOKS_READ)
    webhook_deliveries: Connection[WebhookDelivery] = query(
        webhooks.deliveries,
        "Webhook messages whose first delivery attempt failed, the newest first.",
        scope=Scope.WEBHOOKS_READ,
    )
    audit_log: Connection[AuditEntry] = query(
        audit.entries, "The audit, the newest first: who asked for what, and what became of it.", scope=Scope.ADMIN
    )
    audit_pages: Connection[AuditPage] = query(
        audit.pages, "The pages of the audit's chain, the oldest first, to be verified.", scope=Scope.ADMIN
    )
    webhooks: Connection[Webhook] = query(webhooks.webhooks, "Webhooks, the newest first.", scope=Scope.WEBHOOKS_READ)
    operation: Operation | None = query(
        by_id.operation, "One recorded request by its global id.", scope=Scope.STOCK_READ
    )
    operation_by_key: Operation | None = query(
        by_id.operation_by_key,
        "The caller's request with an idempotency key; null where it was refused or never received.",
        scope=ANYONE,
    )

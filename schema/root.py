"""The table of contents of the API: all queries, mutations and subscriptions with their descriptions and scopes.

Rule: a field declares the scope that a principal needs to select it; ANYONE where none is needed. What it needs for
the objects below is in `schema/declarations/scopes.py`.
"""

from collections.abc import AsyncIterable, Awaitable, Callable
from typing import Any, TypeVar

import strawberry
from strawberry import relay
from strawberry.schema.config import StrawberryConfig

from app.domain.access.scope import Scope
from app.services.paging import MAX_PAGE_SIZE
from resolvers import (
    access,
    alerts,
    audit,
    by_id,
    catalog,
    insight,
    live,
    live_figures,
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
from schema.declarations.costs import declare_costs
from schema.declarations.limits import declare_limits
from schema.declarations.personal import declare_personal
from schema.declarations.scopes import ANYONE, Requires, declare_scopes
from schema.declarations.secrets import declare_secrets
from schema.errors.conversion import USER_ERRORS
from schema.extensions.outcome import MutationOutcome
from schema.payloads.access import ApiKeyPayload, ApiKeySecretPayload, PasswordChangePayload, RolePayload, UserPayload
from schema.payloads.alerts import AlertPayload
from schema.payloads.catalog import ItemPayload, ItemsUpsertManyPayload, LocationPayload
from schema.payloads.counting import CountPayload, CountPostPayload
from schema.payloads.payload import Payload
from schema.payloads.purchasing.purchase_order import PurchaseOrderPayload
from schema.payloads.purchasing.supplier import SupplierItemPayload, SupplierPayload
from schema.payloads.replenishment.policy import ReplenishmentPolicyPayload
from schema.payloads.replenishment.run import (
    ReplenishmentNeedResumePayload,
    ReplenishmentNeedSnoozePayload,
    ReplenishmentRunPayload,
)
from schema.payloads.reservations import ReservationPayload
from schema.payloads.stock import (
    SaleRecordPayload,
    StockAdjustManyPayload,
    StockAdjustPayload,
    StockLevelConfigurePayload,
    StockReclassifyPayload,
    StockSetManyPayload,
    StockSetPayload,
    StockWriteOffPayload,
)
from schema.payloads.transfers import TransferPayload
from schema.payloads.trusted_documents import DocumentsRegisterPayload, DocumentsRemovePayload
from schema.payloads.webhooks import WebhookPayload, WebhookRedeliverPayload, WebhookSecretPayload
from schema.scalars import SCALARS
from schema.texts import read_texts_composed
from schema.types.access import ApiKey, Role, User, Viewer
from schema.types.alerts import StockAlert, StockAlertCounts
from schema.types.audit import AuditEntry, AuditPage
from schema.types.catalog import Item, ItemLabel, Location
from schema.types.connection import Connection
from schema.types.counting.count import StockCount
from schema.types.counting.due_count import CountDue
from schema.types.insight import AbcClassTotals, InventoryInsight
from schema.types.live import (
    MovementEvent,
    PurchaseOrderEvent,
    ReservationEvent,
    StockAlertEvent,
    StockLevelEvent,
    TransferEvent,
)
from schema.types.live_figures import AlertCountsEvent, InventorySummaryEvent, TopMoversEvent
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

P = TypeVar("P", bound=Payload)


def _query(resolver: Callable[..., Any], description: str, *, scope: Scope | None) -> Any:
    return strawberry.field(resolver=resolver, description=description, directives=[Requires(scope=scope)])


def _mutation(resolver: Callable[..., Awaitable[P]], payload: type[P], description: str, *, scope: Scope | None) -> Any:
    return strawberry.mutation(
        resolver=resolver,
        extensions=[MutationOutcome(payload)],
        description=description,
        directives=[Requires(scope=scope)],
    )


def _subscription(resolver: Callable[..., AsyncIterable[Any]], description: str, *, scope: Scope | None) -> Any:
    return strawberry.subscription(resolver=resolver, description=description, directives=[Requires(scope=scope)])


@strawberry.type(description="All reads. What does not exist is null.")
class Query:
    """Reads."""

    node: relay.Node | None = _query(by_id.node, "One object by its global id.", scope=ANYONE)
    nodes: list[relay.Node | None] = _query(
        by_id.nodes, "Objects by their global ids, in that order; at most 250.", scope=ANYONE
    )
    item: Item | None = _query(catalog.item, "One item by its SKU.", scope=Scope.CATALOG_READ)
    item_by_barcode: Item | None = _query(
        catalog.item_by_barcode, "The item that a barcode identifies.", scope=Scope.CATALOG_READ
    )
    items: Connection[Item] = _query(catalog.items, "Items, filtered and paginated.", scope=Scope.CATALOG_READ)
    item_labels: list[ItemLabel] = _query(
        catalog.labels,
        "The categories or tags that items have, in order, at most 50: suggestions for a filter.",
        scope=Scope.CATALOG_READ,
    )
    location: Location | None = _query(catalog.location, "One location by its code.", scope=Scope.CATALOG_READ)
    locations: Connection[Location] = _query(catalog.locations, "Locations, ordered by code.", scope=Scope.CATALOG_READ)
    stock_level: StockLevel | None = _query(
        stock.level, "The stock level of one item at one location.", scope=Scope.STOCK_READ
    )
    stock_levels: Connection[StockLevel] = _query(
        stock.levels, "Stock levels of items at locations.", scope=Scope.STOCK_READ
    )
    inventory_summary: InventorySummary = _query(
        summary.inventory,
        "Sums over levels: units, values and statuses, in total and by location and category.",
        scope=Scope.STOCK_READ,
    )
    inventory_insights: Connection[InventoryInsight] = _query(
        insight.insights,
        "Sales velocity, days of cover, turnover, time out of stock, ABC class and dead stock of levels, computed "
        "from the ledger.",
        scope=Scope.INSIGHTS_READ,
    )
    abc_class_totals: list[AbcClassTotals] = _query(
        insight.class_totals,
        "How many levels, and how much of the value of sales and of stock, each ABC class is: three entries, A first.",
        scope=Scope.INSIGHTS_READ,
    )
    movements: Connection[Movement] = _query(
        stock.movements, "The stock ledger, the newest movement first.", scope=Scope.STOCK_READ
    )
    reservation: Reservation | None = _query(
        reservations.reservation, "One reservation by its global id.", scope=Scope.ORDERS_READ
    )
    reservations: Connection[Reservation] = _query(
        reservations.reservations, "Reservations, the newest first.", scope=Scope.ORDERS_READ
    )
    transfer: Transfer | None = _query(transfers.transfer, "One transfer by its global id.", scope=Scope.STOCK_READ)
    transfers: Connection[Transfer] = _query(
        transfers.transfers, "Transfers, the newest first.", scope=Scope.STOCK_READ
    )
    supplier: Supplier | None = _query(suppliers.supplier, "One supplier by its code.", scope=Scope.PURCHASING_READ)
    suppliers: Connection[Supplier] = _query(
        suppliers.suppliers, "Suppliers, ordered by code.", scope=Scope.PURCHASING_READ
    )
    purchase_order: PurchaseOrder | None = _query(
        purchase_orders.purchase_order, "One purchase order by its global id.", scope=Scope.PURCHASING_READ
    )
    purchase_orders: Connection[PurchaseOrder] = _query(
        purchase_orders.purchase_orders, "Purchase orders, the newest first.", scope=Scope.PURCHASING_READ
    )
    alert: StockAlert | None = _query(alerts.alert, "One alert by its global id.", scope=Scope.INSIGHTS_READ)
    alert_counts: StockAlertCounts = _query(
        alerts.counts, "How many alerts are open, by type.", scope=Scope.INSIGHTS_READ
    )
    alerts: Connection[StockAlert] = _query(
        alerts.alerts, "Alerts of levels, the latest opened first.", scope=Scope.INSIGHTS_READ
    )
    count: StockCount | None = _query(counts.count, "One count by its global id.", scope=Scope.COUNTING_READ)
    counts_due: list[CountDue] = _query(
        counts.due,
        "The levels of a location that are due for a cycle count: oversold ones first, then by ABC class, the most "
        "overdue first.",
        scope=Scope.COUNTING_READ,
    )
    counts: Connection[StockCount] = _query(counts.counts, "Counts, the newest first.", scope=Scope.COUNTING_READ)
    replenishment_policies: Connection[ReplenishmentPolicy] = _query(
        policies.policies,
        "Inherited replenishment settings, as set: by item, category, location, or for everything.",
        scope=Scope.PURCHASING_READ,
    )
    replenishment_needs: Connection[ReplenishmentNeed] = _query(
        replenishment.needs,
        "The levels that need replenishment by their policies, and what would be ordered for them, by SKU; declined "
        "needs included.",
        scope=Scope.PURCHASING_READ,
    )
    replenishment_advice: Connection[ReplenishmentAdvice] = _query(
        replenishment.advice,
        "The measured demand of levels, and the policy settings that follow from it, by SKU.",
        scope=Scope.INSIGHTS_READ,
    )
    replenishment_simulation: ReplenishmentSimulation | None = _query(
        replenishment.simulation,
        "The last days of a level, replayed with another policy: what it would have ordered, had, and lost. Nothing "
        "is changed.",
        scope=Scope.INSIGHTS_READ,
    )
    trusted_document: TrustedDocument | None = _query(
        trusted_documents.trusted_document, "One registered document by its hash.", scope=Scope.ADMIN
    )
    trusted_documents: Connection[TrustedDocument] = _query(
        trusted_documents.trusted_documents, "Registered documents, ordered by hash.", scope=Scope.ADMIN
    )
    viewer: Viewer = _query(access.viewer, "The caller: who sends the request, and what they may do.", scope=ANYONE)
    api_key: ApiKey | None = _query(access.api_key, "One API key by its name.", scope=Scope.ADMIN)
    api_keys: Connection[ApiKey] = _query(access.api_keys, "API keys, ordered by name.", scope=Scope.ADMIN)
    user: User | None = _query(access.user, "One user by their name.", scope=Scope.ADMIN)
    users: Connection[User] = _query(access.users, "Users, ordered by name.", scope=Scope.ADMIN)
    role: Role | None = _query(access.role, "One role by its name.", scope=Scope.ADMIN)
    roles: Connection[Role] = _query(
        access.roles, "Roles: those built in, and then those of the installation, ordered by name.", scope=Scope.ADMIN
    )
    webhook: Webhook | None = _query(webhooks.webhook, "One webhook by its global id.", scope=Scope.WEBHOOKS_READ)
    webhook_deliveries: Connection[WebhookDelivery] = _query(
        webhooks.deliveries,
        "Webhook messages whose first delivery attempt failed, the newest first.",
        scope=Scope.WEBHOOKS_READ,
    )
    audit_log: Connection[AuditEntry] = _query(
        audit.entries,
        "The audit, the newest first: who asked for what, and what became of it.",
        scope=Scope.ADMIN,
    )
    audit_pages: Connection[AuditPage] = _query(
        audit.pages, "The pages of the audit's chain, the oldest first, to be verified.", scope=Scope.ADMIN
    )
    webhooks: Connection[Webhook] = _query(webhooks.webhooks, "Webhooks, the newest first.", scope=Scope.WEBHOOKS_READ)
    operation: Operation | None = _query(
        by_id.operation, "One recorded request by its global id.", scope=Scope.STOCK_READ
    )
    operation_by_key: Operation | None = _query(
        by_id.operation_by_key,
        "The caller's request with an idempotency key; null where it was refused or never received.",
        scope=ANYONE,
    )


@strawberry.type(description="All changes. Each call is safe to repeat with its idempotency key.")
class Mutation:
    """Changes."""

    item_upsert: ItemPayload = _mutation(
        catalog.upsert_item,
        ItemPayload,
        "Create an item, or update the fields that are given.",
        scope=Scope.CATALOG_WRITE,
    )
    items_upsert_many: ItemsUpsertManyPayload = _mutation(
        catalog.upsert_items,
        ItemsUpsertManyPayload,
        "Create up to 1,000 items, or update the fields that are given.",
        scope=Scope.CATALOG_WRITE,
    )
    item_archive: ItemPayload = _mutation(
        catalog.archive_item, ItemPayload, "Archive an item, or restore it.", scope=Scope.CATALOG_WRITE
    )
    location_upsert: LocationPayload = _mutation(
        catalog.upsert_location,
        LocationPayload,
        "Create a location, or update the fields that are given.",
        scope=Scope.CATALOG_WRITE,
    )
    location_archive: LocationPayload = _mutation(
        catalog.archive_location, LocationPayload, "Archive a location, or restore it.", scope=Scope.CATALOG_WRITE
    )
    stock_adjust: StockAdjustPayload = _mutation(
        stock.adjust,
        StockAdjustPayload,
        "Add units to a level or remove them: not more than are available, but for losses.",
        scope=Scope.STOCK_WRITE,
    )
    stock_set: StockSetPayload = _mutation(
        stock.set_,
        StockSetPayload,
        "Set the units on hand of a level, if it has not changed (compare-and-set).",
        scope=Scope.STOCK_WRITE,
    )
    stock_adjust_many: StockAdjustManyPayload = _mutation(
        stock.adjust_many, StockAdjustManyPayload, "Add or remove units at up to 1,000 levels.", scope=Scope.STOCK_WRITE
    )
    stock_set_many: StockSetManyPayload = _mutation(
        stock.set_many,
        StockSetManyPayload,
        "Set the units on hand of up to 1,000 levels, and their settings.",
        scope=Scope.STOCK_WRITE,
    )
    stock_reclassify: StockReclassifyPayload = _mutation(
        stock.reclassify,
        StockReclassifyPayload,
        "Make units unavailable for a reason, available again, or change the reason.",
        scope=Scope.STOCK_WRITE,
    )
    stock_write_off: StockWriteOffPayload = _mutation(
        stock.write_off,
        StockWriteOffPayload,
        "Write off unavailable units: they are no longer on hand.",
        scope=Scope.STOCK_WRITE,
    )
    stock_level_configure: StockLevelConfigurePayload = _mutation(
        stock.configure,
        StockLevelConfigurePayload,
        "Set the replenishment policy and the backorder limit of a level, or let it inherit settings again.",
        scope=Scope.STOCK_WRITE,
    )
    reservation_create: ReservationPayload = _mutation(
        reservations.create,
        ReservationPayload,
        "Allocate units to an order or a cart, from any location.",
        scope=Scope.ORDERS_WRITE,
    )
    reservation_extend: ReservationPayload = _mutation(
        reservations.extend,
        ReservationPayload,
        "Change the expiry of a reservation; no unit moves.",
        scope=Scope.ORDERS_WRITE,
    )
    reservation_release: ReservationPayload = _mutation(
        reservations.release, ReservationPayload, "Release a reservation, or parts of it.", scope=Scope.ORDERS_WRITE
    )
    reservation_fulfill: ReservationPayload = _mutation(
        reservations.fulfill,
        ReservationPayload,
        "Ship units of a reservation to the customer.",
        scope=Scope.ORDERS_WRITE,
    )
    reservation_update: ReservationPayload = _mutation(
        reservations.update,
        ReservationPayload,
        "Change the lines of a reservation; it keeps its id and its place in the backorder queue.",
        scope=Scope.ORDERS_WRITE,
    )
    reservation_move: ReservationPayload = _mutation(
        reservations.move,
        ReservationPayload,
        "Move the allocation of an order to another location, in one step.",
        scope=Scope.ORDERS_WRITE,
    )
    reservation_fulfillment_reverse: ReservationPayload = _mutation(
        reservations.reverse_fulfillment,
        ReservationPayload,
        "Reverse a shipment that was entered by mistake: its units are held again.",
        scope=Scope.ORDERS_WRITE,
    )
    transfer_create: TransferPayload = _mutation(
        transfers.create,
        TransferPayload,
        "Create a draft transfer from one location to another. No stock moves.",
        scope=Scope.STOCK_WRITE,
    )
    transfer_ship: TransferPayload = _mutation(
        transfers.ship,
        TransferPayload,
        "Ship a draft: its units leave the source and are in transit.",
        scope=Scope.STOCK_WRITE,
    )
    transfer_receive: TransferPayload = _mutation(
        transfers.receive,
        TransferPayload,
        "Receive units of a transfer: as shipped, fewer, more, or damaged.",
        scope=Scope.STOCK_WRITE,
    )
    transfer_loss_reverse: TransferPayload = _mutation(
        transfers.reverse_loss,
        TransferPayload,
        "Receive units of a transfer that were recorded as lost and have been found.",
        scope=Scope.STOCK_WRITE,
    )
    transfer_cancel: TransferPayload = _mutation(
        transfers.cancel,
        TransferPayload,
        "Cancel a transfer: units in transit return to the source.",
        scope=Scope.STOCK_WRITE,
    )
    supplier_upsert: SupplierPayload = _mutation(
        suppliers.upsert,
        SupplierPayload,
        "Create a supplier, or update the fields that are given.",
        scope=Scope.PURCHASING_WRITE,
    )
    supplier_archive: SupplierPayload = _mutation(
        suppliers.archive, SupplierPayload, "Archive a supplier, or restore it.", scope=Scope.PURCHASING_WRITE
    )
    supplier_item_upsert: SupplierItemPayload = _mutation(
        suppliers.upsert_item,
        SupplierItemPayload,
        "Create a supplier's offer of an item, or update its terms.",
        scope=Scope.PURCHASING_WRITE,
    )
    supplier_item_remove: SupplierItemPayload = _mutation(
        suppliers.remove_item,
        SupplierItemPayload,
        "Remove a supplier's offer of an item.",
        scope=Scope.PURCHASING_WRITE,
    )
    purchase_order_create: PurchaseOrderPayload = _mutation(
        purchase_orders.create,
        PurchaseOrderPayload,
        "Create a draft purchase order: its units are `planned`.",
        scope=Scope.PURCHASING_WRITE,
    )
    purchase_order_update: PurchaseOrderPayload = _mutation(
        purchase_orders.update,
        PurchaseOrderPayload,
        "Change, add or remove lines of a draft purchase order.",
        scope=Scope.PURCHASING_WRITE,
    )
    purchase_order_submit: PurchaseOrderPayload = _mutation(
        purchase_orders.submit,
        PurchaseOrderPayload,
        "Submit a draft to its supplier: its units are `incoming`.",
        scope=Scope.PURCHASING_WRITE,
    )
    purchase_order_confirm: PurchaseOrderPayload = _mutation(
        purchase_orders.confirm,
        PurchaseOrderPayload,
        "Record the supplier's confirmation of an order, with revised quantities, costs and date.",
        scope=Scope.PURCHASING_WRITE,
    )
    purchase_order_receive: PurchaseOrderPayload = _mutation(
        purchase_orders.receive,
        PurchaseOrderPayload,
        "Receive units of a purchase order: as ordered, fewer, more, or damaged.",
        scope=Scope.PURCHASING_WRITE,
    )
    purchase_order_receipt_reverse: PurchaseOrderPayload = _mutation(
        purchase_orders.reverse_receipt,
        PurchaseOrderPayload,
        "Reverse a receipt of a purchase order that was recorded by mistake, or parts of it.",
        scope=Scope.PURCHASING_WRITE,
    )
    purchase_order_cancel: PurchaseOrderPayload = _mutation(
        purchase_orders.cancel,
        PurchaseOrderPayload,
        "Cancel a purchase order: outstanding units are no longer expected.",
        scope=Scope.PURCHASING_WRITE,
    )
    count_open: CountPayload = _mutation(
        counts.open_, CountPayload, "Open a count of a location, or of some of its items.", scope=Scope.COUNTING_WRITE
    )
    count_record: CountPayload = _mutation(
        counts.record, CountPayload, "Record counted quantities.", scope=Scope.COUNTING_WRITE
    )
    count_post: CountPostPayload = _mutation(
        counts.post, CountPostPayload, "Post a count: each level changes by its variance.", scope=Scope.COUNTING_WRITE
    )
    count_cancel: CountPayload = _mutation(
        counts.cancel, CountPayload, "Cancel an open count.", scope=Scope.COUNTING_WRITE
    )
    alert_acknowledge: AlertPayload = _mutation(
        alerts.acknowledge, AlertPayload, "Acknowledge an open alert.", scope=Scope.INSIGHTS_WRITE
    )
    alert_snooze: AlertPayload = _mutation(
        alerts.snooze, AlertPayload, "Snooze an open alert for a while, or end its snooze.", scope=Scope.INSIGHTS_WRITE
    )
    replenishment_policy_set: ReplenishmentPolicyPayload = _mutation(
        policies.set_,
        ReplenishmentPolicyPayload,
        "Set replenishment settings that levels inherit; all of them are updated in the background.",
        scope=Scope.PURCHASING_WRITE,
    )
    replenishment_policy_clear: ReplenishmentPolicyPayload = _mutation(
        policies.clear,
        ReplenishmentPolicyPayload,
        "Clear the settings that levels inherit from a scope.",
        scope=Scope.PURCHASING_WRITE,
    )
    replenishment_run: ReplenishmentRunPayload = _mutation(
        replenishment.run,
        ReplenishmentRunPayload,
        "Order now what levels need, without waiting for the automatic run.",
        scope=Scope.PURCHASING_WRITE,
    )
    replenishment_need_snooze: ReplenishmentNeedSnoozePayload = _mutation(
        replenishment.snooze,
        ReplenishmentNeedSnoozePayload,
        "Decline the need of a level for a while: nothing is ordered for it.",
        scope=Scope.PURCHASING_WRITE,
    )
    replenishment_need_resume: ReplenishmentNeedResumePayload = _mutation(
        replenishment.resume,
        ReplenishmentNeedResumePayload,
        "Resume replenishment of a level whose need was declined.",
        scope=Scope.PURCHASING_WRITE,
    )
    documents_register: DocumentsRegisterPayload = _mutation(
        trusted_documents.register,
        DocumentsRegisterPayload,
        "Register documents, which requests may name by their hash from then on: all of them or none.",
        scope=Scope.ADMIN,
    )
    documents_remove: DocumentsRemovePayload = _mutation(
        trusted_documents.remove,
        DocumentsRemovePayload,
        "Remove documents, everywhere within 5 s.",
        scope=Scope.ADMIN,
    )
    api_key_create: ApiKeySecretPayload = _mutation(
        access.create_key, ApiKeySecretPayload, "Make an API key. This response alone shows it.", scope=Scope.ADMIN
    )
    api_key_update: ApiKeyPayload = _mutation(
        access.update_key, ApiKeyPayload, "Update what an API key may do, and until when.", scope=Scope.ADMIN
    )
    api_key_rotate: ApiKeySecretPayload = _mutation(
        access.rotate_key,
        ApiKeySecretPayload,
        "Give an API key a new secret, and let the former one be used for a while.",
        scope=Scope.ADMIN,
    )
    api_key_revoke: ApiKeyPayload = _mutation(
        access.revoke_key, ApiKeyPayload, "Revoke an API key, everywhere within 5 s.", scope=Scope.ADMIN
    )
    user_create: UserPayload = _mutation(access.create_user, UserPayload, "Make a user.", scope=Scope.ADMIN)
    user_update: UserPayload = _mutation(
        access.update_user, UserPayload, "Update a user's display name and what they may do.", scope=Scope.ADMIN
    )
    user_disable: UserPayload = _mutation(
        access.disable_user, UserPayload, "Disable a user, or enable them again.", scope=Scope.ADMIN
    )
    user_set_password: UserPayload = _mutation(
        access.set_password, UserPayload, "Give a user a new password, and end their sessions.", scope=Scope.ADMIN
    )
    password_change: PasswordChangePayload = _mutation(
        access.change_password,
        PasswordChangePayload,
        "Change the caller's own password, and end their other sessions.",
        scope=ANYONE,
    )
    role_upsert: RolePayload = _mutation(
        access.upsert_role, RolePayload, "Make a role, or update the fields that are given.", scope=Scope.ADMIN
    )
    role_delete: RolePayload = _mutation(
        access.delete_role, RolePayload, "Delete a role that no API key and no user has.", scope=Scope.ADMIN
    )
    webhook_create: WebhookSecretPayload = _mutation(
        webhooks.create,
        WebhookSecretPayload,
        "Create a webhook: an endpoint that receives events from now on.",
        scope=Scope.WEBHOOKS_WRITE,
    )
    webhook_update: WebhookPayload = _mutation(
        webhooks.update,
        WebhookPayload,
        "Update the fields that are given of a webhook; disable or enable it.",
        scope=Scope.WEBHOOKS_WRITE,
    )
    webhook_rotate_secret: WebhookSecretPayload = _mutation(
        webhooks.rotate_secret,
        WebhookSecretPayload,
        "Rotate the signing secret of a webhook.",
        scope=Scope.WEBHOOKS_WRITE,
    )
    webhook_delete: WebhookPayload = _mutation(
        webhooks.delete, WebhookPayload, "Delete a webhook.", scope=Scope.WEBHOOKS_WRITE
    )
    webhook_redeliver: WebhookRedeliverPayload = _mutation(
        webhooks.redeliver,
        WebhookRedeliverPayload,
        "Redeliver messages that were not accepted.",
        scope=Scope.WEBHOOKS_WRITE,
    )
    sale_record: SaleRecordPayload = _mutation(
        stock.record_sale,
        SaleRecordPayload,
        "Record a sale, such as a till receipt or an invoice: all lines or none.",
        scope=Scope.ORDERS_WRITE,
    )


@strawberry.type(description="Everything that can be watched, over a websocket.")
class Subscription:
    """Subscriptions."""

    stock_levels: StockLevelEvent = _subscription(
        live.stock_levels,
        "The levels as they are now, then each change. Nothing is missed: the last event of a level is its state.",
        scope=Scope.STOCK_READ,
    )
    movements: MovementEvent = _subscription(
        live.movements,
        "Each line of the ledger once, in order per level. With the cursor of an event it goes on after that event.",
        scope=Scope.STOCK_READ,
    )
    reservations: ReservationEvent = _subscription(
        live.reservations,
        "The reservations as they are now, the newest first, then each change once and in order, and what leaves the "
        "filter once more. With the cursor of an event it goes on after that event, without a snapshot.",
        scope=Scope.ORDERS_READ,
    )
    stock_alerts: StockAlertEvent = _subscription(
        live.stock_alerts,
        "The alerts that are open, the newest first, then each opening, escalation, acknowledgement and closing once "
        "and in order. With the cursor of an event it goes on after that event, without a snapshot.",
        scope=Scope.INSIGHTS_READ,
    )
    inventory_summary: InventorySummaryEvent = _subscription(
        live_figures.inventory_summary,
        "Sums over levels as they are now, then again whenever they have changed. The last event has the sums as they "
        "are.",
        scope=Scope.STOCK_READ,
    )
    alert_counts: AlertCountsEvent = _subscription(
        live_figures.alert_counts,
        "How many alerts are open, by type, as it is now, then again whenever it has changed.",
        scope=Scope.INSIGHTS_READ,
    )
    top_movers: TopMoversEvent = _subscription(
        live_figures.top_movers,
        "The items that move most as of now, then again whenever these or their units have changed.",
        scope=Scope.INSIGHTS_READ,
    )
    transfers: TransferEvent = _subscription(
        live.transfers,
        "The transfers as they are now, the newest first, then each change once and in order, and what leaves the "
        "filter once more. With the cursor of an event it goes on after that event, without a snapshot.",
        scope=Scope.STOCK_READ,
    )
    purchase_orders: PurchaseOrderEvent = _subscription(
        live.purchase_orders,
        "The purchase orders as they are now, the newest first, then each change once and in order, and what leaves "
        "the filter once more. With the cursor of an event it goes on after that event, without a snapshot.",
        scope=Scope.PURCHASING_READ,
    )


def build_schema(*, is_sorted: bool = False) -> strawberry.Schema:
    """Return the schema. Only to be printed may it be sorted: sorting loses how Strawberry reads enums from inputs."""
    built = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=USER_ERRORS,
        config=StrawberryConfig(sort_schema=is_sorted, relay_max_results=MAX_PAGE_SIZE, scalar_map=SCALARS),
    )
    declare_limits(built)
    declare_secrets(built)
    read_texts_composed()
    declare_costs(built)
    declare_scopes(built)
    declare_personal(built)
    return built


schema = build_schema()

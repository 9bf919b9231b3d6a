"""All mutations with their descriptions and scopes: the table of contents of what can be changed."""

import strawberry

from app.domain.access.scope import Scope
from resolvers import access, alerts, catalog, reservations, transfers, trusted_documents, webhooks
from resolvers import counting as counts
from resolvers.purchasing import purchase_orders, suppliers
from resolvers.replenishment import needs as replenishment
from resolvers.replenishment import policies
from resolvers.stock import levels as stock
from schema.declarations.scopes import ANYONE
from schema.payloads.access import ApiKeyPayload, ApiKeySecretPayload, PasswordChangePayload, RolePayload, UserPayload
from schema.payloads.alerts import AlertPayload
from schema.payloads.catalog import ItemPayload, ItemsUpsertManyPayload, LocationPayload
from schema.payloads.counting import CountPayload, CountPostPayload
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
from schema.root_types.root_field import mutation


@strawberry.type(description="All changes. Each call is safe to repeat with its idempotency key.")
class Mutation:
    """Changes."""

    item_upsert: ItemPayload = mutation(
        catalog.upsert_item, "Create an item, or update the fields that are given.", scope=Scope.CATALOG_WRITE
    )
    items_upsert_many: ItemsUpsertManyPayload = mutation(
        catalog.upsert_items,
        "Create up to 1,000 items, or update the fields that are given.",
        scope=Scope.CATALOG_WRITE,
    )
    item_archive: ItemPayload = mutation(
        catalog.archive_item, "Archive an item, or restore it.", scope=Scope.CATALOG_WRITE
    )
    location_upsert: LocationPayload = mutation(
        catalog.upsert_location, "Create a location, or update the fields that are given.", scope=Scope.CATALOG_WRITE
    )
    location_archive: LocationPayload = mutation(
        catalog.archive_location, "Archive a location, or restore it.", scope=Scope.CATALOG_WRITE
    )
    stock_adjust: StockAdjustPayload = mutation(
        stock.adjust,
        "Add units to a level or remove them: not more than are available, but for losses.",
        scope=Scope.STOCK_WRITE,
    )
    stock_set: StockSetPayload = mutation(
        stock.set_,
        "Set the units on hand of a level, if it has not changed (compare-and-set).",
        scope=Scope.STOCK_WRITE,
    )
    stock_adjust_many: StockAdjustManyPayload = mutation(
        stock.adjust_many, "Add or remove units at up to 1,000 levels.", scope=Scope.STOCK_WRITE
    )
    stock_set_many: StockSetManyPayload = mutation(
        stock.set_many, "Set the units on hand of up to 1,000 levels, and their settings.", scope=Scope.STOCK_WRITE
    )
    stock_reclassify: StockReclassifyPayload = mutation(
        stock.reclassify,
        "Make units unavailable for a reason, available again, or change the reason.",
        scope=Scope.STOCK_WRITE,
    )
    stock_write_off: StockWriteOffPayload = mutation(
        stock.write_off, "Write off unavailable units: they are no longer on hand.", scope=Scope.STOCK_WRITE
    )
    stock_level_configure: StockLevelConfigurePayload = mutation(
        stock.configure,
        "Set the replenishment policy and the backorder limit of a level, or let it inherit settings again.",
        scope=Scope.STOCK_WRITE,
    )
    reservation_create: ReservationPayload = mutation(
        reservations.create, "Allocate units to an order or a cart, from any location.", scope=Scope.ORDERS_WRITE
    )
    reservation_extend: ReservationPayload = mutation(
        reservations.extend, "Change the expiry of a reservation; no unit moves.", scope=Scope.ORDERS_WRITE
    )
    reservation_release: ReservationPayload = mutation(
        reservations.release, "Release a reservation, or parts of it.", scope=Scope.ORDERS_WRITE
    )
    reservation_fulfill: ReservationPayload = mutation(
        reservations.fulfill, "Ship units of a reservation to the customer.", scope=Scope.ORDERS_WRITE
    )
    reservation_update: ReservationPayload = mutation(
        reservations.update,
        "Change the lines of a reservation; it keeps its id and its place in the backorder queue.",
        scope=Scope.ORDERS_WRITE,
    )
    reservation_move: ReservationPayload = mutation(
        reservations.move, "Move the allocation of an order to another location, in one step.", scope=Scope.ORDERS_WRITE
    )
    reservation_fulfillment_reverse: ReservationPayload = mutation(
        reservations.reverse_fulfillment,
        "Reverse a shipment that was entered by mistake: its units are held again.",
        scope=Scope.ORDERS_WRITE,
    )
    transfer_create: TransferPayload = mutation(
        transfers.create,
        "Create a draft transfer from one location to another. No stock moves.",
        scope=Scope.STOCK_WRITE,
    )
    transfer_ship: TransferPayload = mutation(
        transfers.ship, "Ship a draft: its units leave the source and are in transit.", scope=Scope.STOCK_WRITE
    )
    transfer_receive: TransferPayload = mutation(
        transfers.receive, "Receive units of a transfer: as shipped, fewer, more, or damaged.", scope=Scope.STOCK_WRITE
    )
    transfer_loss_reverse: TransferPayload = mutation(
        transfers.reverse_loss,
        "Receive units of a transfer that were recorded as lost and have been found.",
        scope=Scope.STOCK_WRITE,
    )
    transfer_cancel: TransferPayload = mutation(
        transfers.cancel, "Cancel a transfer: units in transit return to the source.", scope=Scope.STOCK_WRITE
    )
    supplier_upsert: SupplierPayload = mutation(
        suppliers.upsert, "Create a supplier, or update the fields that are given.", scope=Scope.PURCHASING_WRITE
    )
    supplier_archive: SupplierPayload = mutation(
        suppliers.archive, "Archive a supplier, or restore it.", scope=Scope.PURCHASING_WRITE
    )
    supplier_item_upsert: SupplierItemPayload = mutation(
        suppliers.upsert_item,
        "Create a supplier's offer of an item, or update its terms.",
        scope=Scope.PURCHASING_WRITE,
    )
    supplier_item_remove: SupplierItemPayload = mutation(
        suppliers.remove_item, "Remove a supplier's offer of an item.", scope=Scope.PURCHASING_WRITE
    )
    purchase_order_create: PurchaseOrderPayload = mutation(
        purchase_orders.create, "Create a draft purchase order: its units are `planned`.", scope=Scope.PURCHASING_WRITE
    )
    purchase_order_update: PurchaseOrderPayload = mutation(
        purchase_orders.update, "Change, add or remove lines of a draft purchase order.", scope=Scope.PURCHASING_WRITE
    )
    purchase_order_submit: PurchaseOrderPayload = mutation(
        purchase_orders.submit,
        "Submit a draft to its supplier: its units are `incoming`.",
        scope=Scope.PURCHASING_WRITE,
    )
    purchase_order_confirm: PurchaseOrderPayload = mutation(
        purchase_orders.confirm,
        "Record the supplier's confirmation of an order, with revised quantities, costs and date.",
        scope=Scope.PURCHASING_WRITE,
    )
    purchase_order_receive: PurchaseOrderPayload = mutation(
        purchase_orders.receive,
        "Receive units of a purchase order: as ordered, fewer, more, or damaged.",
        scope=Scope.PURCHASING_WRITE,
    )
    purchase_order_receipt_reverse: PurchaseOrderPayload = mutation(
        purchase_orders.reverse_receipt,
        "Reverse a receipt of a purchase order that was recorded by mistake, or parts of it.",
        scope=Scope.PURCHASING_WRITE,
    )
    purchase_order_cancel: PurchaseOrderPayload = mutation(
        purchase_orders.cancel,
        "Cancel a purchase order: outstanding units are no longer expected.",
        scope=Scope.PURCHASING_WRITE,
    )
    count_open: CountPayload = mutation(
        counts.open_, "Open a count of a location, or of some of its items.", scope=Scope.COUNTING_WRITE
    )
    count_record: CountPayload = mutation(counts.record, "Record counted quantities.", scope=Scope.COUNTING_WRITE)
    count_post: CountPostPayload = mutation(
        counts.post, "Post a count: each level changes by its variance.", scope=Scope.COUNTING_WRITE
    )
    count_cancel: CountPayload = mutation(counts.cancel, "Cancel an open count.", scope=Scope.COUNTING_WRITE)
    alert_acknowledge: AlertPayload = mutation(
        alerts.acknowledge, "Acknowledge an open alert.", scope=Scope.INSIGHTS_WRITE
    )
    alert_snooze: AlertPayload = mutation(
        alerts.snooze, "Snooze an open alert for a while, or end its snooze.", scope=Scope.INSIGHTS_WRITE
    )
    replenishment_policy_set: ReplenishmentPolicyPayload = mutation(
        policies.set_,
        "Set replenishment settings that levels inherit; all of them are updated in the background.",
        scope=Scope.PURCHASING_WRITE,
    )
    replenishment_policy_clear: ReplenishmentPolicyPayload = mutation(
        policies.clear, "Clear the settings that levels inherit from a scope.", scope=Scope.PURCHASING_WRITE
    )
    replenishment_run: ReplenishmentRunPayload = mutation(
        replenishment.run,
        "Order now what levels need, without waiting for the automatic run.",
        scope=Scope.PURCHASING_WRITE,
    )
    replenishment_need_snooze: ReplenishmentNeedSnoozePayload = mutation(
        replenishment.snooze,
        "Decline the need of a level for a while: nothing is ordered for it.",
        scope=Scope.PURCHASING_WRITE,
    )
    replenishment_need_resume: ReplenishmentNeedResumePayload = mutation(
        replenishment.resume, "Resume replenishment of a level whose need was declined.", scope=Scope.PURCHASING_WRITE
    )
    documents_register: DocumentsRegisterPayload = mutation(
        trusted_documents.register,
        "Register documents, which requests may name by their hash from then on: all of them or none.",
        scope=Scope.ADMIN,
    )
    documents_remove: DocumentsRemovePayload = mutation(
        trusted_documents.remove, "Remove documents, everywhere within 5 s.", scope=Scope.ADMIN
    )
    api_key_create: ApiKeySecretPayload = mutation(
        access.create_key, "Make an API key. This response alone shows it.", scope=Scope.ADMIN
    )
    api_key_update: ApiKeyPayload = mutation(
        access.update_key, "Update what an API key may do, and until when.", scope=Scope.ADMIN
    )
    api_key_rotate: ApiKeySecretPayload = mutation(
        access.rotate_key,
        "Give an API key a new secret, and let the former one be used for a while.",
        scope=Scope.ADMIN,
    )
    api_key_revoke: ApiKeyPayload = mutation(
        access.revoke_key, "Revoke an API key, everywhere within 5 s.", scope=Scope.ADMIN
    )
    user_create: UserPayload = mutation(access.create_user, "Make a user.", scope=Scope.ADMIN)
    user_update: UserPayload = mutation(
        access.update_user, "Update a user's display name and what they may do.", scope=Scope.ADMIN
    )
    user_disable: UserPayload = mutation(
        access.disable_user, "Disable a user, or enable them again.", scope=Scope.ADMIN
    )
    user_set_password: UserPayload = mutation(
        access.set_password, "Give a user a new password, and end their sessions.", scope=Scope.ADMIN
    )
    password_change: PasswordChangePayload = mutation(
        access.change_password, "Change the caller's own password, and end their other sessions.", scope=ANYONE
    )
    role_upsert: RolePayload = mutation(
        access.upsert_role, "Make a role, or update the fields that are given.", scope=Scope.ADMIN
    )
    role_delete: RolePayload = mutation(
        access.delete_role, "Delete a role that no API key and no user has.", scope=Scope.ADMIN
    )
    webhook_create: WebhookSecretPayload = mutation(
        webhooks.create, "Create a webhook: an endpoint that receives events from now on.", scope=Scope.WEBHOOKS_WRITE
    )
    webhook_update: WebhookPayload = mutation(
        webhooks.update,
        "Update the fields that are given of a webhook; disable or enable it.",
        scope=Scope.WEBHOOKS_WRITE,
    )
    webhook_rotate_secret: WebhookSecretPayload = mutation(
        webhooks.rotate_secret, "Rotate the signing secret of a webhook.", scope=Scope.WEBHOOKS_WRITE
    )
    webhook_delete: WebhookPayload = mutation(webhooks.delete, "Delete a webhook.", scope=Scope.WEBHOOKS_WRITE)
    webhook_redeliver: WebhookRedeliverPayload = mutation(
        webhooks.redeliver, "Redeliver messages that were not accepted.", scope=Scope.WEBHOOKS_WRITE
    )
    sale_record: SaleRecordPayload = mutation(
        stock.record_sale,
        "Record a sale, such as a till receipt or an invoice: all lines or none.",
        scope=Scope.ORDERS_WRITE,
    )

"""Arguments that several fields share, described once."""

from typing import Annotated, TypeVar

import strawberry

from app.services.live.figures.recomputed import MAX_THROTTLE_MS, MIN_THROTTLE_MS
from app.services.live.levels.throttled import MAX_LEVEL_THROTTLE_MS
from schema.enums.catalog import ItemOrder
from schema.enums.insight import InsightOrder
from schema.enums.stock import LevelSort
from schema.inputs.access import ApiKeyFilterInput, RoleFilterInput, UserFilterInput
from schema.inputs.alerts import StockAlertFilterInput
from schema.inputs.audit import AuditFilterInput
from schema.inputs.counting import CountFilterInput, CountIntervalInput
from schema.inputs.filters import (
    ItemFilterInput,
    LocationFilterInput,
    MovementFilterInput,
    StockLevelFilterInput,
)
from schema.inputs.insight import InventoryInsightFilterInput
from schema.inputs.purchasing.purchase_order import PurchaseOrderFilterInput
from schema.inputs.purchasing.supplier import SupplierFilterInput
from schema.inputs.replenishment.policy import ReplenishmentPolicyFilterInput
from schema.inputs.reservations import ReservationFilterInput
from schema.inputs.transfers import TransferFilterInput
from schema.inputs.trusted_documents import TrustedDocumentFilterInput
from schema.inputs.webhooks import WebhookDeliveryFilterInput, WebhookFilterInput

_FILTER = strawberry.argument(description="The conditions that entries must meet; all entries where left out.")

T = TypeVar("T")

Input = Annotated[T, strawberry.argument(description="The input of the mutation.")]
First = Annotated[int, strawberry.argument(description="The most entries to return, 0 to 250.")]
After = Annotated[
    str | None, strawberry.argument(description="Return the entries after this cursor, one of the same list and order.")
]
Sku = Annotated[str, strawberry.argument(description="The item's SKU.")]
BarcodeText = Annotated[
    str,
    strawberry.argument(
        description="The barcode: a trade item number in any spelling, or as a scanner sends it (AIM identifier, GS1 "
        "element string or link); any other code unchanged."
    ),
]
Code = Annotated[str, strawberry.argument(description="The location's code.")]
SupplierCode = Annotated[str, strawberry.argument(description="The supplier's code.")]
DocumentHash = Annotated[
    str, strawberry.argument(description="The SHA-256 of its text: 64 lower-case hexadecimal digits.")
]
PrincipalName = Annotated[str, strawberry.argument(description="The name.")]
Id = Annotated[strawberry.ID, strawberry.argument(description="The global id, as `id` returns it.")]
IdempotencyKey = Annotated[str, strawberry.argument(description="The idempotency key of the request.")]
Ids = Annotated[list[strawberry.ID], strawberry.argument(description="Global ids, at most 250.")]
ItemsWhere = Annotated[ItemFilterInput | None, _FILTER]
LocationsWhere = Annotated[LocationFilterInput | None, _FILTER]
LevelsWhere = Annotated[StockLevelFilterInput | None, _FILTER]
MovementsWhere = Annotated[MovementFilterInput | None, _FILTER]
CountsWhere = Annotated[CountFilterInput | None, _FILTER]
CountIntervals = Annotated[
    list[CountIntervalInput] | None,
    strawberry.argument(description="The counting intervals that differ from the default: A 30, B 90, C 365 days."),
]
InsightsWhere = Annotated[InventoryInsightFilterInput | None, _FILTER]
InsightDays = Annotated[
    int, strawberry.argument(description="The period in days of 24 hours, counted back from now: 1 to 730.")
]
InsightOrderBy = Annotated[InsightOrder, strawberry.argument(description="The order of the levels.")]
ReservationsWhere = Annotated[ReservationFilterInput | None, _FILTER]
TransfersWhere = Annotated[TransferFilterInput | None, _FILTER]
TrustedDocumentsWhere = Annotated[TrustedDocumentFilterInput | None, _FILTER]
ApiKeysWhere = Annotated[ApiKeyFilterInput | None, _FILTER]
UsersWhere = Annotated[UserFilterInput | None, _FILTER]
RolesWhere = Annotated[RoleFilterInput | None, _FILTER]
WebhooksWhere = Annotated[WebhookFilterInput | None, _FILTER]
WebhookDeliveriesWhere = Annotated[WebhookDeliveryFilterInput | None, _FILTER]
SuppliersWhere = Annotated[SupplierFilterInput | None, _FILTER]
PurchaseOrdersWhere = Annotated[PurchaseOrderFilterInput | None, _FILTER]
PoliciesWhere = Annotated[ReplenishmentPolicyFilterInput | None, _FILTER]
AuditWhere = Annotated[AuditFilterInput | None, _FILTER]
AlertsWhere = Annotated[StockAlertFilterInput | None, _FILTER]
ItemOrderBy = Annotated[ItemOrder, strawberry.argument(description="The order of the items.")]
OrderBy = Annotated[LevelSort, strawberry.argument(description="The order of the levels.")]
Descending = Annotated[
    bool,
    strawberry.argument(
        description="The other way round: the most first, or the latest. SKU and location turn only where the order is "
        "by them."
    ),
]
ResumeAfter = Annotated[
    str | None,
    strawberry.argument(description="Resume after the event with this cursor, with any filter; without it, begin now."),
]
ResumeDocumentsAfter = Annotated[
    str | None,
    strawberry.argument(
        description="Resume after the event with this cursor, with the same filter: with the changes, or with the "
        "rest of the snapshot first. Without it, begin with a snapshot."
    ),
]
ThrottleMs = Annotated[
    int,
    strawberry.argument(
        description=f"At most one event is sent per so many milliseconds, {MIN_THROTTLE_MS} to {MAX_THROTTLE_MS:,}; "
        "the last one is sent in any case."
    ),
]
LevelThrottleMs = Annotated[
    int,
    strawberry.argument(
        description="Gather the changes of each level for so many milliseconds, and send its newest state once: 0, at "
        f"once, to {MAX_LEVEL_THROTTLE_MS:,}. The snapshot is sent at once in any case."
    ),
]

"""The arguments that several fields share, described once."""

from typing import Annotated, TypeVar

import strawberry

from schema.enums.catalog import ItemOrder
from schema.enums.insight import InsightOrder
from schema.enums.stock import LevelOrder
from schema.inputs.alerts import StockAlertFilterInput
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
from schema.inputs.webhooks import WebhookDeliveryFilterInput, WebhookFilterInput

_FILTER = strawberry.argument(description="What the list is narrowed to; all of it where left out.")

T = TypeVar("T")

Input = Annotated[T, strawberry.argument(description="What is to be done.")]
First = Annotated[int, strawberry.argument(description="The most entries to return, 0 to 250.")]
After = Annotated[
    str | None, strawberry.argument(description="Return the entries after this cursor, one of the same list and order.")
]
Sku = Annotated[str, strawberry.argument(description="The item's SKU.")]
BarcodeText = Annotated[
    str,
    strawberry.argument(
        description="The barcode: a number of goods in any spelling, or within what a scanner sends "
        "(AIM identifier, GS1 element string or link); any other code as it is."
    ),
]
Code = Annotated[str, strawberry.argument(description="The location's code.")]
SupplierCode = Annotated[str, strawberry.argument(description="The supplier's code.")]
Id = Annotated[strawberry.ID, strawberry.argument(description="The global id, as `id` returns it.")]
IdempotencyKey = Annotated[str, strawberry.argument(description="The key, as it was given with the request.")]
Ids = Annotated[list[strawberry.ID], strawberry.argument(description="Global ids, at most 250.")]
ItemsWhere = Annotated[ItemFilterInput | None, _FILTER]
LocationsWhere = Annotated[LocationFilterInput | None, _FILTER]
LevelsWhere = Annotated[StockLevelFilterInput | None, _FILTER]
MovementsWhere = Annotated[MovementFilterInput | None, _FILTER]
CountsWhere = Annotated[CountFilterInput | None, _FILTER]
CountIntervals = Annotated[
    list[CountIntervalInput] | None,
    strawberry.argument(description="How often to count, where that differs from A 30, B 90, C 365 days."),
]
InsightsWhere = Annotated[InventoryInsightFilterInput | None, _FILTER]
InsightDays = Annotated[
    int, strawberry.argument(description="Over how many days of 24 hours, counted back from now: 1 to 730.")
]
InsightOrderBy = Annotated[InsightOrder, strawberry.argument(description="How the levels are ordered.")]
ReservationsWhere = Annotated[ReservationFilterInput | None, _FILTER]
TransfersWhere = Annotated[TransferFilterInput | None, _FILTER]
WebhooksWhere = Annotated[WebhookFilterInput | None, _FILTER]
WebhookDeliveriesWhere = Annotated[WebhookDeliveryFilterInput | None, _FILTER]
SuppliersWhere = Annotated[SupplierFilterInput | None, _FILTER]
PurchaseOrdersWhere = Annotated[PurchaseOrderFilterInput | None, _FILTER]
PoliciesWhere = Annotated[ReplenishmentPolicyFilterInput | None, _FILTER]
AlertsWhere = Annotated[StockAlertFilterInput | None, _FILTER]
ItemOrderBy = Annotated[ItemOrder, strawberry.argument(description="How the items are ordered.")]
OrderBy = Annotated[LevelOrder, strawberry.argument(description="How the levels are ordered.")]
ResumeAfter = Annotated[
    str | None,
    strawberry.argument(
        description="Go on after the event that had this cursor, with whatever filter; without it, begin now."
    ),
]
ResumeDocumentsAfter = Annotated[
    str | None,
    strawberry.argument(
        description="Go on after the event that had this cursor, in a feed with the same filter: with the changes, or "
        "with the rest of the snapshot first. Without it, begin with a snapshot."
    ),
]

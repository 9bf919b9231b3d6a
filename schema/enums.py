"""The domain's enums, with a name and a description for each value. Types take them from here, not from the domain."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar

import strawberry
from strawberry.types.enum import EnumValue

from app.domain.alerts.alert import AlertChange, AlertState
from app.domain.alerts.open_alert import AlertType
from app.domain.catalog.catalog import LocationKind, OversellPolicy
from app.domain.catalog.open_work import OpenKind as OpenWorkKind
from app.domain.catalog.warning import WarningCode
from app.domain.counting.count import CountState, UncountedRule
from app.domain.counting.count_line import CountMode
from app.domain.errors import ErrorCode
from app.domain.insight.abc import AbcClass
from app.domain.insight.ranking import InsightOrder
from app.domain.live.events import DocumentEventKind, LevelEventKind
from app.domain.purchasing.purchase_order import PurchaseOrderState
from app.domain.replenishment.declined import DeclineReason
from app.domain.replenishment.need_plan import NeedRoute
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.replenishment.policy_defaults import PolicyScope, PolicySetting
from app.domain.reservations.reservation import ReservationState
from app.domain.stock.level import LevelStatus
from app.domain.stock.level_change import UnavailableReason
from app.domain.stock.movement import MovementReason
from app.domain.transfers.transfer import TransferState
from app.domain.webhooks.delivery import DeliveryState as WebhookDeliveryState
from app.domain.webhooks.webhook import WebhookEventType, WebhookState
from app.services.counting.cycle_counts import CountDueReason
from app.services.filters import ItemOrder, LevelOrder
from schema.deprecations import use

__all__ = [
    "AbcClass",
    "AlertChange",
    "AlertState",
    "AlertType",
    "CountDueReason",
    "CountMode",
    "CountState",
    "DeclineReason",
    "DocumentEventKind",
    "ErrorCode",
    "InsightOrder",
    "ItemOrder",
    "LevelEventKind",
    "LevelOrder",
    "LevelStatus",
    "LocationKind",
    "MovementReason",
    "NeedRoute",
    "OpenWorkKind",
    "OversellPolicy",
    "PolicyScope",
    "PolicySetting",
    "PurchaseOrderState",
    "ReplenishmentMethod",
    "ReservationState",
    "TransferState",
    "UnavailableReason",
    "UncountedRule",
    "WarningCode",
    "WebhookDeliveryState",
    "WebhookEventType",
    "WebhookState",
]

E = TypeVar("E", bound=Enum)


def _described(
    enum: type[E], *, name: str, description: str, values: Mapping[E, str], former: Mapping[str, E] | None = None
) -> type[E]:
    """Register the enum with Strawberry, every value described; former names are read, and never returned."""
    registered = strawberry.enum(enum, name=name, description=description)
    definition: Any = registered.__strawberry_definition__  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = values[enum[value.name]]
    for old, member in (former or {}).items():
        definition.values.append(
            EnumValue(
                old,
                member.value,
                deprecation_reason=use(member.name),
                description=f"The former name of `{member.name}`.",
            )
        )
    return registered


_described(
    LevelStatus,
    name="StockStatus",
    description="How a level stands against its reorder point.",
    values={
        LevelStatus.IN_STOCK: "More units are available than the reorder point.",
        LevelStatus.LOW: "The available units are at or below the reorder point.",
        LevelStatus.OUT: "No unit is available.",
    },
)
_described(
    LocationKind,
    name="LocationKind",
    description="What sort of place holds the stock.",
    values={
        LocationKind.WAREHOUSE: "A place that ships.",
        LocationKind.STORE: "A place that sells over the counter.",
        LocationKind.DROP_SHIP: "A supplier who ships on our behalf.",
    },
)
_described(
    OversellPolicy,
    name="OversellPolicy",
    description="What becomes of a sale at a till of more than the record has: the customer has left with the goods.",
    values={
        OversellPolicy.REFUSE: "It is refused: the record must be put right first.",
        OversellPolicy.ASK: "It is refused, unless it is confirmed with `confirmOversell`.",
        OversellPolicy.ALLOW: "It is recorded: on hand goes below zero, an alert is open, and a count is due.",
    },
)
_described(
    MovementReason,
    name="MovementReason",
    description="Why units moved.",
    values={
        MovementReason.RECEIPT: "Units arrived from a supplier.",
        MovementReason.SALE: "Units were sold.",
        MovementReason.RETURN: "Units came back from a customer.",
        MovementReason.CORRECTION: "A record was wrong.",
        MovementReason.COUNT: "The units were counted.",
        MovementReason.DAMAGED: "Units became unfit for sale.",
        MovementReason.LOST: "Units are missing.",
        MovementReason.FOUND: "Units turned up.",
        MovementReason.OTHER: "Something else; say what in the note.",
        MovementReason.SETTINGS: "No unit moved: a setting of the level changed.",
        MovementReason.RESERVATION: "Units were set aside for an order.",
        MovementReason.RELEASE: "Units set aside for an order became free again.",
        MovementReason.EXPIRY: "Units set aside for an order became free again, because its time ran out.",
        MovementReason.BACKORDER: "Units that arrived were given to orders that waited for them.",
        MovementReason.TRANSFER: "Units left for another location, arrived from one, or came back.",
        MovementReason.RECLASSIFICATION: "Units became unavailable for a reason, or available again.",
        MovementReason.WRITE_OFF: "Unavailable units were given up.",
        MovementReason.PURCHASE: "Units were put on a purchase order, ordered from a supplier, or no longer are.",
    },
)
_described(
    UnavailableReason,
    name="UnavailableReason",
    description="Why units on hand may not be sold.",
    values={
        UnavailableReason.DAMAGED: "They are damaged.",
        UnavailableReason.QUALITY_CONTROL: "They wait for an inspection.",
        UnavailableReason.SAFETY: "They are kept back for emergencies.",
        UnavailableReason.OTHER: "Something else.",
    },
)
_described(
    ReservationState,
    name="ReservationState",
    description="How far a reservation has come.",
    values={
        ReservationState.HELD: "Units are set aside or waited for, and none has gone out.",
        ReservationState.PARTIALLY_FULFILLED: "Some units went out to the customer, others are held or waited for.",
        ReservationState.FULFILLED: "Units went out, and nothing is outstanding. It does not change any more.",
        ReservationState.RELEASED: "All units were given back, and none went out. It does not change any more.",
        ReservationState.EXPIRED: "Its time ran out: what was outstanding is free again. It does not change any more.",
    },
)
_described(
    TransferState,
    name="TransferState",
    description="How far a transfer has come.",
    values={
        TransferState.DRAFT: "It is written down. Nothing has left, and nothing is promised.",
        TransferState.IN_TRANSIT: "Units have left the source, and none has arrived.",
        TransferState.PARTIALLY_RECEIVED: "Some units have arrived, and others are still on their way.",
        TransferState.RECEIVED: "All units that left have arrived, or are lost. It does not change any more.",
        TransferState.CANCELLED: "It was given up. It does not change any more.",
    },
)
_described(
    PurchaseOrderState,
    name="PurchaseOrderState",
    description="How far a purchase order has come.",
    values={
        PurchaseOrderState.DRAFT: "It is written down, and may still be changed. Its units are planned.",
        PurchaseOrderState.SUBMITTED: "It was sent to the supplier. Its units are incoming.",
        PurchaseOrderState.CONFIRMED: "The supplier has accepted it.",
        PurchaseOrderState.PARTIALLY_RECEIVED: "Some units have arrived, and others are still to come.",
        PurchaseOrderState.RECEIVED: "All units have arrived, or never will. It does not change any more.",
        PurchaseOrderState.CANCELLED: "It was given up. It does not change any more.",
    },
)
_described(
    ItemOrder,
    name="ItemOrder",
    description="How items are ordered.",
    values={ItemOrder.SKU: "By SKU.", ItemOrder.NAME: "By name, capitals first, then SKU."},
)
_described(
    LevelOrder,
    name="StockLevelOrder",
    description="How levels are ordered.",
    values={LevelOrder.SKU: "By SKU, then location.", LevelOrder.LOCATION: "By location, then SKU."},
)
_described(
    LevelEventKind,
    name="StockLevelEventKind",
    description="Why a level is sent.",
    values={
        LevelEventKind.SNAPSHOT: "The level was there when the subscription began.",
        LevelEventKind.CHANGE: "The level just changed.",
        LevelEventKind.RESYNC: "The level changed while the server was cut off from its event channel.",
    },
)
_described(
    DocumentEventKind,
    name="DocumentEventKind",
    description="Why a document, such as a reservation, a transfer or an alert, is sent.",
    values={
        DocumentEventKind.SNAPSHOT: "It was there when the subscription began.",
        DocumentEventKind.CHANGE: "It was changed.",
    },
)
_described(
    AlertType,
    name="StockAlertType",
    description="What is wrong with a level.",
    values={
        AlertType.LOW: "The available units came down to the reorder point, or below it.",
        AlertType.OUT: "No unit is available any more.",
        AlertType.OVERSTOCK: "More units are on hand than the level should ever have.",
        AlertType.STOCKOUT_RISK: "The available units will not last until more can come, by its measured demand.",
        AlertType.SHORTFALL: "Units that are reserved or unavailable are gone: the newest orders are short.",
        AlertType.OVERSOLD: "More was sold than the record had: on hand is below zero, and a count is due.",
    },
)
_described(
    AlertState,
    name="StockAlertState",
    description="Whether a level is still beyond the threshold.",
    values={
        AlertState.OPEN: "It is.",
        AlertState.CLOSED: "It has come back, beyond the margin of its policy. The alert does not change any more.",
    },
)
_described(
    AlertChange,
    name="StockAlertChange",
    description="What made an alert what it is.",
    values={
        AlertChange.OPENED: "The level crossed the threshold.",
        AlertChange.ESCALATED: "The level went from LOW to OUT. Whoever had acknowledged or snoozed it has to look.",
        AlertChange.DEESCALATED: "The level went from OUT to LOW.",
        AlertChange.ACKNOWLEDGED: "Somebody takes care of it.",
        AlertChange.SNOOZED: "Somebody wants to hear nothing of it for a while.",
        AlertChange.UNSNOOZED: "It is not snoozed any more, because somebody said so or its time was over.",
        AlertChange.CLOSED: "The level came back.",
    },
    former={"EASED": AlertChange.DEESCALATED, "WOKEN": AlertChange.UNSNOOZED},
)
_described(
    ErrorCode,
    name="UserErrorCode",
    description="The closed list of refusals that a client can act on.",
    values={
        ErrorCode.UNKNOWN_ITEM: "No item has this SKU.",
        ErrorCode.UNKNOWN_LOCATION: "No location has this code.",
        ErrorCode.INSUFFICIENT_STOCK: "Fewer units are available than were asked for.",
        ErrorCode.STALE_LEVEL: "The level is no longer what the caller expected.",
        ErrorCode.IDEMPOTENCY_KEY_REUSED: "The key already stands for another input.",
        ErrorCode.ARCHIVED: "The item, location or supplier is archived.",
        ErrorCode.STILL_OPEN: "What is to be archived has something open.",
        ErrorCode.INVALID_VALUE: "A value breaks its rule.",
        ErrorCode.QUANTITY_OUT_OF_RANGE: "A quantity is beyond what a level can hold, or zero where it may not be.",
        ErrorCode.DUPLICATE_LINE: "Two lines name the same level.",
        ErrorCode.TOO_MANY_LINES: "There are no lines, or more than one operation may carry.",
        ErrorCode.TOO_MANY_ERRORS: "More errors were found than are told of one request.",
        ErrorCode.UNKNOWN_DOCUMENT: "No document of this kind has this id.",
        ErrorCode.WRONG_STATE: "The document is in a state that does not allow this.",
        ErrorCode.EXCEEDS_OUTSTANDING: "More units were named than are outstanding.",
        ErrorCode.OVERSELL_UNCONFIRMED: "The location asks whether more was sold than the record has.",
        ErrorCode.ORDER_IS_SHORT: "Units that the order holds are gone, and older orders are served first.",
        ErrorCode.BARCODE_TAKEN: "The barcode already stands for another item.",
        ErrorCode.STALE_DOCUMENT: "The document has changed since the caller saw it.",
        ErrorCode.QUANTITY_NOT_OFFERED: "The supplier does not sell so many units at once.",
        ErrorCode.BELOW_ORDER_VALUE: "The order is worth less than the supplier takes orders for.",
        ErrorCode.NOTHING_TO_CHANGE: "The level is like that already, and was to be left alone then.",
    },
)
_described(
    OpenWorkKind,
    name="OpenWorkKind",
    description="What stands in the way of archiving.",
    values={
        OpenWorkKind.UNITS: "Units on hand.",
        OpenWorkKind.RESERVATION: "Orders that hold units, or wait for them.",
        OpenWorkKind.TRANSFER: "Transfers that are written down or on their way, from or to it.",
        OpenWorkKind.PURCHASE_ORDER: "Purchase orders that are written down or on their way.",
        OpenWorkKind.COUNT: "Counts that people are at, or that are being posted.",
        OpenWorkKind.RESUPPLY: "Levels that are resupplied from the location.",
    },
)
_described(
    CountState,
    name="CountState",
    description="How far a count has come.",
    values={
        CountState.OPEN: "People count.",
        CountState.POSTING: "Some of its lines are posted, others are not yet. Nothing more can be counted.",
        CountState.POSTED: "The record follows all of its lines.",
        CountState.CANCELLED: "It was given up: nothing of it is ever posted.",
    },
)
_described(
    CountMode,
    name="CountMode",
    description="What several entries for one item mean.",
    values={
        CountMode.LAST: "Whoever counted last is right.",
        CountMode.SUM: "Each counted a part, at another place; between those the item moves only where nobody has "
        "counted yet.",
    },
)
_described(
    UncountedRule,
    name="UncountedRule",
    description="What becomes of levels in scope that nobody counted.",
    values={
        UncountedRule.IGNORE: "They stay as they are.",
        UncountedRule.ZERO: "What was on hand there when posting began is taken for gone.",
    },
)
_described(
    CountDueReason,
    name="CountDueReason",
    description="Why a level is to be counted.",
    values={
        CountDueReason.OVERSOLD: "More was sold than the record had, so that it is wrong for sure.",
        CountDueReason.INTERVAL: "The interval of its class is over, or nobody has counted it yet.",
    },
)
_described(
    AbcClass,
    name="AbcClass",
    description="How much an item matters, by the value of what is sold of it.",
    values={
        AbcClass.A: "One of the items that make up the first 80 % of the value.",
        AbcClass.B: "One of the items that make up the next 15 %.",
        AbcClass.C: "One of the rest, without any sales too.",
    },
)
_described(
    ReplenishmentMethod,
    name="ReplenishmentMethod",
    description="When a level is ordered for, and how much. What is compared is the inventory position: available + "
    "incoming + planned units.",
    values={
        ReplenishmentMethod.NONE: "Nothing is ordered by itself; alerts only.",
        ReplenishmentMethod.MIN_MAX: "At the reorder point or below, up to the target level: (s, S).",
        ReplenishmentMethod.FIXED_QUANTITY: "At the reorder point or below, as few times the order quantity as bring "
        "the position above it: (s, nQ).",
        ReplenishmentMethod.PERIODIC: "At each review date, up to the target level: (R, S).",
        ReplenishmentMethod.JUST_IN_TIME: "Exactly what orders wait for and nothing on its way will serve, and the "
        "safety stock, as late as the supplier's lead time allows.",
        ReplenishmentMethod.DEMAND_BASED: "As MIN_MAX, with reorder point, target level and safety stock computed each "
        "day from measured demand, lead time and service level.",
    },
)
_described(
    DeclineReason,
    name="DeclineReason",
    description="What somebody did that declined a need of a level.",
    values={
        DeclineReason.QUANTITY_SET: "They set the quantity of a line of a purchase order.",
        DeclineReason.LINE_REMOVED: "They took a line off a purchase order.",
        DeclineReason.ORDER_CANCELLED: "They cancelled a purchase order.",
        DeclineReason.TRANSFER_CANCELLED: "They cancelled a transfer.",
        DeclineReason.SHIPPED_LESS: "They sent less than a transfer proposed.",
        DeclineReason.SNOOZED: "They asked that nothing is ordered for a while: `replenishmentNeedSnooze`.",
    },
)
_described(
    NeedRoute,
    name="ReplenishmentRoute",
    description="Where the units that a level needs would come from.",
    values={
        NeedRoute.PURCHASE: "They would be ordered from a supplier.",
        NeedRoute.TRANSFER: "Another location would send them.",
        NeedRoute.NOT_YET: "Nothing is due: it is no review date, or what is waited for can still be ordered in time.",
        NeedRoute.NO_SOURCE: "Nobody offers the item.",
        NeedRoute.DECLINED: "Nothing is ordered: somebody has declined it. See `declined` of the level.",
    },
    former={"NOWHERE": NeedRoute.NO_SOURCE},
)
_described(
    WebhookEventType,
    name="WebhookEventType",
    description="What a webhook can be told of. In messages it is written in small letters: `level.changed`.",
    values={
        WebhookEventType.LEVEL_CHANGED: "`level.changed`: a level has a new version; with the movement that made it.",
        WebhookEventType.ALERT_OPENED: "`alert.opened`: a level crossed a threshold.",
        WebhookEventType.ALERT_CHANGED: "`alert.changed`: something happened to an open alert; `change` says what.",
        WebhookEventType.ALERT_CLOSED: "`alert.closed`: the level came back.",
        WebhookEventType.PURCHASE_ORDER_SUBMITTED: "`purchase_order.submitted`: a purchase order goes to its supplier.",
        WebhookEventType.RESERVATION_EXPIRED: "`reservation.expired`: the time of a reservation ran out; what it held "
        "is free again.",
    },
)
_described(
    WebhookState,
    name="WebhookState",
    description="Whether a webhook is sent messages.",
    values={
        WebhookState.ACTIVE: "It is.",
        WebhookState.PAUSED: "Its owner has disabled it. Once enabled, it is told of what it missed.",
        WebhookState.GONE: "Its receiver has answered 410 Gone. Once enabled, it is told of what it missed.",
        WebhookState.DELETED: "It has ended. It does not change any more.",
    },
)
_described(
    WebhookDeliveryState,
    name="WebhookDeliveryState",
    description="What became of a message that was not taken at once.",
    values={
        WebhookDeliveryState.PENDING: "It is tried again, or waits for one before it about the same level.",
        WebhookDeliveryState.DEAD: "It was tried for more than a day, and is given up; `webhookRedeliver` calls it "
        "back. It is kept for 30 days.",
        WebhookDeliveryState.DELIVERED: "The receiver has taken it. It is kept for 7 days.",
    },
)
_described(
    InsightOrder,
    name="InventoryInsightOrder",
    description="How lists of insight are ordered; equal figures by SKU, then location.",
    values={
        InsightOrder.SKU: "By SKU, then location.",
        InsightOrder.LOCATION: "By location, then SKU.",
        InsightOrder.SALES_VALUE: "By what was sold, at unit cost: the most first.",
        InsightOrder.STOCK_VALUE: "By what is on hand, at unit cost: the most first.",
        InsightOrder.DAYS_OF_COVER: "By how long the available units last: the shortest time first, what does not sell "
        "last.",
        InsightOrder.STOCK_OUT_DAYS: "By how long nothing was available: the longest time first.",
    },
)
_described(
    PolicyScope,
    name="PolicyScope",
    description="Which levels inherit a setting. Where several say something of it, the first of these counts; a "
    "setting that is a level's own counts before all.",
    values={
        PolicyScope.ITEM: "Those of one item. An item's own `reorderPoint`, if it is not 0, comes right behind.",
        PolicyScope.CATEGORY: "Those of the items of one category.",
        PolicyScope.LOCATION: "Those at one location.",
        PolicyScope.EVERYTHING: "All.",
    },
)
_described(
    PolicySetting,
    name="PolicySetting",
    description="One setting of a policy.",
    values={
        PolicySetting.METHOD: "When something is ordered by itself, and how much.",
        PolicySetting.REORDER_POINT: "At or below it, a level is LOW.",
        PolicySetting.TARGET_LEVEL: "Up to where is ordered.",
        PolicySetting.SAFETY_STOCK: "Units kept for emergencies.",
        PolicySetting.ORDER_QUANTITY: "What FIXED_QUANTITY orders.",
        PolicySetting.REVIEW_DAYS: "Days between review dates.",
        PolicySetting.REVIEW_START: "The first review date.",
        PolicySetting.SERVICE_LEVEL: "The share of order cycles without a stock-out that DEMAND_BASED aims at.",
        PolicySetting.ALERT_MARGIN: "How far beyond its threshold an alert closes.",
        PolicySetting.OVERSTOCK_POINT: "The most units that should be on hand.",
        PolicySetting.RESUPPLY_FROM: "A location that may send units.",
        PolicySetting.TRANSFER_DAYS: "Days that a transfer from there takes.",
    },
)

_described(
    WarningCode,
    name="UserWarningCode",
    description="What was accepted, and may be a slip.",
    values={
        WarningCode.WRONG_CHECK_DIGIT: "A barcode that looks like a GTIN or an ISBN ends with another check digit.",
        WarningCode.SHORTENED_NUMBER: "A barcode looks like a number that a spreadsheet has shortened: 5.01E+12.",
        WarningCode.SEVERAL_BARCODES: "A barcode looks like several in one text.",
        WarningCode.SIMILAR_SKU: "The SKU of a new item differs from another in case, width or the form of signs only.",
        WarningCode.SIMILAR_CODE: "The code of a new location or supplier differs from another in case only.",
        WarningCode.SIMILAR_TEXT: "A tag or a category differs from that of other items in case, width or the form of "
        "signs only.",
    },
)

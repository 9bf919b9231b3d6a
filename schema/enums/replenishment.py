"""The enums of replenishment."""

from app.domain.replenishment.declined import DeclineReason
from app.domain.replenishment.inheritance import SettingOrigin
from app.domain.replenishment.need_route import NeedRoute
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.replenishment.policy_defaults import PolicyScope, PolicySetting
from schema.enums.described import described

__all__ = ["DeclineReason", "NeedRoute", "PolicyScope", "PolicySetting", "ReplenishmentMethod", "SettingOrigin"]

described(
    DeclineReason,
    name="DeclineReason",
    description="The action that declined the need of a level.",
    values={
        DeclineReason.QUANTITY_SET: "The quantity of a line of a purchase order was set.",
        DeclineReason.LINE_REMOVED: "A line of a purchase order was removed.",
        DeclineReason.ORDER_CANCELLED: "A purchase order was cancelled.",
        DeclineReason.TRANSFER_CANCELLED: "A transfer was cancelled.",
        DeclineReason.SHIPPED_LESS: "Fewer units were shipped than a transfer proposed.",
        DeclineReason.SNOOZED: "It was snoozed: `replenishmentNeedSnooze`.",
    },
)

described(
    NeedRoute,
    name="ReplenishmentRoute",
    description="How the need of a level would be sourced.",
    values={
        NeedRoute.PURCHASE: "A purchase order to a supplier.",
        NeedRoute.TRANSFER: "A transfer from another location.",
        NeedRoute.NOT_YET: "Not due yet: today is no review date, or the backorders can still be ordered in time.",
        NeedRoute.NO_SOURCE: "No source: no supplier offers the item, and no location can resupply it.",
        NeedRoute.DECLINED: "Nothing is ordered: the need is declined. See `declined` of the level.",
    },
    former={"NOWHERE": NeedRoute.NO_SOURCE},
)

described(
    ReplenishmentMethod,
    name="ReplenishmentMethod",
    description="When to order for a level, and how much. Policies compare the inventory position: available + "
    "incoming + planned units.",
    values={
        ReplenishmentMethod.NONE: "No automatic orders; alerts only.",
        ReplenishmentMethod.MIN_MAX: "At the reorder point or below, up to the target level: (s, S).",
        ReplenishmentMethod.FIXED_QUANTITY: "At the reorder point or below, the fewest multiples of the order "
        "quantity that raise the position above it: (s, nQ).",
        ReplenishmentMethod.PERIODIC: "At each review date, up to the target level: (R, S).",
        ReplenishmentMethod.JUST_IN_TIME: "Exactly the backorders that nothing incoming covers, plus the safety "
        "stock, as late as the supplier's lead time allows.",
        ReplenishmentMethod.DEMAND_BASED: "As MIN_MAX, with reorder point, target level and safety stock computed each "
        "day from measured demand, lead time and service level.",
    },
)

described(
    PolicyScope,
    name="PolicyScope",
    description="The scope of an inherited setting. Where several scopes set it, the most specific of these applies, "
    "in this order; a setting that is a level's own counts before all.",
    values={
        PolicyScope.ITEM: "The levels of one item. The item's own `reorderPoint`, if not 0, comes next.",
        PolicyScope.CATEGORY: "The levels of the items of one category.",
        PolicyScope.LOCATION: "The levels at one location.",
        PolicyScope.EVERYTHING: "All levels.",
    },
)

described(
    PolicySetting,
    name="PolicySetting",
    description="One setting of a policy.",
    values={
        PolicySetting.METHOD: "The replenishment method: when to order automatically, and how much.",
        PolicySetting.REORDER_POINT: "At or below it, a level is LOW.",
        PolicySetting.TARGET_LEVEL: "The order-up-to level.",
        PolicySetting.SAFETY_STOCK: "Safety stock, in units.",
        PolicySetting.ORDER_QUANTITY: "The order quantity of FIXED_QUANTITY.",
        PolicySetting.REVIEW_DAYS: "Days between review dates.",
        PolicySetting.REVIEW_START: "The first review date.",
        PolicySetting.SERVICE_LEVEL: "The target share of order cycles without a stock-out, for DEMAND_BASED.",
        PolicySetting.ALERT_MARGIN: "Hysteresis: units beyond its threshold at which an alert closes.",
        PolicySetting.OVERSTOCK_POINT: "The maximum of units that should be on hand.",
        PolicySetting.RESUPPLY_FROM: "The location that may resupply by transfer.",
        PolicySetting.TRANSFER_DAYS: "The lead time of transfers from `resupplyFrom`, in days.",
    },
)

described(
    SettingOrigin,
    name="PolicySettingOrigin",
    description="Where an effective setting of a level comes from.",
    values={
        SettingOrigin.LEVEL: "Set for this level alone: `stockLevelConfigure`.",
        SettingOrigin.ITEM: "The policy of its item.",
        SettingOrigin.ITEM_REORDER_POINT: "The `reorderPoint` of the item itself.",
        SettingOrigin.CATEGORY: "The policy of its item's category.",
        SettingOrigin.LOCATION: "The policy of its location.",
        SettingOrigin.EVERYTHING: "The policy of everything.",
        SettingOrigin.COMPUTED: "Computed by the daily review from measured demand, as DEMAND_BASED does.",
        SettingOrigin.BUILT_IN: "Set nowhere: the default of the server.",
    },
)

"""The enums of replenishment."""

from app.domain.replenishment.declined import DeclineReason
from app.domain.replenishment.need_plan import NeedRoute
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.replenishment.policy_defaults import PolicyScope, PolicySetting
from schema.enums.described import described

__all__ = ["DeclineReason", "NeedRoute", "PolicyScope", "PolicySetting", "ReplenishmentMethod"]

described(
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

described(
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

described(
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

described(
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
        PolicySetting.OVERSTOCK_POINT: "The most units that should be on hand.",
        PolicySetting.RESUPPLY_FROM: "The location that may resupply by transfer.",
        PolicySetting.TRANSFER_DAYS: "Transfer lead time from there, in days.",
    },
)

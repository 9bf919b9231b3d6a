"""The enums of insight."""

from app.domain.insight.abc import AbcClass
from app.domain.insight.ranking import InsightOrder
from schema.enums.described import described

__all__ = ["AbcClass", "InsightOrder"]

described(
    AbcClass,
    name="AbcClass",
    description="How much an item matters, by the value of what is sold of it.",
    values={
        AbcClass.A: "One of the items that make up the first 80 % of the value.",
        AbcClass.B: "One of the items that make up the next 15 %.",
        AbcClass.C: "One of the rest, without any sales too.",
    },
)

described(
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

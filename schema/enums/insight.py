"""The enums of insight."""

from app.domain.insight.abc import AbcClass
from app.domain.insight.movers import MoversOrder, MoversWindow
from app.domain.insight.ranking import InsightOrder
from schema.enums.described import described

__all__ = ["AbcClass", "InsightOrder", "MoversOrder", "MoversWindow"]

described(
    AbcClass,
    name="AbcClass",
    description="The ABC class of an item, by the value of its sales.",
    values={
        AbcClass.A: "The items that make up the first 80 % of the value.",
        AbcClass.B: "The items that make up the next 15 %.",
        AbcClass.C: "All others, those without sales included.",
    },
)

described(
    InsightOrder,
    name="InventoryInsightOrder",
    description="The order of insight; equal figures by SKU, then location.",
    values={
        InsightOrder.SKU: "By SKU, then location.",
        InsightOrder.LOCATION: "By location, then SKU.",
        InsightOrder.SALES_VALUE: "By value of sales, descending.",
        InsightOrder.STOCK_VALUE: "By value of stock, descending.",
        InsightOrder.DAYS_OF_COVER: "By days of cover, ascending; levels without sales last.",
        InsightOrder.STOCK_OUT_DAYS: "By time out of stock, descending.",
    },
)

described(
    MoversWindow,
    name="TopMoversWindow",
    description="The time within which movements count, back from now.",
    values={
        MoversWindow.LAST_15_MINUTES: "The last 15 minutes.",
        MoversWindow.LAST_HOUR: "The last 60 minutes.",
        MoversWindow.LAST_24_HOURS: "The last 24 hours.",
    },
)

described(
    MoversOrder,
    name="TopMoversOrder",
    description="By what the items that move most are ranked; what did not move is left out.",
    values={
        MoversOrder.UNITS_SOLD: "By net units sold, descending.",
        MoversOrder.UNITS_MOVED: "By all units that came and went, descending.",
    },
)

"""The enums of insight."""

from app.domain.insight.abc import AbcClass
from app.domain.insight.ranking import InsightOrder
from schema.enums.described import described

__all__ = ["AbcClass", "InsightOrder"]

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

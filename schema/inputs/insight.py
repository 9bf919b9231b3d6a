"""The filter of insight."""

import strawberry

from app.services.insight.filters import InsightFilter
from schema.enums.insight import AbcClass
from schema.inputs.filters import StockLevelFilterInput
from schema.inputs.given import each_once


@strawberry.input(
    name="InventoryInsightFilter",
    description="Filters a list of insight. All conditions must hold; those left out do not restrict.",
)
class InventoryInsightFilterInput(StockLevelFilterInput):
    """What finds levels finds their insight."""

    abc_classes: list[AbcClass] | None = strawberry.field(
        default=None, description="Levels of these ABC classes, each at its location."
    )
    is_dead_stock: bool | None = strawberry.field(
        default=None, description="Only levels that are dead stock, or only the others."
    )

    def to_insight(self) -> InsightFilter:
        """Convert. Raises BadArgument."""
        return InsightFilter(
            levels=self.to_domain(),
            classes=each_once(self.abc_classes),
            is_dead_stock=self.is_dead_stock,
        )

"""What a list of insight may be narrowed to."""

from dataclasses import dataclass, field, replace
from typing import Self

from app.domain.access.visibility import Visibility
from app.domain.insight.abc import AbcClass
from app.services.filters import LevelFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightFilter:
    """Levels by the criteria of LevelFilter, by ABC class, and by whether they are dead stock."""

    levels: LevelFilter = field(default_factory=LevelFilter)
    classes: tuple[AbcClass, ...] | None = None
    is_dead_stock: bool | None = None

    def within(self, visibility: Visibility) -> Self:
        """Return the filter of the matching levels that are visible, too."""
        return replace(self, levels=self.levels.within(visibility)) if visibility.is_limited else self

    @property
    def needs_ranking(self) -> bool:
        """Whether matching levels are only found by a ranking of all levels at their locations."""
        return self.classes is not None or self.is_dead_stock is not None

    @property
    def narrows_levels(self) -> bool:
        """Whether any criterion beside the location narrows the list."""
        return self.levels != LevelFilter(locations=self.levels.locations)

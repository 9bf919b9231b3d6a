"""What a list of policies may be narrowed to."""

from dataclasses import dataclass, replace
from typing import ClassVar, Self

from app.domain.access.visibility import Visibility
from app.domain.document import DocumentKind
from app.domain.replenishment.policy_defaults import PolicyDefaults, PolicyScope
from app.services.filters import visible


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFilter:
    """Policies that set something, of some scopes. None narrows nothing; no scopes leave nothing.

    Those of locations, categories and items only of `visible_at`, `visible_categories` and `visible_skus`, by name.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.POLICY

    scopes: tuple[PolicyScope, ...] | None = None
    visible_at: tuple[str, ...] | None = None
    visible_categories: frozenset[str] | None = None
    visible_skus: frozenset[str] | None = None

    def matches(self, defaults: PolicyDefaults) -> bool:
        return (
            defaults.sets_something and (self.scopes is None or defaults.scope in self.scopes) and self._shows(defaults)
        )

    def within(self, visibility: Visibility, /) -> Self:
        return replace(self, visible_at=visible(self.visible_at, visibility.locations))

    def of_categories(self, names: frozenset[str]) -> Self:
        """Return the filter without the policies of categories that are named, or spelled, otherwise."""
        return replace(self, visible_categories=names)

    def of_items(self, skus: frozenset[str]) -> Self:
        """Return the filter without the policies of other items than these."""
        return replace(self, visible_skus=skus)

    def _shows(self, defaults: PolicyDefaults) -> bool:
        names = {
            PolicyScope.ITEM: self.visible_skus,
            PolicyScope.CATEGORY: self.visible_categories,
            PolicyScope.LOCATION: self.visible_at,
        }.get(defaults.scope)
        return names is None or defaults.name in names

"""What a list of policies may be narrowed to."""

from dataclasses import dataclass
from typing import ClassVar

from app.domain.document import DocumentKind
from app.domain.replenishment.policy_defaults import PolicyDefaults, PolicyScope


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFilter:
    """Policies that set something, of some scopes. None narrows nothing; no scopes leave nothing."""

    kind: ClassVar[DocumentKind] = DocumentKind.POLICY

    scopes: tuple[PolicyScope, ...] | None = None

    def matches(self, defaults: PolicyDefaults) -> bool:
        return defaults.sets_something and (self.scopes is None or defaults.scope in self.scopes)

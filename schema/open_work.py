"""What is open of an item, a location or a supplier."""

from collections.abc import Mapping
from typing import Any, Self

import strawberry

from app.domain.catalog.open_work import MAX_EXAMPLES, OpenKind
from app.domain.catalog.open_work import OpenWork as DomainOpenWork
from schema.enums.catalog import OpenWorkKind


@strawberry.type(description="Things of one kind that are open, of what is archived or is to be.")
class OpenWork:
    """See OpenWork."""

    kind: OpenWorkKind = strawberry.field(description="What they are.")
    count: int = strawberry.field(description="How many; units where they are UNITS. Of documents 250 are looked at.")
    examples: list[str] = strawberry.field(
        description=f"The first of them, at most {MAX_EXAMPLES}: documents by reference, or else by the id behind "
        "their global id; units by location; levels by SKU and location."
    )

    @classmethod
    def from_domain(cls, work: DomainOpenWork) -> Self:
        """Convert."""
        return cls.from_plain(work.plain())

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Convert what is kept with a refusal."""
        return cls(kind=OpenKind(plain["kind"]), count=plain["count"], examples=list(plain["examples"]))

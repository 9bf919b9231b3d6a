"""Open work of an item, a location or a supplier."""

from collections.abc import Mapping
from typing import Any, Self

import strawberry

from app.domain.catalog.open_work import MAX_EXAMPLES, OpenKind
from app.domain.catalog.open_work import OpenWork as DomainOpenWork
from schema.enums.catalog import OpenWorkKind


@strawberry.type(
    description="Open work of one kind, of an item, location or supplier that is archived or to be archived."
)
class OpenWork:
    kind: OpenWorkKind = strawberry.field(description="The kind of work.")
    count: int = strawberry.field(
        description="The number of documents, levels or units (UNITS). At most 250 documents are counted."
    )
    examples: list[str] = strawberry.field(
        description=f"At most {MAX_EXAMPLES} examples: documents by reference, or else by the id within their global "
        "id; units by location; levels by SKU and location."
    )

    @classmethod
    def from_domain(cls, work: DomainOpenWork) -> Self:
        return cls.from_plain(work.plain())

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Convert what is kept with a refusal."""
        return cls(kind=OpenKind(plain["kind"]), count=plain["count"], examples=list(plain["examples"]))

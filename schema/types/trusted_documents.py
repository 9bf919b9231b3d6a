"""Trusted documents, as the administration sees them."""

from datetime import datetime
from typing import Self

import strawberry

from app.domain.access.trusted_document import TrustedDocument as DomainTrustedDocument
from app.domain.time import datetime_of


@strawberry.type(
    description="A registered document: requests may name it by its hash, and some keys may run no others."
)
class TrustedDocument:
    """A document."""

    hash: str = strawberry.field(
        description="The SHA-256 of the text in UTF-8, as 64 lower-case hexadecimal digits: `documentId` without "
        "`sha256:`."
    )
    text: str = strawberry.field(description="The text, exactly as it was registered.")
    registered_at: datetime = strawberry.field(description="When it was registered.")
    registered_by: str = strawberry.field(description="Who registered it: `key:` or `person:` and a name.")

    @classmethod
    def from_domain(cls, document: DomainTrustedDocument) -> Self:
        return cls(
            hash=document.hash,
            text=document.text,
            registered_at=datetime_of(document.registered_at),
            registered_by=document.registered_by,
        )

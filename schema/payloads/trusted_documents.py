"""Trusted documents after a change."""

from typing import Self

import strawberry

from app.domain.access.trusted_document import Registered
from app.services.access.administration.administration import AccessChanged
from schema.payloads.payload import Payload
from schema.types.trusted_documents import TrustedDocument


@strawberry.type(description="The outcome of `documentsRegister`.")
class DocumentsRegisterPayload(Payload):
    """The documents that are registered."""

    documents: list[TrustedDocument] = strawberry.field(
        default_factory=list, description="The documents of the request, each once; empty where it was refused."
    )

    @classmethod
    def from_changed(cls, changed: AccessChanged[Registered]) -> Self:
        return cls(is_repeated=changed.replayed, documents=_shown(changed))


@strawberry.type(description="The outcome of `documentsRemove`.")
class DocumentsRemovePayload(Payload):
    """The documents that were removed."""

    documents: list[TrustedDocument] = strawberry.field(
        default_factory=list, description="The documents that were removed; empty in a replay."
    )

    @classmethod
    def from_changed(cls, changed: AccessChanged[Registered]) -> Self:
        return cls(is_repeated=changed.replayed, documents=_shown(changed))


def _shown(changed: AccessChanged[Registered]) -> list[TrustedDocument]:
    return list(map(TrustedDocument.from_domain, changed.record.documents))

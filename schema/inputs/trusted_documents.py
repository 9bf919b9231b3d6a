"""Inputs of trusted documents."""

import strawberry

from app.services.access.filters import TrustedDocumentFilter
from schema.inputs.access import AdministrationInput
from schema.scalars import DocumentText


@strawberry.input(description="A document to be registered.")
class TrustedDocumentInput:
    text: DocumentText = strawberry.field(description="The text, exactly as clients hash it.")


@strawberry.input(
    description="Registers documents, all of them or none. One that is registered already stays as it is."
)
class DocumentsRegisterInput(AdministrationInput):
    documents: list[TrustedDocumentInput] = strawberry.field(
        description="The documents, 1 to 1,000. The schema must take each as it is now."
    )


@strawberry.input(description="Removes documents. Requests that name them are refused within 5 s.")
class DocumentsRemoveInput(AdministrationInput):
    hashes: list[str] = strawberry.field(description="The documents, by hash, 1 to 1,000; unknown ones do no harm.")


@strawberry.input(name="TrustedDocumentFilter", description="The conditions that registered documents must meet.")
class TrustedDocumentFilterInput:
    registered_by: str | None = strawberry.field(
        default=None, description="Those that this principal registered: `key:` or `person:` and a name."
    )

    def to_domain(self) -> TrustedDocumentFilter:
        return TrustedDocumentFilter(registered_by=self.registered_by)

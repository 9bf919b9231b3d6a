"""Trusted documents."""

from functools import partial

from app.services.access.filters import TrustedDocumentFilter
from app.services.paging import DEFAULT_PAGE_SIZE
from schema.arguments import After, DocumentHash, First, Input, TrustedDocumentsWhere
from schema.context import Info
from schema.inputs.trusted_documents import DocumentsRegisterInput, DocumentsRemoveInput
from schema.payloads.trusted_documents import DocumentsRegisterPayload, DocumentsRemovePayload
from schema.types.connection import Connection
from schema.types.trusted_documents import TrustedDocument


async def trusted_document(info: Info, hash: DocumentHash) -> TrustedDocument | None:
    """Return one document."""
    found = await info.context.services.trusted_documents.document(hash)
    return None if found is None else TrustedDocument.from_domain(found)


async def trusted_documents(
    info: Info, filter: TrustedDocumentsWhere = None, first: First = DEFAULT_PAGE_SIZE, after: After = None
) -> Connection[TrustedDocument]:
    """Return a page of documents, by hash."""
    service = info.context.services.trusted_documents
    where = filter.to_domain() if filter else TrustedDocumentFilter()
    page = await service.documents(where, first=first, after=after)
    return Connection.of(page, TrustedDocument.from_domain, counter=partial(service.count, where), after=after)


async def register(info: Info, input: Input[DocumentsRegisterInput]) -> DocumentsRegisterPayload:
    """Register documents."""
    changed = await info.context.services.trusted_documents.register(
        [document.text for document in input.documents], request=input.request(info.context.principal)
    )
    return DocumentsRegisterPayload.from_changed(changed)


async def remove(info: Info, input: Input[DocumentsRemoveInput]) -> DocumentsRemovePayload:
    """Remove documents."""
    changed = await info.context.services.trusted_documents.remove(
        input.hashes, request=input.request(info.context.principal)
    )
    return DocumentsRemovePayload.from_changed(changed)

"""The operations that changed a document."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Final

import strawberry

from app.domain.document import DocumentKey
from schema.context import Info
from schema.selections.excerpts import extent_asked
from schema.types.connection import Connection

if TYPE_CHECKING:
    from schema.types.stock.ledger import Operation

OperationsFirst = Annotated[int, strawberry.argument(description="The most entries to return, 0 to 250.")]
Operations = Connection[Annotated["Operation", strawberry.lazy("schema.types.stock.ledger")]]

OPERATIONS: Final = (
    "The requests that created and changed it, the newest first; a request that reverses another stands before it."
)


async def document_operations(document: DocumentKey, info: Info, *, first: int, after: str | None) -> Operations:
    """Load a page of operations."""
    from schema.types.stock.ledger import Operation  # noqa: PLC0415 - operations refer to levels, and those to documents

    stock, extent = info.context.services.stock, extent_asked(info, Operation.__name__)
    async with info.context.reads:
        page = await stock.operations_of(document, first=first, after=after, extent=extent)
    return Connection.of(page, Operation.from_domain, counter=partial(stock.count_operations_of, document), after=after)

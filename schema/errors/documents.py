"""Errors about documents of all kinds: unknown, changed, or in a state or with units that do not allow the request."""

import strawberry

from schema.errors.base import UserError


@strawberry.type(description="No document of this kind, such as a reservation or a transfer, has this id.")
class UnknownDocumentError(UserError):
    kind: str = strawberry.field(description="The kind of document, for example `RESERVATION`.")
    id: strawberry.ID = strawberry.field(description="The requested id.")


@strawberry.type(description="The state of the document does not allow the request.")
class WrongStateError(UserError):
    kind: str = strawberry.field(description="The kind of document, for example `RESERVATION`.")
    id: strawberry.ID = strawberry.field(description="Its global id.")
    state: str = strawberry.field(description="The state that it is in.")
    reference: str | None = strawberry.field(description="Its reference, for example an order number; null without.")


@strawberry.type(description="More units were requested than are outstanding on a line of the document.")
class ExceedsOutstandingError(UserError):
    sku: str = strawberry.field(description="The item.")
    requested: int = strawberry.field(description="Units requested.")
    outstanding: int = strawberry.field(description="Units that are outstanding.")
    waiting: int = strawberry.field(
        description="Backordered units, which cannot be shipped yet; 0 where that makes no difference."
    )


@strawberry.type(description="The document has changed since the caller read it.")
class StaleDocumentError(UserError):
    kind: str = strawberry.field(description="The kind of document, for example `PURCHASE_ORDER`.")
    id: strawberry.ID = strawberry.field(description="Its global id.")
    expected: int = strawberry.field(description="The version that the caller expected.")
    actual: int = strawberry.field(description="The version that it is at.")

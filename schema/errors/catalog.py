"""Errors about items, locations and barcodes, and about what is archived."""

import strawberry

from schema.errors.base import UserError
from schema.types.open_work import OpenWork


@strawberry.type(description="No item has this SKU.")
class UnknownItemError(UserError):
    sku: str = strawberry.field(description="The requested SKU.")


@strawberry.type(description="No location has this code.")
class UnknownLocationError(UserError):
    location: str = strawberry.field(description="The requested code.")


@strawberry.type(description="The item, location or supplier is archived: no new work may refer to it.")
class ArchivedError(UserError):
    kind: str = strawberry.field(description="What is archived: `item`, `location` or `supplier`.")
    name: str = strawberry.field(description="The SKU, or the code of the location or supplier.")


@strawberry.type(
    description="What is to be archived has stock, commitments or open documents. With `windDown: true` it is "
    "archived nevertheless, and the open work may be completed."
)
class StillOpenError(UserError):
    kind: str = strawberry.field(description="What is to be archived: `item`, `location` or `supplier`.")
    name: str = strawberry.field(description="The SKU, or the code of the location or supplier.")
    open: list[OpenWork] = strawberry.field(description="What is open, by kind; at most one entry of each.")


@strawberry.type(description="The barcode already identifies another item.")
class BarcodeTakenError(UserError):
    barcode: str = strawberry.field(description="The barcode.")
    sku: str = strawberry.field(description="The item that it identifies.")


@strawberry.type(description="It has these values already, and the line asked to skip it then: see `onlyIfDifferent`.")
class NothingToChangeError(UserError):
    sku: str = strawberry.field(description="The item.")
    location: str = strawberry.field(description="The level's location; empty where it is the item itself.")

"""Items and locations as clients send them."""

from decimal import Decimal

import strawberry

from schema.enums import LocationKind
from schema.inputs.about import LOCATION, SKU, AboutInput


@strawberry.input(description="Creates an item, or changes what is given of it.")
class ItemUpsertInput(AboutInput):
    """See UpsertItem."""

    sku: str = strawberry.field(description="Its SKU: 1 to 64 printable characters.")
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="What it is called: 1 to 200 characters. Required for a new item."
    )
    category: str | None = strawberry.field(
        default=strawberry.UNSET, description="The group it belongs to: 1 to 100 characters; null for none."
    )
    tags: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="All its tags: at most 20 texts of 1 to 50 characters that differ."
    )
    barcodes: list[str] | None = strawberry.field(
        default=strawberry.UNSET,
        description="All its barcodes: at most 20 texts of 1 to 64 characters that differ; each stands for one item.",
    )
    unit_cost: Decimal | None = strawberry.field(
        default=strawberry.UNSET,
        description="What one unit is worth in the books, in the installation's currency, with at most four decimals; "
        "null where unknown.",
    )
    reorder_point: int | None = strawberry.field(
        default=strawberry.UNSET, description="In units: the reorder point that its new levels begin with. Default 0."
    )
    backorder_limit: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="In units: how many its new levels may promise beyond what is on hand. Default 0.",
    )


@strawberry.input(description="Closes an item to stock changes, or opens it again.")
class ItemArchiveInput(AboutInput):
    """See ArchiveItem."""

    sku: str = strawberry.field(description=SKU)
    is_archived: bool = strawberry.field(default=True, description="False opens it again.")


@strawberry.input(description="Creates a location, or changes what is given of it.")
class LocationUpsertInput(AboutInput):
    """See UpsertLocation."""

    code: str = strawberry.field(description="Its code: 1 to 32 letters, digits, dots, dashes or underscores.")
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="What it is called: 1 to 200 characters. Required for a new location."
    )
    kind: LocationKind | None = strawberry.field(
        default=strawberry.UNSET, description="What sort of place it is. A new location is a WAREHOUSE by default."
    )
    priority: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="Its turn when orders are filled that name no location, 1 to 1,000,000: the lowest first. "
        "A new location has 100 by default.",
    )


@strawberry.input(description="Closes a location to stock changes, or opens it again.")
class LocationArchiveInput(AboutInput):
    """See ArchiveLocation."""

    code: str = strawberry.field(description=LOCATION)
    is_archived: bool = strawberry.field(default=True, description="False opens it again.")

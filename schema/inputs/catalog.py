"""Items and locations as clients send them."""

from decimal import Decimal

import strawberry

from app.domain.catalog.commands.upsert_item import ItemChange
from schema.enums.catalog import LocationKind, OversellPolicy
from schema.inputs.given import given, given_list
from schema.inputs.mutation_input import LOCATION, SKU, MutationInput


@strawberry.input
class ItemChangeInput:
    """See ItemChange."""

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
        description="All its barcodes: at most 20 texts of 1 to 64 characters that differ; each stands for one item. "
        "A number of goods is one barcode in all its spellings: GTIN-8, -12, -13, -14, UPC-E, ISBN-10 and ISBN-13, "
        "also as a scanner sends it: with an AIM identifier, or as a GS1 element string.",
    )
    unit_cost: Decimal | None = strawberry.field(
        default=strawberry.UNSET,
        description="What one unit is worth in the books, in the installation's currency, with at most four decimals; "
        "null where unknown. What is received of purchase orders with a cost is averaged in.",
    )
    reorder_point: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="In units: the reorder point of its levels that have none of their own. Default 0.",
    )
    backorder_limit: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="In units: how many its new levels may promise beyond what is on hand. Default 0.",
    )

    expected_version: int | None = strawberry.field(
        default=None,
        description="Refuse the change unless the item is at this version, at which you saw it; 0 for one that must "
        "not exist yet.",
    )

    def change(self, *, only_if_different: bool = False) -> ItemChange:
        """Convert."""
        return ItemChange(
            sku=self.sku,
            name=given(self.name),
            category=given(self.category, null=None),
            tags=given_list(self.tags, null=()),
            barcodes=given_list(self.barcodes, null=()),
            unit_cost=given(self.unit_cost, null=None),
            reorder_point=given(self.reorder_point),
            backorder_limit=given(self.backorder_limit),
            expected_version=self.expected_version,
            only_if_different=only_if_different,
        )


@strawberry.input(description="Creates an item, or changes what is given of it.")
class ItemUpsertInput(ItemChangeInput, MutationInput):
    """See UpsertItem."""


@strawberry.input(description="One item of a bulk change: creates it, or changes what is given of it.")
class ItemUpsertLineInput(ItemChangeInput):
    """See ItemChange."""

    only_if_different: bool = strawberry.field(
        default=False,
        description="Leave an item alone that is like that already, whatever its version: the line is answered with "
        "NOTHING_TO_CHANGE, and the item keeps its version.",
    )


@strawberry.input(description="Creates many items, or changes what is given of them.")
class ItemsUpsertManyInput(MutationInput):
    """See UpsertMany."""

    items: list[ItemUpsertLineInput] = strawberry.field(
        description="1 to 1,000 items, each with another SKU. They are taken in this order: a barcode that one gives "
        "up is free for those after it."
    )
    atomic: bool = strawberry.field(
        default=True, description="True: all items or none. False: each item stands or falls alone."
    )

    def changes(self) -> list[ItemChange]:
        """Convert."""
        return [item.change(only_if_different=item.only_if_different) for item in self.items]


@strawberry.input(description="Lets nothing new begin with an item, or opens it again.")
class ItemArchiveInput(MutationInput):
    """See ArchiveItem."""

    sku: str = strawberry.field(description=SKU)
    is_archived: bool = strawberry.field(default=True, description="False opens it again.")
    wind_down: bool = strawberry.field(
        default=False,
        description="True: archive it although something is open: units that are there, orders, transfers, purchase "
        "orders, counts. Nothing new begins, and what is open may be finished. False: refuse, and name it.",
    )


@strawberry.input(description="Creates a location, or changes what is given of it.")
class LocationUpsertInput(MutationInput):
    """See UpsertLocation."""

    code: str = strawberry.field(description="Its code: 1 to 32 letters, digits, dots, dashes or underscores.")
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="What it is called: 1 to 200 characters. Required for a new location."
    )
    kind: LocationKind | None = strawberry.field(
        default=strawberry.UNSET, description="The kind of place. A new location is a WAREHOUSE by default."
    )
    priority: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="Its turn when orders are filled that name no location, 1 to 1,000,000: the lowest first. "
        "A new location has 100 by default.",
    )
    oversell_policy: OversellPolicy | None = strawberry.field(
        default=strawberry.UNSET,
        description="How a `saleRecord` of more than is recorded is treated. A new location has REFUSE by default.",
    )


@strawberry.input(description="Lets nothing new begin at a location, or opens it again.")
class LocationArchiveInput(MutationInput):
    """See ArchiveLocation."""

    code: str = strawberry.field(description=LOCATION)
    is_archived: bool = strawberry.field(default=True, description="False opens it again.")
    wind_down: bool = strawberry.field(
        default=False,
        description="True: archive it although something is open: units that are there, orders, transfers, purchase "
        "orders, counts. Nothing new begins, and what is open may be finished. False: refuse, and name it.",
    )

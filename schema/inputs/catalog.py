"""Inputs of items and locations."""

from decimal import Decimal

import strawberry

from app.domain.catalog.commands.upsert_item import ItemChange
from schema.enums.catalog import LocationKind, OversellPolicy
from schema.inputs.given import given, given_list
from schema.inputs.mutation_input import LOCATION, SKU, MutationInput


@strawberry.input
class ItemChangeInput:
    sku: str = strawberry.field(description="The item's SKU: 1 to 64 printable characters.")
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="Its name: 1 to 200 characters. Required for a new item."
    )
    category: str | None = strawberry.field(
        default=strawberry.UNSET, description="Its category: 1 to 100 characters; null for none."
    )
    tags: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="All its tags: at most 20 different texts of 1 to 50 characters."
    )
    barcodes: list[str] | None = strawberry.field(
        default=strawberry.UNSET,
        description="All its barcodes: at most 20 different texts of 1 to 64 characters; each identifies one item. A "
        "trade item number is one barcode in all its spellings: GTIN-8, -12, -13, -14, UPC-E, ISBN-10 and "
        "ISBN-13, also as a scanner sends it: with an AIM identifier, or as a GS1 element string.",
    )
    unit_cost: Decimal | None = strawberry.field(
        default=strawberry.UNSET,
        description="The unit cost in the installation's currency, with at most four decimals; null where unknown. "
        "Receipts of purchase orders with a cost are averaged in.",
    )
    reorder_point: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="The reorder point of its levels that have none of their own, in units. Default 0.",
    )
    backorder_limit: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="The backorder limit of its new levels, in units. Default 0.",
    )

    expected_version: int | None = strawberry.field(
        default=None,
        description="Refuse the change unless the item has this version; 0 for one that must not exist yet.",
    )

    def change(self, *, only_if_different: bool = False) -> ItemChange:
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


@strawberry.input(description="Creates an item, or updates the fields that are given.")
class ItemUpsertInput(ItemChangeInput, MutationInput): ...


@strawberry.input(description="One item of a bulk change: creates it, or updates the fields that are given.")
class ItemUpsertLineInput(ItemChangeInput):
    only_if_different: bool = strawberry.field(
        default=False,
        description="Skip an item that has these values already, whatever its version: the line returns "
        "NOTHING_TO_CHANGE, and the item keeps its version.",
    )


@strawberry.input(description="Creates many items, or updates the fields that are given.")
class ItemsUpsertManyInput(MutationInput):
    items: list[ItemUpsertLineInput] = strawberry.field(
        description="1 to 1,000 items, each with another SKU. They are applied in this order: a barcode that one "
        "gives up is free for later ones."
    )
    atomic: bool = strawberry.field(
        default=True, description="True: all items or none. False: each item succeeds or fails alone."
    )

    def changes(self) -> list[ItemChange]:
        return [item.change(only_if_different=item.only_if_different) for item in self.items]


@strawberry.input(description="Archives an item, or restores it.")
class ItemArchiveInput(MutationInput):
    sku: str = strawberry.field(description=SKU)
    is_archived: bool = strawberry.field(default=True, description="False restores it.")
    wind_down: bool = strawberry.field(
        default=False,
        description="True: archive it although it has stock or open orders, transfers, purchase orders or counts, "
        "which may be completed. False: refuse, and list them.",
    )


@strawberry.input(description="Creates a location, or updates the fields that are given.")
class LocationUpsertInput(MutationInput):
    code: str = strawberry.field(description="Its code: 1 to 32 letters, digits, dots, dashes or underscores.")
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="Its name: 1 to 200 characters. Required for a new location."
    )
    kind: LocationKind | None = strawberry.field(
        default=strawberry.UNSET, description="The kind of place. Default WAREHOUSE."
    )
    priority: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="Its sourcing priority for orders that name no location, 1 to 1,000,000: the lowest first. "
        "Default 100.",
    )
    oversell_policy: OversellPolicy | None = strawberry.field(
        default=strawberry.UNSET,
        description="How a `saleRecord` of more than is recorded is treated. Default REFUSE.",
    )


@strawberry.input(description="Archives a location, or restores it.")
class LocationArchiveInput(MutationInput):
    code: str = strawberry.field(description=LOCATION)
    is_archived: bool = strawberry.field(default=True, description="False restores it.")
    wind_down: bool = strawberry.field(
        default=False,
        description="True: archive it although it has stock or open orders, transfers, purchase orders or counts, "
        "which may be completed. False: refuse, and list them.",
    )

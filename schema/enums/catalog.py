"""The enums of items and locations."""

from app.domain.catalog.catalog import LocationKind, OversellPolicy
from app.domain.catalog.labels import LabelKind
from app.domain.catalog.open_work import OpenKind as OpenWorkKind
from app.domain.catalog.warning import WarningCode
from app.services.filters import ItemOrder
from schema.enums.described import described

__all__ = ["ItemOrder", "LabelKind", "LocationKind", "OpenWorkKind", "OversellPolicy", "WarningCode"]

described(
    LocationKind,
    name="LocationKind",
    description="The kind of a location.",
    values={
        LocationKind.WAREHOUSE: "A place that ships.",
        LocationKind.STORE: "A place that sells over the counter.",
        LocationKind.DROP_SHIP: "A supplier that ships to customers directly.",
    },
)

described(
    OversellPolicy,
    name="OversellPolicy",
    description="How a sale of more than is recorded is treated, when the customer has left with the goods.",
    values={
        OversellPolicy.REFUSE: "It is refused: correct the record first.",
        OversellPolicy.ASK: "It is refused, unless it is confirmed with `confirmOversell`.",
        OversellPolicy.ALLOW: "It is recorded: on hand goes below zero, an alert opens, and a count is due.",
    },
)

described(
    OpenWorkKind,
    name="OpenWorkKind",
    description="The kinds of open work that prevent archiving.",
    values={
        OpenWorkKind.UNITS: "Units on hand.",
        OpenWorkKind.RESERVATION: "Reservations with held or backordered units.",
        OpenWorkKind.TRANSFER: "Transfers from or to it that are drafts or in transit.",
        OpenWorkKind.PURCHASE_ORDER: "Purchase orders that are drafts or submitted.",
        OpenWorkKind.COUNT: "Counts that are open or being posted.",
        OpenWorkKind.RESUPPLY: "Levels whose policy resupplies from the location.",
    },
)

described(
    WarningCode,
    name="UserWarningCode",
    description="A possible mistake in what was accepted.",
    values={
        WarningCode.WRONG_CHECK_DIGIT: "A barcode that looks like a GTIN or an ISBN ends with another check digit.",
        WarningCode.SHORTENED_NUMBER: "A barcode looks like a number that a spreadsheet has shortened: 5.01E+12.",
        WarningCode.SEVERAL_BARCODES: "A text seems to contain several barcodes.",
        WarningCode.SIMILAR_SKU: "The SKU of a new item differs from another in case, width or the form of signs only.",
        WarningCode.SIMILAR_CODE: "The code of a new location or supplier differs from another in case only.",
        WarningCode.SIMILAR_TEXT: "A tag or a category differs from that of other items in case, width or the form of "
        "signs only.",
    },
)

described(
    ItemOrder,
    name="ItemOrder",
    description="The order of items.",
    values={ItemOrder.SKU: "By SKU.", ItemOrder.NAME: "By name, capitals first, then SKU."},
)

described(
    LabelKind,
    name="ItemLabelKind",
    description="What items are labelled by.",
    values={LabelKind.CATEGORY: "The category.", LabelKind.TAG: "The tags."},
)

"""The enums of items and locations."""

from app.domain.catalog.catalog import LocationKind, OversellPolicy
from app.domain.catalog.open_work import OpenKind as OpenWorkKind
from app.domain.catalog.warning import WarningCode
from app.services.filters import ItemOrder
from schema.enums.described import described

__all__ = ["ItemOrder", "LocationKind", "OpenWorkKind", "OversellPolicy", "WarningCode"]

described(
    LocationKind,
    name="LocationKind",
    description="What sort of place holds the stock.",
    values={
        LocationKind.WAREHOUSE: "A place that ships.",
        LocationKind.STORE: "A place that sells over the counter.",
        LocationKind.DROP_SHIP: "A supplier who ships on our behalf.",
    },
)

described(
    OversellPolicy,
    name="OversellPolicy",
    description="What becomes of a sale at a till of more than the record has: the customer has left with the goods.",
    values={
        OversellPolicy.REFUSE: "It is refused: the record must be put right first.",
        OversellPolicy.ASK: "It is refused, unless it is confirmed with `confirmOversell`.",
        OversellPolicy.ALLOW: "It is recorded: on hand goes below zero, an alert is open, and a count is due.",
    },
)

described(
    OpenWorkKind,
    name="OpenWorkKind",
    description="What stands in the way of archiving.",
    values={
        OpenWorkKind.UNITS: "Units on hand.",
        OpenWorkKind.RESERVATION: "Orders that hold units, or wait for them.",
        OpenWorkKind.TRANSFER: "Transfers that are written down or on their way, from or to it.",
        OpenWorkKind.PURCHASE_ORDER: "Purchase orders that are written down or on their way.",
        OpenWorkKind.COUNT: "Counts that people are at, or that are being posted.",
        OpenWorkKind.RESUPPLY: "Levels that are resupplied from the location.",
    },
)

described(
    WarningCode,
    name="UserWarningCode",
    description="What was accepted, and may be a slip.",
    values={
        WarningCode.WRONG_CHECK_DIGIT: "A barcode that looks like a GTIN or an ISBN ends with another check digit.",
        WarningCode.SHORTENED_NUMBER: "A barcode looks like a number that a spreadsheet has shortened: 5.01E+12.",
        WarningCode.SEVERAL_BARCODES: "A barcode looks like several in one text.",
        WarningCode.SIMILAR_SKU: "The SKU of a new item differs from another in case, width or the form of signs only.",
        WarningCode.SIMILAR_CODE: "The code of a new location or supplier differs from another in case only.",
        WarningCode.SIMILAR_TEXT: "A tag or a category differs from that of other items in case, width or the form of "
        "signs only.",
    },
)

described(
    ItemOrder,
    name="ItemOrder",
    description="How items are ordered.",
    values={ItemOrder.SKU: "By SKU.", ItemOrder.NAME: "By name, capitals first, then SKU."},
)

"""The codes of user errors."""

from app.domain.errors import ErrorCode
from schema.enums.described import described

__all__ = ["ErrorCode"]

described(
    ErrorCode,
    name="UserErrorCode",
    description="The closed list of refusals that a client can act on.",
    values={
        ErrorCode.UNKNOWN_ITEM: "No item has this SKU.",
        ErrorCode.UNKNOWN_LOCATION: "No location has this code.",
        ErrorCode.INSUFFICIENT_STOCK: "Fewer units are available than were asked for.",
        ErrorCode.STALE_LEVEL: "The level has changed since the caller read it.",
        ErrorCode.IDEMPOTENCY_KEY_REUSED: "The key already stands for another input.",
        ErrorCode.ARCHIVED: "The item, location or supplier is archived.",
        ErrorCode.STILL_OPEN: "What is to be archived has something open.",
        ErrorCode.INVALID_VALUE: "A value violates its rule.",
        ErrorCode.QUANTITY_OUT_OF_RANGE: "A quantity is beyond what a level can hold, or zero where it may not be.",
        ErrorCode.DUPLICATE_LINE: "Two lines name the same level.",
        ErrorCode.TOO_MANY_LINES: "There are no lines, or more than one operation may carry.",
        ErrorCode.TOO_MANY_ERRORS: "More errors were found than are told of one request.",
        ErrorCode.UNKNOWN_DOCUMENT: "No document of this kind has this id.",
        ErrorCode.WRONG_STATE: "The document is in a state that does not allow this.",
        ErrorCode.EXCEEDS_OUTSTANDING: "More units were named than are outstanding.",
        ErrorCode.OVERSELL_UNCONFIRMED: "The location asks whether more was sold than the record has.",
        ErrorCode.ORDER_IS_SHORT: "Units that the order holds are gone, and older orders are served first.",
        ErrorCode.BARCODE_TAKEN: "The barcode already identifies another item.",
        ErrorCode.STALE_DOCUMENT: "The document has changed since the caller read it.",
        ErrorCode.QUANTITY_NOT_OFFERED: "The supplier does not sell so many units at once.",
        ErrorCode.BELOW_ORDER_VALUE: "The order is worth less than the supplier's minimum order value.",
        ErrorCode.NOTHING_TO_CHANGE: "The level is like that already, and was to be left alone then.",
    },
)

"""The codes of user errors."""

from app.domain.errors import ErrorCode
from schema.enums.described import described

__all__ = ["ErrorCode"]

described(
    ErrorCode,
    name="UserErrorCode",
    description="The reason of a user error. Later versions may add others: treat an unknown one as a refusal.",
    values={
        ErrorCode.UNKNOWN_ITEM: "No item has this SKU.",
        ErrorCode.UNKNOWN_LOCATION: "No location has this code.",
        ErrorCode.INSUFFICIENT_STOCK: "Fewer units are available than were requested.",
        ErrorCode.STALE_LEVEL: "The level has changed since the caller read it.",
        ErrorCode.IDEMPOTENCY_KEY_REUSED: "The key was used before with another input.",
        ErrorCode.ARCHIVED: "The item, location or supplier is archived.",
        ErrorCode.STILL_OPEN: "What is to be archived has open work.",
        ErrorCode.INVALID_VALUE: "A value violates its rule.",
        ErrorCode.QUANTITY_OUT_OF_RANGE: "A quantity is out of range, or zero where it must not be.",
        ErrorCode.DUPLICATE_LINE: "Two lines name the same level.",
        ErrorCode.TOO_MANY_LINES: "There are no lines, or more than one operation may have.",
        ErrorCode.TOO_MANY_ERRORS: "More errors were found than are returned for one request.",
        ErrorCode.UNKNOWN_DOCUMENT: "No document of this kind has this id.",
        ErrorCode.WRONG_STATE: "The state of the document does not allow the request.",
        ErrorCode.EXCEEDS_OUTSTANDING: "More units were requested than are outstanding.",
        ErrorCode.OVERSELL_UNCONFIRMED: "More was sold than is recorded, and the location asks for a confirmation.",
        ErrorCode.ORDER_IS_SHORT: "Units that the order holds are not on hand, and older orders are served first.",
        ErrorCode.BARCODE_TAKEN: "The barcode already identifies another item.",
        ErrorCode.STALE_DOCUMENT: "The document has changed since the caller read it.",
        ErrorCode.QUANTITY_NOT_OFFERED: "The supplier does not sell this quantity.",
        ErrorCode.BELOW_ORDER_VALUE: "The order is worth less than the supplier's minimum order value.",
        ErrorCode.UNKNOWN_NAME: "No API key, user or role has this name.",
        ErrorCode.NAME_TAKEN: "The name belongs to another API key, user or role, or did.",
        ErrorCode.NOT_ACTIVE: "The API key was revoked or has expired, the user is disabled, or the role was deleted.",
        ErrorCode.ROLE_IN_USE: "API keys or users have the role.",
        ErrorCode.LAST_ADMIN: "The change would leave no API key and no user that may administer.",
        ErrorCode.NO_PASSWORD: "The caller has no password here.",
        ErrorCode.WRONG_PASSWORD: "The current password is not right.",
        ErrorCode.NOTHING_TO_CHANGE: "It has these values already, and was to be skipped then.",
        ErrorCode.APPROVAL_REQUIRED: "The order is worth more than the caller may submit.",
    },
)

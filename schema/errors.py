"""User errors: one GraphQL type per domain error, with the facts that a client acts on."""

from decimal import Decimal

import strawberry

from schema.deprecations import former_name
from schema.enums.errors import ErrorCode
from schema.enums.stock import UnavailableReason
from schema.open_work import OpenWork


@strawberry.interface(description="Why a request was rejected. A rejected request changes nothing.")
class UserError:
    """A refusal."""

    code: ErrorCode = strawberry.field(description="The reason, for programs.")
    message: str = strawberry.field(description="The reason, for people.")
    field: list[str] | None = strawberry.field(
        description="The path of the rejected input, outermost name first; lines are counted from 0."
    )


@strawberry.type(description="No item has this SKU.")
class UnknownItemError(UserError):
    sku: str = strawberry.field(description="The requested SKU.")


@strawberry.type(description="No location has this code.")
class UnknownLocationError(UserError):
    location: str = strawberry.field(description="The requested code.")


@strawberry.type(description="Fewer units are available than were requested.")
class InsufficientStockError(UserError):
    sku: str = strawberry.field(description="The item.")
    location: str = strawberry.field(description="The location's code; empty where the line of an order names none.")
    requested: int = strawberry.field(description="Units requested.")
    available: int = strawberry.field(
        description="Units available, never below zero. For a line of an order: all that its locations could have "
        "served, backorders included. Where unavailable units were requested (see `reason`): those."
    )
    waiting: int = strawberry.field(
        description="Units that backorders are entitled to, and that are therefore not available to others."
    )
    missing: int = strawberry.field(
        description="Units of the present `shortfall`: reserved or unavailable, but not on hand."
    )
    taken: int = strawberry.field(description="Units that other lines of the same request use.")
    oversold: int = strawberry.field(
        description="Units sold beyond the record: on hand is below zero, so count the stock."
    )
    reason: UnavailableReason | None = strawberry.field(
        description="The reason of the requested unavailable units; null where available units were requested."
    )


@strawberry.type(
    description="Units that the order holds are not on hand, as its level has a `shortfall`, and older orders are "
    "served first. Wait for a receipt, or release them."
)
class OrderIsShortError(UserError):
    sku: str = strawberry.field(description="The item.")
    location: str = strawberry.field(description="The location's code.")
    requested: int = strawberry.field(description="Units to be shipped.")
    shippable: int = strawberry.field(
        description="Units that the order holds and that are on hand: as many may be shipped."
    )
    short: int = strawberry.field(description="Units that the order holds and that are not on hand.")
    there: int = former_name("shippable", int, now="shippable")


@strawberry.type(
    description="A sale of more than is recorded, at a location whose `oversellPolicy` is ASK. Send it with "
    "`confirmOversell: true` to record it."
)
class OversellUnconfirmedError(UserError):
    sku: str = strawberry.field(description="The item.")
    location: str = strawberry.field(description="The location's code.")
    requested: int = strawberry.field(description="Units that were sold.")
    available: int = strawberry.field(description="Units that were available, never below zero.")


@strawberry.type(description="The level has changed since the caller read it.")
class StaleLevelError(UserError):
    sku: str = strawberry.field(description="The item.")
    location: str = strawberry.field(description="The location's code.")
    expected: int = strawberry.field(description="The units on hand, or the version, that the caller expected.")
    actual: int = strawberry.field(description="The present value.")


@strawberry.type(description="The idempotency key was used before with another input.")
class IdempotencyKeyReusedError(UserError):
    key: str = strawberry.field(description="The key.")


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


@strawberry.type(description="A value violates its rule.")
class InvalidValueError(UserError):
    what: str = strawberry.field(description="The value that violates it, in words.")
    rule: str = strawberry.field(description="The rule.")


@strawberry.type(description="A quantity is out of range, or zero where it must not be.")
class QuantityOutOfRangeError(UserError):
    minimum: int = strawberry.field(description="The least that is allowed, in units.")
    maximum: int = strawberry.field(description="The most that is allowed, in units.")


@strawberry.type(description="Two lines name the same level.")
class DuplicateLineError(UserError):
    sku: str = strawberry.field(description="The item.")
    location: str = strawberry.field(description="The location's code; empty where the lines name none.")
    first_line: int = strawberry.field(
        description="The line that already names the level, counted from 0 as in `field`; the message counts from 1."
    )


@strawberry.type(description="There are no lines, or more than one operation may have.")
class TooManyLinesError(UserError):
    count: int = strawberry.field(description="The lines of the request.")
    maximum: int = strawberry.field(description="The most that is allowed.")


@strawberry.type(description="More errors were found than are returned for one request. It is the last of them.")
class TooManyErrorsError(UserError):
    count: int = strawberry.field(description="How many more there are; at least so many, where `isComplete` is false.")
    is_complete: bool = strawberry.field(
        description="Whether the whole request was validated, so that `count` is exact."
    )
    is_all: bool = former_name("is_complete", bool, now="isComplete")


@strawberry.type(description="No document of this kind, such as a reservation or a transfer, has this id.")
class UnknownDocumentError(UserError):
    kind: str = strawberry.field(description="The kind of document, for example `RESERVATION`.")
    id: strawberry.ID = strawberry.field(description="The requested id.")


@strawberry.type(description="The state of the document does not allow the request.")
class WrongStateError(UserError):
    kind: str = strawberry.field(description="The kind of document, for example `RESERVATION`.")
    id: strawberry.ID = strawberry.field(description="Its global id.")
    state: str = strawberry.field(description="The state that it is in.")
    reference: str | None = strawberry.field(description="Its reference, for example an order number.")


@strawberry.type(description="More units were requested than are outstanding on a line of the document.")
class ExceedsOutstandingError(UserError):
    sku: str = strawberry.field(description="The item.")
    requested: int = strawberry.field(description="Units requested.")
    outstanding: int = strawberry.field(description="Units that are outstanding.")
    waiting: int = strawberry.field(
        description="Backordered units, which cannot be shipped yet; 0 where that makes no difference."
    )


@strawberry.type(description="The barcode already identifies another item.")
class BarcodeTakenError(UserError):
    barcode: str = strawberry.field(description="The barcode.")
    sku: str = strawberry.field(description="The item that it identifies.")


@strawberry.type(description="The document has changed since the caller read it.")
class StaleDocumentError(UserError):
    kind: str = strawberry.field(description="The kind of document, for example `PURCHASE_ORDER`.")
    id: strawberry.ID = strawberry.field(description="Its global id.")
    expected: int = strawberry.field(description="The version that the caller expected.")
    actual: int = strawberry.field(description="The version that it is at.")


@strawberry.type(description="The supplier does not sell this quantity of the item: see its minimum and pack size.")
class QuantityNotOfferedError(UserError):
    supplier: str = strawberry.field(description="The supplier: its code.")
    sku: str = strawberry.field(description="The item.")
    quantity: int = strawberry.field(description="Units on the order.")
    minimum_quantity: int = strawberry.field(description="The supplier's minimum order quantity, in units.")
    pack_size: int = strawberry.field(description="Units per pack; only whole packs are sold.")
    next_allowed_quantity: int = strawberry.field(
        description="The next larger quantity that the supplier sells, in units."
    )
    enough: int = former_name("next_allowed_quantity", int, now="nextAllowedQuantity")


@strawberry.type(description="The order is worth less than the supplier's minimum order value.")
class BelowOrderValueError(UserError):
    supplier: str = strawberry.field(description="The supplier: its code.")
    value: Decimal = strawberry.field(
        description="The value of the order, in the installation's currency; units of unknown cost are not counted."
    )
    minimum_value: Decimal = strawberry.field(description="The minimum order value.")


@strawberry.type(
    description="The order is worth more than the caller may submit, or it has units of unknown cost: someone with a "
    "higher approval limit has to."
)
class ApprovalRequiredError(UserError):
    value: Decimal = strawberry.field(
        description="The value of the order, in the installation's currency; units of unknown cost are not counted."
    )
    limit: Decimal = strawberry.field(description="The caller's approval limit.")
    unvalued_units: int = strawberry.field(description="Ordered units of unknown cost.")


@strawberry.type(description="It has these values already, and the line asked to skip it then: see `onlyIfDifferent`.")
class NothingToChangeError(UserError):
    sku: str = strawberry.field(description="The item.")
    location: str = strawberry.field(description="The level's location; empty where it is the item itself.")


@strawberry.type(description="No API key, user or role has this name.")
class UnknownNameError(UserError):
    kind: str = strawberry.field(description="What is named: `API_KEY`, `USER` or `ROLE`.")
    name: str = strawberry.field(description="The requested name.")


@strawberry.type(description="The name belongs to another API key, user or role, or did: a name is never given twice.")
class NameTakenError(UserError):
    kind: str = strawberry.field(description="What is named: `API_KEY`, `USER` or `ROLE`.")
    name: str = strawberry.field(description="The requested name.")


@strawberry.type(description="The API key was revoked or has expired, the user is disabled, or the role was deleted.")
class NotActiveError(UserError):
    kind: str = strawberry.field(description="What is named: `API_KEY`, `USER` or `ROLE`.")
    name: str = strawberry.field(description="Its name.")


@strawberry.type(description="API keys or users have the role: give them another first.")
class RoleInUseError(UserError):
    role: str = strawberry.field(description="The name of the role.")
    holders: list[str] = strawberry.field(
        description="Some of those who have it, as the ledger names them: `key:till-7`, `person:anna`."
    )


@strawberry.type(
    description="The change would leave no API key and no user that may administer: make another admin first."
)
class LastAdminError(UserError):
    name: str = strawberry.field(description="The name of the last one, or of the role that makes them an admin.")


@strawberry.type(
    description="The caller has no password here: it is an API key, or signs in through an identity provider only."
)
class NoPasswordError(UserError):
    actor: str = strawberry.field(description="The caller, as the ledger names them.")


@strawberry.type(description="The current password is not right.")
class WrongPasswordError(UserError):
    actor: str = strawberry.field(description="The caller, as the ledger names them.")


USER_ERRORS = (
    UnknownItemError,
    UnknownLocationError,
    InsufficientStockError,
    OrderIsShortError,
    OversellUnconfirmedError,
    StaleLevelError,
    IdempotencyKeyReusedError,
    ArchivedError,
    StillOpenError,
    InvalidValueError,
    QuantityOutOfRangeError,
    DuplicateLineError,
    TooManyLinesError,
    TooManyErrorsError,
    UnknownDocumentError,
    WrongStateError,
    ExceedsOutstandingError,
    BarcodeTakenError,
    StaleDocumentError,
    QuantityNotOfferedError,
    BelowOrderValueError,
    NothingToChangeError,
    UnknownNameError,
    NameTakenError,
    NotActiveError,
    RoleInUseError,
    LastAdminError,
    NoPasswordError,
    WrongPasswordError,
    ApprovalRequiredError,
)

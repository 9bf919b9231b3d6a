"""Refusals as data: one GraphQL type per domain error, with the facts that a client acts on."""

from decimal import Decimal

import strawberry

from schema.deprecations import former_name
from schema.enums.errors import ErrorCode
from schema.enums.stock import UnavailableReason
from schema.open_work import OpenWork


@strawberry.interface(description="Why a request was refused. A refused request changed nothing.")
class UserError:
    """A refusal."""

    code: ErrorCode = strawberry.field(description="What went wrong, for programs.")
    message: str = strawberry.field(description="What went wrong, for people.")
    field: list[str] | None = strawberry.field(
        description="The path of the input at fault, outermost name first; lines are counted from 0."
    )


@strawberry.type(description="No item has this SKU.")
class UnknownItemError(UserError):
    """See UnknownItem."""

    sku: str = strawberry.field(description="The SKU that was asked for.")


@strawberry.type(description="No location has this code.")
class UnknownLocationError(UserError):
    """See UnknownLocation."""

    location: str = strawberry.field(description="The code that was asked for.")


@strawberry.type(description="Fewer units are available than were asked for.")
class InsufficientStockError(UserError):
    """See InsufficientStock."""

    sku: str = strawberry.field(description="The item.")
    location: str = strawberry.field(description="The location's code; empty where the line of an order names none.")
    requested: int = strawberry.field(description="Units that were asked for.")
    available: int = strawberry.field(
        description="Units that were available, never below zero; to a line of an order, all that it could have had, "
        "those to come included, wherever it may be served from. Where unavailable units were asked for, see `reason`, "
        "it counts those."
    )
    waiting: int = strawberry.field(description="Units that nobody else may take, as orders wait for them.")
    missing: int = strawberry.field(description="Units that are missing for what is reserved or unavailable already.")
    taken: int = strawberry.field(description="Units that other lines of the same request take.")
    oversold: int = strawberry.field(
        description="Units that were sold beyond the record, so that it is below zero: count what is there."
    )
    reason: UnavailableReason | None = strawberry.field(
        description="Why the units that were asked for are unavailable; null where units were that may be sold."
    )


@strawberry.type(
    description="Units that the order holds are gone, as its level has a `shortfall`, and older orders are served "
    "first. Wait for more, or release them."
)
class OrderIsShortError(UserError):
    """See OrderIsShort."""

    sku: str = strawberry.field(description="The item.")
    location: str = strawberry.field(description="The location's code.")
    requested: int = strawberry.field(description="Units that were to go out.")
    shippable: int = strawberry.field(
        description="Units that the order holds and that are on hand: so many may go out."
    )
    short: int = strawberry.field(description="Units that the order holds and that are missing.")
    there: int = former_name("shippable", int, now="shippable")


@strawberry.type(
    description="A sale of more than the record has, at a location that asks: see `oversellPolicy`. It is recorded "
    "with `confirmOversell: true`."
)
class OversellUnconfirmedError(UserError):
    """See OversellUnconfirmed."""

    sku: str = strawberry.field(description="The item.")
    location: str = strawberry.field(description="The location's code.")
    requested: int = strawberry.field(description="Units that were sold.")
    available: int = strawberry.field(description="Units that were available, never below zero.")


@strawberry.type(description="The level is no longer what the caller expected.")
class StaleLevelError(UserError):
    """See StaleLevel."""

    sku: str = strawberry.field(description="The item.")
    location: str = strawberry.field(description="The location's code.")
    expected: int = strawberry.field(description="The units on hand, or the version, that the caller expected.")
    actual: int = strawberry.field(description="What it is instead.")


@strawberry.type(description="The idempotency key already stands for another input.")
class IdempotencyKeyReusedError(UserError):
    """See IdempotencyKeyReused."""

    key: str = strawberry.field(description="The key.")


@strawberry.type(description="The item, location or supplier is archived: nothing new begins with it.")
class ArchivedError(UserError):
    """See Archived."""

    kind: str = strawberry.field(description="What is archived: `item`, `location` or `supplier`.")
    name: str = strawberry.field(description="The SKU, or the code of the location or supplier.")


@strawberry.type(
    description="What is to be archived has units, promises or work that is open. With `windDown: true` it is archived "
    "all the same, and what is open may be finished."
)
class StillOpenError(UserError):
    """See StillOpen."""

    kind: str = strawberry.field(description="What is to be archived: `item`, `location` or `supplier`.")
    name: str = strawberry.field(description="The SKU, or the code of the location or supplier.")
    open: list[OpenWork] = strawberry.field(description="What is open, by kind; at most one entry of each.")


@strawberry.type(description="A value breaks its rule.")
class InvalidValueError(UserError):
    """See InvalidValue."""

    what: str = strawberry.field(description="The value that breaks it, in words.")
    rule: str = strawberry.field(description="The rule.")


@strawberry.type(description="A quantity is beyond what a level can hold, or zero where it may not be.")
class QuantityOutOfRangeError(UserError):
    """See QuantityOutOfRange."""

    minimum: int = strawberry.field(description="The least that is allowed, in units.")
    maximum: int = strawberry.field(description="The most that is allowed, in units.")


@strawberry.type(description="Two lines name the same level.")
class DuplicateLineError(UserError):
    """See DuplicateLine."""

    sku: str = strawberry.field(description="The item.")
    location: str = strawberry.field(description="The location's code; empty where the lines name none.")
    first_line: int = strawberry.field(
        description="The line that already names the level, counted from 0 as in `field`; the message counts from 1."
    )


@strawberry.type(description="There are no lines, or more than one operation may carry.")
class TooManyLinesError(UserError):
    """See TooManyLines."""

    count: int = strawberry.field(description="The lines of the request.")
    maximum: int = strawberry.field(description="The most that is allowed.")


@strawberry.type(description="More errors were found than are told of one request. It is the last of them.")
class TooManyErrorsError(UserError):
    """See TooManyErrors."""

    count: int = strawberry.field(description="How many more there are; at least so many, where `isComplete` is false.")
    is_complete: bool = strawberry.field(
        description="Whether the whole request was validated, so that `count` is exact."
    )
    is_all: bool = former_name("is_complete", bool, now="isComplete")


@strawberry.type(description="No document of this kind, such as a reservation or a transfer, has this id.")
class UnknownDocumentError(UserError):
    """See UnknownDocument."""

    kind: str = strawberry.field(description="What was looked for, for example `RESERVATION`.")
    id: strawberry.ID = strawberry.field(description="The id that was asked for.")


@strawberry.type(description="The document is in a state that does not allow what was asked for.")
class WrongStateError(UserError):
    """See WrongState."""

    kind: str = strawberry.field(description="What it is, for example `RESERVATION`.")
    id: strawberry.ID = strawberry.field(description="Its global id.")
    state: str = strawberry.field(description="The state that it is in.")
    reference: str | None = strawberry.field(description="What its makers call it, for example an order number.")


@strawberry.type(description="More units were named than a line of the document has outstanding.")
class ExceedsOutstandingError(UserError):
    """See ExceedsOutstanding."""

    sku: str = strawberry.field(description="The item.")
    requested: int = strawberry.field(description="Units that were asked for.")
    outstanding: int = strawberry.field(description="Units that are outstanding.")
    waiting: int = strawberry.field(
        description="Units that are yet to come, where only those count that are there; otherwise 0."
    )


@strawberry.type(description="The barcode already stands for another item.")
class BarcodeTakenError(UserError):
    """See BarcodeTaken."""

    barcode: str = strawberry.field(description="The barcode.")
    sku: str = strawberry.field(description="The item that it stands for.")


@strawberry.type(description="The document has changed since the caller saw it.")
class StaleDocumentError(UserError):
    """See StaleDocument."""

    kind: str = strawberry.field(description="What it is, for example `PURCHASE_ORDER`.")
    id: strawberry.ID = strawberry.field(description="Its global id.")
    expected: int = strawberry.field(description="The version that the caller expected.")
    actual: int = strawberry.field(description="The version that it is at.")


@strawberry.type(description="The supplier does not sell so many units of an item at once.")
class QuantityNotOfferedError(UserError):
    """See QuantityNotOffered."""

    supplier: str = strawberry.field(description="The supplier: its code.")
    sku: str = strawberry.field(description="The item.")
    quantity: int = strawberry.field(description="Units on the order.")
    minimum_quantity: int = strawberry.field(description="Units that the supplier sells at least.")
    pack_size: int = strawberry.field(description="Units in a pack; only whole packs are sold.")
    next_allowed_quantity: int = strawberry.field(
        description="The next larger quantity that the supplier sells, in units."
    )
    enough: int = former_name("next_allowed_quantity", int, now="nextAllowedQuantity")


@strawberry.type(description="The order is worth less than the supplier takes orders for.")
class BelowOrderValueError(UserError):
    """See BelowOrderValue."""

    supplier: str = strawberry.field(description="The supplier: its code.")
    value: Decimal = strawberry.field(
        description="What the order is worth, in the installation's currency; units of unknown cost count for nothing."
    )
    minimum_value: Decimal = strawberry.field(description="What it must be worth at least.")


@strawberry.type(description="It is like that already, and the line asked for it to be left alone then.")
class NothingToChangeError(UserError):
    """See NothingToChange."""

    sku: str = strawberry.field(description="The item.")
    location: str = strawberry.field(description="The level's location; empty where it is the item itself.")


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
)

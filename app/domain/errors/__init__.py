"""Domain errors: every reason for which the rules refuse a request.

InventoryError          a request that the rules refuse; it changed nothing
  NotFound              UnknownItem, UnknownLocation, UnknownDocument, UnknownName
  Conflict              InsufficientStock, StaleLevel, StaleDocument, IdempotencyKeyReused, Archived, StillOpen,
                        WrongState, ExceedsOutstanding, OrderIsShort, OversellUnconfirmed, BarcodeTaken,
                        QuantityNotOffered, BelowOrderValue, ApprovalRequired, NothingToChange, NameTaken, NotActive,
                        RoleInUse, LastAdmin, NoPassword, WrongPassword
  InvalidInput          InvalidValue, QuantityOutOfRange, DuplicateLine, TooManyLines, TooManyErrors
Refused                 the errors of one command, all of them at once

An error keeps the facts it was made of and writes its own sentence, so it can be stored with an operation and restored.
Rule: the union AnyInventoryError is closed, so a new error does not compile until every translator handles it.
"""

from app.domain.errors.access import LastAdmin, NameTaken, NoPassword, NotActive, RoleInUse, UnknownName, WrongPassword
from app.domain.errors.base import Conflict, ErrorCode, Field, InvalidInput, InventoryError, NotFound
from app.domain.errors.catalog import Archived, BarcodeTaken, NothingToChange, StillOpen, UnknownItem, UnknownLocation
from app.domain.errors.documents import ExceedsOutstanding, StaleDocument, UnknownDocument, WrongState
from app.domain.errors.idempotency import IdempotencyKeyReused
from app.domain.errors.invalid_input import (
    DuplicateLine,
    InvalidValue,
    QuantityOutOfRange,
    TooManyErrors,
    TooManyLines,
)
from app.domain.errors.purchasing import ApprovalRequired, BelowOrderValue, QuantityNotOffered
from app.domain.errors.refused import AnyInventoryError, Refused, reported, restore_error
from app.domain.errors.reservations import OrderIsShort
from app.domain.errors.stock import InsufficientStock, OversellUnconfirmed, StaleLevel

__all__ = [
    "AnyInventoryError",
    "ApprovalRequired",
    "Archived",
    "BarcodeTaken",
    "BelowOrderValue",
    "Conflict",
    "DuplicateLine",
    "ErrorCode",
    "ExceedsOutstanding",
    "Field",
    "IdempotencyKeyReused",
    "InsufficientStock",
    "InvalidInput",
    "InvalidValue",
    "InventoryError",
    "LastAdmin",
    "NameTaken",
    "NoPassword",
    "NotActive",
    "NotFound",
    "NothingToChange",
    "OrderIsShort",
    "OversellUnconfirmed",
    "QuantityNotOffered",
    "QuantityOutOfRange",
    "Refused",
    "RoleInUse",
    "StaleDocument",
    "StaleLevel",
    "StillOpen",
    "TooManyErrors",
    "TooManyLines",
    "UnknownDocument",
    "UnknownItem",
    "UnknownLocation",
    "UnknownName",
    "WrongPassword",
    "WrongState",
    "reported",
    "restore_error",
]

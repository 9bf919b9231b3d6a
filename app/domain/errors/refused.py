"""Refusal of a command: its errors, of which a client receives a bounded number, and the closed union of them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from app.domain.errors.access import LastAdmin, NameTaken, NoPassword, NotActive, RoleInUse, UnknownName, WrongPassword
from app.domain.errors.base import InventoryError
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
from app.domain.errors.reservations import OrderIsShort
from app.domain.errors.stock import InsufficientStock, OversellUnconfirmed, StaleLevel
from app.domain.limits import MAX_ERRORS_COUNTED, MAX_USER_ERRORS

AnyInventoryError = (
    UnknownItem
    | UnknownLocation
    | InsufficientStock
    | StaleLevel
    | IdempotencyKeyReused
    | Archived
    | StillOpen
    | InvalidValue
    | QuantityOutOfRange
    | DuplicateLine
    | TooManyLines
    | TooManyErrors
    | UnknownDocument
    | WrongState
    | ExceedsOutstanding
    | OrderIsShort
    | OversellUnconfirmed
    | BarcodeTaken
    | StaleDocument
    | QuantityNotOffered
    | BelowOrderValue
    | NothingToChange
    | UnknownName
    | NameTaken
    | NotActive
    | RoleInUse
    | LastAdmin
    | NoPassword
    | WrongPassword
    | ApprovalRequired
)


class Refused(Exception):
    """One command was refused for these reasons, and changed nothing."""

    def __init__(self, *errors: InventoryError) -> None:
        assert errors, "a refusal has a reason"
        self.errors = cast("tuple[AnyInventoryError, ...]", errors)
        super().__init__(" ".join(error.message for error in self.reported))

    @property
    def reported(self) -> tuple[AnyInventoryError, ...]:
        """The errors that a client receives: the first of them, then how many more there are."""
        return reported(self.errors)


def reported(errors: Sequence[AnyInventoryError]) -> tuple[AnyInventoryError, ...]:
    """Return the first errors, and where there are more, a TooManyErrors with their number."""
    more = len(errors) - MAX_USER_ERRORS
    if more <= 0:
        return tuple(errors)
    return (*errors[:MAX_USER_ERRORS], TooManyErrors(count=more, is_all=len(errors) < MAX_ERRORS_COUNTED))


def restore_error(code: str, facts: Mapping[str, Any], field: Iterable[str]) -> AnyInventoryError:
    """Return an error built again from what was stored of it."""
    build: Any = InventoryError.by_code[code]
    error: AnyInventoryError = build(**facts, field=tuple(field))
    return error

"""Base classes of domain errors: a code, a message, the path of the input, and the facts to build the error again."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar, Self

Field = tuple[str, ...]  # path of an input: ("lines", "3", "quantity")


class ErrorCode(StrEnum):
    """The codes of the errors that a client can act on."""

    UNKNOWN_ITEM = "UNKNOWN_ITEM"
    UNKNOWN_LOCATION = "UNKNOWN_LOCATION"
    INSUFFICIENT_STOCK = "INSUFFICIENT_STOCK"
    STALE_LEVEL = "STALE_LEVEL"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    ARCHIVED = "ARCHIVED"
    STILL_OPEN = "STILL_OPEN"
    INVALID_VALUE = "INVALID_VALUE"
    QUANTITY_OUT_OF_RANGE = "QUANTITY_OUT_OF_RANGE"
    DUPLICATE_LINE = "DUPLICATE_LINE"
    TOO_MANY_LINES = "TOO_MANY_LINES"
    TOO_MANY_ERRORS = "TOO_MANY_ERRORS"
    UNKNOWN_DOCUMENT = "UNKNOWN_DOCUMENT"
    WRONG_STATE = "WRONG_STATE"
    EXCEEDS_OUTSTANDING = "EXCEEDS_OUTSTANDING"
    ORDER_IS_SHORT = "ORDER_IS_SHORT"
    OVERSELL_UNCONFIRMED = "OVERSELL_UNCONFIRMED"
    BARCODE_TAKEN = "BARCODE_TAKEN"
    STALE_DOCUMENT = "STALE_DOCUMENT"
    QUANTITY_NOT_OFFERED = "QUANTITY_NOT_OFFERED"
    BELOW_ORDER_VALUE = "BELOW_ORDER_VALUE"
    NOTHING_TO_CHANGE = "NOTHING_TO_CHANGE"
    UNKNOWN_NAME = "UNKNOWN_NAME"
    NAME_TAKEN = "NAME_TAKEN"
    NOT_ACTIVE = "NOT_ACTIVE"
    ROLE_IN_USE = "ROLE_IN_USE"
    LAST_ADMIN = "LAST_ADMIN"
    NO_PASSWORD = "NO_PASSWORD"  # noqa: S105 - a code
    WRONG_PASSWORD = "WRONG_PASSWORD"  # noqa: S105 - a code
    APPROVAL_REQUIRED = "APPROVAL_REQUIRED"


class InventoryError(Exception):
    """A request that the rules refuse. `field` is the path of the wrong input, outermost name first."""

    code: ClassVar[ErrorCode]
    by_code: ClassVar[dict[str, type["InventoryError"]]] = {}

    def __init_subclass__(cls) -> None:
        if "code" in cls.__dict__:
            InventoryError.by_code[cls.code] = cls

    def __init__(self, message: str, *, field: Field, facts: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.facts = dict(facts)

    def at(self, *prefix: str) -> Self:
        """Return the same error with the path of its input below `prefix`."""
        return self.with_field((*prefix, *self.field))

    def with_field(self, field: Field) -> Self:
        """Return the same error with another path of its input."""
        return type(self)(**self.facts, field=field)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.code, self.message, self.field))


class NotFound(InventoryError):
    """The request names something that does not exist."""


class Conflict(InventoryError):
    """The request is well formed, but the present state does not allow it."""


class InvalidInput(InventoryError):
    """The request itself is wrong, whatever the state."""

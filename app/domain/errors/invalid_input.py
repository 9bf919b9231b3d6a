"""Errors of a request that is wrong whatever the state: values, quantities and lines."""

from app.domain.errors.base import ErrorCode, Field, InvalidInput
from app.domain.limits import MAX_QUANTITY


class InvalidValue(InvalidInput):
    """A value breaks a rule."""

    code = ErrorCode.INVALID_VALUE

    def __init__(self, *, what: str, rule: str, field: Field = ()) -> None:
        self.what, self.rule = what, rule
        super().__init__(f"{what} {rule}.", field=field, facts={"what": what, "rule": rule})


class QuantityOutOfRange(InvalidInput):
    """A quantity is zero where it may not be, or beyond what a level can hold."""

    code = ErrorCode.QUANTITY_OUT_OF_RANGE

    def __init__(self, *, quantity: int, minimum: int = -MAX_QUANTITY, field: Field = ()) -> None:
        self.quantity, self.minimum, self.maximum = quantity, minimum, MAX_QUANTITY
        message = (
            "A change of zero units is no change."
            if quantity == 0 and minimum < 0
            else f"The quantity {quantity} is not between {minimum} and {MAX_QUANTITY}."
        )
        super().__init__(message, field=field, facts={"quantity": quantity, "minimum": minimum})


class DuplicateLine(InvalidInput):
    """Two lines of one operation name the same level; `location` is empty where neither names one.

    `first_line` counts from 0, as paths do; the message counts lines from 1.
    """

    code = ErrorCode.DUPLICATE_LINE

    def __init__(self, *, sku: str, location: str, first_line: int, field: Field = ()) -> None:
        self.sku, self.location, self.first_line = sku, location, first_line
        place = f" at {location}" if location else ""
        super().__init__(
            f"{sku}{place} already stands in line {first_line + 1}.",
            field=field,
            facts={"sku": sku, "location": location, "first_line": first_line},
        )


class TooManyLines(InvalidInput):
    """An operation has no line, or more lines than one transaction may have."""

    code = ErrorCode.TOO_MANY_LINES

    def __init__(self, *, count: int, maximum: int, field: Field = ("lines",)) -> None:
        self.count, self.maximum = count, maximum
        super().__init__(
            f"{count} lines; between 1 and {maximum} are allowed.",
            field=field,
            facts={"count": count, "maximum": maximum},
        )


class TooManyErrors(InvalidInput):
    """A request has more errors than are returned: `count` more, or at least so many where not `is_all`."""

    code = ErrorCode.TOO_MANY_ERRORS

    def __init__(self, *, count: int, is_all: bool = True, field: Field = ()) -> None:
        self.count, self.is_all = count, is_all
        super().__init__(
            f"And {'' if is_all else 'at least '}{count:,} more.",
            field=field,
            facts={"count": count, "is_all": is_all},
        )

"""Refusals: everything that the rules may have against a request.

InventoryError          a request that the rules refuse; it changed nothing
  NotFound              UnknownItem, UnknownLocation, UnknownDocument
  Conflict              InsufficientStock, StaleLevel, StaleDocument, IdempotencyKeyReused, Archived, StillOpen,
                        WrongState, ExceedsOutstanding, OrderIsShort, OversellUnconfirmed, BarcodeTaken,
                        QuantityNotOffered, BelowOrderValue, NothingToChange
  InvalidInput          InvalidValue, QuantityOutOfRange, DuplicateLine, TooManyLines, TooManyErrors
Refused                 the errors of one command, all of them at once

An error keeps the facts it was made of and writes its own sentence, so it can be stored with an operation and restored.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, ClassVar, Final, Self, cast

from app.domain.limits import MAX_FAULTS_COUNTED, MAX_QUANTITY, MAX_USER_ERRORS
from app.domain.money import Money, decimal_of
from app.domain.next_steps import next_step

Field = tuple[str, ...]  # path of an input: ("lines", "3", "quantity")


class ErrorCode(StrEnum):
    """The closed list of refusals that a client can act on."""

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


class InventoryError(Exception):
    """A request that the rules refuse. `field` is the path of the input at fault, outermost name first."""

    code: ClassVar[ErrorCode]
    _by_code: ClassVar[dict[str, type["InventoryError"]]] = {}

    def __init_subclass__(cls) -> None:
        if "code" in cls.__dict__:
            InventoryError._by_code[cls.code] = cls

    def __init__(self, message: str, *, field: Field, facts: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.facts = dict(facts)

    def at(self, *prefix: str) -> Self:
        """Return the same error with the path of its input below `prefix`."""
        return type(self)(**self.facts, field=(*prefix, *self.field))

    @staticmethod
    def restore(code: str, facts: Mapping[str, Any], field: Iterable[str]) -> "AnyInventoryError":
        """Build the error again from what was stored of it."""
        build: Any = InventoryError._by_code[code]
        restored: AnyInventoryError = build(**facts, field=tuple(field))
        return restored

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.code, self.message, self.field))


class NotFound(InventoryError):
    """The request names something that does not exist."""


class Conflict(InventoryError):
    """The request is well formed, but the present state does not allow it."""


class NothingToChange(Conflict):
    """The level, or the item itself, is as it should be, and the request wanted it left alone in that case."""

    code = ErrorCode.NOTHING_TO_CHANGE

    def __init__(self, *, sku: str, location: str | None = None, field: Field = ()) -> None:
        self.sku, self.location = sku, location
        what = sku if location is None else f"{sku} at {location}"
        super().__init__(f"{what} is like that already.", field=field, facts={"sku": sku, "location": location})


class InvalidInput(InventoryError):
    """The request itself is wrong, whatever the state."""


class UnknownItem(NotFound):
    """No item has this SKU."""

    code = ErrorCode.UNKNOWN_ITEM

    def __init__(self, *, sku: str, field: Field = ()) -> None:
        self.sku = sku
        super().__init__(f"No item has the SKU {sku!r}.", field=field, facts={"sku": sku})


class UnknownLocation(NotFound):
    """No location has this code."""

    code = ErrorCode.UNKNOWN_LOCATION

    def __init__(self, *, location: str, field: Field = ()) -> None:
        self.location = location
        super().__init__(f"No location has the code {location!r}.", field=field, facts={"location": location})


class UnknownDocument(NotFound):
    """No document of this kind, such as a reservation or a transfer, has this id."""

    code = ErrorCode.UNKNOWN_DOCUMENT

    def __init__(self, *, kind: str, id: str, field: Field = ("id",)) -> None:
        self.kind, self.id = kind, id
        super().__init__(f"No {_spoken(kind)} has the id {id!r}.", field=field, facts={"kind": kind, "id": id})


class WrongState(Conflict):
    """The document is in a state that does not allow what was asked for. It goes by its reference, if it has one."""

    code = ErrorCode.WRONG_STATE

    def __init__(self, *, kind: str, id: str, state: str, reference: str | None = None, field: Field = ("id",)) -> None:
        self.kind, self.id, self.state, self.reference = kind, id, state, reference
        super().__init__(
            f"The {_spoken(kind)} {reference or id!r} is {state}: {next_step(kind, state)}.",
            field=field,
            facts={"kind": kind, "id": id, "state": state, "reference": reference},
        )


_OUTSTANDING: Final[Mapping[str, str]] = {
    "": "{requested} of {sku} requested, {outstanding} outstanding.",
    "RETURNED": "{requested} of {sku} came back, {outstanding} of that sale are still out.",
    "FOUND": "{requested} of {sku} turned up, {outstanding} are lost.",
    "SHIPPED": "{requested} more of {sku} went out than that: reverse the fulfilment first, or record a return.",
}


class ExceedsOutstanding(Conflict):
    """More units of an item were named than its line of the document has outstanding.

    `waiting` units of it are yet to come, where only those that are there count.
    """

    code = ErrorCode.EXCEEDS_OUTSTANDING

    def __init__(
        self,
        *,
        sku: str,
        requested: int,
        outstanding: int,
        waiting: int = 0,
        may_be_over: bool = False,
        step: str = "",
        field: Field = (),
    ) -> None:
        """Make it of units; `may_be_over` tells that the rest may be taken in for a reason of its own.

        `step` is what was done with them: RETURNED, FOUND, SHIPPED, or nothing of these.
        """
        self.sku, self.requested, self.outstanding, self.waiting = sku, requested, outstanding, waiting
        said = f"{outstanding} of {sku} are there, {waiting} are waited for."
        way_out = " Give an overReason to take the rest in." if may_be_over else ""
        facts: dict[str, Any] = {"sku": sku, "requested": requested, "outstanding": outstanding}
        told = _OUTSTANDING[step].format(**facts) + way_out
        facts |= {name: fact for name, fact in (("waiting", waiting), ("step", step)) if fact}
        super().__init__(
            said if waiting else told,
            field=field,
            facts=facts | {"may_be_over": True} if may_be_over else facts,
        )


class OrderIsShort(Conflict):
    """Units that an order holds are gone, and it is one of the newest. `there` are those of its units that are left."""

    code = ErrorCode.ORDER_IS_SHORT

    def __init__(
        self, *, sku: str, location: str, requested: int, there: int, short: int, field: Field = ("id",)
    ) -> None:
        self.sku, self.location, self.requested, self.there, self.short = sku, location, requested, there, short
        super().__init__(
            f"{requested} of {sku} at {location} requested, {there} there: {short} that this order holds "
            f"{'is' if short == 1 else 'are'} gone, and older orders are served first. Wait for more, or release "
            f"{'it' if short == 1 else 'them'}.",
            field=field,
            facts={"sku": sku, "location": location, "requested": requested, "there": there, "short": short},
        )


class OversellUnconfirmed(Conflict):
    """A till sells more than the record has, where the location asks whether that is right."""

    code = ErrorCode.OVERSELL_UNCONFIRMED

    def __init__(self, *, sku: str, location: str, requested: int, available: int, field: Field = ()) -> None:
        self.sku, self.location, self.requested, self.available = sku, location, requested, available
        super().__init__(
            f"{requested} of {sku} sold, {available} available at {location} by the record. If they have left, send "
            "the sale again with confirmOversell: true.",
            field=field,
            facts={"sku": sku, "location": location, "requested": requested, "available": available},
        )


class BarcodeTaken(Conflict):
    """The barcode already stands for another item."""

    code = ErrorCode.BARCODE_TAKEN

    def __init__(self, *, barcode: str, sku: str, field: Field = ("barcodes",)) -> None:
        self.barcode, self.sku = barcode, sku
        super().__init__(
            f"The barcode {barcode!r} already stands for {sku}.", field=field, facts={"barcode": barcode, "sku": sku}
        )


class StaleDocument(Conflict):
    """The document has changed since the caller saw it. `expected` and `actual` are versions."""

    code = ErrorCode.STALE_DOCUMENT

    def __init__(self, *, kind: str, id: str, expected: int, actual: int, field: Field = ("expectedVersion",)) -> None:
        self.kind, self.id, self.expected, self.actual = kind, id, expected, actual
        super().__init__(
            f"The {_spoken(kind)} {id!r} is at version {actual}, not at the expected {expected}. Look at it again, and "
            "name the version that you have seen.",
            field=field,
            facts={"kind": kind, "id": id, "expected": expected, "actual": actual},
        )


class QuantityNotOffered(Conflict):
    """The supplier does not sell so many units at once; `enough` is the next quantity that is sold, in units."""

    code = ErrorCode.QUANTITY_NOT_OFFERED

    def __init__(
        self,
        *,
        supplier: str,
        sku: str,
        quantity: int,
        minimum_quantity: int,
        pack_size: int,
        enough: int,
        field: Field = ("id",),
    ) -> None:
        self.supplier, self.sku, self.quantity = supplier, sku, quantity
        self.minimum_quantity, self.pack_size, self.enough = minimum_quantity, pack_size, enough
        super().__init__(
            f"{quantity} of {sku} ordered; {supplier} sells {minimum_quantity} or more, in packs of {pack_size}: "
            f"{enough} would do.",
            field=field,
            facts={
                "supplier": supplier,
                "sku": sku,
                "quantity": quantity,
                "minimum_quantity": minimum_quantity,
                "pack_size": pack_size,
                "enough": enough,
            },
        )


class BelowOrderValue(Conflict):
    """The order is worth less than the supplier takes orders for. Units of unknown cost count for nothing."""

    code = ErrorCode.BELOW_ORDER_VALUE

    def __init__(self, *, supplier: str, value: Money, minimum: Money, field: Field = ("id",)) -> None:
        self.supplier, self.value, self.minimum = supplier, value, minimum
        super().__init__(
            f"The order is worth {decimal_of(value)}; {supplier} takes orders of {decimal_of(minimum)} or more.",
            field=field,
            facts={"supplier": supplier, "value": value, "minimum": minimum},
        )


class InsufficientStock(Conflict):
    """More units were asked for than are available; `location` is empty where they may come from anywhere.

    Where units that are unavailable were asked for, `reason` is why they are, and `available` counts those. What stands
    in the way, in units: orders are `waiting` for them, they are `missing` for what is reserved already, or other lines
    of the same request have `taken` them. `oversold` says how many units below zero the record is.
    """

    code = ErrorCode.INSUFFICIENT_STOCK

    def __init__(
        self,
        *,
        sku: str,
        location: str,
        requested: int,
        available: int,
        waiting: int = 0,
        missing: int = 0,
        taken: int = 0,
        oversold: int = 0,
        reason: str | None = None,
        field: Field = (),
    ) -> None:
        self.sku, self.location, self.requested, self.available = sku, location, requested, available
        self.waiting, self.missing, self.taken, self.reason = waiting, missing, taken, reason
        self.oversold = oversold
        causes = [
            f"{units} {'is' if units == 1 else 'are'} {cause}"
            for units, cause in (
                (waiting, "promised to orders that wait"),
                (missing, "missing for what is reserved"),
                (taken, "taken by other lines"),
                (oversold, "sold beyond the record, so count what is there"),
            )
            if units
        ]
        told = f" ({', '.join(causes)})" if causes else ""
        facts = {"sku": sku, "location": location, "requested": requested, "available": available}
        names = ("waiting", "missing", "taken", "oversold", "reason")
        reasons = {name: fact for name in names if (fact := getattr(self, name))}
        state = _SPOKEN_STATES[reason]
        super().__init__(
            f"{requested} requested, {available} {state} of {sku}{_spoken_place(location)}{told}.",
            field=field,
            facts=facts | reasons,
        )


class StaleLevel(Conflict):
    """The level is no longer what the caller believed. `expected` and `actual` are both on hand or both versions."""

    code = ErrorCode.STALE_LEVEL

    def __init__(self, *, sku: str, location: str, expected: int, actual: int, field: Field = ()) -> None:
        self.sku, self.location, self.expected, self.actual = sku, location, expected, actual
        super().__init__(
            f"{sku} at {location} is at {actual}, not at the expected {expected}.",
            field=field,
            facts={"sku": sku, "location": location, "expected": expected, "actual": actual},
        )


class IdempotencyKeyReused(Conflict):
    """The key already stands for another input."""

    code = ErrorCode.IDEMPOTENCY_KEY_REUSED

    def __init__(self, *, key: str, field: Field = ("idempotencyKey",)) -> None:
        self.key = key
        super().__init__(
            f"The idempotency key {key!r} was used before with another input.", field=field, facts={"key": key}
        )


class Archived(Conflict):
    """The item, location or supplier is archived: nothing new begins with it until it is restored."""

    code = ErrorCode.ARCHIVED

    def __init__(self, *, kind: str, name: str, field: Field = ()) -> None:
        self.kind, self.name = kind, name
        super().__init__(f"The {kind} {name!r} is archived.", field=field, facts={"kind": kind, "name": name})


class StillOpen(Conflict):
    """What is to be archived has units, promises or work that is open. `open` are plain: see OpenWork.plain."""

    code = ErrorCode.STILL_OPEN

    def __init__(
        self, *, kind: str, name: str, open: Sequence[Mapping[str, Any]], said: str, field: Field = ()
    ) -> None:
        self.kind, self.name, self.open, self.said = kind, name, tuple(open), said
        super().__init__(
            f"The {kind} {name!r} still has {said}. Finish that first, or archive with windDown: true: then nothing "
            "new begins, and what is open may be finished.",
            field=field,
            facts={"kind": kind, "name": name, "open": [dict(each) for each in open], "said": said},
        )


class InvalidValue(InvalidInput):
    """A value breaks the rule that stands in `rule`."""

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

    `first_line` counts from 0, as paths do; people are told of lines from 1 on.
    """

    code = ErrorCode.DUPLICATE_LINE

    def __init__(self, *, sku: str, location: str, first_line: int, field: Field = ()) -> None:
        self.sku, self.location, self.first_line = sku, location, first_line
        super().__init__(
            f"{sku}{_spoken_place(location)} already stands in line {first_line + 1}.",
            field=field,
            facts={"sku": sku, "location": location, "first_line": first_line},
        )


class TooManyLines(InvalidInput):
    """An operation has no line, or more than one transaction may carry."""

    code = ErrorCode.TOO_MANY_LINES

    def __init__(self, *, count: int, maximum: int, field: Field = ("lines",)) -> None:
        self.count, self.maximum = count, maximum
        super().__init__(
            f"{count} lines; between 1 and {maximum} are allowed.",
            field=field,
            facts={"count": count, "maximum": maximum},
        )


class TooManyErrors(InvalidInput):
    """More errors were found than are told of one request: `count` more, or even more where that is so at least."""

    code = ErrorCode.TOO_MANY_ERRORS

    def __init__(self, *, count: int, is_all: bool = True, field: Field = ()) -> None:
        self.count, self.is_all = count, is_all
        super().__init__(
            f"And {'' if is_all else 'at least '}{count:,} more.",
            field=field,
            facts={"count": count, "is_all": is_all},
        )


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
)


def _spoken(kind: str) -> str:
    return kind.lower().replace("_", " ")


_SPOKEN_STATES = {
    None: "available",
    "DAMAGED": "damaged",
    "QUALITY_CONTROL": "in quality control",
    "SAFETY": "kept for safety",
    "OTHER": "unavailable for another reason",
}


def _spoken_place(location: str) -> str:
    return f" at {location}" if location else ""


class Refused(Exception):
    """One command was refused for these reasons, and changed nothing."""

    def __init__(self, *errors: InventoryError) -> None:
        assert errors, "a refusal has a reason"
        self.errors = cast("tuple[AnyInventoryError, ...]", errors)
        super().__init__(" ".join(error.message for error in self.told))

    @property
    def told(self) -> "tuple[AnyInventoryError, ...]":
        """The errors that a client is told of: the first of them, then how many more there are."""
        return told(self.errors)


def told(errors: "Sequence[AnyInventoryError]") -> "tuple[AnyInventoryError, ...]":
    """Return the first errors, and where there are more, one that says how many."""
    more = len(errors) - MAX_USER_ERRORS
    if more <= 0:
        return tuple(errors)
    return (*errors[:MAX_USER_ERRORS], TooManyErrors(count=more, is_all=len(errors) < MAX_FAULTS_COUNTED))

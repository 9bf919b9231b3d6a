"""Turns a refusal of the domain into its GraphQL type, with ids that a client knows."""

from typing import assert_never

import strawberry
from strawberry import relay

from app.domain import errors as domain
from app.domain.money import decimal_of
from app.domain.stock.level_change import UnavailableReason
from schema.errors import (
    ArchivedError,
    BarcodeTakenError,
    BelowOrderValueError,
    DuplicateLineError,
    ExceedsOutstandingError,
    IdempotencyKeyReusedError,
    InsufficientStockError,
    InvalidValueError,
    NothingToChangeError,
    OrderIsShortError,
    OversellUnconfirmedError,
    QuantityNotOfferedError,
    QuantityOutOfRangeError,
    StaleDocumentError,
    StaleLevelError,
    StillOpenError,
    TooManyErrorsError,
    TooManyLinesError,
    UnknownDocumentError,
    UnknownItemError,
    UnknownLocationError,
    UserError,
    WrongStateError,
)
from schema.open_work import OpenWork


def user_error(error: domain.AnyInventoryError) -> UserError:  # noqa: C901, PLR0911, PLR0912 - one arm per kind of error
    """Return the GraphQL form of a domain error."""
    code, message, field = error.code, error.message, list(error.field) or None
    match error:
        case domain.UnknownItem():
            return UnknownItemError(code=code, message=message, field=field, sku=error.sku)
        case domain.UnknownLocation():
            return UnknownLocationError(code=code, message=message, field=field, location=error.location)
        case domain.InsufficientStock():
            return InsufficientStockError(
                code=code,
                message=message,
                field=field,
                sku=error.sku,
                location=error.location,
                requested=error.requested,
                available=error.available,
                waiting=error.waiting,
                missing=error.missing,
                taken=error.taken,
                oversold=error.oversold,
                reason=UnavailableReason(error.reason) if error.reason else None,
            )
        case domain.OrderIsShort():
            return OrderIsShortError(
                code=code,
                message=message,
                field=field,
                sku=error.sku,
                location=error.location,
                requested=error.requested,
                shippable=error.there,
                short=error.short,
            )
        case domain.OversellUnconfirmed():
            return OversellUnconfirmedError(
                code=code,
                message=message,
                field=field,
                sku=error.sku,
                location=error.location,
                requested=error.requested,
                available=error.available,
            )
        case domain.StaleLevel():
            return StaleLevelError(
                code=code,
                message=message,
                field=field,
                sku=error.sku,
                location=error.location,
                expected=error.expected,
                actual=error.actual,
            )
        case domain.IdempotencyKeyReused():
            return IdempotencyKeyReusedError(code=code, message=message, field=field, key=error.key)
        case domain.Archived():
            return ArchivedError(code=code, message=message, field=field, kind=error.kind, name=error.name)
        case domain.StillOpen():
            return StillOpenError(
                code=code,
                message=message,
                field=field,
                kind=error.kind,
                name=error.name,
                open=list(map(OpenWork.from_plain, error.open)),
            )
        case domain.InvalidValue():
            return InvalidValueError(code=code, message=message, field=field, what=error.what, rule=error.rule)
        case domain.QuantityOutOfRange():
            return QuantityOutOfRangeError(
                code=code, message=message, field=field, minimum=error.minimum, maximum=error.maximum
            )
        case domain.DuplicateLine():
            return DuplicateLineError(
                code=code,
                message=message,
                field=field,
                sku=error.sku,
                location=error.location,
                first_line=error.first_line,
            )
        case domain.TooManyLines():
            return TooManyLinesError(code=code, message=message, field=field, count=error.count, maximum=error.maximum)
        case domain.TooManyErrors():
            return TooManyErrorsError(
                code=code, message=message, field=field, count=error.count, is_complete=error.is_all
            )
        case domain.UnknownDocument():
            return UnknownDocumentError(
                code=code, message=message, field=field, kind=error.kind, id=strawberry.ID(error.id)
            )
        case domain.WrongState():
            return WrongStateError(
                code=code,
                message=message,
                field=field,
                kind=error.kind,
                id=_global_id(error.kind, error.id),
                state=error.state,
                reference=error.reference,
            )
        case domain.ExceedsOutstanding():
            return ExceedsOutstandingError(
                code=code,
                message=message,
                field=field,
                sku=error.sku,
                requested=error.requested,
                outstanding=error.outstanding,
                waiting=error.waiting,
            )
        case domain.BarcodeTaken():
            return BarcodeTakenError(code=code, message=message, field=field, barcode=error.barcode, sku=error.sku)
        case domain.StaleDocument():
            return StaleDocumentError(
                code=code,
                message=message,
                field=field,
                kind=error.kind,
                id=_global_id(error.kind, error.id),
                expected=error.expected,
                actual=error.actual,
            )
        case domain.QuantityNotOffered():
            return QuantityNotOfferedError(
                code=code,
                message=message,
                field=field,
                supplier=error.supplier,
                sku=error.sku,
                quantity=error.quantity,
                minimum_quantity=error.minimum_quantity,
                pack_size=error.pack_size,
                next_allowed_quantity=error.enough,
            )
        case domain.BelowOrderValue():
            return BelowOrderValueError(
                code=code,
                message=message,
                field=field,
                supplier=error.supplier,
                value=decimal_of(error.value),
                minimum_value=decimal_of(error.minimum),
            )
        case domain.NothingToChange():
            location = error.location or ""
            return NothingToChangeError(code=code, message=message, field=field, sku=error.sku, location=location)
        case _:
            assert_never(error)


_TYPE_NAMES = {"ALERT": "StockAlert", "COUNT": "StockCount", "PURCHASE_RECEIPT": "Operation"}


def _global_id(kind: str, id: str) -> strawberry.ID:
    """Return the id under which a document is a node: its type is named for its kind, nearly always."""
    name = _TYPE_NAMES.get(kind) or "".join(map(str.title, kind.split("_")))
    return strawberry.ID(relay.to_base64(name, id))

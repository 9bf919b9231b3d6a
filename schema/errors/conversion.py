"""Converts a domain error to its GraphQL type, with the global ids of the documents that it names."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, get_args

import strawberry
from strawberry import relay

from app.domain import errors as domain
from app.domain.money import decimal_of
from app.domain.stock.level_change import UnavailableReason
from schema.errors import access, catalog, documents, idempotency, invalid_input, purchasing, reservations, stock
from schema.errors.base import UserError
from schema.types.open_work import OpenWork


def user_error(error: domain.AnyInventoryError) -> UserError:
    """Return the GraphQL form of a domain error: its facts by name, but for those that are converted."""
    type_ = _TYPES[type(error)]
    convert = _CONVERTED.get(type(error))
    facts = {} if convert is None else convert(error)
    facts |= {name: getattr(error, name) for name in _FACTS[type_] if name not in facts}
    return type_(code=error.code, message=error.message, field=list(error.field) or None, **facts)


_TYPES: Mapping[type[domain.InventoryError], type[UserError]] = {
    domain.UnknownItem: catalog.UnknownItemError,
    domain.UnknownLocation: catalog.UnknownLocationError,
    domain.InsufficientStock: stock.InsufficientStockError,
    domain.OrderIsShort: reservations.OrderIsShortError,
    domain.OversellUnconfirmed: stock.OversellUnconfirmedError,
    domain.StaleLevel: stock.StaleLevelError,
    domain.IdempotencyKeyReused: idempotency.IdempotencyKeyReusedError,
    domain.Archived: catalog.ArchivedError,
    domain.StillOpen: catalog.StillOpenError,
    domain.InvalidValue: invalid_input.InvalidValueError,
    domain.QuantityOutOfRange: invalid_input.QuantityOutOfRangeError,
    domain.DuplicateLine: invalid_input.DuplicateLineError,
    domain.TooManyLines: invalid_input.TooManyLinesError,
    domain.TooManyErrors: invalid_input.TooManyErrorsError,
    domain.UnknownDocument: documents.UnknownDocumentError,
    domain.WrongState: documents.WrongStateError,
    domain.ExceedsOutstanding: documents.ExceedsOutstandingError,
    domain.BarcodeTaken: catalog.BarcodeTakenError,
    domain.StaleDocument: documents.StaleDocumentError,
    domain.QuantityNotOffered: purchasing.QuantityNotOfferedError,
    domain.BelowOrderValue: purchasing.BelowOrderValueError,
    domain.NothingToChange: catalog.NothingToChangeError,
    domain.UnknownName: access.UnknownNameError,
    domain.NameTaken: access.NameTakenError,
    domain.NotActive: access.NotActiveError,
    domain.RoleInUse: access.RoleInUseError,
    domain.LastAdmin: access.LastAdminError,
    domain.NoPassword: access.NoPasswordError,
    domain.WrongPassword: access.WrongPasswordError,
    domain.ApprovalRequired: purchasing.ApprovalRequiredError,
}

# What clients see under another name or in another form than the domain has it.
_CONVERTED: Mapping[type[domain.InventoryError], Callable[[Any], dict[str, Any]]] = {
    domain.InsufficientStock: lambda error: {"reason": UnavailableReason(error.reason) if error.reason else None},
    domain.OrderIsShort: lambda error: {"shippable": error.there},
    domain.StillOpen: lambda error: {"open": list(map(OpenWork.from_plain, error.open))},
    domain.TooManyErrors: lambda error: {"is_complete": error.is_all},
    domain.WrongState: lambda error: {"id": _global_id(error.kind, error.id)},
    domain.StaleDocument: lambda error: {"id": _global_id(error.kind, error.id)},
    domain.QuantityNotOffered: lambda error: {"next_allowed_quantity": error.enough},
    domain.BelowOrderValue: lambda error: {
        "value": decimal_of(error.value),
        "minimum_value": decimal_of(error.minimum),
    },
    domain.ApprovalRequired: lambda error: {
        "value": decimal_of(error.value),
        "limit": decimal_of(error.limit),
        "unvalued_units": error.unvalued,
    },
    domain.NothingToChange: lambda error: {"location": error.location or ""},
}

_FACTS: Mapping[type[UserError], Sequence[str]] = {
    type_: [each.name for each in fields(type_) if each.init and each.name not in {"code", "message", "field"}]
    for type_ in _TYPES.values()
}

USER_ERRORS = tuple(_TYPES.values())

assert set(_TYPES) == set(get_args(domain.AnyInventoryError)), "each domain error has a GraphQL type"

_TYPE_NAMES = {"ALERT": "StockAlert", "COUNT": "StockCount", "PURCHASE_RECEIPT": "Operation"}


def _global_id(kind: str, id: str) -> strawberry.ID:
    """Return the id under which a document is a node: its type is named for its kind, nearly always."""
    name = _TYPE_NAMES.get(kind) or "".join(map(str.title, kind.split("_")))
    return strawberry.ID(relay.to_base64(name, id))

"""Refusals: stored with an operation and restored as they were, whatever their kind."""

import pytest
from bson import BSON

from app.domain.errors import (
    ApprovalRequired,
    Archived,
    BarcodeTaken,
    BelowOrderValue,
    Conflict,
    DuplicateLine,
    ErrorCode,
    ExceedsOutstanding,
    IdempotencyKeyReused,
    InsufficientStock,
    InvalidInput,
    InvalidValue,
    InventoryError,
    LastAdmin,
    NameTaken,
    NoPassword,
    NotActive,
    NotFound,
    NothingToChange,
    OrderIsShort,
    OversellUnconfirmed,
    QuantityNotOffered,
    QuantityOutOfRange,
    Refused,
    RoleInUse,
    StaleDocument,
    StaleLevel,
    StillOpen,
    TooManyErrors,
    TooManyLines,
    UnknownDocument,
    UnknownItem,
    UnknownLocation,
    UnknownName,
    WrongPassword,
    WrongState,
    restore_error,
)
from app.domain.money import Money

FIELD = ("lines", "3", "sku")
ERRORS: list[tuple[InventoryError, type[InventoryError], str]] = [
    (UnknownItem(sku="T", field=FIELD), NotFound, "No item has the SKU 'T'."),
    (UnknownLocation(location="M", field=FIELD), NotFound, "No location has the code 'M'."),
    (
        InsufficientStock(sku="T", location="M", requested=3, available=2, field=FIELD),
        Conflict,
        "3 requested, 2 available of T at M.",
    ),
    (
        InsufficientStock(sku="T", location="", requested=3, available=0, waiting=1, missing=2, taken=4),
        Conflict,
        (
            "3 requested, 0 available of T (1 is promised to orders that wait, 2 are missing for what is reserved, "
            "4 are taken by other lines)."
        ),
    ),
    (
        InsufficientStock(sku="T", location="M", requested=3, available=1, reason="DAMAGED"),
        Conflict,
        "3 requested, 1 damaged of T at M.",
    ),
    (
        OversellUnconfirmed(sku="T", location="M", requested=3, available=0),
        Conflict,
        (
            "3 of T sold, 0 available at M by the record. If they have left, send the sale again with "
            "confirmOversell: true."
        ),
    ),
    (
        OrderIsShort(sku="T", location="M", requested=3, there=2, short=1),
        Conflict,
        (
            "3 of T at M requested, 2 there: 1 that this order holds is gone, and older orders are served first. "
            "Wait for more, or release it."
        ),
    ),
    (
        StaleLevel(sku="T", location="M", expected=1, actual=2, field=FIELD),
        Conflict,
        "T at M is at 2, not at the expected 1.",
    ),
    (IdempotencyKeyReused(key="k"), Conflict, "The idempotency key 'k' was used before with another input."),
    (Archived(kind="item", name="T", field=FIELD), Conflict, "The item 'T' is archived."),
    (
        StillOpen(
            kind="item",
            name="T",
            open=[{"kind": "UNITS", "count": 1, "examples": ["MAIN"]}],
            said="1 unit on hand (MAIN)",
            field=FIELD,
        ),
        Conflict,
        (
            "The item 'T' still has 1 unit on hand (MAIN). Finish that first, or archive with windDown: true: then "
            "nothing new begins, and what is open may be finished."
        ),
    ),
    (InvalidValue(what="A SKU", rule="must be shorter", field=FIELD), InvalidInput, "A SKU must be shorter."),
    (QuantityOutOfRange(quantity=0, field=FIELD), InvalidInput, "A change of zero units is no change."),
    (
        QuantityOutOfRange(quantity=-1, minimum=0, field=FIELD),
        InvalidInput,
        "The quantity -1 is not between 0 and 2147483647.",
    ),
    (
        DuplicateLine(sku="T", location="M", first_line=1, field=FIELD),
        InvalidInput,
        "T at M already stands in line 2.",
    ),
    (TooManyLines(count=0, maximum=1_000), InvalidInput, "0 lines; between 1 and 1000 are allowed."),
    (TooManyErrors(count=1_980), InvalidInput, "And 1,980 more."),
    (TooManyErrors(count=980, is_all=False), InvalidInput, "And at least 980 more."),
    (UnknownDocument(kind="COUNT_LINE", id="x"), NotFound, "No count line has the id 'x'."),
    (
        WrongState(kind="RESERVATION", id="x", state="EXPIRED"),
        Conflict,
        "The reservation 'x' is EXPIRED: its time ran out; reserve again under a new idempotency key.",
    ),
    (
        ExceedsOutstanding(sku="T", requested=3, outstanding=2, field=FIELD),
        Conflict,
        "3 of T requested, 2 outstanding.",
    ),
    *(
        (ExceedsOutstanding(sku="T", requested=3, outstanding=2, step=step), Conflict, told)
        for step, told in (
            ("RETURNED", "3 of T came back, 2 of that sale are still out."),
            ("FOUND", "3 of T turned up, 2 are lost."),
            ("SHIPPED", "3 more of T went out than that: reverse the fulfilment first, or record a return."),
        )
    ),
    (BarcodeTaken(barcode="1", sku="T"), Conflict, "The barcode '1' already stands for T."),
    (
        StaleDocument(kind="PURCHASE_ORDER", id="x", expected=1, actual=2),
        Conflict,
        (
            "The purchase order 'x' is at version 2, not at the expected 1. Look at it again, and name the version "
            "that you have seen."
        ),
    ),
    (
        QuantityNotOffered(supplier="A", sku="T", quantity=7, minimum_quantity=6, pack_size=4, enough=8),
        Conflict,
        "7 of T ordered; A sells 6 or more, in packs of 4: 8 would do.",
    ),
    (
        BelowOrderValue(supplier="A", value=Money(125_000), minimum=Money(500_000)),
        Conflict,
        "The order is worth 12.50; A takes orders of 50.00 or more.",
    ),
    (NothingToChange(sku="T", location="L"), Conflict, "T at L is like that already."),
    (UnknownName(kind="API_KEY", name="k"), NotFound, "No API key has the name 'k'."),
    (
        NameTaken(kind="USER", name="u"),
        Conflict,
        "The name 'u' belongs to another user, or did: a name is never given twice.",
    ),
    (NotActive(kind="USER", name="u"), Conflict, "The user 'u' is disabled. Enable them first."),
    (
        RoleInUse(role="r", holders=["key:k", "person:u"]),
        Conflict,
        "The role 'r' is held by key:k, person:u. Give them another first.",
    ),
    (
        LastAdmin(name="k"),
        Conflict,
        "Without 'k' no key and no user would be left that may administer. Make another admin first.",
    ),
    (
        NoPassword(actor="key:k"),
        Conflict,
        "key:k signs in without a password of this server. Only users have one, and not all of them.",
    ),
    (WrongPassword(actor="person:u"), Conflict, "The current password is not right."),
    (
        ApprovalRequired(value=Money(225_000), limit=Money(100_000), unvalued=0),
        Conflict,
        "The order is worth 22.50; your approval limit is 10.00. Let someone with a higher one submit it.",
    ),
    (
        ApprovalRequired(value=Money(0), limit=Money(100_000), unvalued=3),
        Conflict,
        (
            "The order is worth 0.00, with 3 units of unknown cost; your approval limit is 10.00. Let someone with a "
            "higher one submit it."
        ),
    ),
]


def test_every_code_is_covered() -> None:
    """A new error joins the list above."""
    assert {error.code for error, _, _ in ERRORS} == set(ErrorCode)


@pytest.mark.parametrize(("error", "family", "message"), ERRORS)
def test_an_error_is_restored_from_what_is_stored_of_it(
    error: InventoryError, family: type[InventoryError], message: str
) -> None:
    """Code, facts and field are enough: the sentence is written anew, and the facts survive the database."""
    stored = BSON.encode({"code": error.code.value, "facts": error.facts, "field": list(error.field)}).decode()
    restored = restore_error(stored["code"], stored["facts"], stored["field"])
    assert restored == error
    assert hash(restored) == hash(error)
    assert (type(restored), restored.message, str(restored)) == (type(error), message, message)
    assert isinstance(error, family)


@pytest.mark.parametrize(("error", "family", "message"), ERRORS)
def test_an_error_moves_below_a_prefix(error: InventoryError, family: type[InventoryError], message: str) -> None:
    """`at` prepends to the path and keeps the facts; the first error stays as it was."""
    before = error.field
    moved = error.at("input", "lines")
    assert (moved.field, moved.facts, moved.message) == (("input", "lines", *before), error.facts, message)
    assert error.field == before
    assert moved != error


def test_errors_with_other_facts_differ() -> None:
    """Equality is of type, facts and field."""
    assert UnknownItem(sku="A") != UnknownItem(sku="B")
    assert UnknownItem(sku="A") != UnknownItem(sku="A", field=("sku",))
    assert UnknownItem(sku="A") != UnknownLocation(location="A")


def test_a_refusal_says_all_its_reasons() -> None:
    """Its text is for logs; clients get the errors."""
    refused = Refused(UnknownItem(sku="A"), UnknownLocation(location="B"))
    assert str(refused) == "No item has the SKU 'A'. No location has the code 'B'."

"""Validation of single values. Each check yields the errors that it found, with the path of the input."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from app.domain.characters import blank_error, character_error, is_seen, name_of
from app.domain.errors import DuplicateLine, Field, InvalidValue, InventoryError, QuantityOutOfRange, TooManyLines
from app.domain.limits import (
    MAX_CLOCK_SKEW_SECONDS,
    MAX_EMAIL_LENGTH,
    MAX_EXPECTED_DAYS,
    MAX_IDEMPOTENCY_KEY_LENGTH,
    MAX_LEAD_TIME_DAYS,
    MAX_LINES_PER_OPERATION,
    MAX_LOCATION_CODE_LENGTH,
    MAX_NOTE_LENGTH,
    MAX_QUANTITY,
    MAX_REFERENCE_LENGTH,
    MAX_SKU_LENGTH,
)
from app.domain.money import MAX_MONEY, TEN_THOUSANDTHS, money_of
from app.domain.operation import CommandInfo
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import REASONS_OF_OUR_OWN, MovementReason
from app.domain.time import MICROSECONDS_PER_DAY, MICROSECONDS_PER_SECOND, Moment

EARLIEST = Moment(946_684_800 * MICROSECONDS_PER_SECOND)  # 2000-01-01T00:00Z; what is older is a clock that was reset

_LOCATION_CODE = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{MAX_LOCATION_CODE_LENGTH - 1}}}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_NOT_ASCII_OR_UNSEEN = re.compile(r"[^ -~]")
_LINE_SIGNS = frozenset("\t\n\r\u2028\u2029")  # of several lines: breaks of lines and paragraphs, and tabs


def text_errors(value: str, *, what: str, maximum: int, field: Field) -> Iterator[InventoryError]:
    """Check a text: 1 to `maximum` permitted characters, no blank at either end: see app.domain.characters."""
    yield from _text_errors(value, what=what, maximum=maximum, field=field, is_code=False)


def code_errors(value: str, *, what: str, maximum: int, field: Field) -> Iterator[InventoryError]:
    """Check a code: 1 to `maximum` visible characters, or plain blanks that are not at either end."""
    yield from _text_errors(value, what=what, maximum=maximum, field=field, is_code=True)


def texts_errors(
    values: Sequence[str], *, what: str, maximum: int, count: int, field: Field, is_code: bool = False
) -> Iterator[InventoryError]:
    """Check at most `count` different texts or codes: see text_errors and code_errors."""
    if len(values) > count or len(set(values)) < len(values):
        yield InvalidValue(what=f"{what} list", rule=f"must be at most {count} texts that differ", field=field)
    for index, value in enumerate(values):
        place = (*field, str(index))
        yield from _text_errors(value, what=what, maximum=maximum, field=place, is_code=is_code)


def sku_errors(sku: str, *, field: Field = ("sku",)) -> Iterator[InventoryError]:
    """Check a SKU: see code_errors."""
    yield from code_errors(sku, what="A SKU", maximum=MAX_SKU_LENGTH, field=field)


def location_code_errors(code: str, *, field: Field = ("location",)) -> Iterator[InventoryError]:
    """Check a location code: letters, digits, dot, dash and underscore."""
    yield from _place_code_errors(code, what="A location code", field=field)


def supplier_code_errors(code: str, *, field: Field = ("supplier",)) -> Iterator[InventoryError]:
    """Check a supplier's code, which has the same rule as location codes."""
    yield from _place_code_errors(code, what="A supplier code", field=field)


def money_errors(value: Decimal, *, what: str, field: Field) -> Iterator[InventoryError]:
    """Check an amount: 0 to a billion, with at most four decimals."""
    amount = money_of(value)
    if amount is None or not 0 <= amount <= MAX_MONEY:
        rule = f"must be between 0 and {MAX_MONEY // TEN_THOUSANDTHS}, with at most four decimals"
        yield InvalidValue(what=what, rule=rule, field=field)


def email_errors(address: str, *, field: Field = ("email",)) -> Iterator[InventoryError]:
    """Check that a text can be an e-mail address. Whether it exists is not checked."""
    if len(address) > MAX_EMAIL_LENGTH or not address.isprintable() or not _EMAIL.fullmatch(address):
        rule = f"must be an address such as orders@example.com, of at most {MAX_EMAIL_LENGTH} characters"
        yield InvalidValue(what="An e-mail address", rule=rule, field=field)


def lead_time_errors(days: int, *, field: Field = ("leadTimeDays",)) -> Iterator[InventoryError]:
    """Check a lead time, in days."""
    if not 0 <= days <= MAX_LEAD_TIME_DAYS:
        yield InvalidValue(what="A lead time", rule=f"must be between 0 and {MAX_LEAD_TIME_DAYS} days", field=field)


def key_errors(key: LevelKey, *, prefix: Field = ()) -> Iterator[InventoryError]:
    """Check the SKU and the location of a level."""
    if _is_plain(key.sku, maximum=MAX_SKU_LENGTH) and _LOCATION_CODE.fullmatch(key.location):
        return  # as nearly all are: this runs for each line of a bulk change
    yield from sku_errors(key.sku, field=(*prefix, "sku"))
    yield from location_code_errors(key.location, field=(*prefix, "location"))


def delta_errors(delta: int, *, field: Field) -> Iterator[InventoryError]:
    """Check a delta in units: not zero, and at most what a level can hold."""
    if delta == 0 or not -MAX_QUANTITY <= delta <= MAX_QUANTITY:
        yield QuantityOutOfRange(quantity=delta, field=field)


def quantity_errors(quantity: int, *, field: Field) -> Iterator[InventoryError]:
    """Check an absolute quantity in units."""
    if not 0 <= quantity <= MAX_QUANTITY:
        yield QuantityOutOfRange(quantity=quantity, minimum=0, field=field)


def reason_errors(reason: MovementReason, *, field: Field = ("reason",)) -> Iterator[InventoryError]:
    """Check the reason of a movement that a client gives: some are recorded only by mutations of their own."""
    if reason is MovementReason.SETTINGS:
        yield InvalidValue(what="The reason SETTINGS", rule="stands for changes that move no units", field=field)
    elif reason in REASONS_OF_OUR_OWN:
        yield InvalidValue(what=f"The reason {reason}", rule="is recorded by a mutation of its own", field=field)


def line_count_errors(count: int) -> Iterator[InventoryError]:
    """Check the number of lines of one operation."""
    if not 1 <= count <= MAX_LINES_PER_OPERATION:
        yield TooManyLines(count=count, maximum=MAX_LINES_PER_OPERATION)


def duplicate_errors(keys: Sequence[LevelKey]) -> Iterator[InventoryError]:
    """Check that no two lines name the same level."""
    first_lines: dict[LevelKey, int] = {}
    for index, key in enumerate(keys):
        first = first_lines.setdefault(key, index)
        if first != index:
            yield DuplicateLine(sku=key.sku, location=key.location, first_line=first, field=("lines", str(index)))


def expected_errors(
    moment: Moment | None, *, now: Moment, field: Field = ("expectedAt",), what: str = "An expected time"
) -> Iterator[InventoryError]:
    """Check an expected time: not in the past, apart from the clock skew, nor beyond a mistyped year.

    The decision checks it, not validation: a request that is repeated later is still the same.
    """
    if moment is not None and moment < now - MAX_CLOCK_SKEW_SECONDS * MICROSECONDS_PER_SECOND:
        yield InvalidValue(what=what, rule="must not be in the past", field=field)
    if moment is not None and moment > now + MAX_EXPECTED_DAYS * MICROSECONDS_PER_DAY:
        yield InvalidValue(what=what, rule=f"must be at most {MAX_EXPECTED_DAYS} days from now", field=field)


def info_errors(info: CommandInfo, *, now: Moment) -> Iterator[InventoryError]:
    """Check the texts and the time that every operation may carry."""
    key, reference = info.idempotency_key, info.reference
    if key is not None and not _is_plain(key, maximum=MAX_IDEMPOTENCY_KEY_LENGTH):
        yield from code_errors(
            key,
            what="An idempotency key",
            maximum=MAX_IDEMPOTENCY_KEY_LENGTH,
            field=("idempotencyKey",),
        )
    if reference is not None and not _is_plain(reference, maximum=MAX_REFERENCE_LENGTH):
        yield from text_errors(reference, what="A reference", maximum=MAX_REFERENCE_LENGTH, field=("reference",))
    if info.note is not None:
        yield from _prose_errors(info.note, what="A note", maximum=MAX_NOTE_LENGTH, field=("note",))
    if info.occurred_at is not None and info.occurred_at > now + MAX_CLOCK_SKEW_SECONDS * MICROSECONDS_PER_SECOND:
        rule = f"must not be more than {MAX_CLOCK_SKEW_SECONDS} s in the future"
        yield InvalidValue(what="The time of occurrence", rule=rule, field=("occurredAt",))
    if info.occurred_at is not None and info.occurred_at < EARLIEST:
        rule = "must not be before the year 2000: nothing was recorded then"
        yield InvalidValue(what="The time of occurrence", rule=rule, field=("occurredAt",))


def _text_errors(value: str, *, what: str, maximum: int, field: Field, is_code: bool) -> Iterator[InventoryError]:
    if not 1 <= len(value) <= maximum:
        rule: str | None = f"must be 1 to {maximum} printable characters without a blank at either end"
    else:
        rule = blank_error(value) or character_error(value, is_code=is_code)
        rule = rule or (None if is_seen(value) else "must have a character that is seen")
    if rule is not None:
        yield InvalidValue(what=what, rule=rule, field=field)


def _is_plain(value: str, *, maximum: int) -> bool:
    """Tell whether a text breaks no rule of codes or of texts because it is of visible ASCII."""
    is_plain = value.isascii() and value.isprintable()
    return is_plain and 1 <= len(value) <= maximum and value[0] != " " != value[-1]


def _prose_errors(value: str, *, what: str, maximum: int, field: Field) -> Iterator[InventoryError]:
    if len(value) > maximum:
        rule: str | None = f"must be at most {maximum} printable characters, tabs and line breaks"
    else:
        rule = character_error(value, is_code=False, besides=_LINE_SIGNS)
    if rule is not None:
        yield InvalidValue(what=what, rule=rule, field=field)


def _place_code_errors(code: str, *, what: str, field: Field) -> Iterator[InventoryError]:
    if _LOCATION_CODE.fullmatch(code):
        return
    rule = f"must be 1 to {MAX_LOCATION_CODE_LENGTH} letters, digits, dots, dashes or underscores"
    odd = _NOT_ASCII_OR_UNSEEN.search(code[:MAX_LOCATION_CODE_LENGTH])
    if odd:
        rule = f"{rule} of ASCII, and has {name_of(odd[0])} as its character {odd.start() + 1}"
    yield InvalidValue(what=what, rule=rule, field=field)

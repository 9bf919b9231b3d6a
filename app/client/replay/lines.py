"""One line of the sales file: its fields checked, and what sort of business it is.

Rule: no line is left out without a reason that is counted.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache

from app.domain.limits import MAX_QUANTITY, MAX_SKU_LENGTH
from app.domain.stock.movement import MovementReason

MAX_INVOICE_LENGTH = 64  # an idempotency key holds the invoice, the location and the SKU

# Postage, discounts, fees, samples, vouchers, bookkeeping and tests: nothing that lies on a shelf.
_SERVICE = re.compile(
    r"POST|DOT|[DMSB]|C[23]|CRUK|PADS|GIFT(_\d+)*|BANK CHARGES|AMAZONFEE|ADJUST\w*|TEST\w*", re.IGNORECASE
)
_INTEGER = re.compile(r"[+-]?\d{1,12}", re.ASCII)
_CANCELLATION = "C"
_DATE_FORMATS = ("%Y-%m-%d %H:%M:%S", "%m/%d/%Y %H:%M", "%Y-%m-%d %H:%M")

# What the clerks wrote beside units that they wrote off; the first that fits. Most wrote nothing: a correction.
_REASONS = (
    (
        MovementReason.DAMAGED,
        re.compile(r"damag|dagam|wet|rust|fault|mould|broke|crack|crush|smash|throw|unsale|rotting|poor qual|ruined"),
    ),
    (MovementReason.LOST, re.compile(r"lost|missing|\bmia\b|mystery|stolen|can't find|cant find|not rcvd|short")),
    (MovementReason.OTHER, re.compile(r"sample|showroom|display|given away|give away|gift|mailout|charity|ebay")),
)


class Skip(StrEnum):
    """Why a line is not played."""

    SERVICE = "service"
    WRONG_COLUMNS = "wrong number of columns"
    NO_INVOICE = "no invoice number"
    NO_CODE = "no stock code"
    BAD_TEXT = "invoice number or stock code too long or not printable"
    BAD_NUMBER = "bad number"
    BAD_DATE = "bad date"
    ZERO_QUANTITY = "zero quantity"
    OUT_OF_RANGE = "quantity out of range"
    SOLD_BY_CANCELLATION = "cancellation with a positive quantity"
    CANCELLED_OUT = "adds up to zero within its invoice"


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesLine:
    """One line that can be played.

    `quantity` is as in the file: of a sale, the units that left; of a correction, those that it adds to the count.
    `unit_price` is in the file's money.
    """

    invoice: str
    sku: str
    description: str
    quantity: int
    occurred_at: str
    unit_price: float
    has_customer: bool

    @property
    def is_free(self) -> bool:
        """Tell whether it cost nothing."""
        return self.unit_price == 0

    @property
    def is_cancellation(self) -> bool:
        """Tell whether the line belongs to a cancelled invoice."""
        return self.invoice.startswith(_CANCELLATION)


def line_of(row: Sequence[str] | None) -> SalesLine | Skip:
    """Return the line of a row's fields, which are in the order of COLUMNS, or why there is none."""
    if row is None:
        return Skip.WRONG_COLUMNS
    invoice, sku, description, quantity, occurred_at, price, customer = (field.strip() for field in row)
    reason = _name_skip(invoice, sku)
    if reason is not None:
        return reason
    units, unit_price, moment = _integer(quantity), _price(price), _moment(occurred_at)
    if units is None or unit_price is None:
        return Skip.BAD_NUMBER
    if moment is None:
        return Skip.BAD_DATE
    line = SalesLine(
        invoice=invoice,
        sku=sku,
        description=description,
        quantity=units,
        occurred_at=moment,
        unit_price=unit_price,
        has_customer=bool(customer),
    )
    return _quantity_skip(line) or line


def written_off(line: SalesLine, *, invoice_is_free: bool) -> MovementReason | None:
    """Return the reason if the line corrects the count, None if it sells or takes back.

    Units without customer and price went to no customer, or came from none. Above zero they were found, unless other
    lines of the invoice have a price: then they are a free extra of that sale.
    """
    if line.has_customer or not line.is_free or line.is_cancellation:
        return None
    if line.quantity > 0:
        return MovementReason.FOUND if invoice_is_free else None
    words = line.description.lower()
    return next((reason for reason, pattern in _REASONS if pattern.search(words)), MovementReason.CORRECTION)


def _name_skip(invoice: str, sku: str) -> Skip | None:
    if not invoice:
        return Skip.NO_INVOICE
    if not sku:
        return Skip.NO_CODE
    if _SERVICE.fullmatch(sku):
        return Skip.SERVICE
    if len(invoice) > MAX_INVOICE_LENGTH or len(sku) > MAX_SKU_LENGTH or not (invoice + sku).isprintable():
        return Skip.BAD_TEXT
    return None


def _quantity_skip(line: SalesLine) -> Skip | None:
    if line.quantity == 0:
        return Skip.ZERO_QUANTITY
    if abs(line.quantity) > MAX_QUANTITY:
        return Skip.OUT_OF_RANGE
    if line.is_cancellation and line.quantity > 0:
        return Skip.SOLD_BY_CANCELLATION
    return None


def _integer(text: str) -> int | None:
    return int(text) if _INTEGER.fullmatch(text) else None


def _price(text: str) -> float | None:
    try:
        price = float(text)
    except ValueError:
        return None
    return price if math.isfinite(price) else None


@lru_cache(maxsize=4_096)  # the lines of an invoice share their time
def _moment(text: str) -> str | None:
    """Return the time in ISO 8601. The file tells the shop's wall clock; we read it as UTC."""
    for pattern in _DATE_FORMATS:
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=UTC).isoformat()
        except ValueError:
            continue
    return None

"""What a line of the file is taken for."""

import pytest

from app.client.replay.lines import SalesLine, Skip, line_of, written_off
from app.domain.stock.movement import MovementReason


def row(**changed: str) -> list[str]:
    """Return the fields of a sold line, some of them changed."""
    fields = {
        "invoice": "536365",
        "sku": "85123A",
        "description": "WHITE HANGING HEART",
        "quantity": "6",
        "date": "2010-12-01 08:26:00",
        "price": "2.55",
        "customer": "17850.0",
    }
    assert changed.keys() <= fields.keys()
    return list((fields | changed).values())


def line(**changed: str) -> SalesLine:
    """Return the line of such a row."""
    result = line_of(row(**changed))
    assert isinstance(result, SalesLine), result
    return result


def test_a_sold_line_keeps_its_fields_without_blanks() -> None:
    """Blanks around a field are no part of it; the letters of a SKU stay as they are."""
    # when
    result = line_of(row(invoice=" 536365", sku="85123a ", quantity=" 6 "))
    # then
    assert result == SalesLine(
        invoice="536365",
        sku="85123a",
        description="WHITE HANGING HEART",
        quantity=6,
        occurred_at="2010-12-01T08:26:00+00:00",
        unit_price=2.55,
        has_customer=True,
    )


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        *[
            ({"sku": code}, Skip.SERVICE)
            for code in ("POST", "DOT", "D", "M", "m", "S", "B", "C2", "C3", "CRUK", "PADS")
        ],
        *[
            ({"sku": code}, Skip.SERVICE)
            for code in ("BANK CHARGES", "AMAZONFEE", "gift_0001_20", "ADJUST2", "TEST001")
        ],
        ({"invoice": " "}, Skip.NO_INVOICE),
        ({"sku": ""}, Skip.NO_CODE),
        ({"sku": "1\x002"}, Skip.BAD_TEXT),
        ({"sku": "9" * 65}, Skip.BAD_TEXT),
        ({"invoice": "9" * 65}, Skip.BAD_TEXT),
        ({"quantity": "six"}, Skip.BAD_NUMBER),
        ({"quantity": "1.5"}, Skip.BAD_NUMBER),
        ({"quantity": "٣"}, Skip.BAD_NUMBER),
        ({"quantity": ""}, Skip.BAD_NUMBER),
        ({"price": "2,55"}, Skip.BAD_NUMBER),
        ({"price": "nan"}, Skip.BAD_NUMBER),
        ({"date": "2010-13-01 08:26:00"}, Skip.BAD_DATE),
        ({"quantity": "0"}, Skip.ZERO_QUANTITY),
        ({"quantity": "2147483648"}, Skip.OUT_OF_RANGE),
        ({"invoice": "C536365"}, Skip.SOLD_BY_CANCELLATION),
    ],
)
def test_a_line_that_cannot_be_played_is_skipped_for_a_reason(changed: dict[str, str], reason: Skip) -> None:
    """Services and malformed lines are skipped, each for the first thing that is wrong."""
    assert line_of(row(**changed)) is reason


@pytest.mark.parametrize("sku", ["DCGS0003", "DCGSSGIRL", "SP1002", "15056BL", "M1", "C2X"])
def test_goods_with_letters_in_their_code_are_played(sku: str) -> None:
    """Only the known codes are services: a partner's own goods may be called anything else."""
    assert line(sku=sku).sku == sku


def test_dates_are_read_as_the_first_edition_writes_them_too() -> None:
    """The spreadsheet of the first edition has month, day, year."""
    assert line(date="12/1/2010 8:26").occurred_at == "2010-12-01T08:26:00+00:00"


@pytest.mark.parametrize(
    ("description", "reason"),
    [
        ("damages/display", MovementReason.DAMAGED),
        ("thrown away-can't sell.", MovementReason.DAMAGED),
        ("Wet/rusty", MovementReason.DAMAGED),
        ("?lost", MovementReason.LOST),
        ("MIA", MovementReason.LOST),
        ("showroom", MovementReason.OTHER),
        ("check", MovementReason.CORRECTION),
        ("?", MovementReason.CORRECTION),
        ("", MovementReason.CORRECTION),
    ],
)
def test_a_write_off_has_the_reason_that_its_words_tell(description: str, reason: MovementReason) -> None:
    """Units that left without customer and price were written off."""
    written = line(description=description, quantity="-3", price="0.0", customer="")
    assert written_off(written, invoice_is_free=True) is reason


def test_free_units_without_customer_were_found_unless_they_belong_to_a_sale() -> None:
    """Beside priced lines they are a free extra; alone they came from nowhere."""
    free = line(price="0.0", customer="")
    assert written_off(free, invoice_is_free=True) is MovementReason.FOUND
    assert written_off(free, invoice_is_free=False) is None


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"customer": ""},
        {"price": "0.0"},
        {"quantity": "-3", "price": "0.0"},
        {"invoice": "C536365", "quantity": "-3", "price": "0.0", "customer": ""},
    ],
)
def test_what_has_customer_or_price_or_is_cancelled_is_no_write_off(changed: dict[str, str]) -> None:
    """Those lines are sales and returns."""
    assert written_off(line(**changed), invoice_is_free=True) is None

"""Numbers of goods: which spellings are one, and which end with a wrong check digit."""

# ruff: noqa: RUF001 - digits of other scripts are meant

import pytest

from app.domain.catalog.gtin import expected_check_digit, gtin_of
from app.domain.catalog.spreadsheet_numbers import long_form

UPC = "00643127889365"
BOOK = "09780306406157"
JUICE = "09506000134352"
SMALL = "00042100005264"


@pytest.mark.complaint("T9")
@pytest.mark.parametrize(
    ("barcode", "number"),
    [
        *(
            (text, UPC)
            for text in ("643127889365", "0643127889365", UPC, "0-643127-889365", "６４３１２７８８９３６５")
        ),
        *((text, BOOK) for text in ("0306406152", "0-306-40615-2", "9780306406157", "978-0-306-40615-7")),
        *((text, BOOK) for text in ("ISBN 978-0-306-40615-7", "isbn-10: 0-306-40615-2")),
        *((text, SMALL) for text in ("04252614", "042100005264", "0 425261 4", "00000004252614", "]E004252614")),
        *((text, "00012345000065") for text in ("01234565", "012345000065")),  # an EAN-8 of a shop's own looks so, too
        ("02345673", "00023456000073"),
        ("0 8044 2957 x", "09780804429573"),
        ("978\u20110\u2011306\u201140615\u20117", BOOK),
        ("96385074", "00000096385074"),
        ("10012345678902", "10012345678902"),
        ("12345678905", "00012345678905"),  # the zero before it was lost
        ("123456789012", "00123456789012"),  # with a wrong check digit it is the same number
        ("4006381333932", "04006381333932"),
        ("٤٠٠٦٣٨١٣٣٣٩٣١", "04006381333931"),
    ],
)
def test_all_spellings_of_a_number_are_one(barcode: str, number: str) -> None:
    """With zeros before it or without, in groups or not, in digits of any script; an ISBN-10 is its ISBN-13."""
    assert gtin_of(barcode) == number


@pytest.mark.parametrize(
    "scanned",
    [
        "(01)09506000134352",
        "(01) 09506000134352(17)250101(10)A(B)C",
        "(10)LOT(01)09506000134352",
        *(f"{aim}0109506000134352" for aim in ("]C1", "]e0", "]d2", "]Q3", "]J1", "")),
        "]d2172501010109506000134352",
        "]d210LOT\x1d31020001250109506000134352",
        "]C1(01)09506000134352",
        "\x1d0109506000134352",
        "010950600013435217250101",
        "010950600013435210LOT\x1d17250101",
        "0109506000134352\x1d21X",
        "]E09506000134352",
        "]E3950600013435212345",
        "]I109506000134352",
        "https://id.gs1.org/01/09506000134352/10/LOT?17=250101",
        "HTTP://shop.example/some/01/9506000134352",
    ],
)
def test_a_number_is_read_out_of_what_a_scanner_sends(scanned: str) -> None:
    """With elements beside it in any order, with or without the identifier of its symbol, and as a link."""
    assert gtin_of(scanned) == JUICE
    assert expected_check_digit(scanned) is None


@pytest.mark.parametrize(
    ("scanned", "code"),
    [
        ("]C0A-1", "A-1"),
        ("]A0shop 1", "shop 1"),
        ("]C100123456789012345678", "00123456789012345678"),
        *(
            (other, other)
            for other in ("(02)09506000134352(37)12", "(10)LOT", "]", "]E", "(01)123", "https://a.b/01/x")
        ),
        *((own, own) for own in ("0109506000134351", "0100000000000000", "010950600013435299", "0109506000134352-A")),
    ],
)
def test_a_message_without_a_number_of_goods_is_its_code(scanned: str, code: str) -> None:
    """Without the prefix of its symbol; what only looks like elements is a code of the shop's own."""
    assert gtin_of(scanned) == code


@pytest.mark.parametrize(
    "code", ["", "1", "5007", "1234567", "A-1", "SHOP 12345678", "123456789", "4006381333931x", "1" * 15, "1" * 65]
)
def test_any_other_code_stays_as_it_is(code: str) -> None:
    """Short ones of the shop's own, letters, and what no check digit marks as a number without its zeros."""
    assert gtin_of(code) == code


@pytest.mark.parametrize(
    ("barcode", "digit"),
    [
        *((right, None) for right in ("4006381333931", "643127889365", "96385074", UPC, "0306406152", "080442957X")),
        *((other, None) for other in ("5007", "A-1", "1234567890", "12345678906", "")),
        ("4006381333932", "1"),
        ("643127889366", "5"),
        ("96385075", "4"),
        ("0-306-40615-3", "2"),
        ("0-8044-2957-1", "X"),
        ("978-0-306-40615-8", "7"),
        ("(01)09506000134351", "2"),
        ("04252614", None),
    ],
)
def test_a_wrong_check_digit_is_seen(barcode: str, digit: str | None) -> None:
    """Of GTIN-8, -12, -13 and -14, and of an ISBN-10 that is written in groups; other codes have none."""
    assert expected_check_digit(barcode) == digit


@pytest.mark.complaint("X12")
@pytest.mark.parametrize(
    ("code", "lost"),
    [
        *((code, "9780306406157") for code in ("9.78E+12", "9.78030640616E+12", "9,78e12", "1E+13")),
        *((code, None) for code in ("9.79E+12", "9.78E+11", "9780306406157", "", "E", "1E10")),
    ],
)
def test_a_number_that_a_spreadsheet_has_shortened_is_known_again(code: str, lost: str | None) -> None:
    """By its beginning, as it is rounded, and its power of ten."""
    assert long_form(code, ["A-1", "4006", "9780306406157"]) == lost

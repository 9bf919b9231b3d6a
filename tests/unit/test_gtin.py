"""Numbers of goods: which spellings are one, and which end with a wrong check digit."""

# ruff: noqa: RUF001 - digits of other scripts are meant

import pytest

from app.domain.gtin import expected_check_digit, gtin_of

UPC = "00643127889365"
BOOK = "09780306406157"


@pytest.mark.complaint("T9")
@pytest.mark.parametrize(
    ("barcode", "number"),
    [
        *(
            (text, UPC)
            for text in ("643127889365", "0643127889365", UPC, "0-643127-889365", "６４３１２７８８９３６５")
        ),
        *((text, BOOK) for text in ("0306406152", "0-306-40615-2", "9780306406157", "978-0-306-40615-7")),
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
    ],
)
def test_a_wrong_check_digit_is_seen(barcode: str, digit: str | None) -> None:
    """Of GTIN-8, -12, -13 and -14, and of an ISBN-10 that is written in groups; other codes have none."""
    assert expected_check_digit(barcode) == digit

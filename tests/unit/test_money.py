"""Amounts of money: exact to four decimals, and nothing else is an amount."""

from decimal import Decimal

import pytest

from app.domain.money import Money, decimal_of, money_of


@pytest.mark.parametrize(
    ("written", "money", "shown"),
    [
        ("0", 0, "0.00"),
        ("1", 10_000, "1.00"),
        ("1.5", 15_000, "1.50"),
        ("1.2345", 12_345, "1.2345"),
        ("0.0001", 1, "0.0001"),
        ("-2.50", -25_000, "-2.50"),
        ("1E+3", 10_000_000, "1000.00"),
        ("100.000000", 1_000_000, "100.00"),
    ],
)
def test_an_amount_is_exact(written: str, money: int, shown: str) -> None:
    """It is shown with two decimals, or with as many as it needs."""
    amount = money_of(Decimal(written))
    assert amount == money
    assert amount is not None
    assert str(decimal_of(amount)) == shown


@pytest.mark.complaint("V6")
def test_a_product_is_exact() -> None:
    """Three at 0.3333 are 0.9999, and nothing is rounded up to one."""
    assert str(decimal_of(Money(3 * (money_of(Decimal("0.3333")) or 0)))) == "0.9999"


def test_a_sum_is_shown_exactly_however_large() -> None:
    """More digits than a decimal has by default."""
    assert str(decimal_of(Money(10**40 + 1))) == "1" + "0" * 36 + ".0001"


@pytest.mark.complaint("V6")
@pytest.mark.parametrize(
    "written", ["0.00001", "1.23456", "NaN", "Infinity", "1E+19", "1E+999999", "1E-999999", "1E-999999999"]
)
def test_what_cannot_be_an_amount_is_none(written: str) -> None:
    """More than four decimals, no number, or beyond all bounds: told at once, however long it is written out."""
    assert money_of(Decimal(written)) is None

"""Amounts of money as whole ten-thousandths of the currency unit: exact, and summed without rounding.

An installation has one currency, so amounts carry none.
"""

from decimal import ROUND_FLOOR, Context, Decimal
from typing import NewType

from app.domain.partial_update import Unchanged

Money = NewType("Money", int)

TEN_THOUSANDTHS = 10_000
_CENT = Decimal("0.01")
_EXACTLY = Context(prec=60)  # digits; sums of amounts have more than the 28 of the default context
_MAX_EXPONENT = 18  # bounds the work with numbers such as 1e999999999
_MIN_EXPONENT = -4  # of the smallest amount; 1e-999999999 would become nothing in multiplication
MAX_MONEY = Money(1_000_000_000 * TEN_THOUSANDTHS)  # a billion; what one unit may cost at most


def money_of(value: Decimal) -> Money | None:
    """Return the amount; None where it has more than four decimals, or is not finite or too large."""
    if not value.is_finite() or value.adjusted() > _MAX_EXPONENT or (value and value.adjusted() < _MIN_EXPONENT):
        return None
    scaled = value * TEN_THOUSANDTHS
    return Money(int(scaled)) if scaled == scaled.to_integral_value() else None


def limit_of(value: Decimal) -> Money:
    """Return the highest amount that is not above a finite limit, however many decimals that has."""
    return Money(int((value * TEN_THOUSANDTHS).to_integral_value(ROUND_FLOOR)))


def given_money(value: Decimal | Unchanged | None) -> Money | Unchanged | None:
    """Return the amount that a partial update gives, if it gives one: see money_of."""
    return money_of(value) if isinstance(value, Decimal) else value


def decimal_of(money: Money) -> Decimal:
    """Return the amount in currency units, with two decimals or as many as it needs."""
    exact = _EXACTLY.divide(Decimal(money), TEN_THOUSANDTHS)
    rounded = exact.quantize(_CENT, context=_EXACTLY)
    return rounded if rounded == exact else exact.normalize(_EXACTLY)

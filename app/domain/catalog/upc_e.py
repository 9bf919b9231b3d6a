"""UPC-E: a UPC-A of which zeros in its middle are left out, for small packages.

It has as many digits as a GTIN-8, and the check digit of its UPC-A. It begins with 0, with which GS1 lets no GTIN-8
begin that is traded: those are a shop's own.

Source: GS1 General Specifications, 5.2.2.4 (symbols in UPC-E), 1.4.3 (prefixes of GTIN-8).
"""

import re

from app.domain.catalog.check_digit import check_digit

_DIGITS = 8
_EXPANSIONS = (
    (re.compile(r"0(..)(...)([0-2])(.)"), r"0\g<1>\g<3>0000\g<2>\g<4>"),
    (re.compile(r"0(...)(..)3(.)"), r"0\g<1>00000\g<2>\g<3>"),
    (re.compile(r"0(....)(.)4(.)"), r"0\g<1>00000\g<2>\g<3>"),
    (re.compile(r"0(.....)([5-9])(.)"), r"0\g<1>0000\g<2>\g<3>"),
)
_REDUCTIONS = (
    (re.compile(r"0(..)([0-2])0000(...)(.)"), r"0\g<1>\g<3>\g<2>\g<4>"),
    (re.compile(r"0(..[3-9])00000(..)(.)"), r"0\g<1>\g<2>3\g<3>"),
    (re.compile(r"0(...[1-9])00000(.)(.)"), r"0\g<1>\g<2>4\g<3>"),
    (re.compile(r"0(....[1-9])0000([5-9])(.)"), r"0\g<1>\g<2>\g<3>"),
)


def expanded(digits: str) -> str | None:
    """Return the UPC-A of a UPC-E in its eight digits; None where they are none, by their beginning or check digit."""
    if len(digits) != _DIGITS:
        return None
    upc_a = _rewritten(digits, _EXPANSIONS)
    return upc_a if upc_a is not None and upc_a[-1] == check_digit(upc_a[:-1]) else None


def reduced(upc_a: str) -> str | None:
    """Return the UPC-E of a UPC-A in its twelve digits; None where it has none."""
    return _rewritten(upc_a, _REDUCTIONS)


def _rewritten(digits: str, rules: tuple[tuple[re.Pattern[str], str], ...]) -> str | None:
    return next((found.expand(to) for rule, to in rules if (found := rule.fullmatch(digits))), None)

"""What clients say they take."""

import pytest

from app.web.accept import weights


@pytest.mark.parametrize(
    ("header", "read"),
    [
        ("", {}),
        ("gzip", {"gzip": 1}),
        ("gzip;q=0.5, br ; Q = 1.000 ,, *;q=0", {"gzip": 0.5, "br": 1, "*": 0}),
        ("text/html;level=1;q=0.25", {"text/html": 0.25}),
        ("a;q=0.", {"a": 0}),
        ("a;q=.2", {"a": 0.2}),
        ("a;q=1", {"a": 1}),
    ],
)
def test_weights_are_read(header: str, read: dict[str, float]) -> None:
    """Without one it is 1; case and blanks mean nothing."""
    assert weights(header) == read


@pytest.mark.parametrize(
    "weight", ["2", "1.1", "1.001", "inf", "nan", "-0", "-1", "+1", "0.1234", "1e0", "x", "", "\u0660"]
)
def test_a_weight_that_is_none_is_zero(weight: str) -> None:
    """RFC 9110 knows 0 to 1 with three digits after the point, and nothing else."""
    assert weights(f"application/json;q={weight}") == {"application/json": 0}

"""Cursors: opaque, and back again."""

import pytest

from app.services.page_cursor import KeysetPosition, cursor_of
from app.services.paging import page_request

SHAPES: list[tuple[KeysetPosition, tuple[type, ...]]] = [
    (("TEA-1", "MAIN"), (str, str)),
    (("Ä/#%$.ß 茶🍵", "x"), (str, str)),
    ((1_760_000_000_000_001, "w-_Z"), (int, str)),
    ((-1, "w"), (int, str)),
    ((2**63 - 1, "w"), (int, str)),
    (("S" * 64,), (str,)),
]


@pytest.mark.parametrize(("position", "shape"), SHAPES)
def test_a_cursor_leads_back_to_its_position(position: KeysetPosition, shape: tuple[type, ...]) -> None:
    """Whatever the sort values, and safe in a URL."""
    cursor = cursor_of(position, order="X")
    assert page_request(order="X", shape=shape, first=5, after=cursor).after == position
    assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=")


def test_the_first_page_has_no_position() -> None:
    """It begins at the beginning; a page may be of none."""
    assert page_request(order="X", shape=(str,), first=0, after=None).after is None

"""Ledger offsets and their cursors."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.failures import BadArgument
from app.domain.time import Moment
from app.services.live.ledger_offset import LedgerOffset, cursor_of, offset_of
from app.services.page_cursor import cursor_of as cursor_of_list
from tests.live.lines import a_line, an_operation

MOMENTS = st.integers(0, 2**63 - 1).map(Moment)
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=12)
POSITIONS = st.builds(LedgerOffset, base=MOMENTS, reached=st.dictionaries(NAMES, MOMENTS))


@given(POSITIONS)
def test_a_cursor_gives_its_position_back(position: LedgerOffset) -> None:
    """What a cursor says is what it was made of."""
    assert offset_of(cursor_of(position)) == position


def raw(value: object) -> str:
    """Return any JSON in a cursor's clothes."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "garbage",
        "%%%",
        "é",
        "A" * 40_000,
        raw([]),
        raw(None),
        raw({"t": 1}),
        raw({"t": 1, "w": []}),
        raw({"t": -1, "w": {}}),
        raw({"t": True, "w": {}}),
        raw({"t": 1.5, "w": {}}),
        raw({"t": 2**63, "w": {}}),
        raw({"t": 1, "w": {"a": None}}),
        raw({"t": 1, "w": {"a": 1}, "x": 0}),
        raw({"t": 1, "w": {"\ud800": 1}}),
        raw({"t": 1, "w": ["a"]}),
        raw({"parts": {"a": [1, 1]}}),
        base64.urlsafe_b64encode(b"[" * 20_000).decode(),
        cursor_of_list((1_760_000_000_000_000, "writer"), order="NEWEST"),
    ],
)
def test_a_cursor_of_another_kind_is_refused(cursor: str) -> None:
    """Anything that the live feed has not given is a bad argument, the cursors of the movements list too."""
    with pytest.raises(BadArgument, match="Cursors of the `movements` list do not fit here"):
        offset_of(cursor)


@given(POSITIONS, POSITIONS, st.sampled_from("abc"), MOMENTS)
def test_joined_positions_leave_behind_what_either_does(
    one: LedgerOffset, other: LedgerOffset, writer: str, moment: Moment
) -> None:
    """A line or an operation lies behind the joined position if and only if it lies behind one of the two."""
    for entry in (a_line(writer=writer, at=moment), an_operation(writer=writer, at=moment)):
        assert one.joined(other).is_past(entry) == (one.is_past(entry) or other.is_past(entry))


@given(POSITIONS, st.sampled_from("abc"), MOMENTS)
def test_an_entry_lies_behind_the_position_after_it(position: LedgerOffset, writer: str, moment: Moment) -> None:
    """Going past a line or an operation leaves it behind, and nothing of other writers."""
    for entry in (a_line(writer=writer, at=moment), an_operation(writer=writer, at=moment)):
        after = position.after(entry)
        assert after.is_past(entry)
        assert after.of("other writer") == position.of("other writer")
        assert all(after.of(name) >= position.of(name) for name in ("a", "b", "c"))

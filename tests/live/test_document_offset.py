"""Places of feeds of documents and their cursors."""

import base64
import json

import pytest
from msgspec import structs

from app.domain.failures import BadArgument
from app.domain.time import Moment
from app.services.live.documents.document_offset import (
    DocumentOffset,
    PartialOperation,
    SnapshotProgress,
    document_offset_of,
)
from app.services.live.ledger_offset import LedgerOffset, cursor_of, offset_of
from tests.live.lines import an_operation

POSITION = LedgerOffset(base=Moment(50), reached={"a": Moment(100)})
PLACES = [
    DocumentOffset(offset=POSITION),
    DocumentOffset(
        offset=POSITION, parts={"a": PartialOperation(Moment(107), 2), "b": PartialOperation(Moment(50), 1)}
    ),
    DocumentOffset(offset=POSITION, shown=SnapshotProgress("list", 1_760_000_000_000_000, "0123")),
]


@pytest.mark.parametrize("place", PLACES)
def test_a_cursor_gives_its_place_back(place: DocumentOffset) -> None:
    """To a feed of documents the whole place, to one of movements its position."""
    assert document_offset_of(place.cursor, of="list") == place
    assert offset_of(place.cursor) == POSITION


def test_a_cursor_of_the_ledger_is_a_place() -> None:
    """Feeds of movements and of documents go by the same positions."""
    assert document_offset_of(cursor_of(POSITION), of="list") == DocumentOffset(offset=POSITION)


def test_a_place_within_the_snapshot_of_another_list_is_refused() -> None:
    """It says nothing about which entries of this list were shown."""
    with pytest.raises(BadArgument, match="before its snapshot was complete: it fits the same filter only"):
        document_offset_of(PLACES[2].cursor, of="another list")


@pytest.mark.parametrize(
    "more",
    [
        {"parts": []},
        {"parts": "a"},
        {"parts": None},
        {"parts": {"a": [1]}},
        {"parts": {"a": [1, 1, 1]}},
        {"parts": {"a": [-1, 1]}},
        {"parts": {"a": [1, 2**63]}},
        {"parts": {"a": [True, 1]}},
        {"parts": {"a": {}}},
        {"list": ["list", 1]},
        {"list": ["list", "1", "0123"]},
        {"list": ["list", 1.5, "0123"]},
        {"list": ["list", 1, "\ud800"]},
        {"list": {"of": "list"}},
        {"other": 1},
    ],
)
def test_a_place_that_no_feed_gave_is_refused(more: dict[str, object]) -> None:
    """Whatever a client makes up is its own fault."""
    told = {"t": 50, "w": {"a": 100}, **more}
    with pytest.raises(BadArgument, match="was not given by a live feed"):
        document_offset_of(base64.urlsafe_b64encode(json.dumps(told).encode()).decode(), of="list")


def test_a_part_of_an_operation_lies_behind() -> None:
    """Of the one operation that it names; what the position has passed lies behind as a whole."""
    place = DocumentOffset(offset=POSITION, parts={"a": PartialOperation(Moment(107), 1)})
    moments = {at: place.documents_past(an_operation(at=at)) for at in (100, 106, 107, 108)}
    assert moments == {100: 1, 106: 0, 107: 1, 108: 0}
    assert place.documents_past(an_operation(writer="b", at=107)) == 0


def test_going_through_operations_leaves_each_document_behind() -> None:
    """An operation with an earlier moment that comes in between does not make the part before it forgotten."""
    later = structs.replace(an_operation(at=107), documents=an_operation().documents * 3)
    earlier = structs.replace(an_operation(writer="b", at=60), documents=an_operation().documents * 2)
    place = DocumentOffset(offset=POSITION).within(later, documents=2).within(earlier, documents=1)
    assert (place.documents_past(later), place.documents_past(earlier)) == (2, 1)
    place = place.within(earlier, documents=2)
    assert (place.documents_past(later), place.documents_past(earlier)) == (2, 2)
    assert document_offset_of(place.cursor, of="list").parts == {"a": PartialOperation(Moment(107), 2)}
    place = place.after(earlier, later)
    assert place.cursor == cursor_of(LedgerOffset(base=Moment(50), reached={"a": Moment(107), "b": Moment(60)}))

"""The mapping of kept totals to BSON: one document that says how far they have come, and the pages of sums.

A page has the sums of up to PAGE_NAMES names: of locations, of categories, or of the categories at one location. So a
summary of everything reads some pages, however many levels, and one of a location only its own. A row that is there
stays in its place, also where no level is left in it, so that a batch writes no more than the rows that it changes.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pymongo import ASCENDING, IndexModel

from app.domain.stock.availability import LevelStatus
from app.domain.stock.kept_totals import Part, Sums, TotalsKey
from app.domain.time import Moment
from app.services.concurrency.time_slices import in_turns
from app.services.live.ledger_offset import LedgerOffset
from app.store.driver.client import BsonDocument

PAGE_NAMES = 100  # some 50 KB

RULES: BsonDocument = {
    "$jsonSchema": {
        "bsonType": "object",
        "properties": {"names": {"bsonType": "array"}, "number": {"bsonType": ["int", "long"], "minimum": 0}},
    }
}
INDEXES = (IndexModel([("location", ASCENDING)], name="by_location"),)

STATE = "all/state"
LOCATIONS = "all/locations"
CATEGORIES = "all/categories"
ALL: BsonDocument = {"_id": {"$gte": "all/", "$lt": "all0"}}  # the state, and the pages of locations and categories

_STATUSES = {status.value: status for status in LevelStatus}
_FIRST_VALUE = 2 + Sums._fields.index("on_hand_value")  # in a row; no number of units is too large
_MAX_INTEGER = 2**63 - 1  # of the database; larger sums are stored as text

Rows = dict[Part, Sums]
Row = list[Any]  # as it is stored: whether archived, the status, and the sums


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptState:
    """How far the totals have come. `number` grows with each write; the locations up to `built_to` are in them.

    `built_to` is None once all locations are. `is_too_large` where there are too many groups: then no more is built.
    """

    number: int
    offset: LedgerOffset
    built_to: str | None
    is_too_large: bool = False


def section_of(location: str) -> str:
    """Return the section of a location's categories. A code has no slash."""
    return f"at/{location}"


def sections_of(key: TotalsKey) -> Iterator[tuple[str, str | None]]:
    """Yield the three sections on which a group is added, each with the name there."""
    yield LOCATIONS, key.location
    yield CATEGORIES, key.category
    yield section_of(key.location), key.category


def state_document(state: KeptState) -> BsonDocument:
    """Return the state."""
    return {
        "number": state.number,
        "base": state.offset.base,
        "reached": [[writer, moment] for writer, moment in state.offset.reached.items()],
        "built_to": state.built_to,
        "is_too_large": state.is_too_large,
    }


def state_of(document: BsonDocument) -> KeptState:
    """Return the state of a document."""
    reached = {writer: Moment(moment) for writer, moment in document["reached"]}
    return KeptState(
        number=document["number"],
        offset=LedgerOffset(base=Moment(document["base"]), reached=reached),
        built_to=document["built_to"],
        is_too_large=document["is_too_large"],
    )


def new_row(part: Part) -> Row:
    """Return the row of a part, with nothing in it."""
    return [part.is_archived, part.status.value, *Sums()]


def stored_row(row: Row) -> Row:
    """Return a row as the database takes it: integers beyond 64 bits become texts."""
    values = row[_FIRST_VALUE:]
    if max(values) <= _MAX_INTEGER and min(values) >= -_MAX_INTEGER:
        return row
    return [each if isinstance(each, str) or abs(each) <= _MAX_INTEGER else str(each) for each in row]


def read_row(row: Row) -> Row:
    """Return a stored row with all its sums as integers."""
    return row if str not in map(type, row[_FIRST_VALUE:]) else [*row[:2], *map(int, row[2:])]


async def rows_of(documents: Iterable[BsonDocument]) -> Mapping[str, dict[str | None, Rows]]:
    """Return the sums in the documents of pages, by section and name. A full page takes a millisecond."""
    sections: dict[str, dict[str | None, Rows]] = {}

    def read(document: BsonDocument) -> None:
        names = sections.setdefault(document["_id"].rpartition("/")[0], {})
        for name, rows in document["names"]:
            names[name] = dict(map(_sums_of, rows))

    await in_turns(documents, read)
    return sections


def part_of_row(row: Row) -> Part:
    """Return the part of a row."""
    return Part(row[0], _STATUSES[row[1]])


def _sums_of(row: Row) -> tuple[Part, Sums]:
    return part_of_row(row), Sums._make(read_row(row)[2:])

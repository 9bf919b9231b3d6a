"""Excerpts: reads only the entries of long lists that a request selects, and leaves the others on the server.

A document may have a thousand lines, a page 250 documents: read as a whole they are 40 MB and a second of this process.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from app.domain.document import Document as DomainDocument
from app.domain.excerpt import Excerpt, Extent, Places
from app.store.driver.client import BsonDocument

_LENGTH = "_length"


@dataclass(frozen=True, slots=True)
class LongList:
    """A list of a document that may have many entries. Each entry concerns the stock of so many `levels`.

    With `numbered_by` an entry's index is the value of that field: an index in another list, whose name is `of`, so
    that several entries may share one.
    """

    name: str
    levels: int = 0
    numbered_by: str | None = None
    of: str | None = None


def projection(kind: type[DomainDocument], lists: tuple[LongList, ...], extent: Extent) -> BsonDocument:
    """Return the projection of a kind of documents."""
    long = {each.name for each in lists}
    return {**{field.name: 1 for field in fields(kind) if field.name not in {"id", *long}}, **parts(lists, extent)}


def parts(lists: tuple[LongList, ...], extent: Extent) -> BsonDocument:
    """Return the projection of the long lists: the entries of the extent, and the length of each list."""
    found: BsonDocument = {}
    for each in lists:
        stored = {"$ifNull": [f"${each.name}", []]}
        found[each.name] = _entries(stored, extent.of(each.of or each.name), numbered_by=each.numbered_by)
        if each.numbered_by is None:
            found[each.name + _LENGTH] = {"$size": stored}
    return found


def excerpts(
    document: object, stored: Mapping[str, Any], lists: tuple[LongList, ...], extent: Extent
) -> dict[str, Any]:
    """Return the long lists of a document or operation as excerpts, by name: they replace the lists that were read."""
    return {
        each.name: Excerpt.of(
            getattr(document, each.name), extent.of(each.of or each.name), length=stored[each.name + _LENGTH]
        )
        for each in lists
        if each.numbered_by is None
    }


def is_read_in_parts(stored: Mapping[str, Any], lists: tuple[LongList, ...]) -> bool:
    """Return whether a document was read with the projection of its long lists, and not whole."""
    return all(each.name + _LENGTH in stored for each in lists)


def without_lengths(stored: BsonDocument, lists: tuple[LongList, ...]) -> BsonDocument:
    """Return the fields of the document itself, without the lengths of its lists."""
    lengths = {each.name + _LENGTH for each in lists}
    return {name: value for name, value in stored.items() if name not in lengths}


def _entries(stored: BsonDocument, places: Places, *, numbered_by: str | None) -> BsonDocument:
    if numbered_by is None:
        return {"$concatArrays": [{"$slice": [stored, start, stop - start]} for start, stop in places]}
    number = f"$$this.{numbered_by}"
    wanted = [{"$and": [{"$gte": [number, start]}, {"$lt": [number, stop]}]} for start, stop in places]
    return {"$filter": {"input": stored, "cond": {"$or": wanted}}}

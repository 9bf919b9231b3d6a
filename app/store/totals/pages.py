"""The pages of the kept totals in memory: where each row stands, and what is to be written after a change."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import add
from typing import Any

from pymongo import UpdateOne

from app.domain.stock.kept_totals import Part, Sums
from app.store.driver.client import BsonDocument
from app.store.totals.kept_documents import (
    CATEGORIES,
    LOCATIONS,
    PAGE_NAMES,
    Row,
    new_row,
    part_of_row,
    read_row,
    section_of,
    sections_of,
    stored_row,
)
from app.store.totals.unapplied import Deltas


@dataclass(slots=True)
class _Page:
    """A page as it is stored, and what a batch changes in it: rows, by their paths, and whole new names."""

    section: str
    number: int
    names: list[tuple[str | None, list[Row]]] = field(default_factory=list)
    changed: dict[str, Row] = field(default_factory=dict)
    begun: set[int] = field(default_factory=set)
    is_stored: bool = False


class Pages:
    """All pages. A new name goes to the last page of its section, or to a new one where that is full."""

    def __init__(self, documents: Iterable[BsonDocument] = ()) -> None:
        self._last: dict[str, _Page] = {}
        self._names: dict[tuple[str, str | None], tuple[_Page, int]] = {}
        self._rows: dict[tuple[str, str | None, Part], tuple[_Page, int, int]] = {}
        for document in documents:
            section, _, number = document["_id"].rpartition("/")
            page = self._newest(_Page(section, int(number), is_stored=True))
            for name, rows in document["names"]:
                self._begin(page, name)
                for row in rows:
                    self._place(page, name, read_row(row))
            page.begun.clear()

    def add(self, deltas: Deltas) -> list[UpdateOne]:
        """Add sums to those of their groups; return the statements that write what this changes."""
        touched: dict[int, _Page] = {}
        for key, sums in deltas.items():
            for section, name in sections_of(key):
                page = self._add(section, name, key.part, sums)
                touched[id(page)] = page
        return [_statement(page) for page in touched.values()]

    @property
    def rows(self) -> int:
        """The number of all rows."""
        return len(self._rows)

    @property
    def levels(self) -> int:
        """The number of all levels."""
        count = 2 + Sums._fields.index("levels")
        return sum(
            page.names[at][1][place][count]
            for (section, _, _), (page, at, place) in self._rows.items()
            if section == LOCATIONS
        )

    def _add(self, section: str, name: str | None, part: Part, sums: Sums) -> _Page:
        known = self._rows.get((section, name, part))
        if known is None:
            page, _ = self._names.get((section, name)) or self._begin(self._with_room(section), name)
            known = self._place(page, name, new_row(part))
        page, at, place = known
        row = page.names[at][1][place]
        row[2:] = map(add, row[2:], sums)
        if at not in page.begun:
            page.changed[f"names.{at}.1.{place}"] = row
        return page

    def _with_room(self, section: str) -> _Page:
        page = self._last.get(section)
        if page is None or len(page.names) >= PAGE_NAMES:
            page = self._newest(_Page(section, 0 if page is None else page.number + 1))
        return page

    def _newest(self, page: _Page) -> _Page:
        last = self._last.get(page.section)
        if last is None or last.number < page.number:
            self._last[page.section] = page
        return page

    def _begin(self, page: _Page, name: str | None) -> tuple[_Page, int]:
        at = len(page.names)
        page.names.append((name, []))
        page.begun.add(at)
        self._names[page.section, name] = page, at
        return page, at

    def _place(self, page: _Page, name: str | None, row: Row) -> tuple[_Page, int, int]:
        _, at = self._names[page.section, name]
        rows = page.names[at][1]
        rows.append(row)
        place = self._rows[page.section, name, part_of_row(row)] = page, at, len(rows) - 1
        return place


def _statement(page: _Page) -> UpdateOne:
    """Return the statement that writes what has changed in a page, and note that it has."""
    if page.is_stored:
        changed: dict[str, Any] = {path: stored_row(row) for path, row in page.changed.items()}
        changed |= {f"names.{at}": _stored_name(page, at) for at in page.begun}
    else:
        changed = {"names": [_stored_name(page, at) for at in range(len(page.names))]}
        if page.section not in (LOCATIONS, CATEGORIES):
            changed["location"] = page.section.removeprefix(section_of(""))
    page.changed, page.begun, page.is_stored = {}, set(), True
    return UpdateOne({"_id": f"{page.section}/{page.number}"}, {"$set": changed}, upsert=True)


def _stored_name(page: _Page, at: int) -> list[Any]:
    name, rows = page.names[at]
    return [name, [stored_row(row) for row in rows]]

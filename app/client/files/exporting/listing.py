"""What an export is made of: the columns of a list, and how a page of it is asked for."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import chain
from operator import itemgetter
from typing import Any

from app.client.files.importing.reading.cells import cell_of, clearable_cell_of
from app.client.http.pages import PAGE_SIZE, Node
from app.client.http.request import Request

Value = str | int | bool | None
Row = tuple[Value, ...]


class ColumnKind(StrEnum):
    """What the values of a column are."""

    TEXT = "TEXT"
    WHOLE = "WHOLE"
    AMOUNT = "AMOUNT"  # as the API writes it: a decimal text
    TRUTH = "TRUTH"
    TIME = "TIME"  # as the API writes it: ISO 8601 in UTC


@dataclass(frozen=True, slots=True)
class Column:
    """A column, and how its value is found in a node."""

    name: str
    kind: ColumnKind
    of: Callable[[Node], Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list of the API. `query` calls its page `page`, and takes `filter`, `first`, `after` and `withTotal`.

    A node is one row, or as many as `parts` says: each is given as a node of its own.
    """

    name: str
    columns: tuple[Column, ...]
    query: str
    page_size: int = PAGE_SIZE
    parts: Callable[[Node], Iterable[Node]] | None = None

    def rows(self, nodes: Iterable[Node]) -> list[Row]:
        """Return the values of nodes, in the order of the columns."""
        parts = nodes if self.parts is None else chain.from_iterable(map(self.parts, nodes))
        return [tuple(column.of(node) for column in self.columns) for node in parts]

    def page(self, where: Mapping[str, Any], *, after: str | None) -> Request:
        """Ask for the page after a cursor."""
        return Request(self.query, {"filter": where, "first": self.page_size, "after": after, "withTotal": False})

    def count(self, where: Mapping[str, Any]) -> Request:
        """Ask how many entries the list has."""
        return Request(self.query, {"filter": where, "first": 0, "after": None, "withTotal": True})


def text(name: str, *path: str) -> Column:
    """Return a column of texts, found at a path below a node; null where the path ends before."""
    return Column(name, ColumnKind.TEXT, _at(*path))


def whole(name: str, *path: str) -> Column:
    """Return a column of whole numbers, found at a path below a node; null where the path ends before."""
    return Column(name, ColumnKind.WHOLE, _at(*path))


def time(name: str, *path: str) -> Column:
    """Return a column of times, found at a path below a node; null where the path ends before."""
    return Column(name, ColumnKind.TIME, _at(*path))


def amount(name: str, *path: str) -> Column:
    """Return a column of amounts of money."""
    return Column(name, ColumnKind.AMOUNT, _at(*path))


def truth(name: str, *path: str) -> Column:
    """Return a column of yes and no."""
    return Column(name, ColumnKind.TRUTH, _at(*path))


def texts(name: str, *path: str) -> Column:
    """Return a column of lists of texts, written as an import reads them."""
    found = _at(*path)

    def joined(node: Node) -> Value:
        values: Any = found(node)
        return cell_of(values)

    return Column(name, ColumnKind.TEXT, joined)


def clearable(name: str, *path: str) -> Column:
    """Return a column of texts, written as an import reads them that takes a lone separator for none."""
    found = _at(*path)

    def written(node: Node) -> Value:
        value: Any = found(node)
        return None if value is None else clearable_cell_of(value)

    return Column(name, ColumnKind.TEXT, written)


def _at(*path: str) -> Callable[[Node], Value]:
    return itemgetter(path[0]) if len(path) == 1 else partial(_below, path)


def _below(path: tuple[str, ...], node: Node) -> Value:
    value: Any = node
    for name in path:
        if value is None:
            return None
        value = value[name]
    found: Value = value
    return found

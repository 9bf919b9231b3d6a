"""What can be exported: the columns of each list, and how to ask for a page of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from operator import itemgetter
from typing import Any

from app.partner_client.pages import PAGE_SIZE, Node
from app.partner_client.request import Request

Value = str | int | None
Row = tuple[Value, ...]


class ColumnKind(StrEnum):
    """What the values of a column are."""

    TEXT = "TEXT"
    WHOLE = "WHOLE"
    TIME = "TIME"  # as the API writes it: ISO 8601 in UTC


@dataclass(frozen=True, slots=True)
class Column:
    """A column, and how its value is found in a node."""

    name: str
    kind: ColumnKind
    of: Callable[[Node], Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list of the API. `query` calls its page `page`, and takes `filter`, `first`, `after` and `withTotal`."""

    name: str
    columns: tuple[Column, ...]
    query: str

    def row(self, node: Node) -> Row:
        """Return the values of a node, in the order of the columns."""
        return tuple(column.of(node) for column in self.columns)

    def page(self, where: Mapping[str, Any], *, after: str | None) -> Request:
        """Ask for the page after a cursor."""
        return Request(self.query, {"filter": where, "first": PAGE_SIZE, "after": after, "withTotal": False})

    def count(self, where: Mapping[str, Any]) -> Request:
        """Ask how many entries the list has."""
        return Request(self.query, {"filter": where, "first": 0, "after": None, "withTotal": True})


def _text(name: str, *path: str) -> Column:
    return Column(name, ColumnKind.TEXT, _at(*path))


def _whole(name: str, *path: str) -> Column:
    return Column(name, ColumnKind.WHOLE, _at(*path))


def _time(name: str, *path: str) -> Column:
    return Column(name, ColumnKind.TIME, _at(*path))


def _at(*path: str) -> Callable[[Node], Value]:
    return itemgetter(path[0]) if len(path) == 1 else partial(_below, path)


def _below(path: tuple[str, ...], node: Node) -> Value:
    value: Any = node
    for name in path:
        value = value[name]
    found: Value = value
    return found


LEVELS = Listing(
    name="levels",
    columns=(
        _text("sku", "item", "sku"),
        _text("location", "location", "code"),
        _whole("on_hand", "onHand"),
        _whole("reserved", "reserved"),
        _whole("unavailable", "unavailable"),
        _whole("incoming", "incoming"),
        _whole("available", "available"),
        _whole("reorder_point", "reorderPoint"),
        _text("status", "status"),
        _whole("version", "version"),
        _time("changed_at", "changedAt"),
    ),
    query="""
query Levels($filter: StockLevelFilter!, $first: Int!, $after: String, $withTotal: Boolean!) {
  page: stockLevels(filter: $filter, first: $first, after: $after) {
    nodes {
      item { sku } location { code }
      onHand reserved unavailable incoming available reorderPoint status version changedAt
    }
    pageInfo { hasNextPage endCursor }
    totalCount @include(if: $withTotal)
  }
}""",
)
MOVEMENTS = Listing(
    name="movements",
    columns=(
        _text("sku", "level", "item", "sku"),
        _text("location", "level", "location", "code"),
        _whole("version", "version"),
        _text("reason", "reason"),
        _whole("delta", "delta"),
        _whole("reserved_delta", "change", "reserved"),
        _whole("unavailable_delta", "change", "unavailable"),
        _whole("incoming_delta", "change", "incoming"),
        _whole("on_hand", "level", "onHand"),
        _text("reference", "reference"),
        _text("channel", "channel"),
        _text("operation_id", "operation", "id"),
        _time("recorded_at", "recordedAt"),
    ),
    query="""
query Movements($filter: MovementFilter!, $first: Int!, $after: String, $withTotal: Boolean!) {
  page: movements(filter: $filter, first: $first, after: $after) {
    nodes {
      version reason delta change { reserved unavailable incoming } reference channel recordedAt
      operation { id }
      level { item { sku } location { code } onHand }
    }
    pageInfo { hasNextPage endCursor }
    totalCount @include(if: $withTotal)
  }
}""",
)

"""Rows: the entries of a page as tuples of what is selected of them, where no object is needed for each.

A resolver that `reads_rows` finds in the context which columns an operation selects, once compiled execution knows, and
returns rows of them; a column says where the value of a field comes from.

Rule (ADR 35): a column gives the value that its field has on the object. A field without a column lets the whole page
be objects, and so does everything unusual.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from app.domain.failures import ServiceError
from app.services.paging import Row
from schema.context import Info
from schema.core import raw_info

F = TypeVar("F", bound=Callable[..., Any])

ONLY_FIELD = 0  # the key of the columns of an operation's only field; else the `id()` of its first node

Load = Callable[[Iterable[Any], Info], Awaitable[Mapping[Any, object]]]


class Column(NamedTuple):
    """Where a value comes from: an attribute of the domain's object, converted, or what it refers to."""

    attribute: str
    convert: Callable[[Any], object] | None = None
    load: Load | None = None


class Asked(NamedTuple):
    """What is selected of the entries of a list: columns, their attributes, and the places of what is loaded."""

    columns: tuple[Column, ...]
    attributes: tuple[str, ...]
    loads: tuple[tuple[int, Load], ...]

    @classmethod
    def of(cls, columns: Iterable[Column]) -> "Asked":
        """Return what these columns need."""
        chosen = tuple(columns)
        loads = tuple((place, column.load) for place, column in enumerate(chosen) if column.load is not None)
        return cls(chosen, tuple(column.attribute for column in chosen), loads)


class Reference(NamedTuple):
    """A field that refers to another object: without a read where only the names in `known` are selected of it."""

    attribute: str
    known: frozenset[str]
    bare: Callable[[Any], object]
    load: Load

    def column(self, selected: Iterable[str]) -> Column:
        """Return the column for what is selected of the object."""
        if self.known.issuperset(selected):
            return Column(self.attribute, self.bare)
        return Column(self.attribute, load=self.load)


Columns = Mapping[str, Column | Reference]  # by the Python name of the field


def reads_rows(columns: Columns) -> Callable[[F], F]:
    """Mark the resolver of a connection: where `columns_asked` names some, its nodes are rows of them."""

    def marked(resolver: F) -> F:
        resolver.__dict__["columns"] = columns
        return resolver

    return marked


def columns_of(resolver: object) -> Columns | None:
    """Return the columns that a resolver can read; None where it knows none."""
    found: Columns | None = getattr(resolver, "columns", None)
    return found


def columns_asked(info: Info) -> Asked | None:
    """Return the columns that are selected of the field; None where its nodes have to be objects."""
    rows: Mapping[int, Asked] = info.context.rows
    if not rows:
        return None
    if ONLY_FIELD in rows:  # what graphql-core knows of the field would have to be made first
        return rows[ONLY_FIELD]
    return rows.get(id(raw_info(info).field_nodes[0]))


async def with_references(rows: Sequence[Row], asked: Asked, info: Info) -> Sequence[Row] | None:
    """Return the rows with what they refer to in place of its key; None where that fails, or something is missing."""
    if not asked.loads:
        return rows
    reads = [load({row[place] for row in rows}, info) for place, load in asked.loads]
    try:
        found = await asyncio.gather(*reads)
    except ServiceError:
        return None  # read as objects, the page reports it at each place
    filled = [list(row) for row in rows]
    for (place, _), known in zip(asked.loads, found, strict=True):
        for row in filled:
            row[place] = known.get(row[place])
            if row[place] is None:
                return None
    return [tuple(row) for row in filled]

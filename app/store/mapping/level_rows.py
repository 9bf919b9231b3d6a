"""Rows of levels: some attributes of each, straight from its document, and nothing read that they do not need.

Rule: a value is the one that the `Level` of the document has under that name. What is computed comes from the same
functions of the domain; an attribute that is not listed here is read from the level itself, built for it.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

from msgspec import structs

from app.domain.stock.level import Level, LevelKey, available_units, status_of, unpromised_units
from app.domain.stock.level_change import UnavailableReason
from app.services.paging import Row
from app.store.client import BsonDocument
from app.store.mapping.catalog import WITHOUT_SEARCH_FIELDS
from app.store.mapping.levels import RARE_COUNTS, level_of

_MAX_KINDS = 256  # of rows, by the attributes that they have: some per document that clients send


class _Read(NamedTuple):
    """How an attribute is read of a document: the fields that it needs, and an expression over `stored`."""

    expression: str
    fields: tuple[str, ...] = ()
    after: tuple[str, ...] = ()  # attributes that the expression needs, each a variable of its own


_REASONS = tuple(reason.lower() for reason in UnavailableReason)

_READS: Final[dict[str, _Read]] = {
    **{
        name: _Read(f"stored[{name!r}]", (name,))
        for name in ("on_hand", "reserved", "incoming", "reorder_point", "version", "changed_at")
    },
    **{name: _Read(f"stored.get({name!r}, 0)", (name,)) for name in (*RARE_COUNTS, "backorder_limit", "counted_at")},
    "key.sku": _Read("stored['sku']"),
    "key.location": _Read("stored['location']"),
    "key": _Read("LevelKey(stored['sku'], stored['location'])"),
    "is_closed": _Read("stored['is_item_archived'] or stored['location'] in archived", ("is_item_archived",)),
    "unavailable": _Read(" + ".join(_REASONS), after=_REASONS),
    "unpromised": _Read(
        "unpromised_units(on_hand, reserved, unavailable, backordered)",
        after=("on_hand", "reserved", "unavailable", "backordered"),
    ),
    "available": _Read("available_units(unpromised, is_closed)", after=("unpromised", "is_closed")),
    "status": _Read("status_of(available, reorder_point)", after=("available", "reorder_point")),
}

_NAMES: Final = {
    "LevelKey": LevelKey,
    "unpromised_units": unpromised_units,
    "available_units": available_units,
    "status_of": status_of,
}


@dataclass(frozen=True, slots=True)
class LevelRows:
    """How rows of some attributes are read: what to project, and how a row is built of a document."""

    projection: BsonDocument
    built: Callable[[Container[str], BsonDocument], Row]  # with the codes of archived locations


@lru_cache(maxsize=_MAX_KINDS)
def level_rows(attributes: tuple[str, ...]) -> LevelRows:
    """Return how rows of these attributes of `Level` are read."""
    lines: dict[str, str] = {}
    fields = dict.fromkeys(("sku", "location"), 1)  # the position of each in its list
    is_whole = False
    for name in attributes:
        if name in _READS:
            _add(name, lines, fields)
        else:
            is_whole = True
            lines |= {"level": "level_as_it_stands(stored, archived)", name: f"level.{name}"}
    body = [f"{_variable(name)} = {expression}" for name, expression in lines.items()]
    values = "".join(f"{_variable(name)}, " for name in attributes)
    source = "\n    ".join(["def built(archived, stored):", *body, f"return ({values})"])
    names: dict[str, Any] = {**_NAMES, "level_as_it_stands": level_as_it_stands}
    # Safe: the lines hold only names of attributes and what stands above.
    assert all(_variable(name).isidentifier() for name in attributes), attributes
    exec(compile(source, "<rows>", "exec"), names)  # noqa: S102 - see above
    return LevelRows(WITHOUT_SEARCH_FIELDS if is_whole else {"_id": 0, **fields}, names["built"])


def level_as_it_stands(document: BsonDocument, archived: Container[str]) -> Level:
    """Return the level of a document: closed where its location is archived, though the document is not yet changed."""
    level = level_of(document)
    is_archived = document["is_item_archived"] or level.key.location in archived
    return level if is_archived == level.closed else structs.replace(level, archived=is_archived)


def _variable(attribute: str) -> str:
    return attribute.replace(".", "_")


def _add(name: str, lines: dict[str, str], fields: dict[str, int]) -> None:
    read = _READS[name]
    for each in read.after:
        if each not in lines:
            _add(each, lines, fields)
    lines[name] = read.expression
    fields.update(dict.fromkeys(read.fields, 1))

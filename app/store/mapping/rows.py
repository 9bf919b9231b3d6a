"""Rows of stored things: some attributes of each, straight from its document, and nothing read that they do not need.

Rule: a value is the one that the domain's object of the document has under that name. What is computed comes from the
same functions of the domain; an attribute without an expression is read from the object itself, built for it.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from app.services.paging import Row
from app.store.driver.client import BsonDocument

_MAX_KINDS = 256  # of rows, by the attributes that they have: some per document that clients send


class Read(NamedTuple):
    """How an attribute is read of a document: an expression over `stored` and `context`, and the fields it needs."""

    expression: str
    fields: tuple[str, ...] = ()
    after: tuple[str, ...] = ()  # attributes that the expression needs, each a variable of its own


class Rows(NamedTuple):
    """How rows of some attributes are read: what to project, and what builds a row of the context and a document."""

    projection: BsonDocument
    built: Callable[[Any, BsonDocument], Row]


class RowCompiler:
    """Makes the rows of one collection. `position` are the fields that the position in a list needs."""

    def __init__(
        self,
        reads: Mapping[str, Read],
        *,
        names: Mapping[str, Any],
        position: tuple[str, ...],
        whole: Callable[[BsonDocument, Any], object],
        whole_projection: BsonDocument,
    ) -> None:
        """Take the `names` that expressions use, and `whole`: it builds the object of a document and the context."""
        self._reads, self._names, self._position = reads, {**names, "built_whole": whole}, position
        self._whole_projection = whole_projection
        self._made: dict[tuple[str, ...], Rows] = {}

    def rows(self, attributes: tuple[str, ...]) -> Rows:
        """Return how rows of these attributes are read."""
        found = self._made.get(attributes)
        if found is None:
            if len(self._made) >= _MAX_KINDS:
                self._made.clear()
            found = self._made[attributes] = self._compiled(attributes)
        return found

    def _compiled(self, attributes: tuple[str, ...]) -> Rows:
        lines: dict[str, str] = {}
        fields = dict.fromkeys(self._position, 1)
        for name in attributes:
            if name in self._reads:
                self._add(name, lines, fields)
            else:
                lines |= {"whole": "built_whole(stored, context)", name: f"whole.{name}"}
        assert all(_variable(name).isidentifier() for name in attributes), attributes
        body = [f"{_variable(name)} = {expression}" for name, expression in lines.items()]
        values = "".join(f"{_variable(name)}, " for name in attributes)
        source = "\n    ".join(["def built(context, stored):", *body, f"return ({values})"])
        names: dict[str, Any] = {**self._names}
        # Safe: the lines hold only names of attributes and the expressions of the collection.
        exec(compile(source, "<rows>", "exec"), names)  # noqa: S102 - see above
        without_id = {} if "_id" in fields else {"_id": 0}
        return Rows(self._whole_projection if "whole" in lines else {**without_id, **fields}, names["built"])

    def _add(self, name: str, lines: dict[str, str], fields: dict[str, int]) -> None:
        read = self._reads[name]
        for each in read.after:
            if each not in lines:
                self._add(each, lines, fields)
        lines[name] = read.expression
        fields.update(dict.fromkeys(read.fields, 1))


def as_stored(*names: str) -> dict[str, Read]:
    """Return how attributes are read that every document has under their own names."""
    return {name: Read(f"stored[{name!r}]", (name,)) for name in names}


def with_default(default: str, *names: str) -> dict[str, Read]:
    """Return how attributes are read that a document may lack."""
    return {name: Read(f"stored.get({name!r}, {default})", (name,)) for name in names}


def _variable(attribute: str) -> str:
    return attribute.replace(".", "_")

"""Excerpts: the parts of a document's lists that a query selects, known before the document is read.

Rule: where in doubt, more is read. @skip, @include and the types of fragments are not looked at.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLResolveInfo,
    InlineFragmentNode,
    IntValueNode,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    VariableNode,
)

from app.domain.excerpt import Extent
from app.domain.failures import BadArgument
from app.services.paging import DEFAULT_PART_SIZE, places_asked
from schema.context import Info
from schema.core import raw_info

Asks = Callable[[Mapping[str, Any]], tuple[str, tuple[int, int]]]  # from arguments to a list and places in it

_ALL = (0, 2**31 - 1)  # as far as the database can count


def page(name: str, *, order: str) -> Asks:
    """Return what a connection asks for: a page of the domain's list, in an order that its cursors name."""

    def asked(arguments: Mapping[str, Any]) -> tuple[str, tuple[int, int]]:
        first, after = arguments.get("first", DEFAULT_PART_SIZE), arguments.get("after")
        try:
            start, stop = places_asked(order=order, first=first, after=after)
        except BadArgument:  # the field itself says so
            start = stop = 0
        return name, (min(start, _ALL[1]), min(stop, _ALL[1]))

    return asked


def whole(name: str) -> Asks:
    """Return what a field asks for that is computed from the whole list."""
    return lambda _: (name, _ALL)


_FIELDS: Mapping[str, Mapping[str, Asks]] = {
    "Transfer": {"lines": page("lines", order="LINE")},
    "PurchaseOrder": {
        "lines": page("lines", order="LINE"),
        "struckLines": page("struck", order="STRUCK"),
        **dict.fromkeys(("value", "unvaluedUnits", "setBy", "setAt"), whole("lines")),
    },
    "Reservation": {
        "lines": page("lines", order="LINE"),
        **dict.fromkeys(("short", "shortUnits"), whole("lines")),
    },
    "Operation": {"movements": page("levels", order="LINE")},
}


def extent_asked(info: Info, type_name: str) -> Extent:
    """Return what a query selects of the documents of a field: single, in a list, or in a page."""
    raw = raw_info(info)
    known, key = info.context.extents, (type_name, *map(id, raw.field_nodes))
    if key not in known:
        known[key] = _extent(raw, _FIELDS[type_name], info.variable_values)
    return known[key]


def _extent(raw: GraphQLResolveInfo[Any], fields: Mapping[str, Asks], variables: Mapping[str, Any]) -> Extent:
    asked: dict[str, list[tuple[int, int]]] = {}
    for node in raw.field_nodes:
        for field in _fields_of_documents(node.selection_set, raw.fragments):
            if field.name.value in fields:
                name, places = fields[field.name.value](_arguments(field, variables))
                asked.setdefault(name, []).append(places)
    return Extent.asking(asked)


def _fields_of_documents(
    selections: SelectionSetNode | None, fragments: Mapping[str, FragmentDefinitionNode]
) -> Iterator[FieldNode]:
    """Yield the fields that are selected of documents; of a page, those of its entries."""
    for node in _flat(selections, fragments):
        if node.name.value in {"nodes", "edges", "node"}:
            yield from _fields_of_documents(node.selection_set, fragments)
        else:
            yield node


def _flat(selections: SelectionSetNode | None, fragments: Mapping[str, FragmentDefinitionNode]) -> Iterator[FieldNode]:
    for node in selections.selections if selections else ():
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, FragmentSpreadNode):
            yield from _flat(fragments[node.name.value].selection_set, fragments)
        elif isinstance(node, InlineFragmentNode):
            yield from _flat(node.selection_set, fragments)


def _arguments(field: FieldNode, variables: Mapping[str, Any]) -> Mapping[str, Any]:
    given = {each.name.value: _value(each.value, variables) for each in field.arguments or ()}
    return {name: value for name, value in given.items() if value is not None}


def _value(node: ValueNode, variables: Mapping[str, Any]) -> Any:
    if isinstance(node, VariableNode):
        return variables.get(node.name.value)
    if isinstance(node, IntValueNode):
        return int(node.value)
    return node.value if isinstance(node, StringValueNode) else None

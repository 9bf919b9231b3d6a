"""Which fields of a list can be read as rows (see `schema/selections/rows.py`), and the shapes that complete them.

Rule: a list is read as rows only where each selected field of its nodes has a column, and its value a compiled form.
"""

from collections.abc import Iterator
from typing import Any

from graphql import Executor, GraphQLField, GraphQLObjectType, get_named_type, is_object_type

from app.web.graphql.fast.attributes import classes_of, definition_of, identity_of
from app.web.graphql.fast.internals import FieldDetailsList, GroupedFieldSet
from app.web.graphql.fast.shapes import Cell, Shape, ShapeCompiler, Shapes
from schema.selections.rows import ONLY_FIELD, Asked, Column, Columns, Reference, columns_of

Rows = dict[int, Asked]  # what to read of a field: see `columns_asked`


def rows_of(
    executor: Executor[Any], root: GraphQLObjectType, fields: GroupedFieldSet, shapes: Shapes, compiler: ShapeCompiler
) -> Rows:
    """Return what can be read as rows of the root's fields, and add the shapes of the rows."""
    found: Rows = {}
    for selected in fields.values():
        field = executor.schema.get_field(root, selected[0].node.name.value)
        columns = _columns(field) if field else None
        if field is None or columns is None:
            continue
        list_ = _List(executor, columns)
        made = list_.shapes(get_named_type(field.type), selected, compiler)
        if made:
            shapes.update({(shape.type, key): shape for key, shape in made.items()})
            found[ONLY_FIELD if len(fields) == 1 else id(selected[0].node)] = Asked.of(list_.places)
    return found


class _List:
    """One connection: the columns that its nodes need, in all places where they are selected."""

    def __init__(self, executor: Executor[Any], columns: Columns) -> None:
        self._executor, self._columns = executor, columns
        self.places: dict[Column, int] = {}

    def shapes(self, connection: Any, selected: FieldDetailsList, compiler: ShapeCompiler) -> dict[int, Shape] | None:  # noqa: ANN401 - a named type
        """Return the shapes of its nodes by the `id()` of what is selected of them; None where they need objects."""
        nodes = [(type_, each, self._cells(type_, each)) for type_, each in self._nodes(connection, selected)]
        made: dict[int, Shape] = {}
        for type_, below, cells in nodes:
            shape = None if cells is None else compiler.compile_row(type_, below, cells, list(self.places))
            if shape is None:
                return None
            made[id(below)] = shape
        return made

    def _nodes(
        self,
        connection: Any,  # noqa: ANN401 - a named type
        selected: FieldDetailsList,
    ) -> Iterator[tuple[GraphQLObjectType, FieldDetailsList]]:
        for below in self._collected(connection, selected).values():
            name = below[0].node.name.value
            if name == "nodes":
                yield _type_of(self._executor, connection, below), below
            elif name == "edges":
                edge = _type_of(self._executor, connection, below)
                for each in self._collected(edge, below).values():
                    if each[0].node.name.value == "node":
                        yield _type_of(self._executor, edge, each), each

    def _cells(self, type_: GraphQLObjectType, selected: FieldDetailsList) -> dict[str, Cell | None] | None:
        """Return the cells by their names in the response, None for `__typename`; None where one has no column."""
        cells: dict[str, Cell | None] = {}
        for name, below in self._collected(type_, selected).items():
            if below[0].node.name.value == "__typename":
                cells[name] = None
                continue
            field = self._executor.schema.get_field(type_, below[0].node.name.value)
            column = self._column(type_, field, below) if field else None
            if field is None or column is None:
                return None
            place = self.places.setdefault(column, len(self.places))
            cells[name] = Cell(place, field, _is_identity(field, type_))
        return cells

    def _column(self, type_: GraphQLObjectType, field: GraphQLField, below: FieldDetailsList) -> Column | None:
        definition = definition_of(field)
        if definition is None or field.args:
            return None
        found = self._columns.get("id" if _is_identity(field, type_) else definition.python_name)
        if isinstance(found, Reference):
            of = get_named_type(field.type)
            if not is_object_type(of):
                return None
            return found.column(each[0].node.name.value for each in self._collected(of, below).values())
        return found

    def _collected(self, type_: Any, selected: FieldDetailsList) -> GroupedFieldSet:  # noqa: ANN401 - an object type
        return self._executor.collect_subfields(type_, selected).grouped_field_set


def _columns(field: GraphQLField) -> Columns | None:
    definition = definition_of(field)
    if definition is None or definition.extensions or definition.base_resolver is None:
        return None
    return columns_of(definition.base_resolver.wrapped_func)


def _is_identity(field: GraphQLField, type_: GraphQLObjectType) -> bool:
    return identity_of(field, classes_of(type_)) is not None


def _type_of(executor: Executor[Any], parent: GraphQLObjectType, selected: FieldDetailsList) -> Any:  # noqa: ANN401 - an object type
    field = executor.schema.get_field(parent, selected[0].node.name.value)
    assert field is not None, "the document is valid"
    return get_named_type(field.type)

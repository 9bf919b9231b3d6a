"""Selections as compiled functions: from an object straight to its part of the response.

A shape is one selection on one object type. Its function reads plain attributes (see `attributes.py`) and derived
fields (see `schema/selections/derived.py`), completes them as graphql-core's `complete_value` does (leaves, lists,
objects below) and builds the dictionary. Fields that it cannot read (resolvers, abstract types) are left to the
executor; their keys hold None until then, so that all keys are in the order of the specification.

Rule: the function either returns what the executor would return, or raises. It has no effects and reports nothing: at
any exception its caller completes the whole object again with the executor, which reports the error at its place, or
accepts what is merely unusual (a subclass, a string for an Int).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLLeafType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from strawberry.relay import to_base64

from app.web.graphql.fast.attributes import attribute_of, classes_of, definition_of, identity_of
from app.web.graphql.fast.generated import GeneratedFunctions, Lines
from app.web.graphql.fast.internals import FieldDetailsList, GroupedFieldSet, get_strawberry_type_cast
from app.web.graphql.fast.leaves import leaf_lines
from app.web.graphql.fast.resolvers import Derive, Resolver, derived_by, direct_resolver
from schema.selections.derived import Derivation
from schema.selections.rows import Column, Columns

# Returns the fields that are selected below these on objects of the type.
Collect = Callable[[GraphQLObjectType, FieldDetailsList], GroupedFieldSet]


class Cell(NamedTuple):
    """One selected field of a row: its place in the row, and whether it is Relay's global id of the value there."""

    place: int
    field: GraphQLField
    is_identity: bool


@dataclass(frozen=True, slots=True)
class ResolvedField:
    """A field that needs its resolver; `resolve` and `complete` are None where the executor has to do it."""

    name: str  # in the response
    selected: FieldDetailsList
    nodes: list[FieldNode]
    field: GraphQLField
    resolve: Resolver | None
    complete: Callable[[Any], Any] | None  # raises as the one of a shape


@dataclass(frozen=True, slots=True)
class Shape:
    """One selection on one type."""

    type: GraphQLObjectType
    complete: Callable[[Any], dict[str, Any]]  # raises anything where the executor has to do it
    links: tuple[ResolvedField, ...]  # what is resolved after it

    def try_complete(self, source: object) -> dict[str, Any] | None:
        """Return the plain fields of the object; None where anything is unusual."""
        try:
            return self.complete(source)
        except Exception:  # noqa: BLE001 - graphql-core raises the same again, and reports it
            return None


Shapes = dict[tuple[GraphQLObjectType, int], Shape | None]


class ShapeCompiler:
    """Generates the function of a selection, and of the selections below."""

    def __init__(self, schema: GraphQLSchema, collect: Collect, known: Shapes) -> None:
        """Take the shapes that are `known`: they stand for their selections wherever those are found."""
        self._schema, self._collect, self._known = schema, collect, known
        generated = GeneratedFunctions(cast_of=get_strawberry_type_cast, to_base64=to_base64)
        self._constant, self._function = generated.constant, generated.function

    def compile(self, type_: GraphQLObjectType, selected: FieldDetailsList) -> Shape | None:
        """Return the shape of a selection; None where the executor has to do it all."""
        known = self._known.get((type_, id(selected)))
        if known is not None:
            return known
        classes = classes_of(type_)
        if not classes:
            return None
        lines = [f"if type(source) not in {self._constant(frozenset(classes))}: raise FallBack"]
        if type_.is_type_of:  # Strawberry's own: true for the class itself, unless the object was cast
            lines.append("if cast_of(source) is not None: raise FallBack")
        entries: Lines = []
        links: list[ResolvedField] = []
        for name, below in self._collect(type_, selected).items():
            value = f"value_{len(entries)}"
            read = self._field_lines(value, type_, below, classes)
            if read is None:
                field = self._field(type_, below)
                if field is None:  # graphql-core leaves such a field out
                    return None
                links.append(self._link(name, field, below))
            lines += read or []
            entries.append(f"{name!r}: {value if read else None}")
        return Shape(type_, self._function("source", [*lines, f"return {{{', '.join(entries)}}}"]), tuple(links))

    def compile_row(
        self,
        type_: GraphQLObjectType,
        selected: FieldDetailsList,
        cells: Mapping[str, Cell | None],
        columns: Sequence[Column],
    ) -> Shape | None:
        """Return the shape that completes rows of these columns; None where a value has no compiled form."""
        variables = "".join(f"column_{place}, " for place in range(len(columns)))
        lines = ["if type(source) is not tuple: raise FallBack", f"{variables}= source" if columns else ""]
        below = self._collect(type_, selected)
        entries: Lines = []
        for name, cell in cells.items():
            if cell is None:
                entries.append(f"{name!r}: {type_.name!r}")
                continue
            value, convert = f"value_{len(entries)}", columns[cell.place].convert
            read = f"column_{cell.place}"
            lines.append(f"{value} = {self._constant(convert)}({read})" if convert else f"{value} = {read}")
            if cell.is_identity:
                lines.append(f"{value} = to_base64({type_.name!r}, {value})")
            else:
                completed = self._value_lines(value, cell.field.type, below[name])
                if completed is None:
                    return None
                lines += completed
            entries.append(f"{name!r}: {value}")
        return Shape(type_, self._function("source", [*lines, f"return {{{', '.join(entries)}}}"]), ())

    def _field(self, parent: GraphQLObjectType, selected: FieldDetailsList) -> GraphQLField | None:
        return self._schema.get_field(parent, selected[0].node.name.value)

    def _link(self, name: str, field: GraphQLField, selected: FieldDetailsList) -> ResolvedField:
        resolve = direct_resolver(field, self._schema)
        lines = self._value_lines("item", field.type, selected) if resolve else None
        return ResolvedField(
            name,
            selected,
            [each.node for each in selected],
            field,
            resolve,
            None if lines is None else self._function("item", [*lines, "return item"]),
        )

    def _field_lines(
        self, value: str, parent: GraphQLObjectType, selected: FieldDetailsList, classes: tuple[type, ...]
    ) -> Lines | None:
        name = selected[0].node.name.value
        if name == "__typename":
            return [f"{value} = {parent.name!r}"]
        field = self._field(parent, selected)
        if field is None:
            return None
        if attribute := attribute_of(field, classes):
            below = self._value_lines(value, field.type, selected)
            return None if below is None else [f"{value} = source.{attribute}", *below]
        if derived := derived_by(field, self._schema):
            return self._derived_lines(value, field, selected, *derived)
        if attribute := identity_of(field, classes):
            return [
                f"{value} = source.{attribute}",
                f"if type({value}) is not str: raise FallBack",
                f"{value} = to_base64({parent.name!r}, {value})",
            ]
        return None

    def _derived_lines(
        self, value: str, field: GraphQLField, selected: FieldDetailsList, derive: Derive, derivation: Derivation
    ) -> Lines | None:
        named = field.type.of_type if is_non_null_type(field.type) else field.type
        complete = self._complete_domain(named, selected, derivation) if is_object_type(named) else None
        if complete is None:
            below = self._value_lines(value, field.type, selected)
            return None if below is None else [f"{value} = {self._constant(derive)}(source)", *below]
        present = f"{value} = {self._constant(complete)}({value})"  # raises for None
        return [
            f"{value} = {self._constant(derivation.domain)}(source)",
            present if is_non_null_type(field.type) else f"if {value} is not None: {present}",
        ]

    def _complete_domain(
        self, type_: GraphQLObjectType, selected: FieldDetailsList, derivation: Derivation
    ) -> Callable[[Any], Any] | None:
        """Return the function that completes the domain's object itself; None where a field has no column."""
        lines: Lines = []
        entries: Lines = []
        for name, below in self._collect(type_, selected).items():
            value = f"value_{len(entries)}"
            read = self._column_lines(value, type_, below, derivation.columns or {})
            if read is None:
                return None
            lines += read
            entries.append(f"{name!r}: {value}")
        return self._function("domain", [*lines, f"return {{{', '.join(entries)}}}"])

    def _column_lines(
        self, value: str, type_: GraphQLObjectType, selected: FieldDetailsList, columns: Columns
    ) -> Lines | None:
        if selected[0].node.name.value == "__typename":
            return [f"{value} = {type_.name!r}"]
        field = self._field(type_, selected)
        definition = definition_of(field) if field else None
        if field is None or definition is None or field.args:
            return None
        is_identity = identity_of(field, classes_of(type_)) is not None
        column = columns.get("id" if is_identity else definition.python_name)
        if not isinstance(column, Column) or column.load is not None:
            return None
        read = f"domain.{column.attribute}"
        lines = [f"{value} = {self._constant(column.convert)}({read})" if column.convert else f"{value} = {read}"]
        if is_identity:
            return [*lines, f"{value} = to_base64({type_.name!r}, {value})"]
        below = self._value_lines(value, field.type, selected)
        return None if below is None else [*lines, *below]

    def _value_lines(self, value: str, type_: GraphQLOutputType, selected: FieldDetailsList) -> Lines | None:
        """Return lines that replace the value by its completed form; None where only the executor can do it."""
        if is_non_null_type(type_):  # no lines for a non-null type let None pass
            return self._present_lines(value, type_.of_type, selected)
        lines = self._present_lines(value, type_, selected)
        return None if lines is None else [f"if {value} is not None:", *(f"    {line}" for line in lines)]

    def _present_lines(self, value: str, type_: Any, selected: FieldDetailsList) -> Lines | None:  # noqa: ANN401 - the union of the five kinds below
        if is_leaf_type(type_):
            return self._leaf_lines(value, type_)
        if is_list_type(type_):
            return self._list_lines(value, type_, selected)
        if is_object_type(type_):
            shape = self.compile(type_, selected)
            return None if shape is None or shape.links else [f"{value} = {self._constant(shape.complete)}({value})"]
        return None

    def _leaf_lines(self, value: str, type_: GraphQLLeafType) -> Lines | None:
        return leaf_lines(value, type_, self._constant)

    def _list_lines(self, value: str, type_: GraphQLList[Any], selected: FieldDetailsList) -> Lines | None:
        check = f"if type({value}) is not list and type({value}) is not tuple: raise FallBack"
        item = type_.of_type
        if is_abstract_type(item.of_type if is_non_null_type(item) else item):
            return [check, f"if {value}: raise FallBack", f"{value} = []"]
        lines = self._value_lines("item", item, selected)
        if lines is None:
            return None
        complete = self._constant(self._function("item", [*lines, "return item"]))
        return [check, f"{value} = [{complete}(each) for each in {value}]"]

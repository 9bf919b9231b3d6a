"""The cost of an operation, computed before execution from the sizes that it requests (ADR 28).

The unit is one plain field of one object. The schema declares the costs of its fields in their `extensions`:

- `costWeight`: the field itself, once; 1 by default
- `costEntryWeight`: each entry of its list or page, besides what is selected of it
- `costSize`: the number of entries: a number, the name of an argument (`first`, `ids`), the path of a list within one
  (`input.lines`), or `page`, the size of the field above. The default is the longest list that an input may have.

An operation is compiled once into a formula, which is a number unless sizes come from variables. It is a bound, not an
estimate: @skip and @include are taken to let everything through, fragments on different types to apply all, pages to be
full. What was returned costs less: see `returned_cost.py`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from operator import itemgetter
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from app.web.graphql.transport.documents.introspection import introspection_sizes
from app.web.graphql.transport.documents.returned_cost import Selected, SelectedField, Variables
from app.web.graphql.transport.limits import Limits

WEIGHT, ENTRY_WEIGHT, SIZE = "costWeight", "costEntryWeight", "costSize"  # the names in `extensions`
PAGE = "page"
INTROSPECTION = 0.3  # of a field: most of what tools select of types is null

Size = int | float | Callable[[Variables], int | float]

_NOTHING: Variables = {}


@dataclass(frozen=True, slots=True)
class Cost:
    """A constant, and costs per entry of lists whose sizes are in the variables."""

    constant: float
    parts: tuple[tuple[Callable[[Variables], int | float], "Cost"], ...] = ()

    def of(self, variables: Variables | None) -> int:
        """Return the cost with these variables, which need not be valid."""
        return ceil(self.sum(variables or _NOTHING) if self.parts else self.constant)

    def sum(self, variables: Variables) -> float:
        """Return the same, not rounded."""
        total = self.constant
        for size, each in self.parts:
            total += size(variables) * (each.sum(variables) if each.parts else each.constant)
        return total

    @classmethod
    def all(cls, costs: Iterable["Cost"]) -> "Cost":
        """Return the cost of all of them."""
        found = tuple(costs)
        return cls(sum(each.constant for each in found), tuple(part for each in found for part in each.parts))

    def times(self, size: Size) -> "Cost":
        """Return the cost of so many times this."""
        if callable(size):
            return Cost(0, ((size, self),))
        return Cost(self.constant * size, tuple((each, cost.times(size)) for each, cost in self.parts))


def too_expensive(cost: int, maximum: int, heaviest: str, node: OperationDefinitionNode) -> GraphQLError:
    """Return the error of an operation that exceeds the maximum cost."""
    return GraphQLError(
        f"The operation may cost {cost:,}; at most {maximum:,} is allowed. Most of it is '{heaviest}': ask there for "
        "fewer entries (`first`, fewer lines or ids) or fewer fields, or in several operations.",
        node,
        extensions={"code": "COST_EXCEEDED", "cost": cost, "maximum": maximum, "heaviest": heaviest},
    )


class CostCompiler:
    """Computes the cost of one operation that is valid and within the limits, so that its expanded fields are few."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        limits: Limits,
    ) -> None:
        self._schema: Any = schema  # its types are as the valid document says
        self._operation, self._fragments, self._limits = operation, fragments, limits
        self._defaults = {each.variable.name.value: each.default_value for each in operation.variable_definitions or ()}

    def cost(self) -> Cost:
        """Return the formula."""
        return self._selections(self._operation.selection_set, self._root(), 1)

    def selected(self) -> Selected:
        """Return what counts the cost of a result."""
        return self._selected(self._operation.selection_set, self._root())

    def heaviest(self, variables: Variables | None) -> str:
        """Return the path of the most expensive field, as deep as one field makes more than half of the cost."""
        path: list[str] = []
        selections: SelectionSetNode | None = self._operation.selection_set
        parent: Any = self._root()
        page: Size = 1
        while True:
            costs = [
                (self._field(each, type_, page).of(variables), each, type_)
                for each, type_ in self._fields(selections, parent)
            ]
            share, node, type_ = max(costs, key=itemgetter(0), default=(0, None, None))
            if node is None or (path and share * 2 < sum(each for each, _, _ in costs)):
                return ".".join(path)
            path.append(node.alias.value if node.alias else node.name.value)
            field: Any = self._schema.get_field(type_, node.name.value)
            page = self._size(field, node, type_, page)
            selections, parent = node.selection_set, get_named_type(field.type)

    def _root(self) -> Any:  # noqa: ANN401 - any composite type
        return self._schema.get_root_type(self._operation.operation)

    def _selections(self, selections: SelectionSetNode | None, parent: Any, page: Size) -> Cost:  # noqa: ANN401 - any composite type
        return Cost.all(self._field(node, type_, page) for node, type_ in self._fields(selections, parent))

    def _fields(self, selections: SelectionSetNode | None, parent: Any) -> Iterator[tuple[FieldNode, Any]]:  # noqa: ANN401 - any composite type
        """Yield the fields of a selection, fragments expanded, with the type that each belongs to."""
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                yield node, parent
                continue
            fragment = self._fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            assert isinstance(fragment, FragmentDefinitionNode | InlineFragmentNode)
            condition = fragment.type_condition
            type_ = self._schema.get_type(condition.name.value) if condition else parent
            yield from self._fields(fragment.selection_set, type_)

    def _field(self, node: FieldNode, parent: Any, page: Size) -> Cost:  # noqa: ANN401 - any composite type
        field = self._schema.get_field(parent, node.name.value)
        assert field is not None, "the document is valid"
        least = INTROSPECTION if parent.name.startswith("__") else 1
        own = Cost(field.extensions.get(WEIGHT, least))
        size = self._size(field, node, parent, page)
        below = get_named_type(field.type)
        if is_list_type(get_nullable_type(field.type)):
            entry = Cost(field.extensions.get(ENTRY_WEIGHT, least))
            return Cost.all((own, Cost.all((entry, self._selections(node.selection_set, below, 1))).times(size)))
        entries = Cost(field.extensions.get(ENTRY_WEIGHT, 0)).times(size)
        return Cost.all((own, entries, self._selections(node.selection_set, below, size)))

    def _selected(self, selections: SelectionSetNode | None, parent: Any) -> Selected:  # noqa: ANN401 - any composite type
        return Selected.all([self._selected_field(node, type_) for node, type_ in self._fields(selections, parent)])

    def _selected_field(self, node: FieldNode, parent: Any) -> Selected:  # noqa: ANN401 - any composite type
        """Return a field with the lists below it. Those of leaves, and of the schema itself, count as full."""
        field = self._schema.get_field(parent, node.name.value)
        named = get_named_type(field.type)
        if node.selection_set is None or named.name.startswith("__"):
            return Selected(self._field(node, parent, 0).sum(_NOTHING))
        own = Cost(field.extensions.get(WEIGHT, 1)).constant
        below = self._selected(node.selection_set, named)
        name = node.alias.value if node.alias else node.name.value
        if is_list_type(get_nullable_type(field.type)):
            return Selected(
                own, (SelectedField(name, is_list=True, entry=field.extensions.get(ENTRY_WEIGHT, 1), below=below),)
            )
        lines = Cost(field.extensions.get(ENTRY_WEIGHT, 0)).times(self._size(field, node, parent, 1))
        fields = (SelectedField(name, is_list=False, entry=0, below=Selected(0, below.fields)),) if below.fields else ()
        return Selected(own + below.constant + lines.constant, fields, (lines.sum,) if lines.parts else ())

    def _size(self, field: GraphQLField, node: FieldNode, parent: Any, page: Size) -> Size:  # noqa: ANN401 - any composite type
        size = field.extensions.get(SIZE)
        if size is None:
            if parent.name.startswith("__"):
                return introspection_sizes(self._schema).get(f"{parent.name}.{node.name.value}", 1)
            return self._limits.max_list_entries if is_list_type(get_nullable_type(field.type)) else 1
        if size == PAGE:
            return page
        return self._asked(field, node, size) if isinstance(size, str) else float(size)

    def _asked(self, field: GraphQLField, node: FieldNode, path: str) -> Size:
        name, *steps = path.split(".")
        given = {each.name.value: each.value for each in node.arguments or ()}.get(name)
        if given is None:
            default = field.args[name].default_value
            return self._whole(None if default is Undefined else default)
        return self._of_value(given, steps)

    def _of_value(self, value: ValueNode, steps: list[str]) -> Size:
        if isinstance(value, VariableNode):
            return self._of_variable(value.name.value, steps)
        if isinstance(value, ObjectValueNode) and steps:
            below = {each.name.value: each.value for each in value.fields}.get(steps[0])
            return self._whole(None) if below is None else self._of_value(below, steps[1:])
        if isinstance(value, ListValueNode):
            return len(value.values)
        if isinstance(value, NullValueNode):
            return self._whole(None)
        return self._whole(int(value.value)) if isinstance(value, IntValueNode) else 1

    def _of_variable(self, name: str, steps: list[str]) -> Size:
        whole = self._whole
        default = self._defaults.get(name)
        otherwise = whole(None) if default is None else self._of_value(default, steps)

        def size(variables: Variables) -> int | float:
            if name not in variables:
                return otherwise  # type: ignore[return-value] # a default has no variables within
            value = variables[name]
            for step in steps:
                value = value.get(step) if isinstance(value, dict) else None
            return whole(value)

        return size

    def _whole(self, value: object) -> int:
        """Return how many entries a number or a list asks for. A value out of range is refused by its own rule."""
        if isinstance(value, list):
            return len(value)
        if isinstance(value, int | float):
            return int(min(max(value, 0), self._limits.max_page_entries))
        return self._limits.max_list_entries if value is None else 1  # without a list, all entries may be returned

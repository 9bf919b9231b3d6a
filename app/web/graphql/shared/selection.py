"""What a subscription selects of its events, in one form for all who select the same.

Rule: two selections are equal only where every event gives both the same response. What the arguments of the root field
say decides which events there are, and is no part of it.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    Node,
    SelectionSetNode,
    VariableNode,
    Visitor,
    get_named_type,
    print_ast,
    visit,
)

from app.web.graphql.transport.documents.cache import PreparedOperation

PERSONAL = "personal"  # in the extensions of a field: its result may depend on who asks, beyond what they see


class EventSelection(NamedTuple):
    """The selection of a subscription below its root field."""

    text: str  # canonical, with the names of the field and of the response, fragments, and types of variables
    variables: tuple[str, ...]  # used within
    is_personal: bool

    def key(self, variables: Mapping[str, Any] | None) -> tuple[str, str]:
        """Return what is equal for equal selections with equal values of the variables within."""
        given = variables or {}
        return self.text, repr([(name, given[name]) for name in self.variables if name in given])


def selection_of(operation: PreparedOperation, schema: GraphQLSchema) -> EventSelection | None:
    """Return the selection of a subscription; None of an unusual one: with directives or fragments at its root."""
    if EventSelection not in operation.notes:
        operation.notes[EventSelection] = _selection_of(operation, schema)
    found: EventSelection | None = operation.notes[EventSelection]
    return found


def _selection_of(operation: PreparedOperation, schema: GraphQLSchema) -> EventSelection | None:
    node, *others = operation.node.selection_set.selections
    if others or not isinstance(node, FieldNode) or node.directives or operation.node.directives:
        return None
    field = schema.get_field(schema.subscription_type, node.name.value) if schema.subscription_type else None
    if field is None:
        return None
    walk = _Walk(schema, operation.fragments)
    if node.selection_set:
        walk.look(node.selection_set, get_named_type(field.type))
    below: list[Node] = [node.selection_set] if node.selection_set else []
    below += [walk.fragments[name] for name in sorted(walk.fragments)]
    used = _Variables()
    for each in below:
        visit(each, used)
    declared = {each.variable.name.value: each for each in operation.node.variable_definitions or ()}
    texts = [*map(print_ast, below), *(print_ast(declared[name]) for name in sorted(used.names))]
    name = f"{node.alias.value if node.alias else node.name.value}: {node.name.value}"
    return EventSelection("\n".join([name, *texts]), tuple(sorted(used.names)), walk.is_personal)


class _Walk:
    """One walk through the selection: the fragments that it reaches, and whether a field is personal."""

    def __init__(self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._schema, self._known = schema, fragments
        self.fragments: dict[str, FragmentDefinitionNode] = {}
        self.is_personal = False

    def look(self, selections: SelectionSetNode, parent: Any) -> None:  # noqa: ANN401 - any composite type
        for node in selections.selections:
            if isinstance(node, FieldNode):
                self._field(node, parent)
            elif isinstance(node, InlineFragmentNode):
                named = node.type_condition.name.value if node.type_condition else None
                self.look(node.selection_set, self._schema.get_type(named) if named else parent)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in self.fragments:
                fragment = self.fragments[node.name.value] = self._known[node.name.value]
                self.look(fragment.selection_set, self._schema.get_type(fragment.type_condition.name.value))

    def _field(self, node: FieldNode, parent: Any) -> None:  # noqa: ANN401 - any composite type
        field = self._schema.get_field(parent, node.name.value)
        if field is None:  # of a fragment on another type, through an interface
            return
        self.is_personal = self.is_personal or bool(field.extensions.get(PERSONAL))
        if node.selection_set:
            self.look(node.selection_set, get_named_type(field.type))


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: Any) -> None:  # noqa: ANN401 - graphql-core's own
        self.names.add(node.name.value)

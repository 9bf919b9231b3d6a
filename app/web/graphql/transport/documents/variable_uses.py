"""The uses of an operation's values: its literals, and each place of its variables.

Rule: the walk is linear in the document; each fragment is walked once.
"""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInputType,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_input_object_type,
    is_list_type,
)

# Called with each literal: the argument's name, its type, its extensions in the schema, and the literal.
Literal = Callable[[str, GraphQLInputType, Mapping[str, Any], ValueNode], None]


class Uses:
    """Finds the literals and the uses of variables: name, type and the extensions of the place in the schema."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        literal: Literal,
    ) -> None:
        self._schema, self._fragments, self._literal = schema, fragments, literal
        self._seen: set[str] = set()
        self.variables: list[tuple[str, GraphQLInputType, Mapping[str, Any]]] = []

    def operation(self, node: OperationDefinitionNode) -> None:
        """Walk a valid operation."""
        self._selections(node.selection_set, self._schema.get_root_type(node.operation))

    def _selections(self, selections: SelectionSetNode | None, parent: Any) -> None:  # noqa: ANN401 - any composite type
        for node in selections.selections if selections else ():
            self._directives(node.directives)
            if isinstance(node, FieldNode):
                self._field(node, parent)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                self._selections(
                    node.selection_set, self._schema.get_type(condition.name.value) if condition else parent
                )
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in self._seen:
                self._seen.add(node.name.value)
                fragment = self._fragments[node.name.value]
                self._selections(fragment.selection_set, self._schema.get_type(fragment.type_condition.name.value))

    def _field(self, node: FieldNode, parent: Any) -> None:  # noqa: ANN401 - any composite type
        field = self._schema.get_field(parent, node.name.value)
        assert field is not None, "the document is valid"
        for argument in node.arguments or ():
            declared = field.args[argument.name.value]
            self._value(argument.name.value, declared.type, declared.extensions, argument.value)
        if node.selection_set:
            self._selections(node.selection_set, get_named_type(field.type))

    def _directives(self, nodes: tuple[DirectiveNode, ...] | None) -> None:
        for node in nodes or ():
            directive = self._schema.get_directive(node.name.value)
            for argument in node.arguments or () if directive else ():
                declared = directive.args[argument.name.value]  # type: ignore[union-attr] # it is there
                self._value(argument.name.value, declared.type, declared.extensions, argument.value)

    def _value(self, name: str, type_: GraphQLInputType, limits: Mapping[str, Any], node: ValueNode) -> None:
        if isinstance(node, VariableNode):
            self.variables.append((node.name.value, type_, limits))
            return
        self._literal(name, type_, limits, node)
        self._variables_within(type_, limits, node)

    def _variables_within(self, type_: Any, limits: Mapping[str, Any], node: ValueNode) -> None:  # noqa: ANN401 - any input type
        nullable: Any = get_nullable_type(type_)
        if isinstance(node, VariableNode):
            self.variables.append((node.name.value, type_, limits))
        elif isinstance(node, ListValueNode):
            below = nullable.of_type if is_list_type(nullable) else nullable
            for each in node.values:
                self._variables_within(below, limits, each)
        elif isinstance(node, ObjectValueNode) and is_input_object_type(get_named_type(nullable)):
            fields: Any = get_named_type(nullable)
            for member in node.fields:
                declared = fields.fields[member.name.value]
                self._variables_within(declared.type, declared.extensions, member.value)

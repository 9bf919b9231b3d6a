"""The scopes that an operation needs, found once per document and compared with the caller's before execution (ADR 39).

The schema declares them in `extensions`:

- `scope` of a field of the root: what selecting it needs; `scopes` of any field: several
- `scope` of an object type: what selecting a field that returns it needs
- `nodeScope` of an object type: what naming it in a fragment needs where the field above returns an interface, so that
  the object could be of any type. Which one it is, only the resolver learns, and has to check.

Rule: an operation that needs a scope which the caller lacks is not executed, whatever @skip and @include say.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_object_type,
)

SCOPE, SCOPES, NODE_SCOPE = "scope", "scopes", "nodeScope"  # the names in `extensions`
_DESCRIPTIONS = frozenset({"__schema", "__type"})


class Scoped(Protocol):
    """The context of an operation, as far as scopes go."""

    @property
    def scopes(self) -> frozenset[str]:
        """What the caller may do."""

    @property
    def documents_only(self) -> bool:
        """Whether the caller may run trusted documents only."""


class Place(NamedTuple):
    """The first field that needs a scope."""

    path: str  # with aliases, as the response would have it
    node: FieldNode


class Requirements(NamedTuple):
    """The scopes that an operation needs, and where."""

    scopes: frozenset[str]
    places: Mapping[str, Place]

    def missing(self, scopes: frozenset[str]) -> list[GraphQLError]:
        """Return an error for each scope that is not among these."""
        return [_error(scope, place) for scope, place in self.places.items() if scope not in scopes]


class ScopeCompiler:
    """Finds what operations of one schema need. Descriptions of the schema itself may need a scope, too."""

    def __init__(self, schema: GraphQLSchema, *, introspection_scope: str | None = None) -> None:
        self.schema: Any = schema  # its types are as the valid document says
        self.introspection_scope = introspection_scope

    def requirements(
        self, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
    ) -> Requirements:
        """Return what an operation of a valid document needs."""
        search = _Search(self, fragments)
        search.look(operation.selection_set, self.schema.get_root_type(operation.operation), "")
        return Requirements(frozenset(search.places), search.places)


class _Search:
    """One walk through an operation, fragments expanded."""

    def __init__(self, compiler: ScopeCompiler, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._schema, self._introspection_scope = compiler.schema, compiler.introspection_scope
        self._fragments = fragments
        self.places: dict[str, Place] = {}

    def look(
        self,
        selections: SelectionSetNode,
        type_: Any,  # noqa: ANN401 - any composite type
        path: str,
        above: FieldNode | None = None,
    ) -> None:
        """Note what the selections need. `type_` is what the object is, or the interface that the field returns."""
        for node in selections.selections:
            if isinstance(node, FieldNode):
                self._field(node, type_, path)
                continue
            fragment = self._fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            assert isinstance(fragment, FragmentDefinitionNode | InlineFragmentNode)
            self.look(fragment.selection_set, self._narrowed(type_, fragment, path, above), path, above)

    def _narrowed(
        self,
        type_: Any,  # noqa: ANN401 - any composite type
        fragment: FragmentDefinitionNode | InlineFragmentNode,
        path: str,
        above: FieldNode | None,
    ) -> Any:  # noqa: ANN401 - any composite type
        """Return what the object is within the fragment: it stays what it is, or becomes what an interface may be."""
        condition = fragment.type_condition
        named = self._schema.get_type(condition.name.value) if condition else type_
        if is_object_type(type_) or not is_object_type(named):
            return type_ if is_object_type(type_) else named
        if above is not None:
            self._need(named.extensions.get(NODE_SCOPE), above, path)
        return named

    def _field(self, node: FieldNode, parent: Any, path: str) -> None:  # noqa: ANN401 - any composite type
        name = node.name.value
        here = f"{path}.{node.alias.value if node.alias else name}".removeprefix(".")
        if name in _DESCRIPTIONS:
            self._need(self._introspection_scope, node, here)
            return
        field = self._schema.get_field(parent, name)
        if field is None:  # of a fragment on another type, through an interface: no object is both
            return
        below = get_named_type(field.type)
        for scope in (field.extensions.get(SCOPE), *field.extensions.get(SCOPES, ())):
            self._need(scope, node, here)
        self._need(below.extensions.get(SCOPE), node, here)
        if node.selection_set:
            self.look(node.selection_set, below, here, node)

    def _need(self, scope: str | None, node: FieldNode, path: str) -> None:
        if scope is not None and scope not in self.places:
            self.places[scope] = Place(path, node)


def _error(scope: str, place: Place) -> GraphQLError:
    return GraphQLError(
        f"The scope {scope} is missing: '{place.path}' needs it.",
        place.node,
        extensions={"code": "FORBIDDEN", "scope": scope, "field": place.path},
    )

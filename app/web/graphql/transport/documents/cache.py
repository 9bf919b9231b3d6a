"""The cache of prepared documents: parsed, within the limits, and valid.

Rule: the executor only runs documents of this cache. It is bounded by number and by characters, and keeps no invalid
document, so that a client cannot fill it with garbled ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import strawberry
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    TypeNode,
    parse,
    specified_rules,
)

from app.web.graphql.transport.documents.bounds import Bounds, BoundsCompiler
from app.web.graphql.transport.documents.complexity import excesses
from app.web.graphql.transport.documents.cost import Cost, CostCompiler, too_expensive
from app.web.graphql.transport.documents.returned_cost import Selected, returned_cost
from app.web.graphql.transport.documents.scopes import Requirements, ScopeCompiler
from app.web.graphql.transport.documents.variable_uses import Uses
from app.web.graphql.transport.limits import Limits
from app.web.graphql.transport.request import hash_of
from schema.core import core_schema, validate_document

_DESCRIBES = frozenset({"__schema", "__type"})


class Rejected(Exception):
    """The operation never started: its document or its variables are invalid."""

    def __init__(self, *errors: GraphQLError) -> None:
        self.errors = errors
        super().__init__(*(error.message for error in errors))


class OutOfScope(Rejected):
    """The caller lacks a scope that the operation needs."""

    document: "ParsedDocument | None" = None  # what it wanted to run, for records


class Compilers(NamedTuple):
    """What finds out about operations of one schema, and whether there is a maximum of their cost."""

    bounds: BoundsCompiler
    scopes: ScopeCompiler
    has_max_cost: bool = True


class PreparedOperation:
    """One operation of a valid document: its kind, its scopes, its bounds and its cost."""

    def __init__(
        self, node: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode], compilers: Compilers
    ) -> None:
        self.type = node.operation
        self.name = _name(node)
        self.notes: dict[object, Any] = {}  # what others find out about it once, by who did
        self.node, self.fragments = node, fragments
        self._compiler, self._scopes, self._has_max_cost = compilers

    @cached_property
    def describes_schema(self) -> bool:
        """Whether it selects nothing but introspection. A query for `__typename` alone does not count."""
        selected = self.node.selection_set.selections
        names = {each.name.value for each in selected if isinstance(each, FieldNode)}
        is_plain = all(isinstance(each, FieldNode) for each in selected)
        return is_plain and bool(names & _DESCRIBES) and names <= _DESCRIBES | {"__typename"}

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The names of its root fields, as far as they stand in the operation itself."""
        selected = self.node.selection_set.selections
        return tuple(dict.fromkeys(each.name.value for each in selected if isinstance(each, FieldNode)))

    @cached_property
    def variables(self) -> Mapping[str, TypeNode]:
        """The types of its variables, by name."""
        return {each.variable.name.value: each.type for each in self.node.variable_definitions or ()}

    @cached_property
    def variable_uses(self) -> Sequence[tuple[str, Mapping[str, Any]]]:
        """Where its variables are used: the name of each, with the extensions of the argument or input field."""
        uses = Uses(self._compiler.schema, self.fragments, lambda *_: None)
        uses.operation(self.node)
        return [(name, extensions) for name, _, extensions in uses.variables]

    @cached_property
    def requirements(self) -> Requirements:
        """The scopes that it needs."""
        return self._scopes.requirements(self.node, self.fragments)

    @property
    def max_cost(self) -> int:
        """The maximum cost."""
        return self._compiler.limits.max_cost

    @cached_property
    def _bounds(self) -> Bounds:
        return self._compiler.bounds(self.node, self.fragments)

    @cached_property
    def _costs(self) -> CostCompiler:
        return CostCompiler(self._compiler.schema, self.node, self.fragments, self._compiler.limits)

    @cached_property
    def _cost(self) -> Cost:
        return self._costs.cost()

    def cost(self, variables: Mapping[str, Any] | None) -> int:
        """Return the cost with these variables; raise Rejected where they are too large, or it exceeds the maximum."""
        try:
            error = self._bounds.error(variables)
        except GraphQLError as literal:
            error = literal
        if error is not None:
            raise Rejected(error)
        cost = self._cost.of(variables)
        if cost > self.max_cost and self._has_max_cost:
            raise Rejected(self.too_expensive(variables, cost, maximum=self.max_cost))
        return cost

    def unchecked_cost(self, variables: Mapping[str, Any] | None) -> int:
        """Return the cost with these variables, whatever they are: for records alone."""
        return self._cost.of(variables)

    def too_expensive(self, variables: Mapping[str, Any] | None, cost: int, *, maximum: int) -> GraphQLError:
        """Return the error of an operation that costs more than a maximum."""
        return too_expensive(cost, maximum, self._costs.heaviest(variables), self.node)

    @cached_property
    def _selected(self) -> Selected:
        return self._costs.selected()

    def returned_cost(
        self, variables: Mapping[str, Any] | None, data: Mapping[str, Any] | None, *, requested: int
    ) -> int:
        """Return the cost of what was returned, `requested` at most."""
        return requested if data is None else returned_cost(self._selected, variables or {}, data, requested=requested)


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A valid document and its operations, by name."""

    text: str
    sha256: str  # of the text, in hexadecimal digits
    ast: DocumentNode
    operations: Mapping[str | None, PreparedOperation]
    only: PreparedOperation | None  # where there are no others
    is_conditional: bool  # whether directives such as @skip may decide which fields are selected
    plans: dict[str | None, Any] = field(default_factory=dict)  # what compiled execution keeps, by operation

    def operation(self, name: str | None) -> PreparedOperation:
        """Return the named (or only) operation; raise Rejected when there is no such choice."""
        if name is None and self.only is not None:
            return self.only
        found = self.operations.get(name)
        if found is not None:
            return found
        if name is None:
            raise Rejected(GraphQLError("The document has several operations: 'operationName' must choose one."))
        raise Rejected(GraphQLError(f"Unknown operation named '{name[:100]}'."))


class DocumentCache:
    """The documents in use; the least recently used is evicted first.

    Documents that are trusted have no maximum of their cost.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        limits: Limits,
        *,
        introspection_scope: str | None = None,
        are_trusted: bool = False,
    ) -> None:
        self._schema = core_schema(schema)
        self._limits = limits
        self._compilers = Compilers(
            BoundsCompiler(self._schema, limits),
            ScopeCompiler(self._schema, introspection_scope=introspection_scope),
            has_max_cost=not are_trusted,
        )
        self._documents: dict[str, ParsedDocument] = {}
        self._characters = 0
        self.hits = self.misses = 0

    def __len__(self) -> int:
        return len(self._documents)

    def known(self, text: str) -> ParsedDocument | None:
        """Return a prepared document without preparing it."""
        return self._documents.get(text)

    def get(self, text: str) -> ParsedDocument:
        """Return the prepared document; raise Rejected for syntax, limits and validation."""
        document = self._documents.pop(text, None)
        if document is not None:
            self.hits += 1
        else:
            self.misses += 1
            document = self._prepare(text)
            self._characters += len(text)
            self._make_room()
        # Re-inserted at the end: a dict keeps insertion order, which makes it the order of last use.
        self._documents[text] = document
        return document

    def problems(self, text: str) -> list[str]:
        """Return why a document would be rejected, in sentences; nothing where it would not."""
        try:
            self._prepare(text)
        except Rejected as rejected:
            return [error.message for error in rejected.errors]
        return []

    def _make_room(self) -> None:
        limits = self._limits
        while self._documents and (
            len(self._documents) >= limits.max_cached_documents or self._characters > limits.max_cached_characters
        ):
            oldest = next(iter(self._documents))
            del self._documents[oldest]
            self._characters -= len(oldest)

    def _prepare(self, text: str) -> ParsedDocument:
        if len(text) > self._limits.max_document_characters:
            maximum = self._limits.max_document_characters
            raise Rejected(GraphQLError(f"The document has {len(text)} characters; at most {maximum} are allowed."))
        try:
            ast = parse(text, max_tokens=self._limits.max_tokens)
            errors = excesses(ast, self._limits) or validate_document(self._schema, ast, tuple(specified_rules))
        except GraphQLError as error:
            raise Rejected(error) from None
        except RecursionError:
            raise Rejected(GraphQLError("The document is nested too deeply.")) from None
        if errors:
            raise Rejected(*errors)
        nodes = [node for node in ast.definitions if isinstance(node, OperationDefinitionNode)]
        if not nodes:
            raise Rejected(GraphQLError("The document has no operation."))
        fragments = {node.name.value: node for node in ast.definitions if isinstance(node, FragmentDefinitionNode)}
        operations = {_name(node): PreparedOperation(node, fragments, self._compilers) for node in nodes}
        return ParsedDocument(
            text=text,
            sha256=hash_of(text),
            ast=ast,
            operations=operations,
            only=next(iter(operations.values())) if len(operations) == 1 else None,
            is_conditional="@" in text,  # an e-mail address in a string counts too, and only costs speed
        )


def _name(operation: OperationDefinitionNode) -> str | None:
    return operation.name.value if operation.name else None

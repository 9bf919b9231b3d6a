"""Documents that are parsed, within the limits, and valid; each prepared once and kept while it is in use.

Rule: the executor only ever sees what came through here. The cache is bounded by number and by characters, and keeps
no invalid document, so that nobody can fill it with rubbish.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    parse,
    specified_rules,
)
from strawberry.schema.schema import validate_document

from app.web.graphql.bounds import Bounds, BoundsCompiler
from app.web.graphql.complexity import excesses
from app.web.graphql.limits import Limits
from app.web.graphql.plan import Plan


class Rejected(Exception):
    """The operation never started: the document or its variables are at fault."""

    def __init__(self, *errors: GraphQLError) -> None:
        self.errors = errors
        super().__init__(*(error.message for error in errors))


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document and the operations that it offers, by name."""

    text: str
    ast: DocumentNode
    operations: Mapping[str | None, OperationType]
    bounds: Mapping[str | None, Bounds]  # of the variables, by operation
    is_conditional: bool  # whether directives may decide which fields an operation selects
    plans: dict[str | None, Plan] = field(default_factory=dict)  # by operation, made by the first execution

    def check(self, name: str | None, variables: Mapping[str, Any] | None) -> None:
        """Refuse variables that are larger than they may be; raise Rejected."""
        bounds = self.bounds.get(name) if name is not None else next(iter(self.bounds.values()))
        error = bounds.error(variables) if bounds else None
        if error is not None:
            raise Rejected(error)

    def operation_type(self, name: str | None) -> OperationType:
        """Return what the named (or only) operation does; raise Rejected when there is no such choice."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        found = self.operations.get(name)
        if found is not None:
            return found
        if name is None:
            raise Rejected(GraphQLError("The document has several operations: 'operationName' must choose one."))
        raise Rejected(GraphQLError(f"Unknown operation named '{name[:100]}'."))


class DocumentCache:
    """The documents in use, least recently used first to go."""

    def __init__(self, schema: strawberry.Schema, limits: Limits) -> None:
        self._schema = schema._schema  # noqa: SLF001 - Strawberry has no public way to its graphql-core schema
        self._limits = limits
        self._bounds = BoundsCompiler(self._schema, limits)
        self._documents: dict[str, Document] = {}
        self._characters = 0

    def __len__(self) -> int:
        return len(self._documents)

    def get(self, text: str) -> Document:
        """Return the prepared document; raise Rejected for syntax, limits and validation."""
        document = self._documents.pop(text, None)
        if document is None:
            document = self._prepare(text)
            self._characters += len(text)
            self._make_room()
        # Re-inserted at the end: a dict keeps insertion order, which makes it the order of last use.
        self._documents[text] = document
        return document

    def _make_room(self) -> None:
        limits = self._limits
        while self._documents and (
            len(self._documents) >= limits.max_cached_documents or self._characters > limits.max_cached_characters
        ):
            oldest = next(iter(self._documents))
            del self._documents[oldest]
            self._characters -= len(oldest)

    def _prepare(self, text: str) -> Document:
        try:
            ast = parse(text, max_tokens=self._limits.max_tokens)
            errors = excesses(ast, self._limits) or validate_document(self._schema, ast, tuple(specified_rules))
        except GraphQLError as error:
            raise Rejected(error) from None
        except RecursionError:
            raise Rejected(GraphQLError("The document is nested too deeply.")) from None
        if errors:
            raise Rejected(*errors)
        operations = [node for node in ast.definitions if isinstance(node, OperationDefinitionNode)]
        if not operations:
            raise Rejected(GraphQLError("The document has no operation."))
        return Document(
            text=text,
            ast=ast,
            operations={_name(node): node.operation for node in operations},
            bounds=self._bounds_of(ast, operations),
            is_conditional="@" in text,  # or an e-mail address in a string, which then is no faster than it was
        )

    def _bounds_of(self, ast: DocumentNode, operations: list[OperationDefinitionNode]) -> Mapping[str | None, Bounds]:
        fragments = {node.name.value: node for node in ast.definitions if isinstance(node, FragmentDefinitionNode)}
        try:
            return {_name(node): self._bounds.bounds(node, fragments) for node in operations}
        except GraphQLError as error:
            raise Rejected(error) from None


def _name(operation: OperationDefinitionNode) -> str | None:
    return operation.name.value if operation.name else None

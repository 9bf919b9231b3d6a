"""Strawberry's schema extensions around one operation of ours.

`on_operation`, `on_execute`, `on_stream_result`, `resolve` and `get_results` run as in Strawberry; `on_parse` and
`on_validate` do not, because a cached document is neither parsed nor validated.
"""

from graphql import MiddlewareManager
from strawberry import Schema
from strawberry.extensions import SchemaExtension
from strawberry.extensions.runner import SchemaExtensionsRunner
from strawberry.types import ExecutionContext
from strawberry.types.graphql import OperationType

from app.web.graphql.transport.documents import ParsedDocument
from app.web.graphql.transport.request import GraphQLRequest


class Hooks:
    """The extensions of one operation, fresh as Strawberry makes them."""

    def __init__(self, schema: Schema, document: ParsedDocument, request: GraphQLRequest, context: object) -> None:
        self.operation = ExecutionContext(
            query=document.text,
            schema=schema,
            allowed_operations=set(OperationType),
            context=context,
            variables=request.variables,
            provided_operation_name=request.operation_name,
            graphql_document=document.ast,
            operation_extensions=request.extensions,
        )
        extensions = schema.get_extensions()
        for extension in extensions:
            extension.execution_context = self.operation
        self.runner = SchemaExtensionsRunner(self.operation, extensions)
        resolving = [each for each in extensions if type(each).resolve is not SchemaExtension.resolve]
        self.middleware = MiddlewareManager(*resolving) if resolving else None

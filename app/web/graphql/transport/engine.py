"""What HTTP and websocket share: the schema with its documents, its errors and its contexts.

Rule: a request becomes an operation in the same steps on both: shape, context (so that who may not ask costs no
validation), document, execution.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from inspect import isawaitable
from typing import Any

import strawberry
from graphql import OperationType
from starlette.requests import HTTPConnection
from strawberry.types import ExecutionResult

from app.web.graphql.fast.execution import BeforeEvent, Execution
from app.web.graphql.transport.documents import DocumentCache, ParsedDocument
from app.web.graphql.transport.encoding import encode
from app.web.graphql.transport.limits import Limits
from app.web.graphql.transport.masking import ErrorMapper, FormattedError, Masker
from app.web.graphql.transport.request import GraphQLRequest

Answer = dict[str, Any]

# Called once per operation with the Request or WebSocket and the operation's request id.
ContextFactory = Callable[[HTTPConnection, str], object | Awaitable[object]]

# Runs a subscription with a context, under a request id, and yields the encoded response to each event.
Stream = Callable[[ParsedDocument, GraphQLRequest, object, str], AsyncGenerator[bytes, None]]


class Engine:
    """One schema, ready to serve."""

    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        make_context: ContextFactory,
        map_error: ErrorMapper | None = None,
        before_event: BeforeEvent | None = None,
        wrap_stream: Callable[[Stream], Stream] | None = None,
        limits: Limits,
    ) -> None:
        self.limits = limits
        self.documents = DocumentCache(schema, limits)
        self.execution = Execution(schema, before_event)
        self.masker = Masker(map_error)
        self.stream = wrap_stream(self._stream) if wrap_stream else self._stream
        self._make_context = make_context

    async def context(self, connection: HTTPConnection, request_id: str) -> object:
        """Build the context of one operation."""
        context = self._make_context(connection, request_id)
        return await context if isawaitable(context) else context

    def document(self, request: GraphQLRequest) -> tuple[ParsedDocument, OperationType]:
        """Return the prepared document and what its chosen operation does; raise Rejected."""
        document = self.documents.get(request.query)
        return document, document.operation(request.operation_name).type

    async def _stream(
        self, document: ParsedDocument, request: GraphQLRequest, context: object, request_id: str
    ) -> AsyncGenerator[bytes, None]:
        async with aclosing(self.execution.subscribe(document, request, context)) as results:
            async for result in results:
                yield self.response(result, request_id)

    def response(self, result: ExecutionResult, request_id: str) -> bytes:
        """Encode the response to an operation that was executed, its errors masked."""
        return self.encoded(self.answer(result, request_id), request_id)

    def answer(self, result: ExecutionResult, request_id: str) -> Answer:
        """Return the response to an operation that was executed, its errors masked."""
        answer: Answer = {"data": result.data}
        if result.errors:
            answer = {"errors": self.masker.failures(result.errors, request_id), "data": result.data}
        if result.extensions:
            answer["extensions"] = result.extensions
        return answer

    def encoded(self, answer: Answer, request_id: str) -> bytes:
        """Encode a response."""
        try:
            return encode(answer)
        except TypeError as error:  # a scalar let through what JSON cannot say
            return encode({"errors": self.masker.exception(error, request_id), "data": None})


def only_errors(errors: list[FormattedError]) -> bytes:
    """Encode the response to an operation that was never executed: it has no `data`."""
    return encode({"errors": errors})

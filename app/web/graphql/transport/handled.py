"""What is known of a request when it has been answered, for what keeps a record of requests.

Rule: the transport says what happened, and knows nothing of how that is recorded.
"""

from collections.abc import Awaitable, Sequence
from contextlib import suppress
from time import perf_counter
from typing import Protocol

from graphql import OperationType
from starlette.types import Scope

from app.web.graphql.transport.documents.cache import ParsedDocument, PreparedOperation, Rejected
from app.web.graphql.transport.masking import FormattedError
from app.web.graphql.transport.request import GraphQLRequest


class Handled:
    """One request, filled in as far as it comes. `errors` are those of its answer."""

    __slots__ = (
        "_operation",
        "began",
        "context",
        "document",
        "errors",
        "is_executed",
        "is_recorded",
        "request",
        "request_id",
        "scope",
    )

    def __init__(self, scope: Scope, request_id: str) -> None:
        self.scope, self.request_id = scope, request_id
        self.began = perf_counter()
        self.request: GraphQLRequest | None = None
        self.context: object = None
        self.document: ParsedDocument | None = None
        self.errors: Sequence[FormattedError] = ()
        self.is_executed = self.is_recorded = False
        self._operation: PreparedOperation | None = None

    @property
    def operation(self) -> PreparedOperation | None:
        """The operation that was chosen, where the document has such a one."""
        if self._operation is None and self.document is not None and self.request is not None:
            with suppress(Rejected):
                self._operation = self.document.operation(self.request.operation_name)
        return self._operation

    @property
    def is_mutation(self) -> bool:
        """Whether the operation is a mutation, as far as that is known."""
        operation = self.operation
        return operation is not None and operation.type is OperationType.MUTATION


class Meter(Protocol):
    """Measures operations."""

    def ended(self, handled: Handled, errors: Sequence[FormattedError]) -> None:
        """Take note of a request that is answered, with the errors of its answer."""

    def began(self, operation: PreparedOperation) -> None:
        """Take note of a subscription that has begun."""


class Recorder(Protocol):
    """Keeps a record of requests: of mutations and of what was refused."""

    def record(self, handled: Handled) -> Awaitable[None] | None:
        """Record a request. Return what its answer has to wait for, if anything; that may raise Unavailable."""

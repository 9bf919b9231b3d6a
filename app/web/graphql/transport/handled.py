"""What is known of a request when it has been answered, for what keeps a record of requests.

Rule: the transport says what happened, and knows nothing of how that is recorded.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from time import perf_counter

from graphql import OperationType
from starlette.types import Scope

from app.telemetry.tracing import SpanPlace
from app.telemetry.work import Work
from app.web.graphql.transport.documents.cache import ParsedDocument, PreparedOperation, Rejected
from app.web.graphql.transport.masking import FormattedError
from app.web.graphql.transport.request import GraphQLRequest


class ConnectionWork(Work):
    """A websocket connection, apart from its operations."""

    __slots__ = ("_request_id",)

    def __init__(self, request_id: str) -> None:
        super().__init__()
        self._request_id = request_id

    def described(self) -> Mapping[str, object]:
        """Return its request id."""
        return {"request_id": self._request_id}


MAX_NAME = 100  # characters of an operation's name, which is the client's


class Handled(Work):
    """One request, filled in as far as it comes. `errors` are those of its answer.

    `actor` is who sent it, by the name that records have; None until that is known.
    """

    __slots__ = (
        "_operation",
        "actor",
        "began",
        "context",
        "document",
        "errors",
        "is_answered",
        "is_considered",
        "is_executed",
        "is_recorded",
        "request",
        "request_id",
        "scope",
        "status",
        "trace",
    )

    def __init__(self, scope: Scope, request_id: str) -> None:
        super().__init__()
        self.scope, self.request_id = scope, request_id
        self.began = perf_counter()
        self.request: GraphQLRequest | None = None
        self.context: object = None
        self.document: ParsedDocument | None = None
        self.errors: Sequence[FormattedError] = ()
        self.is_answered = self.is_recorded = False
        self.is_executed = False  # or, of a subscription, begun
        self.actor: str | None = None
        self.status: int | None = None  # of HTTP's response
        self.is_considered = False  # for a trace
        self.trace: SpanPlace | None = None
        self._operation: PreparedOperation | None = None

    @property
    def operation(self) -> PreparedOperation | None:
        """The operation that was chosen, where the document has such a one."""
        if self._operation is None and self.document is not None and self.request is not None:
            with suppress(Rejected):
                self._operation = self.document.operation(self.request.operation_name)
        return self._operation

    @property
    def operation_name(self) -> str | None:
        """The name of the operation, as its document has it, of at most MAX_NAME characters."""
        operation = self.operation
        return None if operation is None or operation.name is None else operation.name[:MAX_NAME]

    def described(self) -> Mapping[str, object]:
        """Return what a line of the log says of it: never variables, nor values that stand in the document."""
        found: dict[str, object] = {"request_id": self.request_id}
        if self.actor is not None:
            found["principal"] = self.actor
        if (operation := self.operation) is not None:
            if operation.name is not None:
                found["operation"] = self.operation_name
            found["fields"] = operation.fields
        if self.request is not None and self.request.document_hash is not None:
            found["document"] = self.request.document_hash
        return found

    @property
    def is_mutation(self) -> bool:
        """Whether the operation is a mutation, as far as that is known."""
        operation = self.operation
        return operation is not None and operation.type is OperationType.MUTATION

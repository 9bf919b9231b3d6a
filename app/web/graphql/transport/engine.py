"""What HTTP and websocket share: one schema's documents, execution, errors and contexts.

Rule: a request becomes an operation in the same steps on both: its shape, its context (so that a caller who is refused
costs no validation), its document, its scopes, its execution.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, nullcontext
from typing import cast

from graphql import OperationType
from starlette.requests import HTTPConnection
from starlette.types import Scope

from app.web.graphql.shared.groups import Groups
from app.web.graphql.shared.member import GroupMember
from app.web.graphql.shared.sink import ResultSink
from app.web.graphql.shared.waiting_results import WaitingResults
from app.web.graphql.transport.budget import check_paid, cost_of_rejected
from app.web.graphql.transport.connected import (
    Acknowledge,
    ActFor,
    Admit,
    AdmitStream,
    ContextFactory,
    TrustedText,
    no_acting_user,
    silently,
    unchecked,
)
from app.web.graphql.transport.documents.cache import DocumentCache, OutOfScope, ParsedDocument, Rejected
from app.web.graphql.transport.documents.scopes import Scoped
from app.web.graphql.transport.documents.suggestions import without_suggestion
from app.web.graphql.transport.documents.trusted import not_found, registered_only
from app.web.graphql.transport.execution import Execution, Interrupted, NotStarted, is_awaitable
from app.web.graphql.transport.handled import Handled
from app.web.graphql.transport.limits import Limits
from app.web.graphql.transport.masking import ErrorMapper, FormattedError, Masker
from app.web.graphql.transport.observation import Observation
from app.web.graphql.transport.request import GraphQLRequest, hash_of
from app.web.graphql.transport.responses import Response, Responses
from app.web.graphql.transport.websocket.wire import Close

# A mutation whose answer nothing waits for any more: whether it happened is known to the ledger alone.
_CANCELLED: Sequence[FormattedError] = ({"message": "Cancelled.", "extensions": {"code": "CANCELLED"}},)


class Engine:
    """One schema, ready to serve."""

    def __init__(
        self,
        execution: Execution,
        *,
        make_context: ContextFactory,
        map_error: ErrorMapper | None = None,
        limits: Limits | None = None,
        act_for: ActFor | None = None,
        observation: Observation | None = None,
        introspection_scope: str | None = None,
        admit: Admit | None = None,
        admit_stream: AdmitStream | None = None,
        trusted_text: TrustedText | None = None,
        acknowledge: Acknowledge | None = None,
        writes_frames: bool = True,
    ) -> None:
        """`writes_frames` where shared results may be written past the `send` of a connection that offers that."""
        self.limits = limits or Limits()
        self.execution = execution
        self.documents = DocumentCache(execution.schema, self.limits, introspection_scope=introspection_scope)
        self.trusted_documents = DocumentCache(
            execution.schema, self.limits, introspection_scope=introspection_scope, are_trusted=True
        )
        self.masker = Masker(map_error)
        self._responses = Responses(self.masker)
        self.admit: Admit = admit or unchecked
        self.admit_stream: AdmitStream = admit_stream or unchecked
        self.acknowledge: Acknowledge = acknowledge or silently
        self.writes_frames = writes_frames
        self._make_context = make_context
        self._act_for = act_for or no_acting_user
        self.observation = observation or Observation()
        self.alone = 0  # subscriptions that share with no other
        self.groups = Groups(execution, self._responses.shared, tracing=self.observation.tracing)
        self._introspection_scope = introspection_scope
        self._trusted_text = trusted_text

    async def context(self, connection: HTTPConnection, handled: Handled, request: GraphQLRequest) -> object:
        """Build the context of one operation."""
        context = self._make_context(connection, handled.request_id)
        if is_awaitable(context):
            context = await context
        handled.context, handled.actor = context, getattr(context, "actor", None)
        self.observation.begin(handled, connection, request)
        if request.acting_user is not None:
            self._act_for(context, request.acting_user)
        return context

    async def prepared(self, request: GraphQLRequest, context: object) -> tuple[ParsedDocument, OperationType]:
        """Return the prepared document and the kind of its chosen operation: a trusted one, where there is a choice.

        Raise Rejected, and OutOfScope where the context lacks a scope that the operation needs, or may run trusted
        documents only.
        """
        find = self._trusted_text
        if find is None or (request.document_hash is None and not cast(Scoped, context).documents_only):
            if request.query:
                return self.document(request, context)
            raise not_found()
        text = await find(context, request.document_hash or hash_of(request.query))
        if text is not None:
            return self._permitted(self.trusted_documents, text, request, context)
        if not request.query:
            raise not_found()
        if cast(Scoped, context).documents_only:
            raise registered_only()
        return self.document(request, context)

    def document(self, request: GraphQLRequest, context: object) -> tuple[ParsedDocument, OperationType]:
        """Return the same of the document that the request carries."""
        return self._permitted(self.documents, request.query, request, context)

    def _permitted(
        self, documents: DocumentCache, text: str, request: GraphQLRequest, context: object
    ) -> tuple[ParsedDocument, OperationType]:
        try:
            document = self._found(documents, text, context)
            operation = document.operation(request.operation_name)
        except Rejected as rejected:
            raise self._told(rejected, context) from None
        needed = operation.requirements
        # A schema without scopes may have contexts without them.
        if needed.scopes and not needed.scopes <= cast(Scoped, context).scopes:
            refusal = OutOfScope(*needed.missing(cast(Scoped, context).scopes))
            refusal.document = document
            raise refusal
        return document, operation.type

    def _found(self, documents: DocumentCache, text: str, context: object) -> ParsedDocument:
        """Return the prepared document. A new one is work, which is charged where it is in vain: it is not kept."""
        if documents.known(text) is not None or (budget := self.execution.budget_of(context)) is None:
            return documents.get(text)
        check_paid(budget)
        try:
            return documents.get(text)
        except Rejected:
            budget.spend(cost_of_rejected(text))
            raise

    async def execute(
        self, document: ParsedDocument, request: GraphQLRequest, context: object, handled: Handled
    ) -> Response:
        """Run a query or mutation; raise Rejected when the variables do not fit."""
        is_query = handled.cause is not None and not handled.is_mutation  # each field of a mutation is a step
        try:
            with handled.step("execute") if is_query else nullcontext():
                result = await self.execution.execute(document, request, context)
        except Rejected as rejected:
            raise self._told(rejected, context) from None
        except asyncio.CancelledError:
            handled.is_executed = True
            self.observation.ended(handled, _CANCELLED)
            raise
        response = self._responses.of(result, handled.request_id)
        handled.is_executed = True
        if (waiting := self.observation.ended(handled, response.errors)) is not None:
            await waiting
        return response

    def errors_of(self, error: Exception, handled: Handled) -> list[FormattedError]:
        """Return what the client of a request may learn about the failure that ended it."""
        masker, request_id = self.masker, handled.request_id
        if isinstance(error, Rejected):
            if isinstance(error, OutOfScope):
                handled.document = error.document
            return masker.client_errors(error.errors, request_id)
        if isinstance(error, NotStarted):
            return masker.failures(error.errors, request_id)
        return masker.exception(error.cause if isinstance(error, Interrupted) else error, request_id)

    def refused(self, handled: Handled, errors: list[FormattedError]) -> list[FormattedError]:
        """Record that a request was refused, unless it was executed, and return the errors."""
        if handled.document is None and handled.request is not None:
            handled.document = self.documents.known(handled.request.query)
        self.observation.refused(handled, errors)
        return errors

    def throttled(self, scope: Scope, request_id: str, close: Close) -> Close:
        """Record that a connection asks for too much, and return the error that ends it."""
        self.refused(Handled(scope, request_id), self.masker.refusal(close.reason, request_id, "THROTTLED"))
        return close

    async def stream(
        self, document: ParsedDocument, request: GraphQLRequest, context: object, handled: Handled
    ) -> AsyncGenerator[bytes, None]:
        """Run a subscription: yield the encoded response to each event. Raises what `Execution.subscribe` raises.

        It is answered when its source of events is there: the first of them may come hours later.
        """
        operation = document.operation(request.operation_name)

        def begin() -> None:
            self.observation.began(handled, operation)
            self.observation.answered(handled)

        self.alone += 1
        try:
            async with aclosing(self.execution.subscribe(document, request, context, on_begun=begin)) as results:
                async for result in results:
                    body = self._responses.of(result, handled.request_id).body
                    self.groups.delivered.add(1, len(body))
                    yield body
        except Rejected as rejected:
            raise self._told(rejected, context) from None
        finally:
            self.alone -= 1

    async def share(
        self, document: ParsedDocument, request: GraphQLRequest, handled: Handled, sink: ResultSink
    ) -> GroupMember | None:
        """Let a sink receive what equal subscriptions share, once the member that is returned is started.

        None where the subscription has to run alone: see `stream`. Raises what `Groups.enter` raises.
        """
        try:
            member = await self.groups.enter(document, request, handled.context, sink)
        except Rejected as rejected:
            raise self._told(rejected, handled.context) from None
        if member is not None:
            self.observation.began(handled, document.operation(request.operation_name))
        return member

    async def results(
        self,
        document: ParsedDocument,
        request: GraphQLRequest,
        context: object,
        handled: Handled,
        *,
        waiting: WaitingResults | None = None,
    ) -> AsyncGenerator[Sequence[bytes], None]:
        """Run a subscription, shared by a sink where it can be: yield what waits there, encoded, all at once.

        Raises what `stream` raises.
        """
        waiting = waiting or WaitingResults()
        member = await self.share(document, request, handled, waiting)
        if member is None:
            async with aclosing(self.stream(document, request, context, handled)) as responses:
                async for response in responses:
                    yield (response,)
            return
        try:
            member.start(lambda: self.observation.answered(handled))
            while True:
                yield await _taken(waiting)
        finally:
            member.leave()

    def _told(self, rejected: Rejected, context: object) -> Rejected:
        """Return what the caller may read of it: names of the schema that it has not asked for need a scope."""
        scope = self._introspection_scope
        if scope is None or scope in cast(Scoped, context).scopes:
            return rejected
        return Rejected(*(without_suggestion(error) for error in rejected.errors))


async def _taken(waiting: WaitingResults) -> Sequence[bytes]:
    try:
        return await waiting.take()
    except Exception as error:
        raise Interrupted(error) from error

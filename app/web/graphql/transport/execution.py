"""Executing a prepared document on a Strawberry schema, by Strawberry's own executor.

`strawberry.Schema.execute` parses and validates the document of every request. Here the document is prepared, and only
its execution is left: by the public functions of graphql-core alone, so that this way works when compiled execution
(`app.web.graphql.fast`, which replaces three methods) does not fit a new release.

Rule: the result is the one that `strawberry.Schema.execute` returns for the same document.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import Any, TypeGuard, cast

import strawberry
from graphql import ExecutionResult, Executor, GraphQLError
from graphql.execution import create_source_event_stream, execute_root_selection_set, execute_subscription_event
from strawberry.execution import optimized_is_awaitable
from strawberry.types import ExecutionResult as Result

from app.web.graphql.transport.budget import (
    DELIVERY,
    EVENT_WEIGHT,
    MAX_EVENT_WAIT_SECONDS,
    BudgetOf,
    OperationBudget,
    charge,
    report,
    unlimited,
)
from app.web.graphql.transport.documents.cache import ParsedDocument, PreparedOperation, Rejected
from app.web.graphql.transport.request import GraphQLRequest
from schema.core import core_schema

BeforeEvent = Callable[[Any], None]
Build = Callable[[object], Executor[Any]]

is_awaitable = cast(Callable[[object], TypeGuard[Awaitable[Any]]], optimized_is_awaitable)

_END = object()  # returned in place of an event when the source is exhausted


class NotStarted(Exception):
    """The resolver of a subscription refused to start it."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        self.errors = errors
        super().__init__(*(error.message for error in errors))


class Interrupted(Exception):
    """The source of a subscription failed while the subscription was running."""

    def __init__(self, cause: Exception) -> None:
        self.cause = cause
        super().__init__(str(cause))


class Execution:
    """Executes operations and subscriptions of one schema.

    `before_event` is called with the operation's context before each event of a subscription is executed: the place
    to empty loaders, which must not return what an earlier event read. `budget_of` returns what an operation is charged
    to, by its context.
    """

    def __init__(
        self, schema: strawberry.Schema, before_event: BeforeEvent | None = None, *, budget_of: BudgetOf = unlimited
    ) -> None:
        if schema.config.enable_experimental_incremental_execution:
            raise ValueError("The transport does not deliver @defer and @stream.")
        if schema.extensions or schema.directives:
            raise ValueError("The transport runs neither schema extensions nor directives of Strawberry.")
        self.schema, self.core = schema, core_schema(schema)
        self.executor_class: type[Executor[Any]] = schema.execution_context_class
        self._before_event = before_event or _nothing
        self.budget_of = budget_of
        self._introspecting = asyncio.Lock()

    async def execute(self, document: ParsedDocument, request: GraphQLRequest, context: object) -> Result:
        """Run a query or mutation; raise Rejected when the variables do not fit, THROTTLED beyond the budget."""
        operation = document.operation(request.operation_name)
        cost = operation.cost(request.variables)
        budget = self.budget_of(context)
        if budget is None:
            done = await self.perform(document, request, context)
            return Result(done.data, done.errors, _extensions(operation, request, cost))
        charge(budget, operation, request.variables, cost)
        try:
            done = await self.perform(document, request, context)
        except Rejected:
            budget.give_back(cost)
            raise
        actual = operation.returned_cost(request.variables, done.data, requested=cost)
        if actual < cost:
            budget.give_back(cost - actual)
        return Result(done.data, done.errors, _extensions(operation, request, cost, actual=actual, budget=budget))

    def admit(self, document: ParsedDocument, request: GraphQLRequest, context: object) -> int:
        """Charge the start of a subscription, and return its cost; raise Rejected, and THROTTLED beyond the budget."""
        operation = document.operation(request.operation_name)
        cost = operation.cost(request.variables)
        self.charge(operation, request, context, cost)
        return cost

    def charge(self, operation: PreparedOperation, request: GraphQLRequest, context: object, cost: int) -> None:
        """Charge what a subscription costs; raise THROTTLED beyond the budget."""
        budget = self.budget_of(context)
        if budget is not None:
            charge(budget, operation, request.variables, cost)

    async def subscribe(
        self,
        document: ParsedDocument,
        request: GraphQLRequest,
        context: object,
        *,
        on_begun: Callable[[], None] = lambda: None,
    ) -> AsyncGenerator[Result, None]:
        """Run a subscription: yield one result per event. `on_begun` is called once there is a source of events.

        Raise Rejected when the variables do not fit, THROTTLED beyond the budget, NotStarted when the resolver refuses,
        Interrupted when the source of events fails later on.
        """
        operation = document.operation(request.operation_name)
        cost = self.admit(document, request, context)
        event_cost = DELIVERY + cost * EVENT_WEIGHT
        async with AsyncExitStack() as stack:
            build = partial(self.executor, document, request, context)
            executor = build()
            events = _events(await self.source(executor), stack)
            on_begun()
            while (payload := await _next(events)) is not _END:
                self._before_event(context)
                done = await self.run_event(document, self.event_executor(executor, payload, build))
                budget = self.budget_of(context)
                if budget is not None:
                    budget.spend(event_cost)
                yield Result(
                    done.data, done.errors, _extensions(operation, request, cost, actual=event_cost, budget=budget)
                )
                await self._paced(context)

    async def _paced(self, context: object) -> None:
        """Wait until the budget allows the next event: its source treats that as a client that reads slowly."""
        while (budget := self.budget_of(context)) and (wait := budget.event_wait()):  # noqa: ASYNC110 - time passes
            await asyncio.sleep(min(wait, MAX_EVENT_WAIT_SECONDS))

    async def perform(self, document: ParsedDocument, request: GraphQLRequest, context: object) -> ExecutionResult:
        """Run a query or mutation whose cost is within the limit; raise Rejected when the variables do not fit."""
        executor = self.executor(document, request, context)
        if document.operation(request.operation_name).describes_schema:
            return await self._introspect(executor)
        return await self.run(document, executor)

    async def run(self, document: ParsedDocument, executor: Executor[Any]) -> ExecutionResult:
        """Run the executor of a query or mutation to its result."""
        done = execute_root_selection_set(executor)
        return await done if is_awaitable(done) else cast(ExecutionResult, done)

    async def run_event(self, document: ParsedDocument, executor: Executor[Any]) -> ExecutionResult:
        """Run the executor of one subscription event to its result."""
        done = self.begin_event(document, executor)
        return await done if is_awaitable(done) else cast(ExecutionResult, done)

    def begin_event(
        self, document: ParsedDocument, executor: Executor[Any]
    ) -> ExecutionResult | Awaitable[ExecutionResult]:
        """Run the executor of one subscription event; return its result at once where nothing has to be awaited."""
        return execute_subscription_event(executor)

    async def source(self, executor: Executor[Any]) -> AsyncIterable[object]:
        """Call the resolver of a subscription, and return its source of events. Raise NotStarted where it refuses."""
        source = create_source_event_stream(executor)
        if is_awaitable(source):
            source = await source
        if isinstance(source, ExecutionResult):
            raise NotStarted(source.errors or ())
        return cast(AsyncIterable[object], source)

    def event_executor(self, subscription: Executor[Any], payload: object, build: Build) -> Executor[Any]:
        """Return the executor of one event. Built anew: graphql-core's copies share a cache that never shrinks."""
        return build(payload)

    async def _introspect(self, executor: Executor[Any]) -> ExecutionResult:
        """Run a query of the schema itself in a thread: it takes long and awaits nothing. One at a time."""
        async with self._introspecting:
            return cast(ExecutionResult, await asyncio.to_thread(execute_root_selection_set, executor))

    def executor(
        self, document: ParsedDocument, request: GraphQLRequest, context: object, event: object = None
    ) -> Executor[Any]:
        """Return the executor of a query or mutation, or of one event; raise Rejected when the variables do not fit."""
        built = self.executor_class.build(
            self.core,
            document.ast,
            root_value=event,
            context_value=context,
            raw_variable_values=request.variables,
            operation_name=request.operation_name,
            is_awaitable=is_awaitable,
            operation_extensions=request.extensions,
        )
        if isinstance(built, list):
            raise Rejected(*built)
        return built


def _extensions(
    operation: PreparedOperation,
    request: GraphQLRequest,
    cost: int,
    *,
    actual: float | None = None,
    budget: OperationBudget | None = None,
) -> dict[str, Any] | None:
    """Return the response's `extensions`: the operation's cost where requested."""
    return {"cost": report(operation, cost, actual=actual, budget=budget)} if request.wants_cost else None


def _events(source: AsyncIterable[object], stack: AsyncExitStack) -> AsyncIterator[object]:
    """Start the source of events, to be closed with the stack."""
    events = aiter(source)
    close = getattr(events, "aclose", None)  # generators have it, iterators need not
    if close is not None:
        stack.push_async_callback(close)
    return events


async def _next(events: AsyncIterator[object]) -> object:
    try:
        return await anext(events)
    except StopAsyncIteration:
        return _END
    except Exception as error:
        raise Interrupted(error) from error


def _nothing(_: object) -> None:
    return None

"""Running a prepared document on a Strawberry schema, with as little around it as possible.

`strawberry.Schema.execute` parses, validates and inspects extensions anew for every request. Here the document is
ready, and a schema without extensions costs only its own execution.

Rule: the answer is the one that Strawberry gives.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, nullcontext
from typing import Any, TypeGuard, cast

import strawberry
from graphql import ExecutionResult, Executor, GraphQLError, MiddlewareManager
from graphql.execution import create_source_event_stream
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types import ExecutionResult as Result

from app.web.graphql.fast.events import event_executor
from app.web.graphql.fast.executor import PlainExecutor
from app.web.graphql.fast.hooks import Hooks
from app.web.graphql.fast.plan import SelectionPlan, run_without_plan
from app.web.graphql.transport.documents import ParsedDocument, Rejected
from app.web.graphql.transport.request import GraphQLRequest

BeforeEvent = Callable[[Any], None]

_is_awaitable = cast(Callable[[object], TypeGuard[Awaitable[Any]]], optimized_is_awaitable)

_OVER = object()  # what a source ends with


class NotStarted(Exception):
    """A subscription's resolver refused to start it."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        self.errors = errors
        super().__init__(*(error.message for error in errors))


class Interrupted(Exception):
    """A subscription's source failed while it was running."""

    def __init__(self, cause: Exception) -> None:
        self.cause = cause
        super().__init__(str(cause))


class Execution:
    """Executes operations and subscriptions of one schema.

    `before_event` is called with the operation's context before each event of a subscription is executed: the place
    to empty loaders, which must not remember what an earlier event read.
    """

    def __init__(self, schema: strawberry.Schema, before_event: BeforeEvent | None = None) -> None:
        if schema.config.enable_experimental_incremental_execution:
            raise ValueError("@defer and @stream have no place in this transport.")
        self._schema = schema
        self._core = schema._schema  # noqa: SLF001 - Strawberry has no public way to its graphql-core schema
        chosen = schema.execution_context_class
        self._executor_class = PlainExecutor if chosen is StrawberryGraphQLCoreExecutionContext else chosen
        self._extended = bool(schema.extensions or schema.directives)
        self._before_event = before_event or _nothing
        self._describing = asyncio.Lock()

    async def execute(self, document: ParsedDocument, request: GraphQLRequest, context: object) -> Result:
        """Run a query or mutation; raise Rejected when the variables do not fit."""
        told = _told(document, request)
        if document.operation(request.operation_name).describes_schema and not self._extended:
            result = await self._described(document, request, context)
        elif self._extended:
            result = await self._execute_extended(document, request, context)
        else:
            done = await self._run(document, self._executor(document, request, context))
            result = Result(done.data, done.errors)
        if told:
            result.extensions = {**(result.extensions or {}), **told}
        return result

    async def subscribe(
        self, document: ParsedDocument, request: GraphQLRequest, context: object
    ) -> AsyncGenerator[Result, None]:
        """Run a subscription: yield one result per event.

        Raise Rejected when the variables do not fit, NotStarted when the resolver refuses, Interrupted when the source
        of events fails later on.
        """
        told = _told(document, request)
        hooks = Hooks(self._schema, document, request, context) if self._extended else None
        async with AsyncExitStack() as stack:
            if hooks:
                await stack.enter_async_context(hooks.runner.operation())
            executor = self._executor(document, request, context, hooks.middleware if hooks else None)
            async with hooks.runner.executing() if hooks else nullcontext():
                events = await _source(executor, stack)
            while (payload := await _next(events)) is not _OVER:
                self._before_event(context)
                done = await self._run(document, event_executor(executor, payload), is_event=True)
                result = Result(done.data, done.errors, told)
                if hooks:
                    async with hooks.runner.on_stream_result(result):
                        yield result
                else:
                    yield result

    async def _execute_extended(self, document: ParsedDocument, request: GraphQLRequest, context: object) -> Result:
        hooks = Hooks(self._schema, document, request, context)
        operation = hooks.operation
        async with hooks.runner.operation():
            async with hooks.runner.executing():
                if operation.result is None:  # on_execute may answer by itself
                    executor = self._executor(document, request, context, hooks.middleware)
                    operation.result = await self._run(document, executor)
            done = operation.result
            result = done if isinstance(done, Result) else Result(done.data, done.errors)
            operation.result = result
            result.extensions = await hooks.runner.get_extensions_results(operation) or None
        return result

    async def _described(self, document: ParsedDocument, request: GraphQLRequest, context: object) -> Result:
        """Say what the schema says of itself, in a thread: that is much, and asks nobody. One at a time."""
        executor = self._executor(document, request, context)
        async with self._describing:
            done = await asyncio.to_thread(executor.execute_operation, None)
        return Result(done.data, done.errors)  # type: ignore[union-attr] # nothing in it is awaited

    def _executor(
        self,
        document: ParsedDocument,
        request: GraphQLRequest,
        context: object,
        middleware: MiddlewareManager | None = None,
    ) -> Executor[Any]:
        built = self._executor_class.build(
            self._core,
            document.ast,
            context_value=context,
            raw_variable_values=request.variables,
            operation_name=request.operation_name,
            middleware=middleware,
            is_awaitable=_is_awaitable,
            operation_extensions=request.extensions,
        )
        if isinstance(built, list):
            raise Rejected(*built)
        return built

    async def _run(
        self, document: ParsedDocument, executor: Executor[Any], *, is_event: bool = False
    ) -> ExecutionResult:
        if document.is_conditional:
            return await run_without_plan(executor, is_event=is_event)
        name = executor.operation.name.value if executor.operation.name else None
        plan = document.plans.get(name)
        if plan is None:
            plan = document.plans[name] = SelectionPlan(executor)
        return await plan.run(executor)


def _told(document: ParsedDocument, request: GraphQLRequest) -> dict[str, Any] | None:
    """Return what the answer says of the operation's cost, where that is asked for; raise Rejected beyond limits."""
    operation = document.operation(request.operation_name)
    cost = operation.cost(request.variables)
    return {"cost": {"requested": cost, "maximum": operation.max_cost}} if request.wants_cost else None


async def _source(executor: Executor[Any], stack: AsyncExitStack) -> AsyncIterator[object]:
    """Start the source of events, to be closed with the stack."""
    source = create_source_event_stream(executor)
    if _is_awaitable(source):
        source = await source
    if isinstance(source, ExecutionResult):
        raise NotStarted(source.errors or ())
    events = aiter(cast(AsyncIterable[object], source))
    close = getattr(events, "aclose", None)  # generators have it, iterators need not
    if close is not None:
        stack.push_async_callback(close)
    return events


async def _next(events: AsyncIterator[object]) -> object:
    try:
        return await anext(events)
    except StopAsyncIteration:
        return _OVER
    except Exception as error:
        raise Interrupted(error) from error


def _nothing(_: object) -> None:
    """Stand in for a hook that was not given."""

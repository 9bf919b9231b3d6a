"""Compiled execution: what an operation selects is collected and compiled once per document, not once per request.

Rule: the result is the one that `Execution` gives; `tests/web` compares the two, and `STOCKPULSE_PLAIN_EXECUTION`
serves without this package.
"""

from collections.abc import Awaitable
from functools import partial
from typing import Any

import strawberry
from graphql import ExecutionResult, Executor

from app.web.graphql.fast.direct import DirectCompiler
from app.web.graphql.fast.events import event_executor
from app.web.graphql.fast.executor import CompiledExecutor
from app.web.graphql.fast.internals import StrawberryGraphQLCoreExecutionContext
from app.web.graphql.fast.plan import SelectionPlan
from app.web.graphql.transport.budget import BudgetOf, unlimited
from app.web.graphql.transport.documents.cache import ParsedDocument
from app.web.graphql.transport.execution import BeforeEvent, Build, Execution
from app.web.graphql.transport.request import GraphQLRequest


class CompiledExecution(Execution):
    """Executes by plans and shapes. A schema with an executor of its own keeps that, and has the plans only."""

    def __init__(
        self, schema: strawberry.Schema, before_event: BeforeEvent | None = None, *, budget_of: BudgetOf = unlimited
    ) -> None:
        super().__init__(schema, before_event, budget_of=budget_of)
        if self.executor_class is StrawberryGraphQLCoreExecutionContext:
            self.executor_class = CompiledExecutor
        self._directly = DirectCompiler(schema)

    async def perform(self, document: ParsedDocument, request: GraphQLRequest, context: object) -> ExecutionResult:
        """Run the operation directly where it is compiled so, and its variables are plain; else by an executor."""
        plan: SelectionPlan | None = document.plans.get(document.operation(request.operation_name).name)
        if plan is not None and plan.direct is not None:
            build = partial(self._prepared, plan, document, request, context)
            plan.offer_rows(context)
            begun = plan.direct.begin(request.variables, context, build)
            if begun is not None:
                return await plan.direct.result(begun)
        return await super().perform(document, request, context)

    async def run(self, document: ParsedDocument, executor: Executor[Any]) -> ExecutionResult:
        """Run by the plan of the operation, which its first execution makes."""
        if document.is_conditional:
            return await super().run(document, executor)
        plan = _plan(document, executor)
        plan.compile_direct(executor, self._directly)
        return await plan.run(executor)

    def begin_event(
        self, document: ParsedDocument, executor: Executor[Any]
    ) -> ExecutionResult | Awaitable[ExecutionResult]:
        """Run one event by the plan of the subscription."""
        if document.is_conditional:
            return super().begin_event(document, executor)
        return _plan(document, executor).begin(executor)

    def event_executor(self, subscription: Executor[Any], payload: object, build: Build) -> Executor[Any]:
        """Return a copy of the subscription's executor."""
        return event_executor(subscription, payload)

    def _prepared(
        self, plan: SelectionPlan, document: ParsedDocument, request: GraphQLRequest, context: object
    ) -> Executor[Any]:
        executor = self.executor(document, request, context)
        plan.prepare(executor)
        return executor


def _plan(document: ParsedDocument, executor: Executor[Any]) -> SelectionPlan:
    name = executor.operation.name.value if executor.operation.name else None
    plan: SelectionPlan | None = document.plans.get(name)
    if plan is None:
        plan = document.plans[name] = SelectionPlan(executor)
    return plan

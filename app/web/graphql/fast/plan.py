"""Selection plans: the fields of an operation, collected once per document instead of once per request and event.

graphql-core collects the fields of every selection set anew for each execution, although only directives such as @skip
and @include make a difference. A document without directives therefore keeps its collected fields: the root's here, the
others in a dictionary that every executor of the operation shares. Because the root's lists live as long as the plan,
the executor's `id()` keys stay valid, and the dictionary holds one entry per object in the document.

The second execution compiles the selection (see `shapes.py`): a document that comes once is not worth it. Shapes are
kept under the same keys, and not used under middleware, which has to see every field.

Rule: an executor behaves exactly as without its plan; `test_graphql_plan.py` compares them.
"""

from collections.abc import Awaitable
from typing import Any, cast

from graphql import ExecutionResult, Executor, GraphQLError, GraphQLObjectType, OperationType
from strawberry.execution import optimized_is_awaitable

from app.web.graphql.fast.direct import DirectCompiler, DirectField
from app.web.graphql.fast.executor import CompiledExecutor
from app.web.graphql.fast.internals import GroupedFieldSet, collect_fields, share_collected_fields
from app.web.graphql.fast.rows import Rows, rows_of
from app.web.graphql.fast.shapes import Shapes


class SelectionPlan:
    """The collected fields of one operation, and their shapes.

    `direct` is its one field where that needs no executor; it is known after the second execution.
    """

    direct: DirectField | None = None

    def __init__(self, executor: Executor[Any]) -> None:
        operation = executor.operation
        self._root_type = cast(GraphQLObjectType, executor.schema.get_root_type(operation.operation))
        self._fields: GroupedFieldSet = collect_fields(
            executor.schema, executor.fragments, executor.variable_values, self._root_type, operation
        ).grouped_field_set
        self._serially = operation.operation is OperationType.MUTATION
        self._sub_fields: dict[Any, Any] = {}
        self._shapes: Shapes = {}
        self._rows: Rows | None = None
        self._is_operation = operation.operation is not OperationType.SUBSCRIPTION
        self._is_used_again = self._is_tried = False

    async def run(self, executor: Executor[Any]) -> ExecutionResult:
        """Do as `Executor.execute_operation`, without collecting."""
        done = self.begin(executor)
        return await cast(Any, done) if optimized_is_awaitable(done) else cast(ExecutionResult, done)

    def begin(self, executor: Executor[Any]) -> ExecutionResult | Awaitable[ExecutionResult]:
        """Do the same; return the result at once where nothing has to be awaited."""
        self.prepare(executor)
        self._is_used_again = True
        data = None
        try:
            done = executor.execute_collected_root_fields(
                self._root_type, executor.root_value, self._fields, self._serially, ()
            )
            if optimized_is_awaitable(done):
                return _finished(executor, cast(Awaitable[dict[str, Any]], done))
            data = cast(dict[str, Any], done)
        except GraphQLError as error:
            executor.collected_errors.add(error, None)
        return cast(ExecutionResult, executor.build_response(data))

    def prepare(self, executor: Executor[Any]) -> None:
        """Let the executor use what is collected, and from the second execution on what is compiled."""
        share_collected_fields(executor, self._sub_fields)
        is_usual = not executor.middleware_manager and not executor.abort_signal
        if self._is_used_again and is_usual and isinstance(executor, CompiledExecutor):
            self._use_shapes(executor)

    def compile_direct(self, executor: Executor[Any], directly: DirectCompiler) -> None:
        """Compile the only field of a query or mutation, once, with the executor of its second execution."""
        is_time = self._is_used_again and not self._is_tried
        if is_time and len(self._fields) == 1 and isinstance(executor, CompiledExecutor) and self._is_operation:
            self.prepare(executor)
            [(name, selected)] = self._fields.items()
            self.direct = directly.compile(executor, self._root_type, name, selected)
        self._is_tried = self._is_used_again

    def offer_rows(self, context: Any) -> None:  # noqa: ANN401 - of any kind
        """Tell the resolvers of the operation what they may read as rows."""
        if self._rows:
            context.rows = self._rows

    def _use_shapes(self, executor: CompiledExecutor) -> None:
        if self._rows is None:
            compiler = executor.compiler(self._shapes)
            self._rows = rows_of(executor, self._root_type, self._fields, self._shapes, compiler)
        executor.shapes = self._shapes
        self.offer_rows(executor.context_value)


async def _finished(executor: Executor[Any], pending: Awaitable[dict[str, Any]]) -> ExecutionResult:
    data = None
    try:
        data = await pending
    except GraphQLError as error:
        executor.collected_errors.add(error, None)
    return cast(ExecutionResult, executor.build_response(data))

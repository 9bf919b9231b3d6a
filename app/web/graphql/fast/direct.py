"""Direct execution: an operation with one field at its root, without an executor (ADR 36).

Most requests have one root field whose arguments are variables and whose selection is plain. Once compiled, such a
request is three calls: the arguments (see `arguments.py`), the resolver with its extensions, and the shape of the
selection (see `shapes.py`). The executor, which holds the coerced variables, is only built where something asks for
it: a resolver for its info, or a result that the shape cannot complete.

Rule: the result is the one of the executor. Before the resolver is called, anything unusual leaves the whole operation
to the executor; afterwards, the executor completes the result, or reports the error, at the same place.
"""

from collections.abc import Awaitable, Callable
from functools import cached_property, partial, reduce
from typing import Any, cast

import strawberry
from graphql import (
    ExecutionResult,
    Executor,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    is_non_null_type,
    is_object_type,
)
from strawberry.execution import optimized_is_awaitable
from strawberry.extensions import FieldExtension
from strawberry.types import Info

from app.web.graphql.fast.arguments import ArgumentCompiler, Arguments, Builders, NotPlain
from app.web.graphql.fast.attributes import definition_of
from app.web.graphql.fast.executor import CompiledExecutor
from app.web.graphql.fast.internals import (
    FieldDetailsList,
    Path,
    StrawberryField,
    StrawberryResolver,
    build_field_extension_resolvers,
)
from app.web.graphql.fast.shapes import Shape

BuildExecutor = Callable[[], Executor[Any]]
Call = Callable[..., Any]  # with the source, the info and the arguments


class DirectField:
    """The one root field of an operation, compiled."""

    def __init__(
        self,
        name: str,
        *,
        parent: GraphQLObjectType,
        field: GraphQLField,
        selected: FieldDetailsList,
        arguments: Arguments,
        call: Call,
        make_info: Callable[["DirectRequest"], Info[Any, Any]],
        shape: Shape,
    ) -> None:
        self.name, self.parent, self.field, self.selected = name, parent, field, selected
        self._arguments, self._call, self._make_info, self._shape = arguments, call, make_info, shape

    def begin(self, variables: dict[str, Any] | None, context: object, build: BuildExecutor) -> "DirectRequest | None":
        """Return the request with its arguments; None where the executor has to execute it."""
        try:
            arguments = self._arguments(variables or {})
        except Exception:  # noqa: BLE001 - graphql-core finds the same again, and reports it
            return None
        return DirectRequest(self, arguments, context, build)

    async def result(self, request: "DirectRequest") -> ExecutionResult:
        """Call the resolver and complete what it returns."""
        try:
            value = self._call(None, self._make_info(request), **request.arguments)
            if optimized_is_awaitable(value):
                value = await value
        except Exception as error:  # noqa: BLE001 - as graphql-core: what a resolver raises is the error of its field
            return await request.completed_by_executor(error)
        completed = self._shape.try_complete(value)
        if completed is None:
            return await request.completed_by_executor(value)
        return ExecutionResult({self.name: completed}, None)


class DirectRequest:
    """One execution of a direct field, and its executor once something asks for that."""

    def __init__(self, direct: DirectField, arguments: dict[str, Any], context: object, build: BuildExecutor) -> None:
        self.arguments, self.context = arguments, context
        self._direct, self._build = direct, build

    @cached_property
    def _executor(self) -> Executor[Any]:
        return self._build()

    @cached_property
    def _path(self) -> Path:
        return Path(None, self._direct.name, self._direct.parent.name)

    @cached_property
    def info(self) -> GraphQLResolveInfo[Any]:
        """The info that the executor gives to the resolver."""
        direct = self._direct
        nodes = [each.node for each in direct.selected]
        return self._executor.build_resolve_info(direct.field, nodes, direct.parent, self._path)

    async def completed_by_executor(self, value: object) -> ExecutionResult:
        """Complete what the resolver returned, or raised, as the executor would have done."""
        executor, data = self._executor, None
        try:
            data = {self._direct.name: await self._completed(executor, value)}
        except GraphQLError as error:
            executor.collected_errors.add(error, None)
        return cast(ExecutionResult, executor.build_response(data))

    async def _completed(self, executor: Executor[Any], value: Any) -> Any:  # noqa: ANN401 - of any kind
        type_, selected = self._direct.field.type, self._direct.selected
        try:
            completed = executor.complete_value(type_, selected, self.info, self._path, value, None)
            return await cast(Awaitable[Any], completed) if optimized_is_awaitable(completed) else completed
        except Exception as error:  # noqa: BLE001 - as above
            executor.handle_field_error(error, type_, selected, self._path)
            return None


class DirectCompiler:
    """Compiles the direct fields of one schema."""

    def __init__(self, schema: strawberry.Schema) -> None:
        self._schema = schema
        self._builders: Builders = {}
        self._info_class = _lazy(schema.config.info_class)

    def compile(
        self, executor: CompiledExecutor, parent: GraphQLObjectType, name: str, selected: FieldDetailsList
    ) -> DirectField | None:
        """Return the compiled field; None where the executor has to execute it."""
        field = executor.schema.get_field(parent, selected[0].node.name.value)
        definition = definition_of(field) if field else None
        if field is None or definition is None or len(selected) != 1 or self._schema.exception_handlers:
            return None
        named = field.type.of_type if is_non_null_type(field.type) else field.type
        shape = executor.shape(named, selected) if is_object_type(named) else None
        call = _call_of(definition)
        if shape is None or shape.links or call is None:
            return None
        try:
            arguments = ArgumentCompiler(executor.schema, self._schema, self._builders).compile(
                executor.operation, selected[0].node, field, definition
            )
        except NotPlain:
            return None
        return DirectField(
            name,
            parent=parent,
            field=field,
            selected=selected,
            arguments=arguments,
            call=call,
            make_info=partial(self._info_class, definition),
            shape=shape,
        )


def _call_of(definition: StrawberryField) -> Call | None:
    """Return the resolver with its extensions around it; None where Strawberry does more than calling it."""
    resolver = definition.base_resolver
    if type(resolver) is not StrawberryResolver or not definition.is_async:
        return None
    if any(type(each).map_arguments is not FieldExtension.map_arguments for each in definition.extensions):
        return None
    if resolver.info_parameter is not None and resolver.info_parameter.name != "info":
        return None
    takes_info, takes_source = resolver.info_parameter is not None, resolver.self_parameter is not None
    source_names = [each.name for each in (resolver.parent_parameter, resolver.root_parameter) if each]
    if source_names and definition.extensions:
        return None
    function = cast(Callable[..., Any], resolver.wrapped_func)

    def call(source: object, info: object, **arguments: Any) -> Any:  # noqa: ANN401 - as the resolver has them
        for name in source_names:
            arguments[name] = source
        if takes_info:
            arguments["info"] = info
        return function(source, **arguments) if takes_source else function(**arguments)

    extensions = build_field_extension_resolvers(definition) if definition.extensions else []
    return reduce(lambda inner, outer: partial(outer, inner), cast(list[Any], extensions), call)


def _lazy(info_class: type[Info[Any, Any]]) -> Callable[[StrawberryField, DirectRequest], Info[Any, Any]]:
    """Return Strawberry's info, or the schema's own, over an info of graphql-core that is made when it is read."""

    class LazyInfo(info_class):  # type: ignore[valid-type, misc] # the class is a setting of the schema
        def __init__(self, field: StrawberryField, request: DirectRequest) -> None:
            self._field, self._request = field, request

        @property
        def _raw_info(self) -> GraphQLResolveInfo[Any]:
            return self._request.info

        @property
        def context(self) -> Any:  # noqa: ANN401 - of any kind
            return self._request.context

    return LazyInfo

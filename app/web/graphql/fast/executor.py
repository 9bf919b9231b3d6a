"""graphql-core's executor with compiled shapes, and with Strawberry's info for resolvers.

It does not deliver @defer and @stream. The methods that complete lists and objects override those of graphql-core
3.3.2: each first tries the shape of the selection, and calls the original as soon as anything is unusual, before
anything has had an effect.
"""

from typing import Any

from graphql import (
    Executor,
    GraphQLList,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLResolveInfoHelpers,
    is_non_null_type,
    is_object_type,
)

from app.web.graphql.fast.internals import (
    AwaitableOrValue,
    FieldDetailsList,
    GroupedFieldSet,
    Path,
    StrawberryGraphQLCoreExecutionContext,
)
from app.web.graphql.fast.links import Items, fill, when_filled
from app.web.graphql.fast.shapes import Shape, ShapeCompiler, Shapes


class CompiledExecutor(Executor[None]):
    """The executor of compiled execution, unless the schema has one of its own."""

    shapes: Shapes | None = None  # of its plan, from the second execution on

    def __init__(self, *args: Any, operation_extensions: dict[str, Any] | None = None, **kwargs: Any) -> None:  # noqa: ANN401 - graphql-core's own
        super().__init__(*args, **kwargs)
        self.operation_extensions = operation_extensions

    build_resolve_info = StrawberryGraphQLCoreExecutionContext.build_resolve_info

    @property
    def async_helpers(self) -> GraphQLResolveInfoHelpers:
        """The helpers of resolvers, made when one is called.

        They refer to the executor. Kept by it they would be a cycle, and each request with its context a matter of the
        garbage collector: pauses of 30 ms, twice a second at 1,000 requests/s.
        """
        return GraphQLResolveInfoHelpers(gather=self.gather_async_work, track=self.track_async_work)

    @async_helpers.setter
    def async_helpers(self, _: GraphQLResolveInfoHelpers) -> None:
        """Do not keep those that graphql-core makes."""

    def complete_list_value(  # noqa: PLR0917 - graphql-core's own
        self,
        return_type: GraphQLList[Any],
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,  # noqa: ANN401 - of any kind
        position_context: None,
    ) -> AwaitableOrValue[list[Any]]:
        """Complete a list of objects, by the shape alone if they are plain."""
        item_type = return_type.of_type
        shape = self._shape_of_items(item_type, field_details_list) if type(result) is list else None
        if shape and shape.links:
            return Items(self, shape, item_type, field_details_list, info).complete(result, path)
        if shape:
            complete = shape.complete
            try:
                if is_non_null_type(item_type):
                    return list(map(complete, result))
                return [None if each is None else complete(each) for each in result]
            except Exception:  # noqa: BLE001, S110 - graphql-core raises the same again, and reports it
                pass
        return super().complete_list_value(return_type, field_details_list, info, path, result, position_context)

    def complete_object_value(  # noqa: PLR0917 - graphql-core's own
        self,
        return_type: GraphQLObjectType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,  # noqa: ANN401 - of any kind
        position_context: None,
    ) -> AwaitableOrValue[dict[str, Any]]:
        """Complete an object: its shape, then its links."""
        shape = self.shape(return_type, field_details_list)
        completed = shape.try_complete(result) if shape else None
        if shape is None or completed is None:
            return super().complete_object_value(return_type, field_details_list, info, path, result, position_context)
        pending = fill(self, completed, shape, result, path)
        return when_filled(completed, pending) if pending else completed

    def _shape_of_items(self, item_type: Any, selected: FieldDetailsList) -> Shape | None:  # noqa: ANN401 - any output type
        named = item_type.of_type if is_non_null_type(item_type) else item_type
        return self.shape(named, selected) if is_object_type(named) else None

    def shape(self, type_: GraphQLObjectType, selected: FieldDetailsList) -> Shape | None:
        """Return the compiled selection on a type; None where there is none, or not yet."""
        shapes = self.shapes
        if shapes is None:
            return None
        key = type_, id(selected)  # the plan keeps the list alive: see there
        if key not in shapes:
            shapes[key] = self.compiler(shapes).compile(type_, selected)
        return shapes[key]

    def compiler(self, shapes: Shapes) -> ShapeCompiler:
        """Return what compiles the selections of the operation."""
        return ShapeCompiler(self.schema, self._collected, shapes)

    def _collected(self, type_: GraphQLObjectType, selected: FieldDetailsList) -> GroupedFieldSet:
        return self.collect_subfields(type_, selected).grouped_field_set

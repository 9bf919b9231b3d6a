"""Links: the fields of a shape that need a resolver, completed by compiled functions where that is possible.

These functions replace methods of graphql-core 3.3.2's executor, for objects whose plain fields are complete already:
`Items` for `complete_iterable_value`, `fill` for `execute_fields`, `_resolve` for `execute_field`.

Rule: they keep the order of the originals, make the same tasks, and give every error to `handle_field_error` at the
same place. So loaders collect the same keys, and errors are the same, in the same order, and cancel the same siblings.
"""

from collections.abc import Awaitable
from dataclasses import dataclass
from types import CoroutineType
from typing import Any, cast

from graphql import Executor, GraphQLObjectType, GraphQLResolveInfo
from strawberry.execution import optimized_is_awaitable

from app.web.graphql.fast.internals import AwaitableOrValue, FieldDetailsList, Path, gather_with_cancel
from app.web.graphql.fast.shapes import ResolvedField, Shape


@dataclass(frozen=True, slots=True)
class Items:
    """Completes the objects of one list."""

    executor: Executor[None]
    shape: Shape
    type: Any  # of the items, null allowed or not
    selected: FieldDetailsList
    info: GraphQLResolveInfo[Any]

    def complete(self, items: list[Any], path: Path) -> AwaitableOrValue[list[Any]]:
        """Return the completed list; unusual objects are completed by graphql-core."""
        results: list[Any] = []
        pending: list[int] = []
        remaining = iter(items)
        try:
            for index, item in enumerate(remaining):
                if self._add(item, results, Path(path, index, None)):
                    pending.append(index)
        except Exception:
            started = [results[index] for index in pending]
            started.extend(item for item in remaining if optimized_is_awaitable(item))
            if started:
                self.executor.settle_in_background(started)
            raise
        return _when_all(results, pending) if pending else results

    def _add(self, item: object, results: list[Any], path: Path) -> bool:
        """Add the completed item; tell whether it is awaitable."""
        completed = self.shape.try_complete(item)
        if completed is None:
            return self._add_unusual(item, results, path)
        try:
            names = fill(self.executor, completed, self.shape, item, path)
        except Exception as error:  # noqa: BLE001 - as graphql-core: what a resolver raises is the error of its field
            self.executor.handle_field_error(error, self.type, self.selected, path)
            results.append(None)
            return False
        results.append(self._when_filled(completed, names, path) if names else completed)
        return bool(names)

    def _add_unusual(self, item: Any, results: list[Any], path: Path) -> bool:  # noqa: ANN401 - of any kind
        executor, type_, selected, info = self.executor, self.type, self.selected, self.info
        if optimized_is_awaitable(item):
            results.append(executor.complete_awaitable_list_item_value(item, type_, selected, info, path, None))
            return True
        return executor.complete_list_item_value(item, results, type_, selected, info, path, None)

    async def _when_filled(self, completed: dict[str, Any], names: list[str], path: Path) -> dict[str, Any] | None:
        try:
            return await when_filled(completed, names)
        except Exception as error:  # noqa: BLE001 - as above
            self.executor.handle_field_error(error, self.type, self.selected, path)
            return None


def fill(executor: Executor[None], completed: dict[str, Any], shape: Shape, source: object, path: Path) -> list[str]:
    """Set the results of an object's links; return the names of the awaitable ones."""
    pending: list[str] = []
    try:
        for link in shape.links:
            name = link.name
            result = completed[name] = _resolve(executor, link, shape.type, source, Path(path, name, shape.type.name))
            if optimized_is_awaitable(result):
                pending.append(name)
    except Exception:
        if pending:
            executor.settle_in_background([completed[name] for name in pending])
        raise
    return pending


async def when_filled(completed: dict[str, Any], pending: list[str]) -> dict[str, Any]:
    """Await the results of the links, and return the whole object."""
    if len(pending) == 1:
        completed[pending[0]] = await completed[pending[0]]
    else:
        awaited = await gather_with_cancel(*[completed[name] for name in pending])
        completed.update(zip(pending, awaited, strict=True))
    return completed


async def _when_all(results: list[Any], pending: list[int]) -> list[Any]:
    if len(pending) == 1:
        results[pending[0]] = await results[pending[0]]
    else:
        awaited = await gather_with_cancel(*[results[index] for index in pending])
        for index, result in zip(pending, awaited, strict=True):
            results[index] = result
    return results


def _resolve(
    executor: Executor[None], link: ResolvedField, parent: GraphQLObjectType, source: object, path: Path
) -> Any:  # noqa: ANN401 - of any kind
    if link.resolve is None:
        return executor.execute_field(parent, source, link.selected, path, None)
    info = executor.build_resolve_info(link.field, link.nodes, parent, path)
    try:
        result = link.resolve(source, info)
        if type(result) is CoroutineType or optimized_is_awaitable(result):
            return _resolved_later(executor, link, info, path, cast(Awaitable[Any], result))
        completed = _complete(executor, link, info, path, result)
    except Exception as error:  # noqa: BLE001 - as above
        executor.handle_field_error(error, link.field.type, link.selected, path)
        return None
    return _handled(executor, link, path, completed) if optimized_is_awaitable(completed) else completed


async def _resolved_later(
    executor: Executor[None], link: ResolvedField, info: GraphQLResolveInfo[Any], path: Path, result: Awaitable[Any]
) -> Any:  # noqa: ANN401 - of any kind
    try:
        completed = _complete(executor, link, info, path, await result)
        return await completed if optimized_is_awaitable(completed) else completed
    except Exception as error:  # noqa: BLE001 - as above
        executor.handle_field_error(error, link.field.type, link.selected, path)
        return None


async def _handled(executor: Executor[None], link: ResolvedField, path: Path, completed: Any) -> Any:  # noqa: ANN401 - of any kind
    try:
        return await completed
    except Exception as error:  # noqa: BLE001 - as above
        executor.handle_field_error(error, link.field.type, link.selected, path)
        return None


def _complete(
    executor: Executor[None],
    link: ResolvedField,
    info: GraphQLResolveInfo[Any],
    path: Path,
    result: Any,  # noqa: ANN401 - of any kind
) -> Any:  # noqa: ANN401 - of any kind
    if link.complete is not None:
        try:
            return link.complete(result)
        except Exception:  # noqa: BLE001, S110 - graphql-core raises the same again, and reports it
            pass
    return executor.complete_value(link.field.type, link.selected, info, path, result, None)

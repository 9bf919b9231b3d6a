"""Events to encoded results: one execution and one encoding of an event, for all who select the same of it.

Rule: nothing of a caller is in a result. An event whose execution fails is that event's error for all who get it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator, Hashable, Sequence
from typing import Any, NamedTuple

from graphql import ExecutionResult, Executor

from app.services.live.stream import Event
from app.web.graphql.shared.recent_results import RecentResults
from app.web.graphql.transport.documents.cache import ParsedDocument
from app.web.graphql.transport.execution import Build, Execution, is_awaitable


class Rendered(NamedTuple):
    """The results of some events, each an encoded response, and how many were executed for that."""

    results: list[bytes]
    executed: int


class Rendering:
    """The results of one selection, with its variables, for one visibility.

    `build` returns the executor of a subscription that selects so. `wrap` makes an event what the root field returns,
    and `make_context` a fresh context, without a caller, for events that are executed together.
    """

    def __init__(
        self,
        execution: Execution,
        document: ParsedDocument,
        executor: Executor[Any],
        *,
        build: Build,
        wrap: Callable[[Any], object],
        make_context: Callable[[], object],
        encode: Callable[[ExecutionResult | Exception], tuple[bytes, bool]],
        recent: RecentResults,
    ) -> None:
        self._execution, self._document, self._executor = execution, document, executor
        self._build, self._wrap, self._make_context, self._encode = build, wrap, make_context, encode
        self._recent = recent
        self._running: dict[Hashable, asyncio.Task[bytes]] = {}

    def render(self, events: Sequence[Event]) -> Rendered | Awaitable[Rendered]:
        """Return the results of events, in their order; at once where nothing has to be awaited."""
        results: list[bytes | asyncio.Task[bytes]] = []
        context: object = None
        executed = 0
        for event in events:
            known = self._recent.find((self, event.identity)) or self._running.get(event.identity)
            if known is None:
                context = context or self._make_context()
                known = self._executed(event, context)
                executed += 1
            results.append(known)
        running = [each for each in results if isinstance(each, asyncio.Task)]
        if running:
            return _Unfinished(results, running, executed)
        return Rendered(results, executed)  # type: ignore[arg-type] # none is a task

    def _executed(self, event: Event, context: object) -> bytes | asyncio.Task[bytes]:
        try:
            done = self._begin(self._wrap(event), context)
        except Exception as error:  # noqa: BLE001 - a result like any other: it says that the event has none
            return self._encode(error)[0]
        if not is_awaitable(done):
            return self._encoded(event.identity, done)  # type: ignore[arg-type] # as it is not awaited
        task = asyncio.ensure_future(self._awaited(event.identity, done))
        self._running[event.identity] = task
        return task

    def _begin(self, payload: object, context: object) -> ExecutionResult | Awaitable[ExecutionResult]:
        executor = self._execution.event_executor(self._executor, payload, self._build)
        executor.context_value = context
        return self._execution.begin_event(self._document, executor)

    async def _awaited(self, identity: Hashable, done: Awaitable[ExecutionResult]) -> bytes:
        try:
            return self._encoded(identity, await done)
        except Exception as error:  # noqa: BLE001 - as above
            return self._encode(error)[0]
        finally:
            del self._running[identity]

    def _encoded(self, identity: Hashable, done: ExecutionResult) -> bytes:
        body, is_whole = self._encode(done)
        if is_whole:  # what has failed is tried again for others
            self._recent.keep((self, identity), body)
        return body


class _Unfinished:
    """Results some of which are still executed. It may be dropped unawaited."""

    __slots__ = ("_executed", "_results", "_running")

    def __init__(
        self, results: list[bytes | asyncio.Task[bytes]], running: list[asyncio.Task[bytes]], executed: int
    ) -> None:
        self._results, self._running, self._executed = results, running, executed

    def __await__(self) -> Generator[Any, None, Rendered]:
        # Others wait for them, too: they go on where this is cancelled.
        yield from asyncio.wait(self._running).__await__()
        results = [each.result() if isinstance(each, asyncio.Task) else each for each in self._results]
        return Rendered(results, self._executed)

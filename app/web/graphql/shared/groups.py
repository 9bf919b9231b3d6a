"""The shared subscriptions of one process: who may share, and with whom (ADR 45).

Rule: whatever a result may depend on is part of what has to be equal. A subscription that depends on more, or whose
source is no live feed, runs alone.
"""

from collections.abc import Callable, Hashable, Iterator
from functools import partial
from typing import Any, Protocol
from weakref import WeakValueDictionary

import orjson
from graphql import ExecutionResult

from app.services.live.stream import Feed
from app.telemetry.tracing import Tracing
from app.web.graphql.shared.fan_out import FanOut
from app.web.graphql.shared.group import SubscriptionGroup
from app.web.graphql.shared.member import GroupMember
from app.web.graphql.shared.payer import Payer
from app.web.graphql.shared.recent_results import RecentResults
from app.web.graphql.shared.rendering import Rendering
from app.web.graphql.shared.request import SharedRequest
from app.web.graphql.shared.selection import EventSelection, selection_of
from app.web.graphql.shared.sink import ResultSink
from app.web.graphql.transport.budget import EVENT_WEIGHT, unlimited
from app.web.graphql.transport.documents.cache import ParsedDocument, PreparedOperation
from app.web.graphql.transport.execution import Execution, NotStarted
from app.web.graphql.transport.request import GraphQLRequest

_IS_ALONE = "alone"  # in the notes of an operation


class ShareableContext(Protocol):
    """A context of operations that can be executed for several callers at once."""

    def sharing(self, *, is_personal: bool) -> Hashable | None:
        """Return what results depend on besides the request; None where that is the caller itself.

        `is_personal` where a field is selected whose result may depend on the caller beyond what it sees.
        """

    def shared(self) -> "ShareableContext":
        """Return a fresh context with the same sharing, without a caller."""


class Groups:
    """The groups of one engine."""

    def __init__(
        self,
        execution: Execution,
        encode: Callable[[ExecutionResult | Exception], tuple[bytes, bool]],
        *,
        tracing: Tracing | None = None,
    ) -> None:
        """Take how a result, or what an event failed with, is encoded, and whether it is without errors."""
        self._execution, self._encode = execution, encode
        self._requests: WeakValueDictionary[Hashable, SharedRequest] = WeakValueDictionary()
        self._renderings: WeakValueDictionary[Hashable, Rendering] = WeakValueDictionary()
        self._payers: WeakValueDictionary[Hashable, Payer] = WeakValueDictionary()
        self._unlimited = Payer(unlimited, None)
        self._groups: dict[Hashable, SubscriptionGroup] = {}
        self._fan_out, self._recent = FanOut(tracing=tracing), RecentResults()
        self.delivered = self._fan_out.delivered

    def __len__(self) -> int:
        return len(self._groups)

    def __iter__(self) -> Iterator[SubscriptionGroup]:
        return iter(self._groups.values())

    async def enter(
        self, document: ParsedDocument, request: GraphQLRequest, context: object, sink: ResultSink
    ) -> GroupMember | None:
        """Return a member of the group of the subscription, to be started; None where it has to run alone.

        Raise Rejected when the variables do not fit, THROTTLED beyond the budget. The member is charged like any
        subscription.
        """
        operation = document.operation(request.operation_name)
        selection = selection_of(operation, self._execution.core)
        if selection is None or request.wants_cost or _IS_ALONE in operation.notes:
            return None
        sharing = _sharing(context, selection)
        if sharing is None:
            return None
        request = request._replace(variables=_declared(operation, request.variables))
        try:
            key = operation, orjson.dumps(request.variables, option=orjson.OPT_SORT_KEYS), sharing
        except TypeError:  # nested more deeply than any value that fits: its execution says so
            return None
        shared = self._requests.get(key)
        if shared is not None:
            self._execution.charge(operation, request, context, shared.cost)
        else:
            alike = selection.key(request.variables), sharing
            shared = await self._begin(document, operation, request, context, alike)
            if shared is None:
                return None
            shared = self._requests.setdefault(key, shared)
        return GroupMember(self._group(shared), shared, sink, self._payer(context))

    async def _begin(
        self,
        document: ParsedDocument,
        operation: PreparedOperation,
        request: GraphQLRequest,
        context: Any,  # noqa: ANN401 - a ShareableContext
        key: Hashable,
    ) -> SharedRequest | None:
        cost = self._execution.admit(document, request, context)
        shared_context: ShareableContext = context.shared()
        own = GraphQLRequest(document.text, request.variables, request.operation_name)
        build = partial(self._execution.executor, document, own, shared_context)
        executor = build()
        try:
            source: Any = await self._execution.source(executor)
        except NotStarted:  # it may have asked for the caller, and in any case its errors are of one request
            source = None
        feed = getattr(source, "feed", None)
        if not isinstance(feed, Feed):
            if source is not None:
                operation.notes[_IS_ALONE] = True
            if (budget := self._execution.budget_of(context)) is not None:
                budget.give_back(cost)  # it will be charged again
            return None
        rendering = self._renderings.get(key)
        if rendering is None:
            rendering = self._renderings[key] = Rendering(
                self._execution,
                document,
                executor,
                build=build,
                wrap=source.wrap,
                make_context=shared_context.shared,
                encode=self._encode,
                recent=self._recent,
            )
        return SharedRequest(feed, rendering, cost)

    def _group(self, shared: SharedRequest) -> SubscriptionGroup:
        key = shared.feed.key, shared.rendering
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = SubscriptionGroup(
                shared.feed,
                shared.rendering,
                self._fan_out,
                event_cost=shared.cost * EVENT_WEIGHT,
                on_end=lambda: self._forget(key),
            )
        return group

    def _forget(self, key: Hashable) -> None:
        del self._groups[key]

    def _payer(self, context: object) -> Payer:
        budget = self._execution.budget_of(context)
        if budget is None:
            return self._unlimited
        payer = self._payers.get(budget.key)
        if payer is None:
            payer = self._payers[budget.key] = Payer(self._execution.budget_of, context)
        payer.context = context  # by the terms of the newest one: they may have changed
        return payer


def _declared(operation: PreparedOperation, given: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the variables that the operation has: no result depends on the others, and none is kept."""
    return {name: given[name] for name in operation.variables if name in given} or None if given else None


def _sharing(context: object, selection: EventSelection) -> Hashable | None:
    find = getattr(context, "sharing", None)
    return None if find is None else find(is_personal=selection.is_personal)

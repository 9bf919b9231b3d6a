"""The executor of one subscription event, without graphql-core's leak.

graphql-core 3.3.2 copies the subscription's executor for every event and lets all copies share `_relevant_sub_fields`,
a cache keyed by the `id()` of a list that is rebuilt for every event. No entry is ever found again or dropped:
about 1 KB per event for the life of the subscription. `test_graphql_events.py` fails when the library is repaired;
remove this module then.
"""

from typing import Any

from graphql import Executor

from app.web.graphql.fast.internals import share_collected_fields


def event_executor(subscription: Executor[Any], payload: object) -> Executor[Any]:
    """Return an executor for one event that shares no cache with the events before it."""
    executor = subscription.build_per_event_executor(payload)
    share_collected_fields(executor, {})
    return executor

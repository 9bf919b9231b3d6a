"""A list of the API that the server explains: what it is tried on, and the filters that an index has to serve."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.domain.time import Moment
from app.services.paging import Page
from tests.support.store import Store

NOT_BY_TIME = frozenset({"everything", "a time"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedList:
    """`narrow` filters have an index of their own, which looks at what it returns; `combined` ones are served."""

    given: Callable[[Store], Awaitable[None]]
    read: Callable[[Store, Any, str | None], Awaitable[Page[Any]]]
    narrow: Mapping[str, Any]
    combined: Mapping[str, Any]
    since: Moment

    @property
    def filters(self) -> dict[str, Any]:
        """All filters by their names, each narrow one also with a time."""
        since = {
            f"{name} since": replace(where, since=self.since)
            for name, where in self.narrow.items()
            if name not in NOT_BY_TIME
        }
        return {**self.narrow, **self.combined, **since}

"""Listens to what the readers really send, so that the server can explain it: nothing of ours is patched."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from app.services.paging import Page
from app.store.driver.client import Client, Database, close_client
from tests.support.database import drop, fresh_database
from tests.support.store import Store, mongo_store

PAGE = 10
EXAMINED_AT_MOST = 2  # documents per one that is returned, by a filter that an index knows

Plan = dict[str, Any]

_READS = {"find", "aggregate"}
_PARTS = (*_READS, "filter", "projection", "sort", "limit", "batchSize", "hint", "min", "pipeline", "cursor")


class Reads(CommandListener):
    """Keeps the finds and pipelines that are sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        """Keep what is part of the query."""
        if event.command_name in _READS:
            self.sent.append({name: event.command[name] for name in event.command if name in _PARTS})

    def succeeded(self, event: CommandSucceededEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...


def listened_to(url: str, reads: Reads) -> Client:
    """Return a client whose commands are listened to; nothing but a test needs one."""
    return AsyncMongoClient(url, event_listeners=[reads], appname="explain")


def stages(plan: Any) -> Iterator[str]:  # noqa: ANN401 - whatever the server explains
    """Yield the names of the stages of a plan that was chosen, and of a pipeline's stages."""
    if isinstance(plan, dict):
        for name, below in plan.items():
            if name == "stage":
                yield below
            elif name != "rejectedPlans":
                yield from [name] if name.startswith("$") else []
                yield from stages(below)
    elif isinstance(plan, list):
        for below in plan:
            yield from stages(below)


@dataclass(frozen=True, slots=True)
class ExplainedStore:
    """A store whose reads are listened to, and its database, which explains them."""

    store: Store
    database: Database
    reads: Reads

    async def pages(self, read: Callable[[str | None], Awaitable[Page[Any]]]) -> list[Plan]:
        """Return how the server serves the first page, the second, and one in the middle."""
        self.reads.sent.clear()
        page = await read(None)
        for _ in range(3):
            if not page.has_next:
                break
            page = await read(page.cursors[-1])
        return await self.plans()

    async def plans(self) -> list[Plan]:
        """Return how the server serves what was sent."""
        assert self.reads.sent
        return [
            await self.database.command("explain", query, verbosity="executionStats") for query in list(self.reads.sent)
        ]


@asynccontextmanager
async def explained_store(url: str, name: str) -> AsyncIterator[ExplainedStore]:
    """Open a store over a fresh database, which is dropped in the end."""
    reads = Reads()
    client = listened_to(url, reads)
    database = await fresh_database(client, name)
    yield ExplainedStore(mongo_store(database), database, reads)
    await drop(database)
    await close_client(client)


def check_served(plan: Plan) -> None:
    """Prove that an index serves a query, order and all."""
    found = set(stages(plan["queryPlanner"]["winningPlan"]))
    assert not found & {"COLLSCAN", "SORT"}, found


def check_examined(plan: Plan) -> None:
    """Prove that hardly a document is read that is not in the page."""
    stats = plan["executionStats"]
    assert stats["nReturned"] > 0
    assert stats["totalDocsExamined"] <= EXAMINED_AT_MOST * stats["nReturned"], stats

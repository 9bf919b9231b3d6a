"""The same subscription as Strawberry's documentation writes it: a queue per subscriber, and an async generator.

Levels live in memory, and a change goes straight to the queues: no ledger, no database, no Redis.

Started as `python -m bench.live_strawberry PORT`.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator
from enum import Enum
from typing import Any

import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

from bench.live_event import MadeUpLevels, outcome

LEVELS = MadeUpLevels()
QUEUES: dict[asyncio.Queue[dict[str, Any]], frozenset[str]] = {}


@strawberry.enum
class Kind(Enum):
    """Why a level is sent."""

    SNAPSHOT = "SNAPSHOT"
    CHANGE = "CHANGE"


@strawberry.enum
class Status(Enum):
    """How a level stands."""

    IN_STOCK = "IN_STOCK"
    OUT = "OUT"


@strawberry.enum
class Reason(Enum):
    """Why units move."""

    CORRECTION = "CORRECTION"


@strawberry.type
class Level:
    """A level."""

    id: strawberry.ID
    on_hand: int
    reserved: int
    unavailable: int
    available: int
    status: Status
    version: int


@strawberry.type
class Movement:
    """A line of a ledger."""

    delta: int
    reason: Reason
    version: int
    recorded_at: str


@strawberry.type
class StockLevelEvent:
    """An event."""

    kind: Kind
    level: Level
    movement: Movement | None


@strawberry.type
class ChangedLevel:
    """A level by its id."""

    id: strawberry.ID


@strawberry.type
class Made:
    """A movement that a mutation made."""

    version: int
    recorded_at: str
    level: ChangedLevel


@strawberry.type
class UserError:
    """A refusal."""

    code: str
    message: str


@strawberry.type
class Payload:
    """What became of the mutation."""

    movement: Made
    user_errors: list[UserError]


@strawberry.input
class StockLevelFilter:
    """Which levels."""

    locations: list[str] | None = None
    skus: list[str] | None = None


@strawberry.input
class StockAdjustInput:
    """What to adjust."""

    sku: str
    location: str
    delta: int
    reason: Reason


@strawberry.type
class Query:
    """Nothing to read."""

    @strawberry.field
    def is_there(self) -> bool:
        """Return true."""
        return True


@strawberry.type
class Mutation:
    """Changes."""

    @strawberry.mutation
    async def stock_adjust(self, input: StockAdjustInput) -> Payload:
        """Add a unit."""
        event = LEVELS.change(input.sku)
        for queue, wanted in QUEUES.items():
            if input.sku in wanted:
                queue.put_nowait(event)
        made = outcome(event)["movement"]
        level = ChangedLevel(id=made["level"]["id"])
        movement = Made(version=made["version"], recorded_at=made["recordedAt"], level=level)
        return Payload(movement=movement, user_errors=[])


@strawberry.type
class Subscription:
    """Levels."""

    @strawberry.subscription
    async def stock_levels(self, filter: StockLevelFilter | None = None) -> AsyncGenerator[StockLevelEvent, None]:
        """Send levels, then their changes."""
        skus = (filter.skus if filter else None) or []
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        QUEUES[queue] = frozenset(skus)
        try:
            for event in LEVELS.snapshot(skus):
                yield _event(event)
            while True:
                yield _event(await queue.get())
        finally:
            del QUEUES[queue]


def _event(event: dict[str, Any]) -> StockLevelEvent:
    level, movement = event["level"], event["movement"]
    return StockLevelEvent(
        kind=Kind(event["kind"]),
        level=Level(
            id=level["id"],
            on_hand=level["onHand"],
            reserved=level["reserved"],
            unavailable=level["unavailable"],
            available=level["available"],
            status=Status(level["status"]),
            version=level["version"],
        ),
        movement=None
        if movement is None
        else Movement(
            delta=movement["delta"],
            reason=Reason(movement["reason"]),
            version=movement["version"],
            recorded_at=movement["recordedAt"],
        ),
    )


def main(port: int) -> None:
    """Serve until stopped."""
    schema = strawberry.Schema(query=Query, mutation=Mutation, subscription=Subscription)
    graphql = GraphQL[None, None](schema, subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL])
    app = Starlette(routes=[Route("/graphql", graphql), WebSocketRoute("/graphql", graphql)])
    uvicorn.run(
        app,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))

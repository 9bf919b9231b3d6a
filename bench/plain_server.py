"""The other side of the GraphQL benchmarks: the same API, as Strawberry's documentation writes it.

One driver call per request, no ledger, Strawberry's own ASGI app in Starlette on uvicorn, with the same loop and the
same HTTP parser as ours. `/tuned` is the same with what Strawberry offers for speed: caches of parsed and validated
documents, and orjson.

Started as `python -m bench.plain_server MONGO_URL PORT`.
"""

import sys
from base64 import urlsafe_b64decode
from enum import Enum
from typing import Any
from uuid import uuid4

import orjson
import strawberry
import uvicorn
from pymongo import ReturnDocument
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache

from bench.driver_loop import COLLECTION, DATABASE, open_driver

LEVELS: Any = None  # the collection, opened with the server


@strawberry.enum
class Reason(Enum):
    """Why units move."""

    SALE = "SALE"
    RECEIPT = "RECEIPT"


@strawberry.enum
class Status(Enum):
    """How a level stands."""

    IN_STOCK = "IN_STOCK"
    LOW = "LOW"
    OUT = "OUT"


@strawberry.type
class Operation:
    """An operation that is not recorded."""

    id: strawberry.ID


@strawberry.type
class Level:
    """A level."""

    on_hand: int
    reserved: int
    unavailable: int
    available: int
    status: Status
    version: int


@strawberry.type
class UserError:
    """A refusal."""

    code: str
    message: str


@strawberry.type
class Payload:
    """What became of the mutation."""

    operation: Operation | None
    level: Level | None
    user_errors: list[UserError]


@strawberry.type
class Levels:
    """A page."""

    nodes: list[Level]


@strawberry.input
class StockAdjustInput:
    """What to adjust."""

    sku: str
    location: str
    delta: int
    reason: Reason


@strawberry.type
class Query:
    """Reads."""

    @strawberry.field
    async def stock_levels(self, first: int, after: str | None = None) -> Levels:
        """Return a page of levels, which are all at one location."""
        where = {"_id": {"$gt": _id_before(after)}} if after else {}
        found = await LEVELS.find(where).sort("_id", 1).limit(first).to_list(None)
        return Levels(nodes=[_level(document) for document in found])


@strawberry.type
class Mutation:
    """Changes."""

    @strawberry.mutation
    async def stock_adjust(self, input: StockAdjustInput) -> Payload:
        """Add or remove units."""
        found = await LEVELS.find_one_and_update(
            {"_id": f"{input.location}/{input.sku}", "on_hand": {"$gte": -input.delta}},
            {"$inc": {"on_hand": input.delta, "version": 1}},
            return_document=ReturnDocument.AFTER,
        )
        if found is None:
            return Payload(operation=None, level=None, user_errors=[UserError(code="INSUFFICIENT", message="No.")])
        return Payload(operation=Operation(id=strawberry.ID(uuid4().hex)), level=_level(found), user_errors=[])


def _id_before(cursor: str) -> str:
    _, sku, location = orjson.loads(urlsafe_b64decode(cursor))
    return f"{location}/{sku}"


def _level(document: dict[str, Any]) -> Level:
    return Level(
        on_hand=document["on_hand"],
        reserved=document["reserved"],
        unavailable=document["unavailable"],
        available=document["on_hand"] - document["reserved"] - document["unavailable"],
        status=Status(document["status"]),
        version=document["version"],
    )


class FastJson(GraphQL[None, None]):
    """Strawberry's app with orjson, as its documentation shows it."""

    def encode_json(self, data: object) -> bytes:
        """Encode."""
        return orjson.dumps(data)

    def decode_json(self, data: str | bytes) -> object:
        """Decode."""
        return orjson.loads(data)


def main(mongo_url: str, port: int) -> None:
    """Serve until stopped."""
    global LEVELS  # noqa: PLW0603 - one process, one collection
    LEVELS = open_driver(mongo_url)[DATABASE][COLLECTION]
    plain = strawberry.Schema(query=Query, mutation=Mutation)
    parsed, validated = ParserCache(), ValidationCache()  # one of each for all requests
    tuned = strawberry.Schema(query=Query, mutation=Mutation, extensions=[lambda: parsed, lambda: validated])
    app = Starlette(routes=[Route("/graphql", GraphQL[None, None](plain)), Route("/tuned", FastJson(tuned))])
    uvicorn.run(app, port=port, loop="uvloop", http="httptools", access_log=False, log_level="warning")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

# ruff: noqa: ANN401 - JSON is of any type
"""The application as HTTP clients meet it: one request in, data or errors out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.config import Settings
from app.web.asgi import create_app
from app.web.dashboard.routes import BUILT
from tests.graphql.operations import EVERYTHING
from tests.support.patience import PATIENCE_SECONDS
from tests.support.secret_keys import SECRET_KEYS

DEADLINE_SECONDS = PATIENCE_SECONDS


def settings_of(mongo_url: str, redis_url: str, database: str, **others: Any) -> Settings:
    """Return the settings of an application over these servers and this database. It waits for them with patience."""
    return Settings(
        mongo_url=SecretStr(mongo_url),
        redis_url=SecretStr(redis_url),
        mongo_database=database,
        secret_keys=SECRET_KEYS,
        demo=False,
        demo_days=0,
        **{"mongo_timeout_seconds": PATIENCE_SECONDS, **others},
    )


PARTS = frozenset({"lines", "struckLines", "holds", "short", "offers", "movements"})


def with_parts_as_lists(data: Any) -> Any:
    """Return an answer in which the pages of things' own parts are lists, where only their entries were asked for."""
    return {name: _with_lists(value) for name, value in data.items()}  # the root's own pages stay what they are


def _with_lists(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_lists(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _with_lists(below["nodes"] if name in PARTS and _has_only_nodes(below) else below)
        for name, below in value.items()
    }


def _has_only_nodes(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"nodes"}


class Api:
    """Sends operations, and takes nothing but well-formed answers."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def post(self, query: str, variables: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
        """Return the whole response."""
        body = {"query": query, "variables": variables}
        response = await self.client.post("/graphql", json=body, headers=headers)
        assert response.headers["x-request-id"]
        return response

    async def run(self, query: str, **variables: Any) -> Any:
        """Return the data of an operation without errors; that of its one root field, if it has only one."""
        response = await self.post(query, variables)
        assert response.status_code == 200, response.text
        answer = response.json()
        assert answer.keys() == {"data"}, answer
        data = with_parts_as_lists(answer["data"])
        return next(iter(data.values())) if len(data) == 1 else data

    async def errors(self, query: str, **variables: Any) -> list[dict[str, Any]]:
        """Return the errors of an operation that is not carried out, each with its request id."""
        response = await self.post(query, variables)
        assert response.status_code < 500, response.text
        answer = response.json()
        assert not any((answer.get("data") or {}).values()), answer
        for fault in answer["errors"]:
            assert fault["extensions"]["requestId"] == response.headers["x-request-id"]
        errors: list[dict[str, Any]] = answer["errors"]
        return errors

    async def error_message(self, query: str, **variables: Any) -> str:
        """Return the message of the one client's fault of an operation; a mutation changes nothing."""
        async with self.nothing_changes() if query.lstrip().startswith("mutation") else nullcontext():
            errors = await self.errors(query, **variables)
        assert [fault["extensions"]["code"] for fault in errors] == ["BAD_USER_INPUT"], errors
        message: str = errors[0]["message"]
        return message

    async def refusal(self, query: str, **input: Any) -> list[dict[str, Any]]:
        """Return the user errors of a mutation that is refused as a whole and changes nothing."""
        async with self.nothing_changes():
            payload = await self.run(query, input=input)
        told = {name: value for name, value in payload.items() if name not in {"replayed", "userErrors"}}
        assert payload["replayed"] is False
        assert all(value in (None, []) for value in told.values()), payload
        errors: list[dict[str, Any]] = payload["userErrors"]
        assert errors
        return errors

    async def everything(self) -> Any:
        """Return all that the API shows."""
        data = await self.run(EVERYTHING)
        assert not any(page["pageInfo"]["hasNextPage"] for page in data.values())
        return data

    @asynccontextmanager
    async def nothing_changes(self) -> AsyncIterator[None]:
        """Prove that what happens inside leaves everything that the API shows as it was."""
        before = await self.everything()
        yield
        assert await self.everything() == before


@asynccontextmanager
async def opened(settings: Settings, *, dashboard: Path = BUILT) -> AsyncIterator[Api]:
    """Run the application in this process, its lifespan included, and give a client of it."""
    async with (
        _running(create_app(settings, dashboard=dashboard)) as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        yield Api(client)


@asynccontextmanager
async def _running(app: ASGIApp) -> AsyncIterator[ASGIApp]:
    """Run the lifespan, and give the application as a server calls it: each request carries the lifespan's state."""
    state: dict[str, Any] = {}
    told: asyncio.Queue[Message] = asyncio.Queue()
    heard: asyncio.Queue[Message] = asyncio.Queue()
    lifespan = asyncio.create_task(_call(app, {"type": "lifespan", "state": state}, told.get, heard.put))

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": {**state}}, receive, send)

    async with asyncio.timeout(DEADLINE_SECONDS):
        await told.put({"type": "lifespan.startup"})
        assert await heard.get() == {"type": "lifespan.startup.complete"}
    try:
        yield served
    finally:  # else the workers of a test that failed would go on in the database of the next
        async with asyncio.timeout(DEADLINE_SECONDS):
            await told.put({"type": "lifespan.shutdown"})
            assert await heard.get() == {"type": "lifespan.shutdown.complete"}
            await lifespan


async def _call(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, send)

"""The GraphiQL page in a real browser: it runs operations, keeps subscriptions alive, and stays within its origin.

Everything else about the page is tested in tests/web.
"""

import asyncio
import re
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import strawberry
import uvicorn
from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

from app.web.pages.playground import page, playground_routes, wants_page
from tests.browser.graphiql import run, sees_response
from tests.support.chromium import Witness, watched_page

OPERATIONS = Path(__file__).parents[2] / "playground" / "operations.js"

GREETING = "query Greeting { greeting }"
NEWS = "subscription News { news }"
NOTHING = "subscription Nothing { nothing }"
KEY = '{ "x-demo-key": "secret" }'
CREDENTIALS = '{ "x-demo-key": "secret", "authorization": "Bearer mine" }'

# --- the tests ---


async def test_a_first_visit_offers_the_named_operations_and_checks_them_against_the_schema(chromium: Browser) -> None:
    """Each operation of playground/operations.js has its tab.

    The language service, which runs in a worker, underlines a field that the toy schema does not have.
    """
    names = re.findall(r"^(?:query|mutation|subscription) (\w+)", OPERATIONS.read_text(), re.MULTILINE)
    async with playground(chromium) as visit:
        await visit.page.goto(visit.url)
        await expect(visit.page.locator(".graphiql-tab-button")).to_have_text(names)
        await expect(visit.page.locator(".graphiql-query-editor .squiggly-error").first).to_be_visible()
        workers = {worker.url.rpartition("/")[2].partition(".worker-")[0] for worker in visit.page.workers}
        assert "graphql" in workers
        assert visit.witness.saw_nothing_wrong(visit.origin)


async def test_a_query_is_sent_with_the_headers_of_its_pane(chromium: Browser) -> None:
    """The Headers pane becomes HTTP headers, and the answer is shown."""
    async with playground(chromium) as visit:
        await run(visit.page, visit.url, GREETING, headers=KEY)
        assert await sees_response(visit.page, '"greeting": "hello secret"')
        assert visit.witness.saw_nothing_wrong(visit.origin)


async def test_a_subscription_shows_each_message_as_it_comes(chromium: Browser) -> None:
    """It runs over graphql-transport-ws, with the Headers pane as connection parameters."""
    async with playground(chromium) as visit:
        # given
        await run(visit.page, visit.url, NEWS, headers=KEY)
        inbox = await visit.feed.inboxes.get()
        # when
        await inbox.put("first")
        # then
        assert await sees_response(visit.page, '"news": "first for secret"')
        # when
        await inbox.put("second")
        # then
        assert await sees_response(visit.page, '"news": "second for secret"')
        assert visit.witness.saw_nothing_wrong(visit.origin)
        assert visit.url.replace("http", "ws", 1) in visit.witness.requests


async def test_the_errors_that_end_a_subscription_are_its_last_result(chromium: Browser) -> None:
    """They come by an `error` message; the page leaves nothing unhandled, and may run the next operation."""
    async with playground(chromium) as visit:
        await run(visit.page, visit.url, NOTHING, headers=KEY)
        assert await sees_response(visit.page, "Cannot query field 'nothing'")
        assert await runs_nothing(visit.page)
        assert visit.witness.saw_nothing_wrong(visit.origin)


async def test_a_connection_closed_for_good_is_the_last_result_of_its_subscription(chromium: Browser) -> None:
    """The client does not retry after such a close code, and the page tells of it."""
    async with playground(chromium) as visit:
        # given
        await run(visit.page, visit.url, NEWS, headers=CREDENTIALS)
        inbox = await visit.feed.inboxes.get()
        await inbox.put("first")
        assert await sees_response(visit.page, '"news": "first for secret"')
        # when
        await inbox.put(4401)
        # then
        assert await sees_response(visit.page, "The server closed the connection: 4401")
        assert await runs_nothing(visit.page)
        assert visit.witness.saw_nothing_wrong(visit.origin)


async def test_a_subscription_survives_a_server_that_restarts(chromium: Browser) -> None:
    """After a lost socket the page subscribes again by itself, and shows what comes then."""
    async with playground(chromium) as visit:
        # given
        await run(visit.page, visit.url, NEWS, headers=KEY)
        before = await visit.feed.inboxes.get()
        await before.put("first")
        assert await sees_response(visit.page, '"news": "first for secret"')
        # when
        await before.put(1012)  # what uvicorn sends when it stops
        # then
        after = await visit.feed.inboxes.get()
        await after.put("second")
        assert await sees_response(visit.page, '"news": "second for secret"')


async def runs_nothing(page: Page) -> bool:
    """Wait until the button offers to run an operation, not to stop one. Raises AssertionError."""
    await expect(page.locator(".graphiql-execute-button")).to_have_attribute("aria-label", re.compile("Execute"))
    return True


# --- the server: a toy schema behind the page ---


class Feed:
    """What the toy subscription sends: each subscriber brings an inbox; a number in it closes the connection."""

    def __init__(self) -> None:
        self.inboxes: asyncio.Queue[asyncio.Queue[str | int]] = asyncio.Queue()


@strawberry.type
class Query:
    """One field that shows which key came with the request."""

    @strawberry.field
    def greeting(self, info: strawberry.Info) -> str:
        """Return the key in the headers."""
        return f"hello {info.context['request'].headers.get('x-demo-key')}"


def schema_of(feed: Feed) -> strawberry.Schema:
    """Return a schema whose subscription sends what is put into the feed."""

    @strawberry.type
    class Subscription:
        @strawberry.subscription
        async def news(self, info: strawberry.Info) -> AsyncGenerator[str, None]:
            key = info.context["connection_params"]["x-demo-key"]
            inbox: asyncio.Queue[str | int] = asyncio.Queue()
            await feed.inboxes.put(inbox)
            while isinstance(item := await inbox.get(), str):
                yield f"{item} for {key}"
            await info.context["request"].close(item)

    return strawberry.Schema(Query, subscription=Subscription)


class Endpoint:
    """The page for browsers and the API for everybody else, at one address."""

    def __init__(self, feed: Feed) -> None:
        self.api: GraphQL[Any, Any] = GraphQL(
            schema_of(feed), graphql_ide=None, subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        shows_page = scope["type"] == "http" and wants_page(Request(scope))
        await (page() if shows_page else self.api)(scope, receive, send)


@asynccontextmanager
async def server(feed: Feed) -> AsyncIterator[str]:
    """Serve the page and the toy schema on a free port; yield the origin."""
    endpoint = Endpoint(feed)
    app = Starlette(
        routes=[
            Route("/graphql", endpoint),
            WebSocketRoute("/graphql", endpoint),
            Route("/auth/session", lambda _: JSONResponse({"principal": None})),
            *playground_routes(),
        ]
    )
    running = uvicorn.Server(uvicorn.Config(app, ws="websockets-sansio", log_level="warning"))
    with socket.create_server(("127.0.0.1", 0)) as listening:  # from here on connections wait for the server
        serving = asyncio.create_task(running.serve([listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            running.should_exit = True
            await serving


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A server with a feed, and a page that was not opened yet."""

    origin: str
    feed: Feed
    page: Page
    witness: Witness

    @property
    def url(self) -> str:
        """Where GraphiQL is."""
        return f"{self.origin}/graphql"


@asynccontextmanager
async def playground(chromium: Browser) -> AsyncIterator[Visit]:
    """Start a server, and open an empty page."""
    feed = Feed()
    async with server(feed) as origin, watched_page(chromium) as (page, witness):
        yield Visit(origin=origin, feed=feed, page=page, witness=witness)

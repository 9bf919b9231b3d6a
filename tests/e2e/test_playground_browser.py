"""The GraphiQL page in a real browser: it runs operations, keeps subscriptions alive, and stays within its origin.

Skipped on a machine without Chromium (`apt-get install chromium`); everything else about the page is tested in
tests/web. The browser is driven through the DevTools protocol.
"""

import asyncio
import itertools
import json
import re
import shutil
import socket
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from websockets.asyncio.client import ClientConnection, connect

from app.web.playground import page, playground_routes, wants_page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium", path="/usr/bin")
DEADLINE_SECONDS = 60  # a shared machine may take long to start a browser; a good run takes three
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
    "--window-size=1400,900",
]
OPERATIONS = Path(__file__).parents[2] / "playground" / "operations.js"

GREETING = "query Greeting { greeting }"
NEWS = "subscription News { news }"
KEY = '{ "x-demo-key": "secret" }'

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium on PATH or at /usr/bin/chromium")

# --- the tests ---


async def test_a_first_visit_offers_the_named_operations() -> None:
    """Each operation of playground/operations.js has its tab."""
    names = re.findall(r"^(?:query|mutation|subscription) (\w+)", OPERATIONS.read_text(), re.MULTILINE)
    async with playground() as (origin, _, tab):
        await tab.open(f"{origin}/graphql")
        await tab.see("document.querySelector('.graphiql-tab-button')")
        titles = "[...document.querySelectorAll('.graphiql-tab-button')].map((tab) => tab.innerText)"
        assert await tab.evaluate(titles) == names


async def test_the_editor_checks_an_operation_against_the_schema() -> None:
    """The language service, which runs in a worker, underlines a field that the toy schema does not have."""
    async with playground() as (origin, _, tab):
        await tab.open(f"{origin}/graphql")
        await tab.see("document.querySelector('.graphiql-query-editor .squiggly-error')")
        assert "graphql" in {url.rpartition("/")[2].partition(".worker-")[0] for url in tab.workers}
        assert_stayed_home(tab, origin)


async def test_a_query_is_sent_with_the_headers_of_its_pane() -> None:
    """The Headers pane becomes HTTP headers, and the answer is shown."""
    async with playground() as (origin, _, tab):
        await tab.run(f"{origin}/graphql", GREETING)
        await tab.see_response('"greeting": "hello secret"')
        assert_stayed_home(tab, origin)


async def test_a_subscription_shows_each_message_as_it_comes() -> None:
    """It runs over graphql-transport-ws, with the Headers pane as connection parameters."""
    async with playground() as (origin, feed, tab):
        # given
        await tab.run(f"{origin}/graphql", NEWS)
        inbox = await feed.inboxes.get()
        # when
        await inbox.put("first")
        # then
        await tab.see_response('"news": "first for secret"')
        # when
        await inbox.put("second")
        # then
        await tab.see_response('"news": "second for secret"')
        assert_stayed_home(tab, origin)
        assert f"{origin}/graphql".replace("http", "ws", 1) in tab.requests


async def test_a_subscription_survives_a_server_that_restarts() -> None:
    """After a lost socket the page subscribes again by itself, and shows what comes then."""
    async with playground() as (origin, feed, tab):
        # given
        await tab.run(f"{origin}/graphql", NEWS)
        before = await feed.inboxes.get()
        await before.put("first")
        await tab.see_response('"news": "first for secret"')
        # when
        await before.put(None)
        # then
        after = await feed.inboxes.get()
        await after.put("second")
        await tab.see_response('"news": "second for secret"')


def assert_stayed_home(tab: "Tab", origin: str) -> None:
    """Check that nothing came from elsewhere, and that the policy forbade nothing that was needed."""
    home = (f"{origin}/", f"{origin}/".replace("http", "ws", 1), "data:")
    assert [url for url in tab.requests if not url.startswith(home)] == []
    assert tab.complaints == []


# --- the server: a toy schema behind the page ---


class Feed:
    """What the toy subscription sends: each subscriber brings an inbox; None in it cuts the connection."""

    def __init__(self) -> None:
        self.inboxes: asyncio.Queue[asyncio.Queue[str | None]] = asyncio.Queue()


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
            inbox: asyncio.Queue[str | None] = asyncio.Queue()
            await feed.inboxes.put(inbox)
            while (text := await inbox.get()) is not None:
                yield f"{text} for {key}"
            await info.context["request"].close(1012)  # what uvicorn sends when it stops

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
    app = Starlette(routes=[Route("/graphql", endpoint), WebSocketRoute("/graphql", endpoint), *playground_routes()])
    running = uvicorn.Server(uvicorn.Config(app, ws="websockets-sansio", log_level="warning"))
    with socket.create_server(("127.0.0.1", 0)) as listening:  # from here on connections wait for the server
        serving = asyncio.create_task(running.serve([listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            running.should_exit = True
            await serving


# --- the browser ---


class Tab:
    """One page in the browser, its workers included, and everything that it reported."""

    def __init__(self, connection: ClientConnection) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.workers: list[str] = []
        self._connection = connection
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._session = ""

    async def open(self, url: str, *, script: str = "") -> None:
        """Open an address, watched from its first request on; run a script before those of the page."""
        target = await self._call("Target.createTarget", url="about:blank")
        attached = await self._call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]
        await self._call("Audits.enable", self._session)
        await self._call("Page.enable", self._session)
        await self._call("Page.addScriptToEvaluateOnNewDocument", self._session, source=script)
        await self._watch(self._session)
        await self._call("Page.navigate", self._session, url=url)

    async def run(self, url: str, operation: str) -> None:
        """Open the page as a visitor who left an operation and a key there, and press the button that runs it."""
        left = {"graphiql:query": operation, "graphiql:headers": KEY}
        await self.open(url, script=f"Object.assign(localStorage, {json.dumps(left)})")
        await self.see(f"{shown('.graphiql-query-editor')}?.includes({json.dumps(operation)})")
        await self.evaluate("document.querySelector('.graphiql-execute-button').click()")

    async def see_response(self, text: str) -> None:
        """Wait until the response pane shows a text."""
        await self.see(f"{shown('.result-window')}?.includes({json.dumps(text)})")

    async def evaluate(self, expression: str) -> Any:  # noqa: ANN401 -- whatever JSON the page returns
        """Return the value of a JavaScript expression, awaited if it is a promise."""
        params = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        answer = await self._call("Runtime.evaluate", self._session, **params)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def see(self, condition: str) -> None:
        """Wait until a JavaScript condition holds on the page; it is looked at before each frame."""
        look = f"const look = () => ({condition}) ? resolve() : requestAnimationFrame(look); look();"
        await self.evaluate(f"new Promise((resolve) => {{ {look} }})")

    async def listen(self) -> None:
        """Take in answers and reports."""
        async for text in self._connection:
            message = json.loads(text)
            if "method" in message:
                await self._note(message["method"], message["params"])
            elif answered := self._answers.pop(message["id"], None):
                answered.set_result(message)

    async def _call(self, method: str, session: str = "", /, **params: object) -> Any:  # noqa: ANN401 -- see evaluate
        number = next(self._ids)
        answered = self._answers[number] = asyncio.get_running_loop().create_future()
        await self._send(number, method, session, params)
        answer = await answered
        assert "error" not in answer, answer
        return answer["result"]

    async def _send(self, number: int, method: str, session: str, params: dict[str, object]) -> None:
        target = {"sessionId": session} if session else {}
        await self._connection.send(json.dumps({"id": number, "method": method, "params": params, **target}))

    async def _watch(self, session: str) -> None:
        """Send what makes a page or worker report; wait for no answer, as a worker may end without giving one."""
        commands: dict[str, dict[str, object]] = {
            "Network.enable": {},
            "Log.enable": {},
            "Runtime.enable": {},
            # A worker waits until it is watched, so that nothing that it does goes unseen.
            "Target.setAutoAttach": {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True},
            "Runtime.runIfWaitingForDebugger": {},
        }
        for method, params in commands.items():
            await self._send(next(self._ids), method, session, params)

    async def _note(self, method: str, params: dict[str, Any]) -> None:
        match method:
            case "Network.requestWillBeSent":
                self.requests.append(params["request"]["url"])
            case "Network.webSocketCreated":
                self.requests.append(params["url"])
            case "Log.entryAdded" if params["entry"]["level"] in {"warning", "error"}:
                self.complaints.append(str(params["entry"]))
            case "Runtime.consoleAPICalled" if params["type"] in {"warning", "error", "assert"}:
                self.complaints.append(str(params["args"]))
            case "Runtime.exceptionThrown":
                self.complaints.append(str(params["exceptionDetails"]))
            case "Audits.issueAdded" if params["issue"]["code"] == "ContentSecurityPolicyIssue":
                self.complaints.append(str(params["issue"]["details"]))
            case "Target.attachedToTarget" if params["targetInfo"]["type"] == "worker":
                self.workers.append(params["targetInfo"]["url"])
                await self._watch(params["sessionId"])


@asynccontextmanager
async def browser() -> AsyncIterator[Tab]:
    """Start a browser with an empty profile; yield its connection."""
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "about:blank", stderr=asyncio.subprocess.PIPE
        )
        assert process.stderr is not None
        try:
            said = (await process.stderr.readuntil(b"DevTools listening on ")) and await process.stderr.readline()
            async with connect(said.decode().strip(), max_size=None) as connection, asyncio.TaskGroup() as tasks:
                tab = Tab(connection)
                background = [tasks.create_task(tab.listen()), tasks.create_task(process.stderr.read())]
                yield tab
                for task in background:
                    task.cancel()
        finally:
            process.terminate()
            await process.wait()


@asynccontextmanager
async def playground() -> AsyncIterator[tuple[str, Feed, Tab]]:
    """Start a server and a browser; yield the server's origin, its feed, and an empty tab."""
    feed = Feed()
    async with asyncio.timeout(DEADLINE_SECONDS), server(feed) as origin, browser() as tab:
        yield origin, feed, tab


def shown(editor: str) -> str:
    """Return the JavaScript expression for what an editor shows; it writes spaces as no-break spaces."""
    return f"document.querySelector('{editor} .view-lines')?.innerText.replaceAll('\\u00a0', ' ')"

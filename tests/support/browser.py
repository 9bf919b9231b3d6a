"""A real browser for tests, driven through the DevTools protocol."""

import asyncio
import itertools
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium", path="/usr/bin")
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


# What is said of an expression whose page has gone to another address meanwhile.
_LEFT = ("Inspected target navigated or closed", "Execution context was destroyed", "Cannot find default execution")


class PageLeft(Exception):
    """The page went to another address before an expression had its value."""


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

    async def run(self, url: str, operation: str, *, headers: str = "") -> None:
        """Open the page as a visitor who left an operation and headers there, and press the button that runs it."""
        left = {"graphiql:query": operation, "graphiql:headers": headers}
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
        """Wait until a JavaScript condition holds on the page, or on the one that follows; before each frame."""
        look = f"const look = () => ({condition}) ? resolve(true) : requestAnimationFrame(look); look();"
        holds = False
        while not holds:
            with suppress(PageLeft):
                holds = await self.evaluate(f"new Promise((resolve) => {{ {look} }})")

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
        if answer.get("error", {}).get("message", "").startswith(_LEFT):
            raise PageLeft
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


def shown(editor: str) -> str:
    """Return the JavaScript expression for what an editor shows; it writes spaces as no-break spaces."""
    return f"document.querySelector('{editor} .view-lines')?.innerText.replaceAll('\\u00a0', ' ')"

"""A real Chromium for tests, driven by Playwright, and what its pages complain of.

Only Debian's, or whatever else the system has as `chromium`: nothing is ever downloaded.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    WebSocket,
    async_playwright,
    expect,
)

EXECUTABLE = shutil.which("chromium") or shutil.which("chromium", path="/usr/bin")
MISSING = "needs chromium on PATH or at /usr/bin/chromium"
FLAGS = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What moves is drawn 60 times a second by the processor, which other tests need.
STILL = "reduce"
# What a page does is waited for, with a deadline that only a failure reaches: a shared machine may take long.
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """Start a browser, and end it: half a second. A context of it is a fresh profile, in a tenth of a second."""
    assert EXECUTABLE is not None
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=EXECUTABLE, args=FLAGS, chromium_sandbox=False)
        yield browser
        await browser.close()


class Witness:
    """Sees what the pages of a context, with their workers, ask for and complain of, from now on."""

    def __init__(self, context: BrowserContext) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        context.on("request", self._note_request)
        context.on("console", self._note_message)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("page", lambda page: page.on("websocket", self._note_websocket))

    def saw_nothing_wrong(self, origin: str) -> bool:
        """Assert that nothing came from elsewhere, that no policy was violated, and nothing failed or warned."""
        home = (f"{origin}/", f"{origin}/".replace("http", "ws", 1), "data:", "blob:")
        assert [url for url in self.requests if not url.startswith(home)] == []
        assert self.complaints == []
        return True

    def _note_request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _note_websocket(self, websocket: WebSocket) -> None:
        self.requests.append(websocket.url)

    def _note_message(self, message: ConsoleMessage) -> None:
        """Note what is wrong; what violates a policy, or could not be loaded, is told on the console, too."""
        if message.type in {"warning", "error", "assert"}:
            self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url')})")


@asynccontextmanager
async def watched_page(browser: Browser) -> AsyncIterator[tuple[Page, Witness]]:
    """Open an empty page in a profile of its own, watched from its first request on."""
    context = await browser.new_context(reduced_motion=STILL)
    context.set_default_timeout(PATIENCE_MS)
    witness = Witness(context)
    try:
        yield await context.new_page(), witness
    finally:
        await context.close()

# ruff: noqa: ANN401 - JSON is of any type
"""A shop behind `stockpulse serve`, as people see it in a browser and partners through the API."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, Page, expect

from tests.as_served.clients import Partner
from tests.as_served.running import KEY, Running
from tests.browser.visiting import loaded, sign_in
from tests.support.chromium import PATIENCE_MS, STILL, Witness
from tests.support.served import Server

PHONE = {"width": 360, "height": 800}
DESKTOP = {"width": 1440, "height": 900}

LEVELS = "{ stockLevels(first: 100) { nodes { onHand } } }"
KEY_CREATE = "mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { key userErrors { message } } }"


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A page of somebody who is signed in, and what it complained of."""

    origin: str
    page: Page
    witness: Witness

    async def open(self, address: str) -> None:
        """Load a page of the dashboard, and wait until it is live."""
        await self.page.goto(f"{self.origin}{address}")
        missing = await loaded(self.page, within_ms=PATIENCE_MS)
        assert missing == "", missing

    async def says(self, liveness: str) -> bool:
        """Wait until the page says so of itself. Raises AssertionError."""
        await expect(self.page.locator("[data-liveness]").first).to_have_attribute("data-liveness", liveness)
        return True

    async def agrees(self, partner: Partner) -> bool:
        """Wait until the overview is live and shows how much the database has. Raises AssertionError."""
        assert await self.says("live")
        await expect(self.page.locator("main")).to_contain_text(f"{await units_on_hand(partner):,}")
        return True

    def forget(self) -> None:
        """Look from now on only: what was wrong with another page is not this one's."""
        self.witness.requests.clear()
        self.witness.complaints.clear()

    def saw_nothing_wrong(self) -> bool:
        """Assert that nothing came from elsewhere, that no policy was violated, and nothing failed or warned."""
        return self.witness.saw_nothing_wrong(self.origin)


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A running server, and the partner with every right."""

    chromium: Browser
    server: Server | Running
    partner: Partner

    @property
    def origin(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.server.port}"

    async def key(self, name: str, *, scopes: Sequence[str], locations: Sequence[str] | None = None) -> str:
        """Make a key, and return its text."""
        asked = {"name": name, "scopes": scopes, "locations": locations}
        return str((await self.partner.change(KEY_CREATE, **asked))["key"])

    @asynccontextmanager
    async def visit(self, address: str = "/", *, key: str = KEY, **how: Any) -> AsyncIterator[Visit]:
        """Sign in with a browser of one's own, and open a page; `how` is Playwright's, of the context."""
        usual = {"viewport": DESKTOP, "locale": "en-GB", "reduced_motion": STILL}
        context = await self.chromium.new_context(**{**usual, **how})
        context.set_default_timeout(PATIENCE_MS)
        await sign_in(context, self.origin, key=key)
        visit = Visit(origin=self.origin, witness=Witness(context), page=await context.new_page())
        try:
            await visit.open(address)
            yield visit
        finally:
            await context.close()


async def units_on_hand(partner: Partner) -> int:
    """Return the sum over the levels of a small shop: exactly that of now, which a summary may be a second behind."""
    return sum(level["onHand"] for level in (await partner.run(LEVELS))["nodes"])

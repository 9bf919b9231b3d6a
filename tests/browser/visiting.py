"""The pages of the dashboard, and what every visit begins with."""

from playwright.async_api import BrowserContext, Page, expect

PAGES = {
    "overview": "/",
    "stock": "/stock",
    "item": "/items/TEA-001",
    "alerts": "/alerts",
    "orders": "/orders",
    "reservations": "/reservations",
    "transfers": "/transfers",
    "suppliers": "/suppliers",
    "counts": "/counts",
    "insight": "/insight",
    "settings": "/settings",
    "wall": "/wall",
}

ON_PURPOSE = {"graphql-preflight": "1"}


async def sign_in(context: BrowserContext, origin: str, *, key: str | None = None) -> None:
    """Begin a session with a key, or as the demo's admin; nothing where no credentials are asked for."""
    state = await (await context.request.get(f"{origin}/auth/session")).json()
    if key is None and "admin" not in state["demo"]:
        return
    given = {"demo": "admin"} if key is None else {"key": key}
    answer = await context.request.post(f"{origin}/auth/sign-in", data=given, headers=ON_PURPOSE)
    assert answer.ok, await answer.text()


async def loaded(page: Page, *, within_ms: float = 10_000) -> str:
    """Wait until a page shows what it is for, and is live; return what it lacks then, which is nothing."""
    try:
        await expect(page.locator("main")).to_be_visible(timeout=within_ms)
        await expect(page.locator("[aria-busy=true]:visible")).to_have_count(0, timeout=within_ms)
        await expect(page.locator("[data-liveness]:not([data-liveness=live])")).to_have_count(0, timeout=within_ms)
    except AssertionError as error:
        return f"{page.url}: {error}"
    return ""

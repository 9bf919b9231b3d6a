"""GraphiQL as a visitor uses it."""

import json

from playwright.async_api import Page, expect


async def run(page: Page, url: str, operation: str, *, headers: str = "") -> None:
    """Open the page as a visitor who left an operation and headers there, and press the button that runs it."""
    left = {"graphiql:query": operation, "graphiql:headers": headers}
    await page.add_init_script(f"Object.assign(localStorage, {json.dumps(left)})")
    await page.goto(url)
    await expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text(operation, use_inner_text=True)
    await page.locator(".graphiql-execute-button").click()


async def sees_response(page: Page, text: str) -> bool:
    """Wait until the response pane shows a text. Raises AssertionError."""
    await expect(page.locator(".result-window .view-lines")).to_contain_text(text, use_inner_text=True)
    return True

"""The dashboard without a mouse."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from tests.browser.shop import Shop, Visit

# On its way round it leaves the page for the browser's own controls: then it is at no element.
FOCUS_IS_IN_DIALOG = """(() => {
  const focused = document.activeElement
  return focused === document.body || focused.closest('dialog[open]') !== null
})()"""


@pytest.fixture(scope="module")
async def visitor(shop: Shop) -> AsyncIterator[Visit]:
    """Return a visit for all tests."""
    async with shop.visit("/settings") as visitor:
        yield visitor


@pytest.fixture
async def visit(visitor: Visit) -> Visit:
    """Return the visit, at the overview, which was opened anew."""
    visitor.forget()
    await visitor.open("/")
    return visitor


async def test_letters_lead_to_pages_and_the_palette_to_everything(visit: Visit) -> None:
    """`g s` goes to stock, `/` into its search, where letters are text; Ctrl+K opens the palette, Enter follows it."""
    keyboard = visit.page.keyboard
    await keyboard.press("g")
    await keyboard.press("s")
    await expect(visit.page).to_have_url(re.compile("/stock$"))
    await expect(visit.page.get_by_role("heading", level=1)).to_have_text("Stock")
    await keyboard.press("/")
    search = visit.page.locator("main :focus")
    await keyboard.type("g a?")
    await expect(search).to_have_value("g a?")
    await expect(visit.page).to_have_url(re.compile("/stock"))
    await keyboard.press("Control+k")
    palette = visit.page.get_by_role("dialog", name="Search and commands")
    await keyboard.type("alert")
    await expect(palette.get_by_role("option")).to_have_count(1)
    await keyboard.press("Enter")
    await expect(visit.page).to_have_url(re.compile("/alerts$"))
    await expect(palette).to_have_count(0)
    assert visit.saw_nothing_wrong()


async def test_a_dialog_keeps_the_focus_and_gives_it_back(visit: Visit) -> None:
    """Tab stays in it however often it is pressed; Escape closes it."""
    keyboard = visit.page.keyboard
    account = visit.page.get_by_role("button", name="Account")
    await account.focus()
    await keyboard.press("?")
    dialog = visit.page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(dialog).to_be_visible()
    for _ in range(6):
        await keyboard.press("Tab")
        assert await visit.page.evaluate(FOCUS_IS_IN_DIALOG)
    await keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(account).to_be_focused()
    assert visit.saw_nothing_wrong()


async def test_who_tabs_meets_the_way_to_the_content_first(visit: Visit) -> None:
    """Pressed, it leads past the navigation."""
    await visit.page.keyboard.press("Tab")
    await expect(visit.page.locator(":focus")).to_have_text("Skip to content")
    await visit.page.keyboard.press("Enter")
    await expect(visit.page.get_by_role("main")).to_be_focused()

"""Every page of the dashboard, with the demo shop behind it: it shows itself, to anybody, on anything."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.accessibility import serious_faults
from tests.browser.shop import DESKTOP, PHONE, Shop, Visit
from tests.browser.visiting import PAGES

# What makes the document scroll sideways, the outermost first.
TOO_WIDE = """() => {
  const { scrollWidth, clientWidth } = document.documentElement
  const isTooWide = element => element.getBoundingClientRect().right > clientWidth
  const found = [...document.querySelectorAll('body, body *')].filter(isTooWide)
  return scrollWidth > clientWidth ? found.map(({ outerHTML }) => outerHTML.slice(0, 200)) : []
}"""
# What reaches beyond the panel that it is in, such as cards beyond their column.
STICKS_OUT = """() => [...document.querySelectorAll('main section li, main section h2')]
  .filter(element => element.getBoundingClientRect().right > element.closest('section').getBoundingClientRect().right)
  .map(({ outerHTML }) => outerHTML.slice(0, 200))"""
FITS_THE_SCREEN = "() => document.documentElement.scrollHeight <= innerHeight"
SCROLL_TO_THE_END = """grid => {
  for (let element = grid; element; element = element.parentElement) element.scrollTop = element.scrollHeight
}"""


@pytest.fixture(scope="module")
async def visitor(demo_shop: Shop) -> AsyncIterator[Visit]:
    """Return a visit, in the course of which each page is opened: a profile for each costs more than the page."""
    async with demo_shop.visit("/settings") as visitor:
        yield visitor


@pytest.fixture
async def visit(visitor: Visit) -> Visit:
    """Return the visit, at a desktop by day, before the page of this test is opened."""
    visitor.forget()
    await visitor.page.set_viewport_size(DESKTOP)
    await visitor.page.emulate_media(color_scheme="light")
    return visitor


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
async def test_a_page_is_shown_on_a_desktop_and_on_a_phone_light_and_dark(visit: Visit, address: str) -> None:
    """axe-core finds nothing serious, nothing is wider than a phone, and the console has nothing to say."""
    await visit.open(address)
    faults = await _faults_of_both_schemes(visit.page)
    assert await visit.page.evaluate(STICKS_OUT) == []
    assert address != PAGES["wall"] or await visit.page.evaluate(FITS_THE_SCREEN)  # nobody is there to scroll
    await visit.page.set_viewport_size(PHONE)
    faults += await _faults_of_both_schemes(visit.page)
    assert await visit.page.evaluate(TOO_WIDE) == []
    assert faults == []
    assert visit.saw_nothing_wrong()


async def _faults_of_both_schemes(page: Page) -> list[str]:
    """Return what axe-core finds; of the dark page in its colours alone, as the rest is the same."""
    await page.emulate_media(color_scheme="light")
    light = await serious_faults(page)
    await page.emulate_media(color_scheme="dark")
    return light + [f"dark: {fault}" for fault in await serious_faults(page, "color-contrast")]


async def test_a_table_has_only_the_rows_in_the_page_that_are_in_view(visit: Visit) -> None:
    """It tells of all its rows, and shows the last one when it is scrolled to the end."""
    await visit.open("/stock")
    rows = visit.page.get_by_role("row")
    await expect(rows.nth(5)).to_be_visible()
    levels = int(await visit.page.get_by_role("grid").get_attribute("aria-rowcount") or "0")
    assert levels > 1_000
    assert await rows.count() < 100
    await visit.page.get_by_role("grid").evaluate(SCROLL_TO_THE_END)
    await expect(visit.page.locator(f'[role=row][aria-rowindex="{levels}"]')).to_be_visible()
    assert await rows.count() < 100
    assert visit.saw_nothing_wrong()

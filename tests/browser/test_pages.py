"""Every page of the dashboard, with the demo shop behind it: it shows itself, to anybody, on anything."""

import pytest
from playwright.async_api import Page

from tests.browser.accessibility import serious_faults
from tests.browser.shop import PHONE, Shop
from tests.browser.visiting import PAGES

# What makes the document scroll sideways, the outermost first.
TOO_WIDE = """() => {
  const { scrollWidth, clientWidth } = document.documentElement
  const isTooWide = element => element.getBoundingClientRect().right > clientWidth
  const found = [...document.querySelectorAll('body, body *')].filter(isTooWide)
  return scrollWidth > clientWidth ? found.map(({ outerHTML }) => outerHTML.slice(0, 200)) : []
}"""


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
async def test_a_page_is_shown_on_a_desktop_and_on_a_phone_light_and_dark(demo_shop: Shop, address: str) -> None:
    """axe-core finds nothing serious, nothing is wider than a phone, and the console has nothing to say."""
    async with demo_shop.visit(address, color_scheme="light") as visit:
        faults = await _faults_of_both_schemes(visit.page)
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

"""A page that is open for days: the computer sleeps, the network goes, and the server gets another build of it."""

import re

import pytest
from playwright.async_api import expect

from tests.as_served.shop import ADJUST, ITEM, PLACE
from tests.browser.shop import Shop

# The next page that is loaded says that it is of an older build; those after it do not.
AS_BEFORE_THE_UPGRADE = """
if (!sessionStorage.getItem('upgraded')) {
  sessionStorage.setItem('upgraded', 'yes')
  new MutationObserver((_, observer) => {
    const build = document.querySelector('meta[name="build"]')
    if (!build) return
    build.content = '0123456789abcdef'
    observer.disconnect()
  }).observe(document, { childList: true, subtree: true })
}
"""


@pytest.fixture(scope="module")
async def stocked(shop: Shop) -> Shop:
    """Return a shop with one item at one place."""
    await shop.partner.change(ITEM, sku="TEA", name="Tea")
    await shop.partner.change(PLACE, code="MAIN", name="Main street", kind="STORE")
    await _receive(shop, 54_321)
    return shop


async def test_a_page_that_was_frozen_shows_what_happened_meanwhile(stocked: Shop) -> None:
    """As when a laptop is closed, or a phone's browser goes to the background."""
    async with stocked.visit() as visit:
        assert await visit.agrees(stocked.partner)
        session = await visit.page.context.new_cdp_session(visit.page)
        await session.send("Page.setWebLifecycleState", {"state": "frozen"})
        await _receive(stocked, 1_000)
        await session.send("Page.setWebLifecycleState", {"state": "active"})
        assert await visit.agrees(stocked.partner)
        assert visit.saw_nothing_wrong()


async def test_a_page_without_network_says_so_and_catches_up(stocked: Shop) -> None:
    """It says since when it is cut off; with the network back, it shows what happened meanwhile."""
    async with stocked.visit() as visit:
        assert await visit.agrees(stocked.partner)
        await visit.page.context.set_offline(True)
        assert await visit.says("cut")
        await expect(visit.page.locator("main")).to_contain_text(re.compile(r"since \d?\d:\d\d"))
        await _receive(stocked, 1_000)
        await visit.page.context.set_offline(False)
        assert await visit.agrees(stocked.partner)


async def test_an_old_page_loads_itself_anew_once_the_server_has_another_build(stocked: Shop) -> None:
    """It learns that from the connection, and is of the present build afterwards."""
    async with stocked.visit() as visit:
        build = visit.page.locator('meta[name="build"]')
        present = await build.get_attribute("content")
        await visit.page.add_init_script(AS_BEFORE_THE_UPGRADE)
        await visit.page.goto(f"{visit.origin}/stock")
        await expect(build).to_have_attribute("content", present or "")
        assert await visit.page.evaluate("performance.getEntriesByType('navigation')[0].type") == "reload"
        assert await visit.says("live")
        assert visit.saw_nothing_wrong()


async def _receive(shop: Shop, quantity: int) -> None:
    await shop.partner.change(ADJUST, sku="TEA", location="MAIN", delta=quantity, reason="FOUND")

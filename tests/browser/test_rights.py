"""What somebody may not see or do is on no page."""

import pytest

from tests.as_served.shop import ADJUST, ITEM, PLACE
from tests.browser.shop import Shop
from tests.browser.visiting import PAGES

READING = ["CATALOG_READ", "STOCK_READ", "ORDERS_READ", "PURCHASING_READ", "COUNTING_READ", "INSIGHTS_READ"]
PLACES = {"MAIN": "Main street", "HARBOUR": "Harbour warehouse"}
# What the buttons are called that change something.
DEEDS = ("Adjust", "Transfer", "Reclassify", "Set policy", "Acknowledge", "Snooze", "Open a count", "New", "Submit")


@pytest.fixture(scope="module")
async def limited(shop: Shop) -> str:
    """Return the key of somebody who may read at one of two places, both with stock and alerts."""
    for code, name in PLACES.items():
        await shop.partner.change(PLACE, code=code, name=name, kind="STORE")
    await shop.partner.change(ITEM, sku="TEA-001", name="Tea", reorderPoint=10)
    await shop.partner.change(ADJUST, sku="TEA-001", location="MAIN", delta=7, reason="FOUND")
    await shop.partner.change(ADJUST, sku="TEA-001", location="HARBOUR", delta=4_321, reason="FOUND")
    return await shop.key("limited", scopes=READING, locations=["MAIN"])


async def test_a_limited_reader_sees_their_place_alone_and_nothing_to_do(shop: Shop, limited: str) -> None:
    """On every page: no name and no number of the other place, and no button that changes anything."""
    async with shop.visit(key=limited) as visit:
        for address in PAGES.values():
            await visit.open(address)
            text = await visit.page.locator("body").inner_text()
            assert [word for word in ("HARBOUR", "Harbour", "4,321", "4,328") if word in text] == [], (address, text)
            buttons = await visit.page.get_by_role("button").all_inner_texts()
            assert [deed for deed in DEEDS if any(button.startswith(deed) for button in buttons)] == [], address
        assert visit.saw_nothing_wrong()


async def test_who_sees_everything_sees_both_places(shop: Shop, limited: str) -> None:
    """Otherwise the test above would see nothing where there is nothing to see."""
    assert limited
    async with shop.visit() as visit:
        text = await visit.page.locator("body").inner_text()
        assert [word for word in ("Harbour", "4,321", "4,328") if word in text] == ["Harbour", "4,321", "4,328"]
        await visit.open("/stock")
        assert "4,321" in await visit.page.locator("body").inner_text()

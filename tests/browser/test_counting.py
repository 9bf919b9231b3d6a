"""Counting on a phone while the server is away: what was scanned is kept on the device, and posted once."""

import pytest
from playwright.async_api import expect

from tests.as_served.shop import ADJUST, ITEM, PLACE
from tests.browser.shop import PHONE, Shop

BARCODE = "4006381333931"
OPEN = "mutation ($input: CountOpenInput!) { countOpen(input: $input) { count { id } userErrors { message } } }"
POSTED = """{ movements(filter: { sku: "TEA", reason: COUNT }) { nodes { delta } } }"""
# As a scanner types: faster than people, wherever the focus is; the page may not have shown one when the next comes.
SCANNER = """async ([code, times]) => {
  const press = key => new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
  for (let time = 0; time < times; time++) {
    for (const key of [...code, 'Enter']) document.activeElement.dispatchEvent(press(key))
    for (let turn = 0; turn < 10; turn++) await null
  }
}"""
WORKER_IS_READY = "navigator.serviceWorker.ready.then(() => true)"


@pytest.fixture(scope="module")
async def count(shop: Shop) -> str:
    """Return the id of an open count of a place where five units are on record."""
    await shop.partner.change(PLACE, code="MAIN", name="Main street", kind="STORE")
    await shop.partner.change(ITEM, sku="TEA", name="Tea", barcodes=[BARCODE])
    await shop.partner.change(ADJUST, sku="TEA", location="MAIN", delta=5, reason="FOUND")
    return str((await shop.partner.change(OPEN, location="MAIN"))["count"]["id"])


async def test_what_is_scanned_while_the_server_is_away_is_posted_once(shop: Shop, count: str) -> None:
    """The server is killed; the page is even loaded again; three scans wait, and are sent when the server is back."""
    async with shop.visit(f"/counts/{count}", viewport=PHONE, is_mobile=True, has_touch=True) as visit:
        page = visit.page
        assert await page.evaluate(WORKER_IS_READY)
        field = page.get_by_role("searchbox", name="Scan or search")
        await expect(field).to_be_visible()
        shop.server.kill()
        await page.reload()
        await expect(field).to_be_visible()
        await page.evaluate(SCANNER, [BARCODE, 3])
        await page.get_by_role("tab", name="Queue").click()
        await expect(page.get_by_role("list", name="Queue")).to_contain_text("Waiting")
        shop.server.start()
        await expect(page.get_by_role("list", name="Queue")).not_to_contain_text("Waiting")
        assert await visit.says("live")
        await page.get_by_role("tab", name="Review").click()
        await page.get_by_role("button", name="Post the differences").click()
        await page.get_by_role("dialog").get_by_role("button", name="Post").last.dblclick()
        await expect(page.get_by_text("The count is posted").first).to_be_visible()
    assert [line["delta"] for line in (await shop.partner.run(POSTED))["nodes"]] == [-2]

"""What happens in the shop is on every open page at once."""

import asyncio
import time
from random import Random

import pytest
from playwright.async_api import Page, expect

from tests.as_served.shop import ADJUST, ITEM, PLACE
from tests.browser.shop import Shop, units_on_hand
from tests.support.waiting import eventually

SALE = "mutation ($input: SaleRecordInput!) { saleRecord(input: $input) { userErrors { message } } }"
TEA, PLACES = "TEA", ("MAIN", "HARBOUR")
STORM = 200  # changes

# Resolves with the moment at which a text is in the document, in milliseconds of the epoch.
APPEARS = """text => new Promise(resolve => {
  const look = () => document.body.innerText.includes(text) && resolve(Date.now())
  new MutationObserver(look).observe(document.body, { childList: true, characterData: true, subtree: true })
  look()
})"""


@pytest.fixture(scope="module")
async def stocked(shop: Shop) -> Shop:
    """Return a shop with 5,000 units of one item at each of two places."""
    await shop.partner.change(ITEM, sku=TEA, name="Tea")
    for place in PLACES:
        await shop.partner.change(PLACE, code=place, name=f"{place.title()} street", kind="STORE")
        await shop.partner.change(ADJUST, sku=TEA, location=place, delta=5_000, reason="FOUND")
    return shop


async def test_a_sale_through_the_api_appears_in_an_open_page(stocked: Shop) -> None:
    """The total goes down and the ledger rolls on; how soon is printed, not asserted."""
    async with stocked.visit() as visit:
        main = visit.page.locator("main")
        total = await units_on_hand(stocked.partner)
        await expect(main).to_contain_text(f"{total:,}")
        appearance = asyncio.create_task(visit.page.evaluate(APPEARS, f"{total - 3:,}"))
        began = time.time()
        await stocked.partner.change(SALE, location="MAIN", lines=[{"sku": TEA, "quantity": 3}])
        answered, appeared = time.time(), await appearance / 1_000
        print(f"sold: answered after {answered - began:.3f} s, on the page after {appeared - began:.3f} s")  # noqa: T201
        line = main.get_by_role("list", name="Ledger").get_by_role("listitem").first
        await expect(line).to_contain_text("-3", use_inner_text=True)
        assert visit.saw_nothing_wrong()


async def test_two_pages_agree_with_each_other_and_the_database_after_a_storm(stocked: Shop) -> None:
    """One was open all the time, the other was opened in the middle of 200 changes by ten tills."""
    rng = Random(2)  # noqa: S311 - the same storm each time
    deltas = [(rng.choice(PLACES), rng.choice([-3, -2, -1, 1, 2])) for _ in range(STORM)]

    async def till(number: int) -> None:
        for place, delta in deltas[number::10]:
            await stocked.partner.change(ADJUST, sku=TEA, location=place, delta=delta, reason="CORRECTION")

    async with stocked.visit() as early, asyncio.TaskGroup() as tills:
        tasks = [tills.create_task(till(number)) for number in range(10)]
        async with stocked.visit() as late:
            await asyncio.wait(tasks)
            total = f"{await units_on_hand(stocked.partner):,}"
            for visit in (early, late):
                await expect(visit.page.locator("main")).to_contain_text(total)
            await eventually(lambda: _show_the_same(early.page, late.page))
            assert early.saw_nothing_wrong()
            assert late.saw_nothing_wrong()


async def _show_the_same(one: Page, other: Page) -> bool:
    """Tell whether all figures of the overview are equal on both."""
    shown = [await page.locator("main dl, main [role=list]").all_inner_texts() for page in (one, other)]
    return shown[0] == shown[1]

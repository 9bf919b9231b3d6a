"""A button that is pressed twice, and one whose answer is lost: what was meant once is done once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.as_served.shop import ADJUST, ITEM, PLACE
from tests.browser.shop import Shop, Visit

LEDGER = "query ($sku: String!) { movements(filter: { sku: $sku, reason: CORRECTION }) { nodes { delta } } }"
LEVELS = "query ($sku: String!) { stockLevels(filter: { skus: [$sku] }) { nodes { onHand } } }"
ATTEMPTS = 4  # of the page, before it says that the server does not answer


@pytest.fixture(scope="module")
async def stocked(shop: Shop) -> Shop:
    """Return a shop with two items at one place, 100 units of each."""
    await shop.partner.change(PLACE, code="MAIN", name="Main street", kind="STORE")
    for sku in ("TEA", "JAM"):
        await shop.partner.change(ITEM, sku=sku, name=sku.title())
        await shop.partner.change(ADJUST, sku=sku, location="MAIN", delta=100, reason="FOUND")
    return shop


async def test_a_double_click_is_one_operation(stocked: Shop) -> None:
    """The second click finds the button busy, or the same intention."""
    async with _adjusting(stocked, "TEA", "Tea") as (visit, button):
        await button.dblclick()
        await expect(visit.page.get_by_role("dialog")).to_have_count(0)
        assert await _corrections(stocked, "TEA") == [7]
        assert visit.saw_nothing_wrong()


async def test_a_click_after_a_lost_answer_is_the_same_operation(stocked: Shop) -> None:
    """The server has done it, but no attempt is answered; the page says so, and is pressed again."""
    lost: list[str] = []

    async def lose_answer(route: Route) -> None:
        if "idempotencyKey" not in (route.request.post_data or ""):
            await route.continue_()
            return
        await route.fetch()
        lost.append(route.request.post_data or "")
        await route.abort()

    async with _adjusting(stocked, "JAM", "Jam") as (visit, button):
        await visit.page.route("**/graphql", lose_answer)
        await button.click()
        await expect(visit.page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
        await visit.page.unroute("**/graphql")
        await visit.page.get_by_role("dialog").get_by_role("button", name="Go on").click()
        await expect(visit.page.get_by_role("dialog")).to_have_count(0)
        assert len(lost) == ATTEMPTS
        assert await _corrections(stocked, "JAM") == [7]


@asynccontextmanager
async def _adjusting(shop: Shop, sku: str, name: str) -> AsyncIterator[tuple[Visit, Locator]]:
    """Open the dialog that adds seven units of an item; give the button that does it."""
    async with shop.visit(f"/stock?q={sku}") as visit:
        await visit.page.get_by_role("checkbox", name=f"{name}, MAIN").check()
        await visit.page.get_by_role("button", name="Adjust", exact=True).click()
        dialog = visit.page.get_by_role("dialog", name="Adjust")
        await _fill(visit.page, "Units to add", "7")
        yield visit, dialog.get_by_role("button", name="Adjust by +7")


async def _fill(page: Page, label: str, value: str) -> None:
    await page.get_by_role("dialog").get_by_label(label).fill(value)


async def _corrections(shop: Shop, sku: str) -> list[int]:
    """Return what the ledger has of them; the level must have the same."""
    deltas = [line["delta"] for line in (await shop.partner.run(LEDGER, sku=sku))["nodes"]]
    levels = (await shop.partner.run(LEVELS, sku=sku))["nodes"]
    assert [level["onHand"] for level in levels] == [100 + sum(deltas)]
    return deltas

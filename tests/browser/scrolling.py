"""How smoothly the table of stock scrolls over 100,000 levels, while they change: `python -m tests.browser.scrolling`.

Prints frames per second, the longest frame, what a frame costs the page's main thread, and how many rows are in the
page. Without a GPU, and beside other programs, frames are fewer than a person sees; their cost is that of the page.
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from playwright.async_api import CDPSession, Page, expect

from tests.as_served.clients import Partner
from tests.as_served.running import KEY, Running, started
from tests.as_served.shop import ADJUST, PLACE
from tests.browser.shop import DESKTOP
from tests.browser.visiting import loaded, sign_in
from tests.support.chromium import launched

LINES = 1_000  # of one request
PLACES = 10
ITEMS_UPSERT = "mutation ($input: ItemsUpsertManyInput!) { itemsUpsertMany(input: $input) { userErrors { message } } }"
STOCK = "mutation ($input: StockAdjustManyInput!) { stockAdjustMany(input: $input) { userErrors { message } } }"
# Scrolls as a wheel does for some seconds; resolves with the length of each frame, in milliseconds.
SCROLL = """seconds => new Promise(resolve => {
  const scrolled = [...document.querySelectorAll('main *')].find(element =>
    element.scrollHeight > 10 * element.clientHeight && getComputedStyle(element).overflowY !== 'visible')
  const frames = []
  const began = performance.now()
  let before = began
  const step = now => {
    frames.push(now - before)
    before = now
    scrolled.scrollTop += 120
    now - began < 1000 * seconds ? requestAnimationFrame(step) : resolve(frames.slice(1))
  }
  requestAnimationFrame(step)
})"""


def main() -> None:
    """Make the levels, scroll, and print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.scrolling", description=__doc__)
    parser.add_argument("--levels", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=10)
    asked = parser.parse_args()
    asyncio.run(_measure(levels=asked.levels, seconds=asked.seconds))


async def _measure(*, levels: int, seconds: float) -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        async with started(Path(directory) / "data") as running, Partner(running.port) as partner:
            began = time.monotonic()
            await _fill(partner, levels // PLACES)
            _say(f"{levels:,} levels made in {time.monotonic() - began:.0f} s")
            await _scroll(running, partner, seconds)


async def _fill(partner: Partner, items: int) -> None:
    skus = [f"SKU-{number:06}" for number in range(items)]
    for place in range(PLACES):
        await partner.change(PLACE, code=f"P{place}", name=f"Place {place}", kind="STORE")
    for first in range(0, items, LINES):
        some = skus[first : first + LINES]
        await partner.change(ITEMS_UPSERT, items=[{"sku": sku, "name": f"Item {sku}"} for sku in some])
        for place in range(PLACES):
            lines = [{"sku": sku, "location": f"P{place}", "delta": 50, "reason": "FOUND"} for sku in some]
            await partner.change(STOCK, lines=lines)


async def _scroll(running: Running, partner: Partner, seconds: float) -> None:
    origin = f"http://127.0.0.1:{running.port}"
    async with launched() as browser:
        context = await browser.new_context(viewport=DESKTOP)
        await sign_in(context, origin, key=KEY)
        page = await context.new_page()
        await page.goto(f"{origin}/stock")
        await loaded(page, within_ms=30_000)
        await expect(page.get_by_role("row").nth(5)).to_be_visible()
        await _tell("at rest", page, seconds)
        selling = asyncio.create_task(_sell(partner))
        await _tell("while levels change", page, seconds)
        selling.cancel()


async def _sell(partner: Partner) -> None:
    for number in range(1_000_000):
        await partner.change(ADJUST, sku=f"SKU-{number % 200:06}", location="P1", delta=-1, reason="CORRECTION")


async def _tell(when: str, page: Page, seconds: float) -> None:
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = await _cpu_seconds(session)
    frames = sorted(await page.evaluate(SCROLL, seconds))
    cpu_ms = 1_000 * (await _cpu_seconds(session) - before) / len(frames)
    rate, longest, p99 = 1_000 * len(frames) / sum(frames), frames[-1], frames[int(0.99 * len(frames))]
    rows = await page.get_by_role("row").count()
    _say(f"{when}: {rate:.1f} frames/s, 99 % within {p99:.0f} ms, the longest {longest:.0f} ms")
    _say(f"  {cpu_ms:.1f} ms of CPU a frame in the page's main thread, {rows} rows in the page")


async def _cpu_seconds(session: CDPSession) -> float:
    """Return what the page's main thread has used; no other process on the machine counts."""
    metrics = (await session.send("Performance.getMetrics"))["metrics"]
    return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a program


if __name__ == "__main__":
    main()

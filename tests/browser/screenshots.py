"""Pictures of every page, light and dark, on a phone and on a desktop, with the demo shop alive: `make screenshots`.

Writes build/screenshots/PAGE-SIZE-SCHEME.png. Without arguments it also writes the two pictures of the README.
"""

import argparse
import asyncio
import base64
import re
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, BrowserContext, Page, ViewportSize

from tests.browser.visiting import PAGES, loaded, sign_in
from tests.support.chromium import EXECUTABLE, MISSING, Witness, launched
from tests.support.stockpulse import served

ROOT = Path(__file__).parents[2]
OUT = ROOT / "build" / "screenshots"
SHOP = ROOT / "build" / "demo-shop"  # kept: the next pictures are there sooner than its past could be made again
ASSETS = ROOT / "docs" / "assets"
SIZES: dict[str, ViewportSize] = {"phone": {"width": 360, "height": 800}, "desktop": {"width": 1440, "height": 900}}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
OF_README: tuple[tuple[str, Scheme], ...] = (("overview", "light"), ("stock", "dark"))
DAYS = "90"  # of trade that the shop has behind it
_LOOK_SECONDS = 0.1
PICTURE_MAX_BYTES = 150 * 1024  # what a README may weigh


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What was asked for."""

    pages: dict[str, str]  # addresses by name
    sizes: dict[str, ViewportSize]
    schemes: tuple[Scheme, ...]
    keys: tuple[str, ...]  # pressed on each page before its picture
    clicks: tuple[str, ...]  # selectors that are clicked then
    is_tall: bool
    language: str
    wait_seconds: float


def main() -> None:
    """Take the pictures, or end with one sentence that says why not."""
    parser = argparse.ArgumentParser(prog="make screenshots ARGS=…", description=__doc__)
    parser.add_argument("pages", nargs="*", help=f"names ({', '.join(PAGES)}) or addresses (/stock?q=tea); all if none")
    parser.add_argument("--size", choices=SIZES, help="only this one")
    parser.add_argument("--scheme", choices=SCHEMES, help="only this one")
    parser.add_argument("--url", help="of a server that runs already, which needs no key or shows its demo to you")
    parser.add_argument("--empty", action="store_true", help="a shop without anything in it")
    parser.add_argument("--press", action="append", default=[], help="a key, e.g. Control+k, before the picture")
    parser.add_argument("--click", action="append", default=[], help="a selector of Playwright, e.g. 'text=Adjust'")
    parser.add_argument("--tall", action="store_true", help="the whole page rather than what fits the screen")
    parser.add_argument("--language", default="en-GB", help="such as de-DE")
    parser.add_argument("--wait", type=float, default=1.0, help="seconds in which changes arrive on the loaded page")
    asked = parser.parse_args()
    if EXECUTABLE is None:
        parser.error(MISSING)
    pages = {_name(each): PAGES.get(each, each) for each in asked.pages} or PAGES
    wanted = Wanted(
        pages=pages,
        sizes={asked.size: SIZES[asked.size]} if asked.size else SIZES,
        schemes=(asked.scheme,) if asked.scheme else SCHEMES,
        keys=tuple(asked.press),
        clicks=tuple(asked.click),
        is_tall=asked.tall,
        language=asked.language,
        wait_seconds=asked.wait,
    )
    began = time.monotonic()
    asyncio.run(_take_all(wanted, url=asked.url, empty=asked.empty))
    _say(f"{time.monotonic() - began:.0f} s; the pictures are in {OUT.relative_to(ROOT)}")


async def _take_all(wanted: Wanted, *, url: str | None, empty: bool) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    async with _origin(url, empty=empty) as origin, launched() as browser, asyncio.TaskGroup() as tasks:
        for size in wanted.sizes:
            for scheme in wanted.schemes:
                tasks.create_task(_take(browser, origin, wanted, size, scheme))


@asynccontextmanager
async def _origin(url: str | None, *, empty: bool) -> AsyncIterator[str]:
    if url is not None:
        yield url.rstrip("/")
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as data:
        server = (
            served(Path(data), "--no-demo", STOCKPULSE_AUTH="none")
            if empty
            else served(SHOP, "--demo", STOCKPULSE_DEMO_DAYS=DAYS)
        )
        with server as running:
            while "Stockpulse is ready" not in running.output and running.process.poll() is None:  # noqa: ASYNC110 - of a program
                await asyncio.sleep(_LOOK_SECONDS)  # a minute where the shop's past is made first
            yield running.url


async def _take(browser: Browser, origin: str, wanted: Wanted, size: str, scheme: Scheme) -> None:
    """Visit the pages one after the other, as one person does."""
    async with _visitor(browser, wanted, size, scheme) as context:
        await sign_in(context, origin)
        page = await context.new_page()
        for name, address in wanted.pages.items():
            witness = Witness(context)
            await page.goto(f"{origin}{address}")
            if problem := await loaded(page):
                _say(f"{name}-{size}-{scheme}: {problem}")
            for key in wanted.keys:
                await page.keyboard.press(key)
            for selector in wanted.clicks:
                await page.locator(selector).first.click()
            await asyncio.sleep(wanted.wait_seconds)
            path = OUT / f"{name}-{size}-{scheme}.png"
            await page.screenshot(path=path, full_page=wanted.is_tall)
            for complaint in witness.complaints:
                _say(f"{path.stem}: {complaint[:300]}")
            if size == "desktop" and (name, scheme) in OF_README and wanted.pages is PAGES:
                await _take_for_readme(page, ASSETS / f"dashboard-{name}.webp")


@asynccontextmanager
async def _visitor(browser: Browser, wanted: Wanted, size: str, scheme: Scheme) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(
        viewport=wanted.sizes[size],
        color_scheme=scheme,
        locale=wanted.language,
        timezone_id="Europe/London",
        has_touch=size == "phone",
        is_mobile=size == "phone",
        reduced_motion="reduce",
    )
    yield context
    await context.close()


async def _take_for_readme(page: Page, path: Path) -> None:
    """Write a picture that is as sharp as fits."""
    session = await page.context.new_cdp_session(page)
    for quality in (90, 80, 70, 60, 50):
        answer = await session.send("Page.captureScreenshot", {"format": "webp", "quality": quality})
        picture = base64.b64decode(answer["data"])
        if len(picture) < PICTURE_MAX_BYTES:
            path.write_bytes(picture)  # noqa: ASYNC240 - one small file, in a program
            return
    raise AssertionError(path, len(picture))


def _name(page: str) -> str:
    return page if page in PAGES else re.sub(r"\W+", "-", page).strip("-") or "overview"


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a program, run by make


if __name__ == "__main__":
    main()

"""What axe-core finds wrong with a page as it is shown."""

from functools import cache
from pathlib import Path

from playwright.async_api import Page

AXE = Path(__file__).parents[2] / "dashboard" / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = frozenset({"serious", "critical"})
# Nothing is loaded beforehand: of the rules that run, only that of sounds which play by themselves would look at it.
_RUN = """
rules => axe.run(document, {
  resultTypes: ['violations'],
  preload: false,
  ...(rules && { runOnly: { type: 'rule', values: rules } }),
})
"""


async def serious_faults(page: Page, *rules: str) -> list[str]:
    """Return what keeps people from using it: rule, element, and what to mend; by all rules, or by these alone."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_source())
    found = await page.evaluate(_RUN, list(rules) or None)
    return [
        f"{fault['id']}: {node['html'][:200]} {node['failureSummary']}"
        for fault in found["violations"]
        if fault["impact"] in SERIOUS
        for node in fault["nodes"]
    ]


@cache
def _source() -> str:
    return AXE.read_text()

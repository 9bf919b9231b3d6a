"""The items that the documentation's examples use."""

import re
from pathlib import Path

from app.bootstrap.demo_shop.base_shop import base_items
from app.client.demo.examples import is_example

ROOT = Path(__file__).parents[3]
SOURCES = (ROOT / "README.md", ROOT / "playground/operations.js", *(ROOT / "docs").rglob("*.md"))
SKU = re.compile(r"\b(?:TEA|COF|CUP|JAM|BIS)-\d{3}\b")


def test_every_item_that_an_example_names_is_left_alone() -> None:
    """A new example joins them."""
    named = {sku for path in SOURCES for sku in SKU.findall(path.read_text(encoding="utf-8"))}
    assert {sku for sku in named if not is_example(sku)} == set()


def test_most_of_the_shop_is_played() -> None:
    """Each example is an item of the base shop, and they are few."""
    examples = [sku for sku, *_ in base_items() if is_example(sku)]
    assert len(examples) == 20

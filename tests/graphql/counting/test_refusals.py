"""What counts refuse, and reads of them that cannot be."""

from typing import Any

import pytest

from tests.graphql.api import Api
from tests.graphql.counting.operations import (
    COUNT,
    COUNTS,
    DUE,
    LINES,
    OPEN,
    POST,
    RECLASSIFY,
    RECORD,
    changed,
    opened,
    recorded,
    units,
)
from tests.graphql.operations import CODE_RULE, MAX, NAME_RULE, SKU_RULE, user_error


async def test_what_nobody_counted_and_is_promised_is_not_taken_for_gone(shop: Api) -> None:
    """Every such line is told with its way out, and the others are posted."""
    identity = await opened(shop)
    await recorded(shop, identity, units("TEA-1", 2))
    await changed(shop, RECLASSIFY, sku="CUP-1", location="MAIN", quantity=3, to="DAMAGED")
    rule = "cannot be taken for gone, as 3 are promised or unavailable: count it in another count"
    answer = await shop.run(POST, input={"id": identity, "uncounted": "ZERO"})
    assert answer["userErrors"] == [
        user_error("InvalidValueError", f"The uncounted stock of CUP-1 at MAIN {rule}.", "id", rule=rule)
    ]
    assert (await shop.run(COUNT, id=identity))["state"] == "POSTING"
    other = await opened(shop, scope={"skus": ["CUP-1"]})
    await recorded(shop, other, units("CUP-1", 4))
    assert (await shop.run(POST, input={"id": other}))["userErrors"] == []
    assert (await shop.run(POST, input={"id": identity}))["userErrors"] == []
    assert (await shop.run(COUNT, id=identity))["state"] == "POSTED"


async def test_everything_in_the_way_of_an_entry_is_told_at_once(shop: Api) -> None:
    """Each line with its fault."""
    identity = await opened(shop, scope={"skus": ["TEA-1"]})
    lines = [units("TEA-1", 1), units("CUP-1", 1), {"barcode": "999", "quantity": 1}, units("NONE", 1)]
    errors = await shop.refusal(RECORD, id=identity, lines=[*lines, units("TEA-1", 2)])
    assert [(error["__typename"], error["field"], error.get("rule")) for error in errors] == [
        ("InvalidValueError", ["lines", "1", "sku"], "is not part of this count"),
        ("InvalidValueError", ["lines", "2", "barcode"], "stands for no item"),
        ("UnknownItemError", ["lines", "3", "sku"], None),
        ("DuplicateLineError", ["lines", "4"], None),
    ]


BAD_OPENINGS: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "unknown": ({"location": "NONE"}, [("UnknownLocationError", "location", "")]),
    "archived": ({"location": "CLOSED"}, [("ArchivedError", "location", "")]),
    "bad code": ({"location": "A/B"}, [("InvalidValueError", "location", CODE_RULE)]),
    "unknown and archived items": (
        {"location": "MAIN", "scope": {"skus": ["TEA-1", "NONE", "OLD-1"]}},
        [("UnknownItemError", "scope.skus.1", ""), ("ArchivedError", "scope.skus.2", "")],
    ),
    "no items": (
        {"location": "MAIN", "scope": {"skus": []}},
        [("InvalidValueError", "scope.skus", "must name at least one item")],
    ),
    "bad texts": (
        {"location": "MAIN", "scope": {"skus": ["x" * 65], "category": "", "tags": ["a", "a"]}},
        [
            ("InvalidValueError", "scope.category", NAME_RULE.replace("200", "100")),
            ("InvalidValueError", "scope.tags", "must be at most 20 texts that differ"),
            ("InvalidValueError", "scope.skus.0", SKU_RULE),
        ],
    ),
    "1,001 items": (
        {"location": "MAIN", "scope": {"skus": [f"S-{number}" for number in range(1_001)]}},
        [("InvalidValueError", "scope.skus", "must be at most 1000 texts that differ")],
    ),
}


@pytest.mark.parametrize(("input", "expected"), BAD_OPENINGS.values(), ids=BAD_OPENINGS)
async def test_a_bad_opening_is_refused(
    lasting_shop: Api, input: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    """All faults at once."""
    errors = await lasting_shop.refusal(OPEN, **input)
    assert [(error["__typename"], ".".join(error["field"]), error.get("rule", "")) for error in errors] == expected


async def test_bad_entries_are_refused(lasting_shop: Api) -> None:
    """All faults at once, whatever count it is."""
    lines = [units("TEA-1", -1), {"quantity": 1}, {"sku": "A", "barcode": "B", "quantity": 1}, units("x" * 65, MAX)]
    errors = await lasting_shop.refusal(RECORD, id="none", lines=lines, countedBy="")
    named = "must be named by exactly one of sku or barcode"
    assert [(error["__typename"], ".".join(error["field"]), error.get("rule")) for error in errors] == [
        ("QuantityOutOfRangeError", "lines.0.quantity", None),
        ("InvalidValueError", "lines.1.sku", named),
        ("InvalidValueError", "lines.2.sku", named),
        ("InvalidValueError", "lines.3.sku", SKU_RULE),
        ("InvalidValueError", "countedBy", NAME_RULE),
    ]
    [error] = await lasting_shop.refusal(RECORD, id="none", lines=[])
    assert (error["__typename"], error["count"]) == ("TooManyLinesError", 0)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"first": 251}, "`first` must be between 0 and 250, not 251."),
        ({"classes": [{"class": "A", "everyDays": 0}]}, "`everyDays` must be between 1 and 3650, not 0."),
        ({"classes": [{"class": "A", "everyDays": 1}] * 2}, "`classes` must name each class once at most."),
    ],
)
async def test_what_cannot_be_planned_is_a_fault(lasting_shop: Api, asked: dict[str, Any], message: str) -> None:
    """With a message that says what can."""
    assert await lasting_shop.error_message(DUE, location="MAIN", **asked) == message


async def test_lists_of_counts_refuse_bad_pages(shop: Api) -> None:
    """Sizes out of range, and cursors of other lists."""
    identity = await opened(shop)
    assert await shop.error_message(COUNTS, first=251) == "`first` must be between 0 and 250, not 251."
    assert await shop.error_message(LINES, id=identity, first=-1) == "`first` must be between 0 and 250, not -1."
    for cursor in ("x", "WyJORVdFU1QiLDEsImEiXQ=="):
        expected = "The cursor does not belong to this list and order."
        assert await shop.error_message(LINES, id=identity, after=cursor) == expected

"""stockAdjust: add units to a level, or remove them."""

from typing import Any

import pytest

from tests.graphql.api import Api
from tests.graphql.operations import CODE_RULE, KEY_RULE, LEVEL, MAX, SKU_RULE, WHY, user_error
from tests.support.texts import SPACE, begins_with

ADJUST = (
    """
mutation Adjust($input: StockAdjustInput!) {
  stockAdjust(input: $input) {
    level { item { sku } location { code } onHand reserved unavailable incoming available reorderPoint status version }
    movement {
      delta reason reference channel version
      change { onHand reserved unavailable incoming }
      after { onHand available status }
      level { onHand version }
      operation { id }
    }
    operation { id kind actor idempotencyKey reference note occurredAt movements { nodes { version } } }
    replayed
    userErrors { ...Why }
  }
}
"""
    + WHY
)

TEA = {"sku": "TEA-1", "location": "MAIN"}


async def test_an_adjustment_answers_with_level_movement_and_operation(shop: Api) -> None:
    """Everything that the request said, and everything that came of it."""
    # when
    payload = await shop.run(
        ADJUST,
        input={
            **TEA,
            "delta": -6,
            "reason": "SALE",
            "idempotencyKey": "till-7/1",
            "reference": "R-17",
            "note": "Two lines\nof prose",
            "occurredAt": "2026-01-02T03:04:05.000006+01:00",
        },
    )
    # then
    operation_id = payload["operation"]["id"]
    assert payload == {
        "level": {
            "item": {"sku": "TEA-1"},
            "location": {"code": "MAIN"},
            "onHand": 4,
            "reserved": 0,
            "unavailable": 0,
            "incoming": 0,
            "available": 4,
            "reorderPoint": 5,
            "status": "LOW",
            "version": 2,
        },
        "movement": {
            "delta": -6,
            "reason": "SALE",
            "reference": "R-17",
            "channel": None,
            "version": 2,
            "change": {"onHand": -6, "reserved": 0, "unavailable": 0, "incoming": 0},
            "after": {"onHand": 4, "available": 4, "status": "LOW"},
            "level": {"onHand": 4, "version": 2},
            "operation": {"id": operation_id},
        },
        "operation": {
            "id": operation_id,
            "kind": "stockAdjust",
            "actor": "anonymous",
            "idempotencyKey": "till-7/1",
            "reference": "R-17",
            "note": "Two lines\nof prose",
            "occurredAt": "2026-01-02T02:04:05.000006Z",
            "movements": [{"version": 2}],
        },
        "replayed": False,
        "userErrors": [],
    }


async def test_a_first_adjustment_begins_the_level_with_the_reorder_point_of_its_item(shop: Api) -> None:
    """There is no level before, and one of version 1 after."""
    nowhere = {"sku": "TEA-1", "location": "NORTH"}
    assert await shop.run(LEVEL, **nowhere) is None
    await shop.run(ADJUST, input={**nowhere, "delta": MAX, "reason": "RECEIPT"})
    assert await shop.run(LEVEL, **nowhere) == {
        "onHand": MAX,
        "reserved": 0,
        "unavailable": 0,
        "incoming": 0,
        "available": MAX,
        "reorderPoint": 5,
        "status": "IN_STOCK",
        "version": 1,
    }


async def test_the_last_unit_may_be_taken(shop: Api) -> None:
    """A level may come down to nothing, and is OUT then."""
    payload = await shop.run(ADJUST, input={**TEA, "delta": -10, "reason": "LOST"})
    assert (payload["level"]["onHand"], payload["level"]["status"]) == (0, "OUT")


async def test_every_reason_is_kept(shop: Api) -> None:
    """The ledger says why."""
    for reason in ("RECEIPT", "SALE", "RETURN", "CORRECTION", "COUNT", "DAMAGED", "LOST", "FOUND", "OTHER"):
        payload = await shop.run(ADJUST, input={**TEA, "delta": 1, "reason": reason})
        assert payload["movement"]["reason"] == reason


RANGE = {"minimum": -MAX, "maximum": MAX}
REFUSALS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "unknown item": (
        {"sku": "tea-1"},
        user_error("UnknownItemError", "No item has the SKU 'tea-1'.", "sku", sku="tea-1"),
    ),
    "unknown location": (
        {"location": "NONE"},
        user_error("UnknownLocationError", "No location has the code 'NONE'.", "location", location="NONE"),
    ),
    "too few units": (
        {"delta": -11},
        user_error(
            "InsufficientStockError",
            "11 requested, 10 available of TEA-1 at MAIN.",
            "delta",
            **TEA,
            requested=11,
            available=10,
        ),
    ),
    "archived item": (
        {"sku": "OLD-1"},
        user_error("ArchivedError", "The item 'OLD-1' is archived.", "sku", name="OLD-1"),
    ),
    "archived location": (
        {"location": "CLOSED"},
        user_error("ArchivedError", "The location 'CLOSED' is archived.", "location", name="CLOSED"),
    ),
    "no units": (
        {"delta": 0},
        user_error("QuantityOutOfRangeError", "A change of zero units is no change.", "delta", **RANGE),
    ),
    "the one Int that no level can lose": (
        {"delta": -MAX - 1},
        user_error(
            "QuantityOutOfRangeError", f"The quantity {-MAX - 1} is not between {-MAX} and {MAX}.", "delta", **RANGE
        ),
    ),
    "more than a level holds": (
        {"delta": MAX},
        user_error(
            "QuantityOutOfRangeError",
            f"The quantity {MAX + 10} is not between 0 and {MAX}.",
            "delta",
            **{**RANGE, "minimum": 0},
        ),
    ),
    "bad SKU": (
        {"sku": " TEA-1"},
        user_error("InvalidValueError", f"A SKU {begins_with(SPACE)}.", "sku", rule=begins_with(SPACE)),
    ),
}


@pytest.mark.parametrize(("change", "error"), REFUSALS.values(), ids=REFUSALS)
async def test_a_refusal_says_why_and_changes_nothing(
    lasting_shop: Api, change: dict[str, Any], error: dict[str, Any]
) -> None:
    """Each reason has its own type, with the facts that a client acts on."""
    assert await lasting_shop.refusal(ADJUST, **{**TEA, "delta": 1, "reason": "FOUND", **change}) == [error]


async def test_all_faults_of_an_input_are_told_at_once(lasting_shop: Api) -> None:
    """One round trip is enough to put them all right."""
    errors = await lasting_shop.refusal(
        ADJUST,
        sku="",
        location="",
        delta=0,
        reason="OTHER",
        idempotencyKey="",
        reference="r" * 256,
        note="n" * 2_001,
        occurredAt="9999-12-31T23:59:59Z",
    )
    assert [(error["code"], error["field"]) for error in errors] == [
        ("INVALID_VALUE", ["sku"]),
        ("INVALID_VALUE", ["location"]),
        ("QUANTITY_OUT_OF_RANGE", ["delta"]),
        ("INVALID_VALUE", ["idempotencyKey"]),
        ("INVALID_VALUE", ["reference"]),
        ("INVALID_VALUE", ["note"]),
        ("INVALID_VALUE", ["occurredAt"]),
    ]
    assert [error["rule"] for error in errors if "rule" in error] == [
        SKU_RULE,
        CODE_RULE,
        KEY_RULE,
        KEY_RULE,
        "must be at most 2000 printable characters, tabs and line breaks",
        "must not be more than 300 s in the future",
    ]


async def test_repeating_an_adjustment_returns_its_operation_and_the_level_of_now(shop: Api) -> None:
    """What the level was right after it, its movement tells."""
    # given
    request = {**TEA, "delta": -2, "reason": "SALE", "idempotencyKey": "k", "note": "n"}
    first = await shop.run(ADJUST, input=request)
    last = await shop.run(ADJUST, input={**TEA, "delta": -3, "reason": "SALE"})
    # when
    async with shop.nothing_changes():
        again = await shop.run(ADJUST, input=request)
    # then
    movement = {**first["movement"], "level": last["movement"]["level"]}
    assert again == {**first, "movement": movement, "level": last["level"], "replayed": True}
    assert (again["movement"]["after"]["onHand"], again["level"]["onHand"]) == (8, 5)


async def test_a_key_stands_for_one_input(shop: Api) -> None:
    """Whatever is different, the second request is refused."""
    request = {**TEA, "delta": -2, "reason": "SALE", "idempotencyKey": "k", "note": "n"}
    await shop.run(ADJUST, input=request)
    for change in (
        {"delta": -3},
        {"reason": "LOST"},
        {"location": "NORTH"},
        {"sku": "CUP-1"},
        {"reference": "r"},
        {"note": "other"},
        {"note": None},
        {"occurredAt": "2026-01-02T03:04:05Z"},
    ):
        message = "The idempotency key 'k' was used before with another input."
        assert await shop.refusal(ADJUST, **{**request, **change}) == [
            user_error("IdempotencyKeyReusedError", message, "idempotencyKey", key="k")
        ]


async def test_a_refused_request_does_not_use_its_key_up(shop: Api) -> None:
    """Nothing was recorded, so the key may be tried again, even with another input."""
    await shop.refusal(ADJUST, **TEA, delta=-11, reason="SALE", idempotencyKey="k")
    payload = await shop.run(ADJUST, input={**TEA, "delta": -10, "reason": "SALE", "idempotencyKey": "k"})
    assert (payload["replayed"], payload["level"]["onHand"]) == (False, 0)


async def test_without_a_key_a_repeated_request_is_done_twice(shop: Api) -> None:
    """As the README says."""
    request = {**TEA, "delta": -2, "reason": "SALE"}
    first, second = await shop.run(ADJUST, input=request), await shop.run(ADJUST, input=request)
    assert (first["level"]["onHand"], second["level"]["onHand"]) == (8, 6)
    assert first["operation"]["id"] != second["operation"]["id"]

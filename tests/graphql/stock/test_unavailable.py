"""stockReclassify and stockWriteOff: units of a level that may not be sold."""

from typing import Any

import pytest

from tests.graphql.api import Api
from tests.graphql.operations import MAX, WHY, user_error

PAYLOAD = (
    """
    level {
      onHand reserved unavailable available status version
      unavailableBy { damaged qualityControl safety other }
    }
    movement { delta reason reference version change { onHand unavailable unavailableBy { damaged qualityControl } } }
    operation { kind }
    replayed
    userErrors { ...Why }
  }
}
"""
    + WHY
)
RECLASSIFY = "mutation ($input: StockReclassifyInput!) { stockReclassify(input: $input) {" + PAYLOAD
WRITE_OFF = "mutation ($input: StockWriteOffInput!) { stockWriteOff(input: $input) {" + PAYLOAD

TEA: dict[str, Any] = {"sku": "TEA-1", "location": "MAIN"}
SAME = "must be another one than that which the units have"


async def test_damaged_units_are_set_aside_and_written_off(shop: Api) -> None:
    """First they are on hand and may not be sold, then they are on hand no more."""
    # when
    aside = await shop.run(RECLASSIFY, input={**TEA, "quantity": 6, "to": "DAMAGED", "reference": "QC-1"})
    # then
    assert aside == {
        "level": {
            "onHand": 10,
            "reserved": 0,
            "unavailable": 6,
            "available": 4,
            "status": "LOW",
            "version": 2,
            "unavailableBy": {"damaged": 6, "qualityControl": 0, "safety": 0, "other": 0},
        },
        "movement": {
            "delta": 0,
            "reason": "RECLASSIFICATION",
            "reference": "QC-1",
            "version": 2,
            "change": {"onHand": 0, "unavailable": 6, "unavailableBy": {"damaged": 6, "qualityControl": 0}},
        },
        "operation": {"kind": "stockReclassify"},
        "replayed": False,
        "userErrors": [],
    }
    # when
    gone = await shop.run(WRITE_OFF, input={**TEA, "quantity": 5, "reason": "DAMAGED"})
    # then
    assert gone["level"] == {
        "onHand": 5,
        "reserved": 0,
        "unavailable": 1,
        "available": 4,
        "status": "LOW",
        "version": 3,
        "unavailableBy": {"damaged": 1, "qualityControl": 0, "safety": 0, "other": 0},
    }
    assert gone["movement"] == {
        "delta": -5,
        "reason": "WRITE_OFF",
        "reference": None,
        "version": 3,
        "change": {"onHand": -5, "unavailable": -5, "unavailableBy": {"damaged": -5, "qualityControl": 0}},
    }
    assert gone["operation"] == {"kind": "stockWriteOff"}


@pytest.mark.parametrize(
    ("to", "damaged", "control", "available"), [("DAMAGED", 3, 1, 6), (None, 0, 1, 9)], ids=["damaged", "good"]
)
async def test_inspected_units_are_damaged_or_good(
    shop: Api, to: str | None, damaged: int, control: int, available: int
) -> None:
    """From one reason to another, or to none."""
    await shop.run(RECLASSIFY, input={**TEA, "quantity": 4, "from": None, "to": "QUALITY_CONTROL"})
    level = (await shop.run(RECLASSIFY, input={**TEA, "quantity": 3, "from": "QUALITY_CONTROL", "to": to}))["level"]
    assert level["unavailableBy"] == {"damaged": damaged, "qualityControl": control, "safety": 0, "other": 0}
    assert (level["onHand"], level["available"]) == (10, available)


@pytest.mark.parametrize(
    ("query", "change", "told"),
    [
        (RECLASSIFY, {"quantity": 11, "to": "SAFETY"}, "11 requested, 10 available of TEA-1 at MAIN."),
        (
            RECLASSIFY,
            {"quantity": 1, "from": "SAFETY", "to": "DAMAGED"},
            "1 requested, 0 kept for safety of TEA-1 at MAIN.",
        ),
        (
            RECLASSIFY,
            {"quantity": 1, "from": "OTHER"},
            "1 requested, 0 unavailable for another reason of TEA-1 at MAIN.",
        ),
        (WRITE_OFF, {"quantity": 1, "reason": "DAMAGED"}, "1 requested, 0 damaged of TEA-1 at MAIN."),
    ],
)
async def test_units_that_are_not_there_are_refused(
    lasting_shop: Api, query: str, change: dict[str, Any], told: str
) -> None:
    """With what the class has; what is available is not written off."""
    [error] = await lasting_shop.refusal(query, **TEA, **change)
    assert error == user_error(
        "InsufficientStockError",
        told,
        "quantity",
        sku="TEA-1",
        location="MAIN",
        requested=change["quantity"],
        available=10 if change["quantity"] == 11 else 0,
    )


@pytest.mark.parametrize("reasons", [{}, {"from": None, "to": None}, {"from": "OTHER", "to": "OTHER"}], ids=str)
async def test_a_class_does_not_change_into_itself(lasting_shop: Api, reasons: dict[str, Any]) -> None:
    """Who names no reason at all asks for that, too."""
    [error] = await lasting_shop.refusal(RECLASSIFY, **TEA, quantity=1, **reasons)
    assert (error["__typename"], error["field"], error["rule"]) == ("InvalidValueError", ["to"], SAME)


@pytest.mark.parametrize("quantity", [0, -1, -MAX])
async def test_a_quantity_is_at_least_one(lasting_shop: Api, quantity: int) -> None:
    """For both changes."""
    for query, change in ((RECLASSIFY, {"to": "DAMAGED"}), (WRITE_OFF, {"reason": "DAMAGED"})):
        [error] = await lasting_shop.refusal(query, **TEA, quantity=quantity, **change)
        assert (error["__typename"], error["field"]) == ("QuantityOutOfRangeError", ["quantity"])
        assert (error["minimum"], error["maximum"]) == (1, MAX)


@pytest.mark.parametrize(
    ("key", "typename", "field"),
    [
        ({"sku": "NONE", "location": "MAIN"}, "UnknownItemError", ["sku"]),
        ({"sku": "TEA-1", "location": "NONE"}, "UnknownLocationError", ["location"]),
        ({"sku": "", "location": "MAIN"}, "InvalidValueError", ["sku"]),
        ({"sku": "TEA-1", "location": "MA/IN"}, "InvalidValueError", ["location"]),
    ],
    ids=str,
)
async def test_a_level_that_cannot_change_is_refused(
    lasting_shop: Api, key: dict[str, Any], typename: str, field: list[str]
) -> None:
    """For both changes."""
    for query, change in ((RECLASSIFY, {"to": "DAMAGED"}), (WRITE_OFF, {"reason": "DAMAGED"})):
        [error] = await lasting_shop.refusal(query, **key, quantity=1, **change)
        assert (error["__typename"], error["field"]) == (typename, field)


async def test_repeating_a_change_returns_its_movement_and_the_level_of_now(shop: Api) -> None:
    """Of both, and another input under the key is refused."""
    requests: list[tuple[str, dict[str, Any]]] = [
        (RECLASSIFY, {**TEA, "quantity": 4, "to": "DAMAGED", "idempotencyKey": "1"}),
        (WRITE_OFF, {**TEA, "quantity": 4, "reason": "DAMAGED", "idempotencyKey": "2"}),
    ]
    first = [await shop.run(query, input=request) for query, request in requests]
    async with shop.nothing_changes():
        again = [await shop.run(query, input=request) for query, request in requests]
    assert again == [{**payload, "level": first[-1]["level"], "replayed": True} for payload in first]
    for query, request in requests:
        [error] = await shop.refusal(query, **{**request, "quantity": 3})
        assert (error["__typename"], error["key"]) == ("IdempotencyKeyReusedError", request["idempotencyKey"])

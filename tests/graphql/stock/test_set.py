"""stockSet: set a count, if the level is still what the caller believes."""

from typing import Any

import pytest

from tests.graphql.api import Api
from tests.graphql.operations import MAX, WHY, user_error

SET = (
    """
mutation Set($input: StockSetInput!) {
  stockSet(input: $input) {
    level { onHand status version }
    movement { delta reason version }
    operation { kind }
    replayed
    userErrors { ...Why }
  }
}
"""
    + WHY
)

TEA = {"sku": "TEA-1", "location": "MAIN"}
BELIEF_RULE = "must be given by exactly one of expectedOnHand, expectedVersion or force: true"
NO_BELIEF = user_error(
    "InvalidValueError", f"What the level was before {BELIEF_RULE}.", "expectedOnHand", rule=BELIEF_RULE
)


@pytest.mark.parametrize("belief", [{"expectedOnHand": 10}, {"expectedVersion": 1}, {"force": True}], ids=str)
async def test_a_true_belief_sets_the_count(shop: Api, belief: dict[str, Any]) -> None:
    """The level gets the count, the ledger the difference; the reason is COUNT unless told otherwise."""
    assert await shop.run(SET, input={**TEA, "quantity": 3, **belief}) == {
        "level": {"onHand": 3, "status": "LOW", "version": 2},
        "movement": {"delta": -7, "reason": "COUNT", "version": 2},
        "operation": {"kind": "stockSet"},
        "replayed": False,
        "userErrors": [],
    }


async def test_a_count_may_begin_a_level_confirm_it_and_fill_it(shop: Api) -> None:
    """0 stands for a level that is not there yet; a count that confirms is recorded as well."""
    at_north = {"sku": "CUP-1", "location": "NORTH", "reason": "CORRECTION"}
    deltas = []
    for quantity, belief in ((0, {"expectedOnHand": 0}), (0, {"expectedVersion": 1}), (MAX, {"expectedVersion": 2})):
        payload = await shop.run(SET, input={**at_north, "quantity": quantity, **belief})
        assert payload["movement"]["reason"] == "CORRECTION"
        deltas.append((payload["movement"]["delta"], payload["level"]["onHand"], payload["level"]["version"]))
    assert deltas == [(0, 0, 1), (0, 0, 2), (MAX, MAX, 3)]


def stale(expected: int, actual: int, name: str) -> dict[str, Any]:
    """Return the error of a false expectation."""
    message = f"TEA-1 at MAIN is at {actual}, not at the expected {expected}."
    return user_error("StaleLevelError", message, name, **TEA, expected=expected, actual=actual)


REFUSALS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "stale count": ({"expectedOnHand": 9}, stale(9, 10, "expectedOnHand")),
    "impossible count": ({"expectedOnHand": -MAX - 1}, stale(-MAX - 1, 10, "expectedOnHand")),
    "stale version": ({"expectedVersion": 0}, stale(0, 1, "expectedVersion")),
    "version to come": ({"expectedVersion": MAX}, stale(MAX, 1, "expectedVersion")),
    "no belief": ({}, NO_BELIEF),
    "null beliefs": ({"expectedOnHand": None, "expectedVersion": None}, NO_BELIEF),
    "two beliefs": ({"expectedOnHand": 10, "expectedVersion": 1}, NO_BELIEF),
    "belief and force": ({"expectedOnHand": 10, "force": True}, NO_BELIEF),
}


@pytest.mark.parametrize(("change", "error"), REFUSALS.values(), ids=REFUSALS)
async def test_a_refusal_says_why_and_changes_nothing(
    lasting_shop: Api, change: dict[str, Any], error: dict[str, Any]
) -> None:
    """A level that is not what was believed refuses, with what it is."""
    assert await lasting_shop.refusal(SET, **{**TEA, "quantity": 3, **change}) == [error]


async def test_repeating_a_count_returns_the_first_result(shop: Api) -> None:
    """Though its belief is false by now; another belief under the key is another input."""
    request = {**TEA, "quantity": 3, "expectedOnHand": 10, "idempotencyKey": "k"}
    first = await shop.run(SET, input=request)
    async with shop.nothing_changes():
        assert await shop.run(SET, input=request) == {**first, "replayed": True}
    [error] = await shop.refusal(SET, **{**request, "expectedOnHand": 3})
    assert (error["__typename"], error["key"]) == ("IdempotencyKeyReusedError", "k")

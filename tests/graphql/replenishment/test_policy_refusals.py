"""What policies may not be: each refusal says all that is wrong, and changes nothing."""

from typing import Any

import pytest

from tests.graphql.api import Api
from tests.graphql.operations import CODE_RULE, MAX, SKU_RULE
from tests.graphql.replenishment.operations import CLEAR, CONFIGURE, EVERYTHING, LIST, SET


def error(type_: str, *field: str, **facts: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON is of any type
    """Return a refusal without its code and message."""
    return {"__typename": type_, "field": list(field), **facts}


def invalid(field: str, rule: str) -> dict[str, Any]:
    """Return the refusal of a value that breaks its rule."""
    return error("InvalidValueError", field, rule=rule)


def beyond(field: str, minimum: int) -> dict[str, Any]:
    """Return the refusal of a quantity that is out of range."""
    return error("QuantityOutOfRangeError", field, minimum=minimum, maximum=MAX)


REFUSALS: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "unknown item": ({"scope": "ITEM", "name": "NONE"}, [error("UnknownItemError", "name", sku="NONE")]),
    "unknown location": (
        {"scope": "LOCATION", "name": "NONE"},
        [error("UnknownLocationError", "name", location="NONE")],
    ),
    "no name": ({"scope": "ITEM"}, [invalid("name", SKU_RULE)]),
    "no location's name": ({"scope": "LOCATION", "name": "a b"}, [invalid("name", CODE_RULE)]),
    "a name too many": ({**EVERYTHING, "name": "x"}, [invalid("name", "has no name")]),
    "nothing": (
        {**EVERYTHING, "alertMargin": ...},
        [invalid("method", "must set or drop at least one setting")],
    ),
    "all at once": (
        {
            **EVERYTHING,
            "reorderPoint": -1,
            "targetLevel": -1,
            "orderQuantity": 0,
            "reviewDays": 366,
            "reviewStart": "1969-12-31",
            "serviceLevel": 0.3,
            "resupplyFrom": "",
            "transferDays": 366,
        },
        [
            beyond("reorderPoint", 0),
            beyond("targetLevel", 0),
            beyond("orderQuantity", 1),
            invalid("reviewDays", "must be between 1 and 365 days"),
            invalid("reviewStart", "must be between 1970-01-01 and 2099-12-31"),
            invalid("serviceLevel", "must be between 0.5 and 0.9999"),
            invalid("resupplyFrom", CODE_RULE),
            invalid("transferDays", "must be between 0 and 365 days"),
        ],
    ),
    "contradictions": (
        {**EVERYTHING, "reorderPoint": 9, "targetLevel": 8, "overstockPoint": 8, "resupplyFrom": "CLOSED"},
        [
            error("ArchivedError", "resupplyFrom", name="CLOSED"),
            invalid("targetLevel", "must be at or above the reorder point, 9"),
            invalid("overstockPoint", "must be above the target level, 8"),
        ],
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
async def test_a_refusal_says_all_that_is_wrong(lasting_shop: Api, case: str) -> None:
    """And nothing is set."""
    change, expected = REFUSALS[case]
    request = {name: value for name, value in {"alertMargin": 1, **change}.items() if value is not ...}
    errors = await lasting_shop.refusal(SET, **request)
    told = [{name: value for name, value in each.items() if name not in {"code", "message"}} for each in errors]
    assert told == expected
    assert (await lasting_shop.run(LIST))["totalCount"] == 0


async def test_what_is_not_set_cannot_be_cleared(lasting_shop: Api) -> None:
    """There is no such policy."""
    [refusal] = await lasting_shop.refusal(CLEAR, scope="ITEM", name="TEA-1")
    assert (refusal["__typename"], refusal["kind"], refusal["field"]) == ("UnknownDocumentError", "POLICY", ["name"])


LEVEL_REFUSALS: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "no target": ({"method": "MIN_MAX"}, [invalid("targetLevel", "must be set for the method MIN_MAX")]),
    "no dates": (
        {"method": "PERIODIC", "targetLevel": 9},
        [invalid("reviewDays", "must be set for the method PERIODIC")],
    ),
    "no quantity": (
        {"method": "FIXED_QUANTITY"},
        [invalid("orderQuantity", "must be set for the method FIXED_QUANTITY")],
    ),
    "a target below the reorder point of its item": (
        {"method": "MIN_MAX", "targetLevel": 4},
        [invalid("targetLevel", "must be at or above the reorder point, 5")],
    ),
    "itself": ({"resupplyFrom": "MAIN"}, [invalid("resupplyFrom", "must be another than the level's own")]),
    "nothing": ({}, [invalid("reorderPoint", "must have at least one of reorderPoint, backorderLimit and the others")]),
}


@pytest.mark.parametrize("case", LEVEL_REFUSALS)
async def test_a_level_must_have_what_its_method_takes(lasting_shop: Api, case: str) -> None:
    """Its own, or inherited."""
    change, expected = LEVEL_REFUSALS[case]
    errors = await lasting_shop.refusal(CONFIGURE, sku="TEA-1", location="MAIN", **change)
    told = [{name: value for name, value in each.items() if name not in {"code", "message"}} for each in errors]
    assert told == expected

"""alertAcknowledge, alertSnooze, and the alerts that levels and queries show."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.graphql.alerts.operations import ACKNOWLEDGE, ALERT, OPEN_ALERTS, SNOOZE, adjust, given_low
from tests.graphql.api import Api
from tests.graphql.transfers.operations import global_id

NODE = "query ($id: ID!) { node(id: $id) { id __typename ... on StockAlert { state } } }"
REFERRED = """
query ($id: ID!) {
  alert(id: $id) {
    item { sku name } location { code name }
    level { onHand available alerts { id } }
    openedBy { id kind reference } closedBy { id kind movements { nodes { delta } } }
  }
}
"""
LEVEL = """
{ stockLevel(sku: "TEA-1", location: "MAIN") { alerts { id type state level { onHand } } } }
"""
CONFIGURE = """
mutation ($input: StockLevelConfigureInput!) {
  stockLevelConfigure(input: $input) { level { alerts { type threshold openedBy { kind } } } userErrors { code } }
}
"""
SNOOZE_RULE = "must be in the future, at most 2592000 s from now"
ID = global_id("StockAlert", "MAIN/TEA-1#2/STOCK")


def soon(**given: int) -> str:
    """Return a time in the future."""
    return (datetime.now(UTC) + timedelta(**given)).isoformat().replace("+00:00", "Z")


async def test_a_sale_past_the_reorder_point_opens_an_alert(shop: Api) -> None:
    """The level names it at once, and it says what has happened."""
    alert = await given_low(shop)
    assert alert == {
        "id": ID,
        "type": "LOW",
        "state": "OPEN",
        "change": "OPENED",
        "threshold": 5,
        "available": 5,
        "onHand": 5,
        "version": 1,
        "note": None,
        "item": {"sku": "TEA-1"},
        "location": {"code": "MAIN"},
        "openedAt": alert["openedAt"],
        "updatedAt": alert["updatedAt"],
        "escalatedAt": None,
        "closedAt": None,
        "acknowledgedAt": None,
        "acknowledgedBy": None,
        "snoozedUntil": None,
        "snoozedBy": None,
    }
    assert await shop.run(LEVEL) == {"alerts": [{"id": ID, "type": "LOW", "state": "OPEN", "level": {"onHand": 5}}]}
    assert alert in (await shop.run(OPEN_ALERTS))["nodes"]
    assert await shop.run(NODE, id=ID) == {"id": ID, "__typename": "StockAlert", "state": "OPEN"}


async def test_an_alert_refers_to_its_level_and_to_what_opened_and_closed_it(shop: Api) -> None:
    """From the sale that was one too many to the receipt that brought the level back."""
    sold = (await adjust(shop, "TEA-1", -10, reference="R-1"))["operation"]["id"]
    open_ = await shop.run(REFERRED, id=ID)
    assert open_ == {
        "item": {"sku": "TEA-1", "name": "Green Tea"},
        "location": {"code": "MAIN", "name": "Place MAIN"},
        "level": {"onHand": 0, "available": 0, "alerts": [{"id": ID}]},
        "openedBy": {"id": sold, "kind": "stockAdjust", "reference": "R-1"},
        "closedBy": None,
    }
    eased = await adjust(shop, "TEA-1", 3)
    assert [each["type"] for each in eased["level"]["alerts"]] == ["LOW"]
    received = await adjust(shop, "TEA-1", 9)
    assert received["level"]["alerts"] == []
    closed = await shop.run(REFERRED, id=ID)
    assert closed["level"] == {"onHand": 12, "available": 12, "alerts": []}
    assert closed["openedBy"] == open_["openedBy"]
    assert closed["closedBy"] == {
        "id": received["operation"]["id"],
        "kind": "stockAdjust",
        "movements": [{"delta": 9}],
    }
    alert = await shop.run(ALERT, id=ID)
    assert (alert["state"], alert["change"], alert["type"], alert["version"]) == ("CLOSED", "CLOSED", "LOW", 3)
    assert alert["openedAt"] == alert["escalatedAt"] < alert["closedAt"] < alert["updatedAt"]


async def test_a_reorder_point_that_is_raised_opens_one(shop: Api) -> None:
    """Crossing by settings is a crossing."""
    asked = {"sku": "CUP-1", "location": "MAIN", "reorderPoint": 4}
    payload = await shop.run(CONFIGURE, input=asked)
    assert payload["level"]["alerts"] == [{"type": "LOW", "threshold": 4, "openedBy": {"kind": "stockLevelConfigure"}}]
    payload = await shop.run(CONFIGURE, input={**asked, "reorderPoint": 3})
    assert payload == {"level": {"alerts": []}, "userErrors": []}


async def test_who_takes_care_of_an_alert_says_so(shop: Api) -> None:
    """The payload tells the alert as it became; a second one leaves a note, and the first stays who it was."""
    alert = await given_low(shop)
    payload = await shop.run(ACKNOWLEDGE, input={"id": ID, "note": "Ordered 50.", "idempotencyKey": "a"})
    seen = payload["alert"]
    actor = payload["operation"]["actor"]
    assert payload == {
        "alert": {
            **alert,
            "change": "ACKNOWLEDGED",
            "version": 2,
            "note": "Ordered 50.",
            "updatedAt": seen["updatedAt"],
            "acknowledgedAt": seen["acknowledgedAt"],
            "acknowledgedBy": actor,
        },
        "operation": {"kind": "alertAcknowledge", "actor": actor, "note": "Ordered 50.", "movements": []},
        "replayed": False,
        "userErrors": [],
    }
    assert alert["openedAt"] < seen["acknowledgedAt"] <= seen["updatedAt"]
    again = await shop.run(ACKNOWLEDGE, input={"id": ID, "note": "They come on Monday."})
    assert again["alert"] == {
        **seen,
        "version": 3,
        "note": "They come on Monday.",
        "updatedAt": again["alert"]["updatedAt"],
    }
    async with shop.nothing_changes():
        repeated = await shop.run(ACKNOWLEDGE, input={"id": ID, "note": "Ordered 50.", "idempotencyKey": "a"})
    assert repeated == {**payload, "alert": again["alert"], "replayed": True}


async def test_an_alert_sleeps_until_it_is_woken_or_gets_worse(shop: Api) -> None:
    """The last who snoozed counts; OUT wakes what was LOW."""
    await given_low(shop)
    first = (await shop.run(SNOOZE, input={"id": ID, "until": soon(hours=1)}))["alert"]
    until = soon(days=2)
    second = (await shop.run(SNOOZE, input={"id": ID, "until": until, "note": "Later."}))["alert"]
    assert (first["change"], second["change"], second["note"]) == ("SNOOZED", "SNOOZED", "Later.")
    assert second["snoozedUntil"] > first["snoozedUntil"]
    assert datetime.fromisoformat(second["snoozedUntil"]) == datetime.fromisoformat(until)
    for request in ({"id": ID}, {"id": ID, "until": None}):
        woken = (await shop.run(SNOOZE, input=request))["alert"]
        assert (woken["change"], woken["snoozedUntil"], woken["snoozedBy"]) == ("UNSNOOZED", None, None)
    await shop.run(SNOOZE, input={"id": ID, "until": until})
    await shop.run(ACKNOWLEDGE, input={"id": ID})
    await adjust(shop, "TEA-1", -5)
    worse = await shop.run(ALERT, id=ID)
    assert (worse["type"], worse["change"], worse["snoozedUntil"], worse["acknowledgedBy"]) == (
        "OUT",
        "ESCALATED",
        None,
        None,
    )


REFUSED: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "the past": (
        SNOOZE,
        {"id": ID, "until": "2020-01-01T00:00:00Z"},
        {"__typename": "InvalidValueError", "rule": SNOOZE_RULE, "field": ["until"]},
    ),
    "for ever": (
        SNOOZE,
        {"id": ID, "until": "2999-01-01T00:00:00Z"},
        {"__typename": "InvalidValueError", "rule": SNOOZE_RULE, "field": ["until"]},
    ),
    "a note that is no text": (
        ACKNOWLEDGE,
        {"id": ID, "note": "\u0000"},
        {"__typename": "InvalidValueError", "field": ["note"]},
    ),
}


@pytest.mark.parametrize(("query", "request_", "expected"), REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_is_refused(
    shop: Api, query: str, request_: dict[str, Any], expected: dict[str, Any]
) -> None:
    """With the reason, and nothing changes."""
    await given_low(shop)
    [error] = await shop.refusal(query, **request_)
    assert {name: error[name] for name in expected} == expected


async def test_nothing_is_noted_of_a_closed_alert(shop: Api) -> None:
    """The refusal names it and the state that it is in."""
    await given_low(shop)
    await adjust(shop, "TEA-1", 5)
    for query, request in ((ACKNOWLEDGE, {}), (SNOOZE, {"until": soon(hours=1)}), (SNOOZE, {})):
        [error] = await shop.refusal(query, id=ID, **request)
        assert (error["__typename"], error["kind"], error["id"], error["state"]) == (
            "WrongStateError",
            "ALERT",
            ID,
            "CLOSED",
        )

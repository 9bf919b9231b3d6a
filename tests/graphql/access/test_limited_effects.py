# ruff: noqa: ANN401 - JSON is of any type
"""What a limited principal may not bring about, in whatever way it asks for it."""

import asyncio
from typing import Any

import pytest

from app.domain.access.principal import Principal, PrincipalKind
from tests.graphql.access.limited_world import HERE, THERE, Client, Stage, clerk, clients_of, leaks_of


async def refusal(client: Client, mutation: str, **asked: Any) -> list[tuple[str, list[str]]]:
    """Return the codes and fields of the errors for which a mutation is refused, of which none tells a secret."""
    payload = await client.change(mutation, asked)
    assert payload["operation"] is None, payload
    assert leaks_of(payload) == []
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


async def message(client: Client, mutation: str, **asked: Any) -> str:
    """Return the message of the one error for which a mutation is refused."""
    payload = await client.change(mutation, asked)
    (error,) = payload["userErrors"]
    said: str = error["message"]
    return said


UNKNOWN_LOCATION = ("UNKNOWN_LOCATION", ["id"])


async def test_only_those_at_the_source_ship_and_cancel_what_left_it(stage: Stage) -> None:
    """At the other end of a transfer nothing but what is incoming or planned may change, whether it has the units."""
    world, here = stage.world, stage.at_here
    coming = await world.transfer(HERE, arrives=True)
    assert await refusal(here, "transferShip", id=coming) == [UNKNOWN_LOCATION]
    await world.made("transferShip", id=coming)
    assert await refusal(here, "transferCancel", id=coming) == [UNKNOWN_LOCATION]
    going = await world.transfer(HERE, ships=True)
    assert await refusal(here, "transferReceive", id=going) == [UNKNOWN_LOCATION]
    assert (await here.change("transferCancel", {"id": going}))["userErrors"] == []
    lines = [{"sku": "TEA-1", "quantity": 8_000}]  # more than there is
    payload = await world.made("transferCreate", source="THERE", destination="HERE", lines=lines)
    assert await refusal(here, "transferShip", id=payload["transfer"]["id"]) == [UNKNOWN_LOCATION]


async def test_an_order_takes_units_at_visible_locations_only(stage: Stage) -> None:
    """Its shortage counts no others, and its units do not wait anywhere."""
    here = stage.at_here
    wanted = [{"sku": "TEA-1", "quantity": 2_000}]
    payload = await here.change("reservationCreate", {"lines": wanted, "acceptBackorder": False})
    (error,) = payload["userErrors"]
    assert (error["code"], leaks_of(payload)) == ("INSUFFICIENT_STOCK", [])
    payload = await here.change("reservationCreate", {"lines": wanted, "allowPartial": True, "acceptBackorder": False})
    taken = await here.send(_HOLDS, id=payload["reservation"]["id"])
    assert {each["location"]["code"] for each in _holds(taken)} == {"HERE", "NEAR"}
    await here.change("reservationRelease", {"id": payload["reservation"]["id"]})
    await stage.world.made("stockLevelConfigure", sku="TEA-2", location="HERE", backorderLimit=50)
    waiting = [{"sku": "TEA-2", "quantity": 30}]
    assert await refusal(here, "reservationCreate", lines=waiting) == [("INVALID_VALUE", ["lines"])]
    payload = await here.change("reservationCreate", {"lines": waiting, "locations": ["HERE"]})
    assert payload["userErrors"] == []
    elsewhere = await refusal(here, "reservationCreate", lines=waiting, locations=["THERE"])
    assert elsewhere == await refusal(here, "reservationCreate", lines=waiting, locations=["NOWHERE"])
    assert elsewhere[0] == ("UNKNOWN_LOCATION", ["locations", "0"])


async def test_an_order_that_begins_to_name_a_hidden_location_is_out_of_sight(stage: Stage) -> None:
    """Whoever sees both may move it there; then it is as if it were not."""
    world, here = stage.world, stage.at_here
    identity = await world.reservation(HERE)
    await world.made("reservationMove", id=identity, location="THERE", lines=[{"sku": "TEA-1", "quantity": 1}])
    assert await refusal(here, "reservationRelease", id=identity) == [("UNKNOWN_DOCUMENT", ["id"])]


async def test_a_repeat_does_not_show_what_has_left_the_sight_since(stage: Stage) -> None:
    """The order as it was when the request was recorded was visible; as it is now, it names another location."""
    world, here = stage.world, stage.at_here
    asked = {"id": await world.reservation(HERE), "ttlSeconds": 600, "idempotencyKey": "before the move"}
    assert (await here.change("reservationExtend", asked))["reservation"]["id"] == asked["id"]
    await world.made("reservationMove", id=asked["id"], location="THERE", lines=[{"sku": "TEA-1", "quantity": 1}])
    again = await here.change("reservationExtend", asked)
    assert (again["replayed"], again["reservation"], again["userErrors"]) == (True, None, [])


async def test_a_move_out_of_sight_and_a_release_at_once_are_decided_one_after_the_other(stage: Stage) -> None:
    """What is visible is decided in the transaction: either the release was first, or it found nothing."""
    world, here = stage.world, stage.at_here
    for _ in range(10):
        identity = await world.reservation(HERE)
        part = [{"sku": "TEA-1", "quantity": 1}]
        moved, released = await asyncio.gather(
            world.boss.change("reservationMove", {"id": identity, "location": "THERE", "lines": part}),
            here.change("reservationRelease", {"id": identity}),
        )
        codes = [[error["code"] for error in payload["userErrors"]] for payload in (moved, released)]
        assert codes in ([[], ["UNKNOWN_DOCUMENT"]], [["WRONG_STATE"], []])


async def test_lines_out_of_sight_are_refused_alone_where_lines_may_be(stage: Stage) -> None:
    """Beside those that are accepted."""
    lines = [
        {"sku": "TEA-1", "location": code, "delta": 1, "reason": "CORRECTION"} for code in ("HERE", "THERE", "NEAR")
    ]
    payload = await stage.at_here.change("stockAdjustMany", {"lines": lines, "atomic": False})
    errors = [[error["code"] for error in result["userErrors"]] for result in payload["results"]]
    assert errors == [[], ["UNKNOWN_LOCATION"], []]
    items = [{"sku": sku, "tags": ["x"], "name": sku} for sku in ("TEA-1", "CUP-1", "TEA-2")]
    payload = await stage.of_tea.change("itemsUpsertMany", {"items": items, "atomic": False})
    errors = [[error["code"] for error in result["userErrors"]] for result in payload["results"]]
    assert errors == [[], ["UNKNOWN_ITEM"], []]


async def test_items_stay_within_the_categories_that_are_visible(stage: Stage) -> None:
    """Before and after a change; an item that exists out of sight is not created again."""
    tea, world = stage.of_tea, stage.world
    category = [("INVALID_VALUE", ["category"])]
    assert await refusal(tea, "itemUpsert", sku="TEA-1", category="Cups") == category
    assert await refusal(tea, "itemUpsert", sku="TEA-1", category=None) == category
    assert await refusal(tea, "itemUpsert", sku="NEW-1", name="New") == category
    assert await refusal(tea, "itemUpsert", sku="CUP-1", name="Mine", category="Tea") == [("UNKNOWN_ITEM", ["sku"])]
    assert (await tea.change("itemUpsert", {"sku": "NEW-1", "name": "New", "category": "tea"}))["userErrors"] == []
    await world.made("itemUpsert", sku="CUP-1", barcodes=["4006381333931"])
    taken = await message(tea, "itemUpsert", sku="TEA-1", barcodes=["4006381333931"])
    assert taken == "The barcode '4006381333931' already stands for another item."


@pytest.mark.parametrize("asked", [{"scope": "EVERYTHING"}, {"scope": "CATEGORY", "name": "Cups"}])
async def test_policies_of_what_is_out_of_sight_are_not_set(stage: Stage, asked: dict[str, Any]) -> None:
    """The one for everything concerns levels that are not visible."""
    field = "name" if "name" in asked else "scope"
    assert await refusal(stage.of_tea, "replenishmentPolicySet", **asked, reorderPoint=3) == [
        ("INVALID_VALUE", [field])
    ]
    await stage.world.made("replenishmentPolicySet", **asked, overstockPoint=9_000)
    cleared = await refusal(stage.of_tea, "replenishmentPolicyClear", **asked)
    assert cleared == [("UNKNOWN_DOCUMENT", ["name"]) if "name" in asked else ("INVALID_VALUE", ["scope"])]


async def test_no_location_is_created_by_those_who_see_some(stage: Stage) -> None:
    """Nor one that the key was limited to before it exists."""
    unknown = [("UNKNOWN_LOCATION", ["code"])]
    assert await refusal(stage.at_here, "locationUpsert", code="NEW", name="New") == unknown
    resupplied = {"sku": "TEA-1", "location": "HERE", "resupplyFrom": "THERE"}
    assert await refusal(stage.at_here, "stockLevelConfigure", **resupplied) == [("UNKNOWN_LOCATION", ["resupplyFrom"])]


async def test_an_item_that_is_stocked_out_of_sight_is_not_archived_as_if_it_were_not(stage: Stage) -> None:
    """The refusal tells that something is open, and nothing of it."""
    await stage.world.made("itemUpsert", sku="FAR-1", name="Only there")
    await stage.world.made("stockAdjust", sku="FAR-1", location="THERE", delta=7_777, reason="RECEIPT")
    assert await refusal(stage.at_here, "itemArchive", sku="FAR-1") == [("INVALID_VALUE", ["sku"])]
    assert (await stage.at_here.change("itemArchive", {"sku": "FAR-1", "windDown": True}))["userErrors"] == []


async def test_a_receipt_values_the_units_of_all_locations(stage: Stage) -> None:
    """Else the average cost of the item would be wrong for everybody."""
    world = stage.world
    await world.made("itemUpsert", sku="OLD-1", name="Old", unitCost="2.00")
    await world.made("stockAdjust", sku="OLD-1", location="THERE", delta=300, reason="RECEIPT")
    lines = [{"sku": "OLD-1", "quantity": 100, "unitCost": "6.00"}]
    order = (await world.made("purchaseOrderCreate", supplier="ACME", location="HERE", lines=lines))["purchaseOrder"]
    await world.made("purchaseOrderSubmit", id=order["id"], expectedVersion=order["version"])
    assert (await stage.at_here.change("purchaseOrderReceive", {"id": order["id"]}))["userErrors"] == []
    answer = await world.boss.send('{ item(sku: "OLD-1") { unitCost } }')
    assert answer["data"]["item"]["unitCost"] == "3.00"


async def test_a_run_orders_for_visible_levels_only(stage: Stage) -> None:
    """The levels out of sight need as much."""
    world = stage.world
    await world.made("supplierItemUpsert", supplier="ACME", sku="TEA-2", unitCost="1.00")
    for code in ("NEAR", "THERE"):
        policy = {"method": "FIXED_QUANTITY", "reorderPoint": 100, "orderQuantity": 10}
        await world.made("stockLevelConfigure", sku="TEA-2", location=code, **policy)
    payload = await stage.at_here.change("replenishmentRun", {})
    assert leaks_of(payload) == []
    ordered = await stage.at_here.send(_ORDERED)
    assert {each["location"]["code"] for each in ordered["data"]["purchaseOrders"]["nodes"]} <= {"HERE", "NEAR"}


async def test_an_idempotency_key_belongs_to_its_principal(stage: Stage) -> None:
    """Another's key neither repeats their request nor shows it."""
    other = Principal(kind=PrincipalKind.KEY, name="other", scopes=clerk().scopes)
    asked = {"sku": "TEA-1", "location": "HERE", "delta": 3, "reason": "CORRECTION", "idempotencyKey": "mine"}
    async with clients_of(stage.application, other) as (client,):
        first = await stage.wide.change("stockAdjust", asked)
        found = await client.send(_BY_KEY, key="mine")
        second = await client.change("stockAdjust", {**asked, "delta": 4})
        again = await stage.wide.change("stockAdjust", asked)
    assert found["data"] == {"operationByKey": None}
    assert second["userErrors"] == []
    assert (second["replayed"], again["replayed"]) == (False, True)
    assert again["operation"]["id"] == first["operation"]["id"] != second["operation"]["id"]
    assert second["operation"]["actor"] == "key:other"


async def test_who_sent_a_request_learns_that_it_was_recorded(stage: Stage) -> None:
    """Nothing of it is visible, or ever was: it shows itself alone, and to nobody else."""
    other = Principal(
        kind=PrincipalKind.KEY, name="other", scopes=clerk().scopes, visibility=stage.at_here.who.visibility
    )
    await stage.at_here.change("itemUpsert", {"sku": "TEA-9", "name": "Nine", "idempotencyKey": "named"})
    moved = {"sku": "TEA-1", "location": "THERE", "delta": 1, "reason": "RECEIPT", "idempotencyKey": "moved"}
    await stage.wide.change("stockAdjust", {**moved, "note": "mine"})
    async with clients_of(stage.application, other) as (client,):
        for key, kind in (("named", "itemUpsert"), ("moved", "stockAdjust")):
            found = (await stage.at_here.send(_RECORDED, key=key))["data"]["operationByKey"]
            assert found == {"id": found["id"], "kind": kind, "movements": {"totalCount": 0}}
            for text in ("{ operation(id: $id) { kind } }", "{ node(id: $id) { ... on Operation { kind } } }"):
                asked = f"query ($id: ID!) {text}"
                mine, theirs = [await each.send(asked, id=found["id"]) for each in (stage.at_here, client)]
                assert list(mine["data"].values()) == [{"kind": kind}]
                assert list(theirs["data"].values()) == [None]


async def test_a_webhook_is_found_by_those_who_see_as_much(stage: Stage) -> None:
    """The one of who sees everything is not."""
    mine = await stage.world.webhook(HERE, stage.at_here)
    theirs = await stage.world.webhook(THERE, stage.at_here)
    listed = await stage.at_here.send("{ webhooks(first: 100) { totalCount nodes { id owner } } }")
    nodes = listed["data"]["webhooks"]["nodes"]
    assert mine in {each["id"] for each in nodes}
    assert theirs not in {each["id"] for each in nodes}
    assert {each["owner"] for each in nodes} == {"key:clerk"}
    assert listed["data"]["webhooks"]["totalCount"] == len(nodes)


async def test_nobody_owns_a_webhook_of_whom_the_server_would_not_learn_that_they_left(stage: Stage) -> None:
    """Such as people who are known by the claims of their token alone."""
    person = Principal(kind=PrincipalKind.PERSON, name="anna", scopes=clerk().scopes)
    async with clients_of(stage.application, person) as (client,):
        asked = {"url": "https://partner.example/", "events": ["LEVEL_CHANGED"]}
        assert await refusal(client, "webhookCreate", **asked) == [("INVALID_VALUE", ["url"])]


def _holds(answer: Any) -> list[Any]:
    return [hold for line in answer["data"]["reservation"]["lines"]["nodes"] for hold in line["holds"]["nodes"]]


_HOLDS = """
query ($id: ID!) { reservation(id: $id) { lines { nodes { holds { nodes { location { code } } } } } } }
"""
_ORDERED = "{ purchaseOrders(first: 100) { nodes { location { code } } } }"
_BY_KEY = "query ($key: String!) { operationByKey(idempotencyKey: $key) { id } }"
_RECORDED = """
query ($key: String!) { operationByKey(idempotencyKey: $key) { id kind movements { totalCount } } }
"""

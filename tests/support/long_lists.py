"""A shop in which every list is long: what the most expensive operations are tried on."""

from typing import Any

from tests.graphql.api import Api

ITEMS, OFFERS, LINES = 300, 60, 250
SKUS = [f"CROWD-{number:03}" for number in range(ITEMS)]
PLACES = ("CROWD-A", "CROWD-B")


async def given_crowd(api: Api) -> None:
    """Fill a shop through its API."""
    items = [
        {
            "sku": sku,
            "name": f"An item with a name of some length, {sku}",
            "category": f"Category {number % 20}",
            "tags": [f"tag {number % 7}", "all"],
            "unitCost": "1.25",
            "reorderPoint": 50,
        }
        for number, sku in enumerate(SKUS)
    ]
    await done(api, "itemsUpsertMany", items=items)
    for place in PLACES:
        await done(api, "locationUpsert", code=place, name=place)
        for _ in range(2):
            lines = [{"sku": sku, "location": place, "delta": 30, "reason": "RECEIPT"} for sku in SKUS]
            await done(api, "stockAdjustMany", lines=lines)
    await done(api, "supplierUpsert", code="CROWD", name="Crowd", leadTimeDays=3)
    for sku in SKUS[:OFFERS]:
        await done(api, "supplierItemUpsert", supplier="CROWD", sku=sku, unitCost="1.10")
    some = [{"sku": sku, "quantity": 1} for sku in SKUS[:LINES]]
    for _ in range(4):
        await done(api, "transferCreate", source=PLACES[0], destination=PLACES[1], lines=some)
        await done(api, "purchaseOrderCreate", supplier="CROWD", location=PLACES[0], lines=some[:OFFERS])
        held = [{**line, "location": PLACES[0]} for line in some]
        await done(api, "reservationCreate", lines=held)
    await done(api, "countOpen", location=PLACES[1])


async def done(api: Api, mutation: str, **input: Any) -> None:  # noqa: ANN401 - JSON
    """Send one mutation, which must be accepted."""
    type_ = f"{mutation[0].upper()}{mutation[1:]}Input!"
    payload = await api.run(
        f"mutation ($input: {type_}) {{ {mutation}(input: $input) {{ userErrors {{ message }} }} }}", input=input
    )
    assert payload["userErrors"] == [], payload

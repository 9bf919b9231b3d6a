"""Suppliers and their offers, as clients change and read them."""

from app.store.driver.client import Database
from tests.graphql.api import Api
from tests.graphql.purchasing.operations import (
    ARCHIVE,
    OFFER,
    OFFER_ITEM,
    REMOVE_ITEM,
    SUPPLIER,
    UPSERT,
    given_offer,
    given_supplier,
)
from tests.graphql.reads import recorded
from tests.graphql.transfers.operations import global_id

ONE = (
    """
query ($code: String!, $first: Int! = 50, $after: String) {
  supplier(code: $code) {
    ...Vendor
    items(first: $first, after: $after) { totalCount nodes { ...Offer } pageInfo { hasNextPage endCursor } }
  }
}
"""
    + SUPPLIER
    + OFFER
)
LIST = "query ($filter: SupplierFilter) { suppliers(filter: $filter) { totalCount nodes { code } } }"
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }"
OFFERS_OF_ITEMS = """
{ items(first: 50) { nodes { sku offers { nodes { supplier { code name } item { sku } unitCost } } } } }
"""
UNKNOWN = "query ($code: String!) { supplier(code: $code) { code } }"


async def test_a_supplier_and_its_offers_are_told_whole(shop: Api) -> None:
    """As the mutations answer, and page by page."""
    made = await given_supplier(
        shop, email="orders@acme.example", leadTimeDays=6, orderingCost="12.5", minimumOrderValue=50, autoSubmit=True
    )
    assert made == {
        "id": global_id("Supplier", "ACME"),
        "code": "ACME",
        "name": "Supplier ACME",
        "email": "orders@acme.example",
        "leadTimeDays": 6,
        "orderingCost": "12.50",
        "minimumOrderValue": "50.00",
        "autoSubmit": True,
        "isArchived": False,
        "version": 1,
    }
    tea = await given_offer(shop, supplierSku="T/1", unitCost=2.5, minimumQuantity=8, packSize=4, isPreferred=True)
    assert tea == {
        "id": global_id("SupplierItem", "ACME/TEA-1"),
        "supplier": {"code": "ACME"},
        "item": {"sku": "TEA-1"},
        "supplierSku": "T/1",
        "unitCost": "2.50",
        "minimumQuantity": 8,
        "packSize": 4,
        "leadTimeDays": None,
        "isPreferred": True,
        "isRemoved": False,
    }
    cup = await given_offer(shop, "CUP-1", leadTimeDays=9)
    first = await shop.run(ONE, code="ACME", first=1)
    page = first.pop("items")
    assert first == made
    assert (page["totalCount"], page["nodes"], page["pageInfo"]["hasNextPage"]) == (2, [cup], True)
    second = await shop.run(ONE, code="ACME", first=1, after=page["pageInfo"]["endCursor"])
    assert second["items"]["nodes"] == [tea]
    assert await shop.run(UNKNOWN, code="NONE") is None
    ids = [tea["id"], made["id"], global_id("SupplierItem", "ACME/NONE")]
    nodes = await shop.run(NODES, ids=ids)
    assert [node and node["__typename"] for node in nodes] == ["SupplierItem", "Supplier", None]


async def test_what_is_null_is_emptied_and_what_is_left_out_stays(shop: Api) -> None:
    """As in every partial change."""
    await given_supplier(shop, email="a@b", leadTimeDays=6)
    changed = await shop.run(UPSERT, input={"code": "ACME", "email": None, "leadTimeDays": None})
    assert (changed["supplier"]["email"], changed["supplier"]["leadTimeDays"]) == (None, 6)
    await given_offer(shop, unitCost=1, leadTimeDays=3, packSize=5)
    offer = await given_offer(shop, unitCost=None, leadTimeDays=None)
    assert (offer["unitCost"], offer["leadTimeDays"], offer["packSize"]) == (None, None, 5)


async def test_a_supplier_is_archived_and_an_offer_taken_back(shop: Api) -> None:
    """Lists tell which suppliers are left; a repeated request has its first answer."""
    await given_supplier(shop)
    await given_supplier(shop, "BETA")
    await given_offer(shop)
    removed = await shop.run(REMOVE_ITEM, input={"supplier": "ACME", "sku": "TEA-1", "idempotencyKey": "1"})
    assert removed["supplierItem"]["isRemoved"] is True
    again = await shop.run(REMOVE_ITEM, input={"supplier": "ACME", "sku": "TEA-1", "idempotencyKey": "1"})
    assert again == {**removed, "replayed": True}
    [error] = await shop.refusal(REMOVE_ITEM, supplier="ACME", sku="TEA-1")
    assert (error["__typename"], error["kind"], error["id"]) == ("UnknownDocumentError", "SUPPLIER_ITEM", "ACME/TEA-1")
    archived = await shop.run(ARCHIVE, input={"code": "ACME"})
    assert archived["supplier"]["isArchived"] is True
    assert await shop.run(LIST) == {"totalCount": 2, "nodes": [{"code": "ACME"}, {"code": "BETA"}]}
    assert await shop.run(LIST, filter={"isArchived": False}) == {"totalCount": 1, "nodes": [{"code": "BETA"}]}
    assert await shop.run(LIST, filter={"search": "supp be"}) == {"totalCount": 1, "nodes": [{"code": "BETA"}]}
    assert await shop.run(LIST, filter={"isArchived": True}) == {"totalCount": 1, "nodes": [{"code": "ACME"}]}


async def test_what_is_wrong_is_told_at_once(shop: Api) -> None:
    """Each fault with the path of its input."""
    errors = await shop.refusal(UPSERT, code="A/B", name="", email="x", leadTimeDays=999, orderingCost=-1)
    assert [error["field"] for error in errors] == [["code"], ["name"], ["email"], ["leadTimeDays"], ["orderingCost"]]
    errors = await shop.refusal(OFFER_ITEM, supplier="NONE", sku="NIX")
    assert [(error["__typename"], error["field"]) for error in errors] == [
        ("UnknownDocumentError", ["supplier"]),
        ("UnknownItemError", ["sku"]),
    ]


async def test_the_offers_of_all_items_of_a_list_are_read_at_once(shop: Api, database: Database) -> None:
    """One read of offers and one of suppliers, however many items and offers there are."""
    for code in ("ACME", "BETA"):
        await given_supplier(shop, code)
        for sku in ("TEA-1", "CUP-1"):
            await given_offer(shop, sku, supplier=code, unitCost=2)
    async with recorded(database) as counts:
        page = await shop.run(OFFERS_OF_ITEMS)
    assert counts == {"find items": 1, "find supplier_items": 1, "find suppliers": 1}
    offers = {node["sku"]: [offer["supplier"]["name"] for offer in node["offers"]] for node in page["nodes"]}
    both = ["Supplier ACME", "Supplier BETA"]
    assert offers == {"CUP-1": both, "OLD-1": [], "TEA-1": both}

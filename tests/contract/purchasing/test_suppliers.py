"""Suppliers and what they offer, the same over every store."""

from decimal import Decimal

import pytest

from app.domain.catalog.search import search_words
from app.domain.errors import InvalidValue, UnknownDocument, UnknownItem
from app.domain.failures import BadArgument
from app.domain.money import Money
from app.domain.purchasing.supplier import Supplier, SupplierItem
from app.services.purchasing.filters import OfferFilter, SupplierFilter
from tests.support.purchases import ACME, given_offer, given_supplier
from tests.support.scene import given_item, refused, request_info
from tests.support.store import Store, whole

MONEY_RULE = "must be between 0 and 1000000000, with at most four decimals"


async def test_a_supplier_is_created_and_changed_in_parts(store: Store) -> None:
    """What is given replaces, what is not stays, and what is None is emptied."""
    # when
    made = await store.suppliers.upsert(
        ACME,
        name="Acme",
        email="orders@acme.example",
        lead_time_days=7,
        ordering_cost=Decimal("12.5"),
        minimum_order_value=Decimal(50),
        auto_submit=True,
        request=request_info("k"),
    )
    changed = await store.suppliers.upsert(ACME, email=None, lead_time_days=0, request=request_info())
    # then
    first = made.operation.document(Supplier)
    assert (first.code, first.name, first.email, first.lead_time_days) == (ACME, "Acme", "orders@acme.example", 7)
    assert (first.ordering_cost, first.minimum_order_value, first.auto_submit) == (Money(125_000), Money(500_000), True)
    second = changed.operation.document(Supplier)
    assert (second.version, second.created_at) == (2, first.created_at)
    assert (second.name, second.email, second.lead_time_days, second.auto_submit) == ("Acme", None, 0, True)
    assert await store.documents.documents(Supplier, [ACME]) == {ACME: second}
    again = await store.suppliers.upsert(
        ACME,
        name="Acme",
        email="orders@acme.example",
        lead_time_days=7,
        ordering_cost=Decimal("12.50"),
        minimum_order_value=Decimal(50),
        auto_submit=True,
        request=request_info("k"),
    )
    assert (again.replayed, again.operation) == (True, made.operation)


async def test_a_supplier_that_breaks_rules_is_refused_with_all_of_them(store: Store) -> None:
    """A new one needs a name."""
    assert await refused(store, store.suppliers.upsert(ACME, request=request_info())) == [
        InvalidValue(what="The name", rule="is required for what does not exist yet", field=("name",))
    ]
    request = store.suppliers.upsert(
        "A/B",
        name=" ",
        email="nobody",
        lead_time_days=366,
        ordering_cost=Decimal(-1),
        minimum_order_value=Decimal("0.00001"),
        request=request_info(),
    )
    errors = await refused(store, request)
    assert [error.field for error in errors] == [
        ("code",),
        ("name",),
        ("email",),
        ("leadTimeDays",),
        ("orderingCost",),
        ("minimumOrderValue",),
    ]
    assert errors[4] == InvalidValue(what="An ordering cost", rule=MONEY_RULE, field=("orderingCost",))


async def test_a_supplier_is_archived_and_restored(store: Store) -> None:
    """Lists tell which; one that nobody knows is refused."""
    await given_supplier(store)
    await given_supplier(store, "BETA")
    archived = await store.suppliers.archive(ACME, is_archived=True, request=request_info())
    assert archived.operation.document(Supplier).is_archived
    assert await codes(store, SupplierFilter()) == [ACME, "BETA"]
    assert await codes(store, SupplierFilter(is_archived=True)) == [ACME]
    assert await codes(store, SupplierFilter(is_archived=False)) == ["BETA"]
    await store.suppliers.archive(ACME, is_archived=False, request=request_info())
    assert await codes(store, SupplierFilter(is_archived=False)) == [ACME, "BETA"]
    assert await refused(store, store.suppliers.archive("NONE", is_archived=True, request=request_info())) == [
        UnknownDocument(kind="SUPPLIER", id="NONE", field=("code",))
    ]


async def test_an_offer_is_made_changed_and_taken_back(store: Store) -> None:
    """What is given replaces; one that was removed begins anew."""
    # given
    await given_item(store)
    await given_supplier(store)
    made = await given_offer(store, cost="2.50", minimum=10, pack=5, days=9, is_preferred=True)
    assert made == SupplierItem(
        id="ACME/TEA-1",
        version=1,
        created_at=made.created_at,
        changed_at=made.changed_at,
        supplier=ACME,
        sku="TEA-1",
        unit_cost=Money(25_000),
        minimum_quantity=10,
        pack_size=5,
        lead_time_days=9,
        is_preferred=True,
    )
    # when
    changed = await store.suppliers.upsert_item(
        ACME, "TEA-1", supplier_sku="T/1", lead_time_days=None, request=request_info()
    )
    # then
    offer = changed.operation.document(SupplierItem)
    assert (offer.supplier_sku, offer.lead_time_days, offer.unit_cost, offer.pack_size) == ("T/1", None, 25_000, 5)
    assert await store.supply_reader.offers_of(["TEA-1", "NONE"]) == {"TEA-1": [offer]}
    # when
    removed = await store.suppliers.remove_item(ACME, "TEA-1", request=request_info())
    # then
    assert removed.operation.document(SupplierItem).is_removed
    assert await store.supply_reader.offers_of(["TEA-1"]) == {}
    assert await refused(store, store.suppliers.remove_item(ACME, "TEA-1", request=request_info())) == [
        UnknownDocument(kind="SUPPLIER_ITEM", id="ACME/TEA-1", field=("sku",))
    ]
    anew = await given_offer(store)
    assert (anew.version, anew.pack_size, anew.is_preferred, anew.supplier_sku) == (4, 1, False, None)


async def test_an_offer_needs_a_supplier_and_an_item(store: Store) -> None:
    """Both are told at once."""
    assert await refused(store, store.suppliers.upsert_item("NONE", "NIX", request=request_info())) == [
        UnknownDocument(kind="SUPPLIER", id="NONE", field=("supplier",)),
        UnknownItem(sku="NIX", field=("sku",)),
    ]


async def test_offers_are_found_by_supplier_and_by_item(store: Store) -> None:
    """By SKU page by page, and for many items at once."""
    skus = [f"S-{number}" for number in range(5)]
    for sku in skus:
        await given_item(store, sku)
    for code in ("BETA", ACME):
        await given_supplier(store, code)
        for sku in skus[: 5 if code == ACME else 2]:
            await given_offer(store, sku, supplier=code)
    await store.suppliers.remove_item(ACME, "S-3", request=request_info())
    where = OfferFilter(supplier=ACME)
    listed = await whole(lambda after: store.suppliers.page_of_offers(where, first=2, after=after))
    assert [offer.sku for offer in listed] == ["S-0", "S-1", "S-2", "S-4"]
    assert await store.suppliers.count_offers(where) == 4
    found = await store.suppliers.offers_of(["S-1", "S-4", "S-3"])
    assert {sku: [offer.supplier for offer in offers] for sku, offers in found.items()} == {
        "S-1": [ACME, "BETA"],
        "S-4": [ACME],
    }
    page = await store.suppliers.page_of_suppliers(SupplierFilter(), first=1, after=None)
    assert ([supplier.code for supplier in page.nodes], page.has_next) == ([ACME], True)


async def test_suppliers_are_found_by_words_of_code_and_name(store: Store) -> None:
    """While they are typed, in any order, as a change left them; archived ones as the filter says."""
    for code, name in ((ACME, "Müller & Söhne"), ("MUELLER-2", "Paper House"), ("BETA", "Beta Paper Mills")):
        await store.suppliers.upsert(code, name=name, request=request_info())
    assert await codes(store, SupplierFilter(words=search_words("pap"))) == ["BETA", "MUELLER-2"]
    assert await codes(store, SupplierFilter(words=search_words("mills PAPER"))) == ["BETA"]
    assert await codes(store, SupplierFilter(words=search_words("sohne"))) == [ACME]
    assert await codes(store, SupplierFilter(words=search_words("mue"))) == ["MUELLER-2"]
    await store.suppliers.upsert("BETA", name="Beta Pulp", request=request_info())
    await store.suppliers.archive("BETA", is_archived=True, request=request_info())
    assert await codes(store, SupplierFilter(words=search_words("paper"))) == ["MUELLER-2"]
    assert await codes(store, SupplierFilter(words=search_words("pulp"), is_archived=False)) == []
    assert await codes(store, SupplierFilter(words=search_words("pulp"), is_archived=True)) == ["BETA"]
    with pytest.raises(BadArgument, match="at most 50 words, not 51"):
        SupplierFilter(words=tuple(map(str, range(51))))


async def codes(store: Store, where: SupplierFilter) -> list[str]:
    """Return the codes of a list of suppliers, and prove that it is counted right."""
    listed = await whole(lambda after: store.suppliers.page_of_suppliers(where, first=1, after=after))
    assert await store.suppliers.count_suppliers(where) == len(listed)
    return [supplier.code for supplier in listed]

"""Of long lists of documents no more is read than is asked for, and that is what the whole document has there."""

from collections.abc import Sequence
from dataclasses import fields

from app.domain.document import Document, DocumentKind
from app.domain.excerpt import Excerpt, Extent, entries_between, length_of
from app.domain.purchasing.purchase_order import PurchaseOrder
from app.domain.reservations.reservation import RequestedLine, Reservation
from app.domain.stock.level import LevelKey
from app.domain.transfers.transfer import Transfer
from app.services.filters import DocumentFilter
from app.services.paging import PageRequest
from app.services.purchasing.filters import PurchaseOrderFilter
from app.services.reservations.filters import ReservationFilter
from app.services.transfers.filters import TransferFilter
from app.store.mapping.document_mapping import DOCUMENT_MAPPINGS
from tests.support import purchases, transfers
from tests.support.reservations import reserve
from tests.support.scene import adjust, given_catalog
from tests.support.store import Store

SKUS = [f"TEA-{number}" for number in range(6)]
ASKED = Extent.asking({"lines": [(4, 9), (1, 2)], "struck": [(0, 1)], "levels": [(2, 4)]})
SHORT = {  # of few entries, or of a kind that no list shows
    DocumentKind.COUNT_LINE: {"entries"},
    DocumentKind.WEBHOOK: {"events", "secrets"},
    DocumentKind.PURCHASE_RECEIPT: {"lines"},
}


async def given_documents(store: Store) -> None:
    """Write down one of each kind that has lines, with six of them."""
    keys = [LevelKey(sku, code) for sku in SKUS for code in ("MAIN", "NORTH")]
    await given_catalog(store, *keys)
    for key in keys:
        await adjust(store, key, 10)
    lines = [(sku, number) for number, sku in enumerate(SKUS, start=1)]
    await transfers.create(store, *lines)
    await purchases.given_supplier(store)
    await purchases.create(store, *lines)
    await reserve(store, *(RequestedLine(sku=sku, quantity=units, location="MAIN") for sku, units in lines))


def check(whole: Sequence[object], excerpt: Sequence[object], *, asked: Extent, name: str) -> None:
    """Compare what was asked for; of the rest, a database has not sent anything."""
    assert length_of(excerpt) == len(whole)
    for start, stop in asked.of(name):
        assert entries_between(excerpt, start, stop) == whole[start:stop]
    if isinstance(excerpt, Excerpt):
        assert len(excerpt) == sum(len(whole[start:stop]) for start, stop in asked.of(name))


async def test_pages_and_single_documents_have_what_is_asked_for(store: Store) -> None:
    """Of every kind that has lines; everything else about the document is as it is."""
    await given_documents(store)
    lists: list[tuple[type[Document], DocumentFilter[Document]]] = [
        (Transfer, TransferFilter()),
        (PurchaseOrder, PurchaseOrderFilter()),
        (Reservation, ReservationFilter()),
    ]
    for kind, where in lists:
        [whole] = (await store.documents.page_of_documents(where, page=PageRequest())).nodes
        paged = (await store.documents.page_of_documents(where, page=PageRequest(), extent=ASKED)).nodes
        single = await store.documents.documents(kind, [whole.id], extent=ASKED)
        long = {each.name for each in DOCUMENT_MAPPINGS[kind.kind].long}
        for found in (*paged, *single.values()):
            assert len(paged) == len(single) == 1
            for field in fields(kind):
                if field.name not in long:
                    assert getattr(found, field.name) == getattr(whole, field.name)
            check(whole.lines, found.lines, asked=ASKED, name="lines")  # type: ignore[attr-defined] # all have them
            assert isinstance(found.lines, Excerpt) or store.kind == "memory"  # type: ignore[attr-defined]
        if isinstance(whole, Reservation):
            holds = {hold for hold in whole.holds if hold.line in {1, 4, 5}}
            assert holds <= set(found.holds) <= set(whole.holds)  # type: ignore[attr-defined]


async def test_operations_have_the_levels_that_are_asked_for(store: Store) -> None:
    """Without the documents that they left behind, which only a repeat and the feeds need."""
    await given_documents(store)
    ids = list(await store.operation_ids())
    wholes = await store.ledger.operations(ids)
    found = await store.ledger.operations(ids, extent=ASKED)
    assert found.keys() == wholes.keys() == set(ids)
    for identity, whole in wholes.items():
        check(whole.levels, found[identity].levels, asked=ASKED, name="levels")
        assert found[identity].info == whole.info
        assert found[identity].recorded_at == whole.recorded_at


def test_every_long_list_of_a_document_can_be_read_in_part() -> None:
    """A new kind, or a new list, that pages would read as a whole is found here."""
    for kind, shelf in DOCUMENT_MAPPINGS.items():
        lists = {field.name for field in fields(shelf.type) if "tuple[app." in str(field.type)}
        assert lists == {each.name for each in shelf.long} | SHORT.get(kind, set())

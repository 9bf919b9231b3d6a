"""The mapping of documents to BSON: a collection per kind, a version in every condition.

Rule: a document is replaced only where it still has the version that the transaction's snapshot showed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from pymongo import IndexModel

from app.domain.alerts.alert import Alert, level_of_alert
from app.domain.catalog.barcode import Barcode
from app.domain.counting.count import Count, CountList
from app.domain.counting.count_line import CountLine
from app.domain.document import Document as DomainDocument
from app.domain.document import DocumentKey, DocumentKind
from app.domain.purchasing.purchase_order import OrderDraft, PurchaseOrder
from app.domain.purchasing.purchase_receipt import PurchaseReceipt
from app.domain.purchasing.supplier import Supplier, SupplierItem
from app.domain.replenishment.policy_defaults import PolicyDefaults
from app.domain.replenishment.replenishment_run import ReplenishmentRun
from app.domain.reservations.reservation import Reservation
from app.domain.stock.sale_returns import SaleReturns
from app.domain.transfers.transfer import Transfer
from app.domain.webhooks.webhook import Webhook
from app.store.driver.client import BsonDocument
from app.store.mapping import names
from app.store.mapping.excerpts import LongList
from app.store.queries import alerts, counts, policies, purchase_orders, reservations, suppliers, transfers, webhooks
from app.store.sharding.conditions import of_levels


def _empty(_: object) -> BsonDocument:
    return {}


def _no_hint(_: object) -> None:
    return None


@dataclass(frozen=True, slots=True)
class DocumentMapping:
    """The mapping of a kind. `index_fields` are what its indexes need beside the fields of the document itself.

    `query` turns the kind's filter into a query, for lists the newest first; `hint` names the index that serves it,
    where the server is not to choose. `long` are its lists that may have many entries. `shard_key` is what documents
    of these ids meet, where their collection is divided by more than the id.
    """

    collection: str
    type: type[DomainDocument]
    index_fields: Callable[[Any], BsonDocument] = _empty
    query: Callable[[Any], BsonDocument] = _empty
    indexes: tuple[IndexModel, ...] = ()
    hint: Callable[[Any], str | None] = _no_hint
    long: tuple[LongList, ...] = ()
    shard_key: Callable[[Iterable[str]], BsonDocument] = _empty


def _levels_of_alerts(ids: Iterable[str]) -> BsonDocument:
    """Return what the alerts of these ids meet; nothing where one of them is no such id."""
    keys = [level_of_alert(each) for each in ids]
    known = [key for key in keys if key is not None]
    return of_levels(known) if known and len(known) == len(keys) else {}


DOCUMENT_MAPPINGS: dict[DocumentKind, DocumentMapping] = {
    DocumentKind.ALERT: DocumentMapping(
        names.ALERTS,
        Alert,
        query=alerts.query,
        indexes=alerts.INDEXES,
        hint=alerts.hint,
        shard_key=_levels_of_alerts,
    ),
    DocumentKind.BARCODE: DocumentMapping(names.BARCODES, Barcode),
    DocumentKind.COUNT: DocumentMapping(names.COUNTS, Count, query=counts.query, indexes=counts.INDEXES),
    DocumentKind.COUNT_LINE: DocumentMapping(
        names.COUNT_LINES, CountLine, counts.line_index_fields, counts.line_query, counts.LINE_INDEXES
    ),
    DocumentKind.COUNT_LIST: DocumentMapping(names.COUNT_LISTS, CountList),
    DocumentKind.ORDER_DRAFT: DocumentMapping(names.ORDER_DRAFTS, OrderDraft),
    DocumentKind.POLICY: DocumentMapping(
        names.POLICIES, PolicyDefaults, policies.index_fields, policies.query, policies.INDEXES
    ),
    DocumentKind.PURCHASE_ORDER: DocumentMapping(
        names.PURCHASE_ORDERS,
        PurchaseOrder,
        query=purchase_orders.query,
        indexes=purchase_orders.INDEXES,
        long=(LongList("lines", levels=1), LongList("struck")),
    ),
    DocumentKind.PURCHASE_RECEIPT: DocumentMapping(names.PURCHASE_RECEIPTS, PurchaseReceipt),
    DocumentKind.REPLENISHMENT_RUN: DocumentMapping(names.REPLENISHMENT_RUNS, ReplenishmentRun),
    DocumentKind.RESERVATION: DocumentMapping(
        names.RESERVATIONS,
        Reservation,
        reservations.index_fields,
        reservations.query,
        reservations.INDEXES,
        long=(LongList("lines"), LongList("holds", levels=1, numbered_by="line", of="lines"), LongList("taken_back")),
    ),
    DocumentKind.SALE_RETURNS: DocumentMapping(names.SALE_RETURNS, SaleReturns),
    DocumentKind.SUPPLIER: DocumentMapping(
        names.SUPPLIERS, Supplier, suppliers.index_fields, suppliers.query, suppliers.INDEXES
    ),
    DocumentKind.SUPPLIER_ITEM: DocumentMapping(
        names.SUPPLIER_ITEMS, SupplierItem, query=suppliers.offer_query, indexes=suppliers.OFFER_INDEXES
    ),
    DocumentKind.TRANSFER: DocumentMapping(
        names.TRANSFERS,
        Transfer,
        transfers.index_fields,
        transfers.query,
        transfers.INDEXES,
        long=(LongList("lines", levels=2),),
    ),
    DocumentKind.WEBHOOK: DocumentMapping(names.WEBHOOKS, Webhook, query=webhooks.query, indexes=webhooks.INDEXES),
}
RULES: BsonDocument = {"$jsonSchema": {"bsonType": "object", "required": ["version", "created_at", "changed_at"]}}
_ADAPTERS: dict[DocumentKind, TypeAdapter[Any]] = {
    kind: TypeAdapter(mapping.type) for kind, mapping in DOCUMENT_MAPPINGS.items()
}


def to_bson(document: DomainDocument) -> BsonDocument:
    """Return a document's fields, under its id."""
    stored: BsonDocument = _ADAPTERS[document.kind].dump_python(document, mode="json")
    stored["_id"] = stored.pop("id")
    return stored


def from_bson(kind: DocumentKind, stored: BsonDocument) -> DomainDocument:
    """Return the document of a kind that is stored."""
    fields = {name: value for name, value in stored.items() if name != "_id"}
    document: DomainDocument = _ADAPTERS[kind].validate_python({"id": stored["_id"], **fields})
    return document


def to_stored(document: DomainDocument) -> BsonDocument:
    """Return a document as its collection stores it: its own fields, and those that only its indexes need."""
    return to_bson(document) | DOCUMENT_MAPPINGS[document.kind].index_fields(document)


def replacement(document: DomainDocument, *, before: DomainDocument) -> BsonDocument:
    """Return the statement that replaces a document, provided that it is still as it was."""
    shard_key = DOCUMENT_MAPPINGS[document.kind].shard_key([document.id])
    return {"q": {"_id": document.id, "version": before.version, **shard_key}, "u": to_stored(document)}


def by_kind(keys: Iterable[DocumentKey]) -> dict[DocumentKind, set[str]]:
    """Return the ids of each kind."""
    ids: dict[DocumentKind, set[str]] = {}
    for key in keys:
        ids.setdefault(key.kind, set()).add(key.id)
    return ids

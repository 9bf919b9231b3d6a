"""Checks open documents: that the fields by which they are found say what they hold, and that their levels exist."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pymongo

from app.domain.document import Document, DocumentKey, DocumentKind
from app.domain.purchasing.purchase_order import NOT_ENDED, PurchaseOrder
from app.domain.reconciliation.discrepancy import CheckKind, Discrepancy
from app.domain.reservations.reservation import OPEN, Reservation
from app.domain.stock.level import LevelKey
from app.domain.transfers.transfer import UNDER_WAY, Transfer, TransferState
from app.services.concurrency.time_slices import in_turns
from app.services.reconciliation.ports import BooksFilter, CheckedPart
from app.store.driver.client import BsonDocument, Database
from app.store.driver.failures import driver_failures, raises_unavailable
from app.store.mapping import names
from app.store.mapping.document_mapping import DOCUMENT_MAPPINGS, from_bson, to_bson
from app.store.mapping.levels import level_id
from app.store.queries.conditions import one_of
from app.store.queries.levels import levels_at

PART = 250  # documents, of up to a thousand lines each
READ_SECONDS = 60  # for one part

_STATES: Mapping[DocumentKind, frozenset[Any]] = {
    DocumentKind.RESERVATION: OPEN,
    DocumentKind.TRANSFER: UNDER_WAY | {TransferState.DRAFT},
    DocumentKind.PURCHASE_ORDER: NOT_ENDED,
}
_SKU_FIELDS = {DocumentKind.RESERVATION: "skus"}
_LOCATION_FIELDS = {DocumentKind.RESERVATION: "locations", DocumentKind.TRANSFER: "places"}


@dataclass(frozen=True, slots=True)
class _Walk:
    """Documents of a kind that an index finds; `is_open` where its state says that they must be open."""

    kind: DocumentKind
    query: BsonDocument
    hint: str


class OpenDocumentsChecker:
    """Checker of open reservations, transfers and purchase orders."""

    title = "open documents"

    def __init__(self, database: Database) -> None:
        self._database = database

    @raises_unavailable
    async def count(self, where: BooksFilter) -> int:
        with pymongo.timeout(READ_SECONDS):
            return sum(
                [
                    await self._database[DOCUMENT_MAPPINGS[walk.kind].collection].count_documents(
                        walk.query, hint=walk.hint
                    )
                    for walk in _walks(where)
                ]
            )

    async def check(self, where: BooksFilter) -> AsyncGenerator[CheckedPart, None]:
        for walk in _walks(where):
            collection = self._database[DOCUMENT_MAPPINGS[walk.kind].collection]
            ids = collection.find(walk.query, {"_id": 1}, hint=walk.hint, batch_size=10_000)
            part = list[str]()
            with driver_failures():
                async for each in ids:
                    part.append(each["_id"])
                    if len(part) == PART:
                        yield await self._checked(walk.kind, part)
                        part = []
                if part:
                    yield await self._checked(walk.kind, part)

    async def _checked(self, kind: DocumentKind, ids: Sequence[str]) -> CheckedPart:
        first = await self._discrepancies(kind, ids)
        if not first:
            return CheckedPart(count=len(ids))
        identities = {each.identity for each in first}
        differing = sorted({each.document.id for each in first if each.document is not None})
        again = await self._discrepancies(kind, differing)
        return CheckedPart(count=len(ids), discrepancies=[each for each in again if each.identity in identities])

    async def _discrepancies(self, kind: DocumentKind, ids: Sequence[str]) -> list[Discrepancy]:
        with pymongo.timeout(READ_SECONDS):
            collection = self._database[DOCUMENT_MAPPINGS[kind].collection]
            stored = await collection.find({"_id": {"$in": list(ids)}}, batch_size=len(ids) + 1).to_list(None)
            documents = await in_turns(stored, lambda document: from_bson(kind, document))
            wanted = {key for document in documents for key in _levels_of(document)}
            levels = self._database[names.LEVELS].find(
                levels_at(wanted), {"_id": 1}, batch_size=len(wanted) + 1, hint="_id_"
            )
            there = {each["_id"] for each in await levels.to_list(None)}
        found = list[Discrepancy]()
        for document, of_it in zip(documents, stored, strict=True):
            for name, (expected, value) in wrong_index_fields(document, of_it).items():
                found.append(_discrepancy(document, name, expected, value, is_derived=True))
            for key in _levels_of(document):
                if level_id(key) not in there:
                    found.append(_discrepancy(document, f"level of {key}", "a level", None))
        return found


def wrong_index_fields(document: Document, stored: BsonDocument) -> dict[str, tuple[object, object]]:
    """Return the fields that only indexes need and that are not as the document says: expected, and there."""
    expected = DOCUMENT_MAPPINGS[document.kind].index_fields(document)
    own = to_bson(document).keys()
    names_ = [*expected, *(name for name in stored if name not in own and name not in expected)]
    return {name: (expected.get(name), stored.get(name)) for name in names_ if expected.get(name) != stored.get(name)}


def _walks(where: BooksFilter) -> list[_Walk]:
    walks = [
        _Walk(kind, {"state": one_of(sorted(states)), **_chosen(kind, where)}, "newest_in_state")
        for kind, states in _STATES.items()
    ]
    closed = [state for state in type(next(iter(OPEN))) if state not in OPEN]
    query = {"is_open": True, "state": one_of(closed), **_chosen(DocumentKind.RESERVATION, where)}
    return [*walks, _Walk(DocumentKind.RESERVATION, query, "newest_open_at_level")]


def _chosen(kind: DocumentKind, where: BooksFilter) -> BsonDocument:
    chosen: BsonDocument = {}
    if where.sku is not None:
        chosen[_SKU_FIELDS.get(kind, "lines.sku")] = where.sku
    if where.location is not None:
        chosen[_LOCATION_FIELDS.get(kind, "location")] = where.location
    return chosen


def _levels_of(document: Document) -> list[LevelKey]:
    """Return the levels in which a document counts units."""
    match document:
        case Reservation():
            return [hold.key for hold in document.holds if hold.held or hold.waiting]
        case Transfer():
            arriving = [document.arriving(line.sku) for line in document.lines if line.outstanding]
            ends = [key for sku in document.proposed for key in (document.arriving(sku), document.leaving(sku))]
            return [*arriving, *ends]
        case PurchaseOrder():
            return [document.arriving(line.sku) for line in document.lines if line.outstanding]
        case _:
            return []


def _discrepancy(
    document: Document, name: str, expected: object, found: object, *, is_derived: bool = False
) -> Discrepancy:
    return Discrepancy(
        kind=CheckKind.DOCUMENTS,
        subject=f"{document.kind.lower().replace('_', ' ')} {document.id}",
        field=name,
        expected=expected,
        found=found,
        document=DocumentKey(document.kind, document.id),
        is_derived=is_derived,
    )

"""The mapping of operations to BSON: most have no document of their own, and stand in their first ledger line (ADR 30).

Rule: the first ledger line of every operation has a header, and its index has each operation once. So the ledger
refuses an operation that was recorded before, wherever its other fields are.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

from app.domain.document import DocumentKind
from app.domain.errors import restore_error
from app.domain.operation import CommandInfo, Operation
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import Movement
from app.domain.time import Moment
from app.store.database.format import FORMAT
from app.store.driver.client import BsonDocument
from app.store.mapping import names
from app.store.mapping.document_mapping import from_bson, to_bson
from app.store.mapping.ledger import movement_document
from app.store.queries.operations import document_name

MAX_LINES_IN_HEADER: Final = 50  # 2 KB, which every page that shows this line has to read

OPERATION_WITHOUT_DOCUMENTS = dict.fromkeys(
    (
        "kind",
        "actor",
        "acting_user",
        "recorded_at",
        names.IDEMPOTENCY_KEY,
        "reference",
        "note",
        "occurred_at",
        "reverses",
        "writer",
        names.PUBLISHED_AT,
        names.ARCHIVED_LINES,
    ),
    1,
)  # a projection; its levels are added as an excerpt, its refusals are left out
_MARKER: BsonDocument = {names.FORMAT: FORMAT}


def is_in_ledger(operation: Operation) -> bool:
    """Return whether the operation stands in its first ledger line, and not in a document of its own."""
    return 0 < len(operation.levels) <= MAX_LINES_IN_HEADER and not operation.documents and not operation.refusals


def ledger_documents(movements: Sequence[Movement], operations: Sequence[Operation]) -> Iterator[BsonDocument]:
    """Yield the ledger lines of operations; `movements` are theirs, in the same order."""
    lines = iter(movements)
    for operation in operations:
        for number, movement in enumerate(islice(lines, len(operation.levels))):
            document = movement_document(movement)
            if number == 0:
                document[names.HEADER] = _header(operation) if is_in_ledger(operation) else _MARKER
            yield document
    assert next(lines, None) is None, "each movement belongs to one operation"


def claim_document(operation_id: str) -> BsonDocument:
    """Return a line that claims an operation in the ledger, to be deleted by the transaction that inserts it."""
    return {
        "_id": operation_id,
        **dict.fromkeys(("sku", "location", "writer", "reason"), ""),
        "version": 2,  # no first line, which begins a level
        names.RECORDED_AT: 0,
        names.OPERATION_ID: operation_id,
        "change": {},
        "after": {},
        names.HEADER: _MARKER,
    }


def unfolded(line: BsonDocument) -> BsonDocument | None:
    """Return the operation of a first ledger line as a document of its own, or None where it has one."""
    header = line[names.HEADER]
    if "kind" not in header:
        return None
    alone = [[line["sku"], line["location"], line["version"]]]
    return {"levels": alone, **header, "_id": line[names.OPERATION_ID], "reference": line.get("reference")}


def _header(operation: Operation) -> BsonDocument:
    """Return what the first ledger line does not say already."""
    header = {**_MARKER, **_fields(operation)}
    if len(operation.levels) > 1:
        header["levels"] = _levels(operation)
    return header


def operation_document(operation: Operation) -> BsonDocument:
    """Return an operation. Fields that are not set are left out."""
    document: BsonDocument = {
        "_id": operation.id,
        **_MARKER,
        **_fields(operation),
        "levels": _levels(operation),
    }
    optional: dict[str, Any] = {
        names.FIRST_LOCATION: operation.levels[0][0].location if operation.levels else "",
        "reference": operation.info.reference,
        "writer": operation.writer,
        "refusals": [
            {"line": line, "code": str(error.code), "facts": error.facts, "field": list(error.field)}
            for line, error in operation.refusals
        ]
        or None,
    }
    document.update({name: value for name, value in optional.items() if value is not None})
    if operation.documents:
        document["documents"] = [[document.kind, to_bson(document)] for document in operation.documents]
        document[names.CHANGED] = [document_name(document.kind, document.id) for document in operation.documents]
        document[names.PUBLISHED_AT] = operation.published_at
        if operation.info.trace is not None:
            document["trace"] = operation.info.trace
    return document


def operation_of(document: BsonDocument) -> Operation:
    """Return the operation of a document."""
    return Operation(
        info=CommandInfo(
            operation_id=document["_id"],
            kind=document["kind"],
            actor=document["actor"],
            acting_user=document.get("acting_user"),
            idempotency_key=document.get(names.IDEMPOTENCY_KEY),
            reference=document.get("reference"),
            note=document.get("note"),
            occurred_at=document.get("occurred_at"),
            reverses=document.get("reverses"),
            trace=document.get("trace"),
        ),
        recorded_at=Moment(document["recorded_at"]),
        fingerprint=document.get("fingerprint"),
        levels=tuple((LevelKey(sku, location), version) for sku, location, version in document["levels"]),
        refusals=tuple(
            (refusal["line"], restore_error(refusal["code"], refusal["facts"], refusal["field"]))
            for refusal in document.get("refusals", ())
        ),
        documents=tuple(from_bson(DocumentKind(kind), stored) for kind, stored in document.get("documents", ())),
        published_at=document.get(names.PUBLISHED_AT),
        writer=document.get("writer"),
        archived_lines=document.get(names.ARCHIVED_LINES, 0),
    )


def _fields(operation: Operation) -> BsonDocument:
    info = operation.info
    fields: BsonDocument = {"kind": info.kind, "actor": info.actor, "recorded_at": operation.recorded_at}
    optional: dict[str, Any] = {
        "acting_user": info.acting_user,
        names.IDEMPOTENCY_KEY: info.idempotency_key,
        "fingerprint": operation.fingerprint,
        "note": info.note,
        "occurred_at": info.occurred_at,
        "reverses": info.reverses,
    }
    fields.update({name: value for name, value in optional.items() if value is not None})
    return fields


def _levels(operation: Operation) -> list[list[str | int]]:
    return [[key.sku, key.location, version] for key, version in operation.levels]

"""The GraphQL that an import speaks, and the idempotency keys under which it speaks it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from app.client.files.importing.kind import ImportedRow, Kind
from app.client.files.importing.reading.csv_file import CsvFile
from app.client.files.importing.reading.rows import Row
from app.client.http.request import Request

IDENTITY_BYTES = 16
ENTRIES_PER_QUESTION = 25  # each asks for two root fields at most, and the API takes 50

BARCODES_PER_QUESTION = 50  # each asks for one

_PROBE = "query Probe { stockLevels(first: 0) { nodes { onHand } } }"
_LOCATION = "query Location($code: String!) { known: location(code: $code) { isArchived } }"
_BY_KEY = "query Recorded($key: String!) { recorded: operationByKey(idempotencyKey: $key) { id } }"
_PRESENT = "query Present({parameters}) {{ {fields} }}"
_WHY = """
fragment Why on UserError {
  code message field
  ... on StaleLevelError { expected actual }
  ... on StaleDocumentError { expected actual }
}"""


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One time that a file is imported: `identity` stands for the file and how it is read, `number` counts from 1."""

    identity: str
    number: int

    def key(self, chunk: int | str) -> str:
        """Return the idempotency key of a chunk, by its number or as the last one."""
        return f"{self.identity}:{self.number}:{chunk}"


def identity_of(file: CsvFile, kind: Kind, *, run: str, is_forced: bool) -> str:
    """Return what stands for this import in its keys: the same for the same content, read in the same way."""
    digest = hashlib.blake2b(digest_size=IDENTITY_BYTES)
    for part in (kind.name.encode(), file.delimiter.encode(), file.digest, run.encode(), b"force" * is_forced):
        digest.update(len(part).to_bytes(8, "big") + part)
    return f"import:{digest.hexdigest()}"


def probe() -> Request:
    """Ask for nothing: a server that understands it is Stockpulse."""
    return Request(_PROBE, {})


def recorded(key: str) -> Request:
    """Ask whether a request was recorded under a key; the answer calls its operation `recorded`."""
    return Request(_BY_KEY, {"key": key})


def send(rows: Sequence[Row], kind: Kind, *, key: str, identity: str) -> Request:
    """Send rows under a key; each of them stands or falls alone."""
    fields = {
        kind.lines_field: [orjson.Fragment(row.body) for row in rows],
        "atomic": False,
        "idempotencyKey": key,
        "reference": identity,
    }
    return Request(kind.mutation + _WHY, {"input": fields})


def present(entries: Sequence[ImportedRow], kind: Kind) -> Request:
    """Ask what is recorded of some entries, at most ENTRIES_PER_QUESTION.

    The answer calls their items i0, i1 and so on, and their levels, where they name locations, l0, l1 and so on.
    """
    parameters, fields, variables = [], [], {}
    for number, entry in enumerate(entries):
        parameters.append(f"$s{number}: String!")
        variables[f"s{number}"] = entry.sku
        item_fields = kind.present_fields if entry.location is None else ""
        fields.append(f"i{number}: item(sku: $s{number}) {{ isArchived {item_fields} }}")
        if entry.location is not None:
            parameters.append(f"$c{number}: String!")
            variables[f"c{number}"] = entry.location
            where = f"sku: $s{number}, location: $c{number}"
            fields.append(f"l{number}: stockLevel({where}) {{ {kind.present_fields} }}")
    return Request(_PRESENT.format(parameters=", ".join(parameters), fields=" ".join(fields)), variables)


def barcodes(codes: Sequence[str]) -> Request:
    """Ask whose some barcodes are, at most BARCODES_PER_QUESTION; the answer calls their items b0, b1 and so on."""
    numbers = range(len(codes))
    parameters = ", ".join(f"$b{number}: String!" for number in numbers)
    fields = " ".join(f"b{number}: itemByBarcode(barcode: $b{number}) {{ sku }}" for number in numbers)
    return Request(f"query Barcodes({parameters}) {{ {fields} }}", {f"b{at}": code for at, code in enumerate(codes)})


def location(code: str) -> Request:
    """Ask for a location; the answer calls it `known`."""
    return Request(_LOCATION, {"code": code})

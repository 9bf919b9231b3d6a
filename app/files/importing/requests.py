"""The GraphQL that an import speaks, and the idempotency keys under which it speaks it."""

import hashlib
from collections.abc import Sequence

import orjson

from app.files.importing.chunks import Chunk
from app.files.importing.csv_file import CsvFile
from app.files.importing.kind import Kind
from app.partner_client.request import Request

IDENTITY_BYTES = 16
ITEMS_PER_QUESTION = 50  # the most root fields that the API takes

_PROBE = "query Probe { stockLevels(first: 0) { nodes { onHand } } }"
_LOCATION = "query Location($code: String!) { known: location(code: $code) { isArchived } }"
_ITEMS = "query Items({parameters}) {{ {fields} }}"


def identity_of(file: CsvFile, kind: Kind, *, run: str) -> str:
    """Return what stands for this import in its keys: the same for the same content, read in the same way."""
    digest = hashlib.blake2b(digest_size=IDENTITY_BYTES)
    for part in (kind.name.encode(), file.delimiter.encode(), file.digest, run.encode()):
        digest.update(len(part).to_bytes(8, "big") + part)
    return f"import:{digest.hexdigest()}"


def probe() -> Request:
    """Ask for nothing: a server that understands it is Stockpulse."""
    return Request(_PROBE, {})


def send(chunk: Chunk, kind: Kind, *, identity: str) -> Request:
    """Send the rows of a chunk; each of them stands or falls alone."""
    told = {
        kind.lines_field: [orjson.Fragment(row.body) for row in chunk.rows],
        "atomic": False,
        "idempotencyKey": f"{identity}:{chunk.number}",
        "reference": identity,
    }
    return Request(kind.mutation, {"input": told})


def items(skus: Sequence[str]) -> Request:
    """Ask for items, at most ITEMS_PER_QUESTION; the answer calls them i0, i1 and so on."""
    return Request(_items_query(len(skus)), {f"s{number}": sku for number, sku in enumerate(skus)})


def location(code: str) -> Request:
    """Ask for a location; the answer calls it `known`."""
    return Request(_LOCATION, {"code": code})


def _items_query(count: int) -> str:
    return _ITEMS.format(
        parameters=", ".join(f"$s{number}: String!" for number in range(count)),
        fields=" ".join(f"i{number}: item(sku: $s{number}) {{ isArchived }}" for number in range(count)),
    )

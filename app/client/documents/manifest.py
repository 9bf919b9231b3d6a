"""Reads documents from files: manifests as the compilers of clients write them, and files of GraphQL.

A manifest is a JSON object of documents by hash, as Relay's and GraphQL Code Generator's persisted documents are, or
Apollo's manifest with its `operations`. Any other file is one document, byte for byte.

Rule: the hash that a manifest gives is that of the text, or the file is refused: clients would ask for another.
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from app.client.exits import CannotWork

_APOLLO = "apollo-persisted-query-manifest"


def documents_of(path: Path) -> dict[str, str]:
    """Return the documents of a file by hash. Raises CannotWork."""
    try:
        content = path.read_bytes()
        text = content.decode()
    except OSError as error:
        raise CannotWork(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CannotWork(f"{path} is not UTF-8.") from error
    if path.suffix != ".json":
        return {hash_of(text): text}
    try:
        return dict(_checked(path, _entries(orjson.loads(content))))
    except (orjson.JSONDecodeError, TypeError) as error:
        raise CannotWork(f"{path} is no manifest: a JSON object of documents by their SHA-256.") from error


def hash_of(text: str) -> str:
    """Return the SHA-256 of a document."""
    return hashlib.sha256(text.encode()).hexdigest()


def _entries(manifest: Any) -> Iterator[tuple[object, object]]:  # noqa: ANN401 - JSON is of any type
    """Yield identifiers and texts. Raises TypeError where it is no manifest."""
    if not isinstance(manifest, Mapping):
        raise TypeError
    if manifest.get("format") == _APOLLO:
        for operation in manifest["operations"] if isinstance(manifest.get("operations"), list) else _nothing():
            if not isinstance(operation, Mapping):
                raise TypeError
            yield operation.get("id"), operation.get("body")
        return
    yield from manifest.items()


def _checked(path: Path, entries: Iterator[tuple[object, object]]) -> Iterator[tuple[str, str]]:
    for name, text in entries:
        if not isinstance(name, str) or not isinstance(text, str):
            raise TypeError
        found = hash_of(text)
        if name.removeprefix("sha256:") != found:
            raise CannotWork(
                f"{path}: {name[:80]!r} is not the SHA-256 of its text, {found}. Let the compiler of the client hash "
                "by SHA-256."
            )
        yield found, text


def _nothing() -> list[object]:
    raise TypeError

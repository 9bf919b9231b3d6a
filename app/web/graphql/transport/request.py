"""One GraphQL request, as HTTP bodies and websocket payloads both carry it.

Rule: no request of a wrong shape passes this module, and every refusal names the wrong member.
"""

import hashlib
import re
from typing import Any, NamedTuple

_DOCUMENT_ID = re.compile(r"sha256:([0-9a-f]{64})")
_HASH = re.compile(r"[0-9a-f]{64}")


class BadRequest(Exception):
    """The request is not a GraphQL request; the message says why, in words for the client."""


class GraphQLRequest(NamedTuple):
    """A document with its variables, operation name and extensions.

    `document_hash` is the SHA-256 of the document, where the client named it by that; `query` may be empty then.
    """

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    extensions: dict[str, Any] | None = None
    document_hash: str | None = None

    @property
    def wants_cost(self) -> bool:
        """Whether the response should have the operation's cost: `extensions: {"cost": true}`."""
        return self.extensions is not None and self.extensions.get("cost") is True

    @property
    def acting_user(self) -> object:
        """Whom the client acts for: `extensions: {"actingUser": "Anna"}`; None where it does not say."""
        return None if self.extensions is None else self.extensions.get("actingUser")

    def with_extension(self, name: str, value: object) -> "GraphQLRequest":
        """Return the request with an extension more, unless it has it already, and not as null."""
        known = self.extensions or {}
        return self if known.get(name) is not None else self._replace(extensions={**known, name: value})

    @classmethod
    def from_object(cls, data: object) -> "GraphQLRequest":
        """Check the shape of decoded JSON; raise BadRequest for anything that is not one request object."""
        if not isinstance(data, dict):
            if isinstance(data, list):
                raise BadRequest("Batches are not supported: send one operation per request.")
            raise BadRequest("A GraphQL request is a JSON object.")
        query = data.get("query")
        variables = data.get("variables")
        operation_name = data.get("operationName")
        extensions = data.get("extensions")
        document_hash = _hash_in(data.get("documentId"), extensions) if "documentId" in data or extensions else None
        if document_hash is not None:
            query = _text_of(query, document_hash, data)
        if not isinstance(query, str):
            raise BadRequest("'query' is required and must be a string.")
        if document_hash is None and (not query or query.isspace()):
            raise BadRequest("'query' is empty.")
        if variables is not None and not isinstance(variables, dict):
            raise BadRequest("'variables' must be an object or null.")
        if operation_name is not None and not isinstance(operation_name, str):
            raise BadRequest("'operationName' must be a string or null.")
        if extensions is not None and not isinstance(extensions, dict):
            raise BadRequest("'extensions' must be an object or null.")
        # Several clients send "" for a document with one anonymous operation.
        return cls(query, variables, operation_name or None, extensions, document_hash)


def hash_of(text: str) -> str:
    """Return the SHA-256 of a document, in hexadecimal digits."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def _hash_in(document_id: object, extensions: object) -> str | None:
    """Return the hash of a persisted document: by GraphQL over HTTP's `documentId`, or Apollo's `persistedQuery`."""
    if document_id is not None:
        found = _DOCUMENT_ID.fullmatch(document_id) if isinstance(document_id, str) else None
        if found is None:
            raise BadRequest("'documentId' must be 'sha256:' and 64 lower-case hexadecimal digits.")
        return found[1]
    persisted = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    if persisted is None:
        return None
    if not isinstance(persisted, dict) or persisted.get("version") != 1:
        raise BadRequest("Unsupported persisted query version: 'persistedQuery' has the version 1.")
    hash_ = persisted.get("sha256Hash")
    if not isinstance(hash_, str) or not _HASH.fullmatch(hash_):
        raise BadRequest("'sha256Hash' must be 64 lower-case hexadecimal digits.")
    return hash_


def _text_of(query: object, document_hash: str, data: dict[str, Any]) -> object:
    """Return the text that came with a hash, which must be its own; empty where none came."""
    if query is None or query == "":
        return ""
    if data.get("documentId") is not None:
        raise BadRequest("Give either 'query' or 'documentId'.")
    if isinstance(query, str) and hash_of(query) != document_hash:
        raise BadRequest("The provided sha256Hash does not match the query.")
    return query

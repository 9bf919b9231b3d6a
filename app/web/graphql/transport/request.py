"""One GraphQL request, as HTTP bodies and websocket payloads both carry it.

Rule: no request of a wrong shape passes this module, and every refusal names the wrong member.
"""

from typing import Any, NamedTuple


class BadRequest(Exception):
    """The request is not a GraphQL request; the message says why, in words for the client."""


class GraphQLRequest(NamedTuple):
    """A document with its variables, operation name and extensions."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    extensions: dict[str, Any] | None = None

    @property
    def wants_cost(self) -> bool:
        """Whether the response should have the operation's cost: `extensions: {"cost": true}`."""
        return self.extensions is not None and self.extensions.get("cost") is True

    @property
    def acting_user(self) -> object:
        """Whom the client acts for: `extensions: {"actingUser": "Anna"}`; None where it does not say."""
        return None if self.extensions is None else self.extensions.get("actingUser")

    def with_extension(self, name: str, value: object) -> "GraphQLRequest":
        """Return the request with an extension more, unless it has it already."""
        return self._replace(extensions={name: value, **(self.extensions or {})})

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
        if not isinstance(query, str):
            raise BadRequest("'query' is required and must be a string.")
        if not query or query.isspace():
            raise BadRequest("'query' is empty.")
        if variables is not None and not isinstance(variables, dict):
            raise BadRequest("'variables' must be an object or null.")
        if operation_name is not None and not isinstance(operation_name, str):
            raise BadRequest("'operationName' must be a string or null.")
        if extensions is not None and not isinstance(extensions, dict):
            raise BadRequest("'extensions' must be an object or null.")
        # Several clients send "" for a document with one anonymous operation.
        return cls(query, variables, operation_name or None, extensions)

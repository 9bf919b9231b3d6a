"""Responses as clients get them: encoded, with the errors masked."""

from typing import Any, NamedTuple

from graphql import ExecutionResult as CoreResult
from graphql import GraphQLError
from strawberry.types import ExecutionResult

from app.web.graphql.transport.encoding import encode
from app.web.graphql.transport.masking import FormattedError, Masker
from app.web.graphql.transport.request_id import new_request_id


class Response(NamedTuple):
    """The response to an operation that was executed."""

    body: bytes
    has_data: bool
    errors: list[FormattedError]  # masked


class Responses:
    """Makes the responses of one engine."""

    def __init__(self, masker: Masker) -> None:
        self._masker = masker

    def of(self, result: ExecutionResult, request_id: str) -> Response:
        """Return the response to a result."""
        content: dict[str, Any] = {"data": result.data}
        errors: list[FormattedError] = []
        if result.errors:
            errors = self._masker.failures(result.errors, request_id)
            content = {"errors": errors, "data": result.data}
        if result.extensions:
            content["extensions"] = result.extensions
        try:
            body = encode(content)
        except TypeError as error:  # a scalar let through a value that JSON has no form for
            body = encode({"errors": self._masker.exception(error, request_id), "data": None})
        return Response(body, result.data is not None, errors)

    def shared(self, done: CoreResult | Exception) -> tuple[bytes, bool]:
        """Return the response to an event that several get, under an id of its own, and whether it has no errors.

        Its errors have no locations: the places are those of one of the documents.
        """
        request_id = new_request_id()
        if isinstance(done, Exception):
            return encode({"errors": self._masker.exception(done, request_id), "data": None}), False
        errors = done.errors and [_without_locations(error) for error in done.errors]
        response = self.of(ExecutionResult(done.data, errors), request_id)
        return response.body, not response.errors


def _without_locations(error: GraphQLError) -> GraphQLError:
    return GraphQLError(error.message, path=error.path, original_error=error)

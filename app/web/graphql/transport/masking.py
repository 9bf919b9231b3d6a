"""Error masking: what a client may learn about an error.

Rule: a client reads its own errors and the refusals that are meant for it. Anything else becomes INTERNAL with a
request id, and the original is logged under the same id.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from graphql import GraphQLError, ValueNode
from strawberry.exceptions import StrawberryInputCoercionError

from app.web.graphql.transport.failure_log import FailureLog

logger = logging.getLogger(__name__)

BAD_USER_INPUT = "BAD_USER_INPUT"
INTERNAL = "INTERNAL"

# Maps the application's own exceptions to (code, message, more extensions); None where it does not know the exception.
ErrorMapper = Callable[[BaseException], tuple[str, str, Mapping[str, object]] | None]
FormattedError = dict[str, Any]


class Masker:
    """Turns exceptions into the entries of a response's `errors`."""

    def __init__(self, map_error: ErrorMapper | None = None) -> None:
        self._map_error = map_error or _maps_nothing
        self._failures = FailureLog()

    def client_errors(self, errors: Iterable[GraphQLError], request_id: str) -> list[FormattedError]:
        """Format errors found before execution: syntax, validation, limits, variables."""
        return [
            _entry(error, error.message, {"code": BAD_USER_INPUT, **(error.extensions or {})}, request_id)
            for error in errors
        ]

    def refusal(self, message: str, request_id: str, code: str = BAD_USER_INPUT) -> list[FormattedError]:
        """Format one refusal that has no location in a document."""
        return [{"message": message, "extensions": {"code": code, "requestId": request_id}}]

    def failures(self, errors: Iterable[GraphQLError], request_id: str) -> list[FormattedError]:
        """Format errors raised by resolvers, each with its location in the document."""
        return [self._failure(error, request_id) for error in errors]

    def exception(self, error: Exception, request_id: str) -> list[FormattedError]:
        """Format an exception raised outside resolvers: by the context factory, or by the transport."""
        located = error if isinstance(error, GraphQLError) else GraphQLError(str(error), original_error=error)
        return [self._failure(located, request_id)]

    def _failure(self, error: GraphQLError, request_id: str) -> FormattedError:
        cause = _innermost(error)
        if isinstance(cause, GraphQLError):
            if "code" in (cause.extensions or {}):
                return _entry(error, cause.message, cause.extensions, request_id)
            if _is_argument_error(cause):
                return _entry(error, error.message, {"code": BAD_USER_INPUT}, request_id)
        mapped = self._map_error(cause)
        if mapped is not None:
            code, message, extensions = mapped
            if notes := getattr(cause, "__notes__", None):
                self._failures.log(request_id, cause, notes)
            return _entry(error, message, {**extensions, "code": code}, request_id)
        logger.error("Request %s failed: %s", request_id, cause, exc_info=cause, extra={"request_id": request_id})
        message = f"Internal error. Quote the request id {request_id} when you report it."
        return _entry(error, message, {"code": INTERNAL}, request_id)


def _entry(
    error: GraphQLError, message: str, extensions: Mapping[str, object] | None, request_id: str
) -> FormattedError:
    entry: FormattedError = {"message": message}
    if error.locations is not None:
        entry["locations"] = [location.formatted for location in error.locations]
    if error.path is not None:
        entry["path"] = error.path
    entry["extensions"] = {**(extensions or {}), "requestId": request_id}
    return entry


def _innermost(error: GraphQLError) -> Exception:
    """Return what a resolver raised, without the located errors that the executor wraps around it."""
    cause: Exception = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _is_argument_error(error: GraphQLError) -> bool:
    """Tell whether the library refused an argument's value during execution, for example a null through a variable.

    Such errors carry no code; they are the only ones whose first node is a value instead of a field.
    """
    if isinstance(error, StrawberryInputCoercionError):
        return True
    return bool(error.nodes) and isinstance(error.nodes[0], ValueNode)  # type: ignore[index]


def _maps_nothing(_: BaseException) -> None:
    return None

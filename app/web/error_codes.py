"""The GraphQL error code of each failure that a service may raise.

Rule: what a client can do about a failure decides its code; a failure that is not listed is masked as INTERNAL.
Refusals by the rules of the domain are data, not errors: see `schema/errors/conversion.py`.
"""

from collections.abc import Mapping

from app.domain.failures import (
    BadArgument,
    Forbidden,
    MissingScope,
    Overloaded,
    ServiceError,
    Throttled,
    Unauthenticated,
)

# In this order: an Overloaded is a ServiceError, too.
_CODES: Mapping[type[Exception], str] = {
    BadArgument: "BAD_USER_INPUT",
    Unauthenticated: "UNAUTHENTICATED",
    Forbidden: "FORBIDDEN",
    Throttled: "THROTTLED",
    Overloaded: "OVERLOADED",
    ServiceError: "UNAVAILABLE",
}


def error_code(error: BaseException) -> tuple[str, str, Mapping[str, object]] | None:
    """Return code, message and facts of an error that clients may see; None of any other."""
    code = next((code for kind, code in _CODES.items() if isinstance(error, kind)), None)
    if code is None:
        return None
    return code, str(error), _facts(error)


def _facts(error: BaseException) -> Mapping[str, object]:
    if isinstance(error, Overloaded | Throttled):
        return {"retryAfterSeconds": error.retry_after_seconds}
    return {"scope": error.scope} if isinstance(error, MissingScope) else {}

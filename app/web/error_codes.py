"""The GraphQL error code of each failure that a service may raise.

Rule: what a client can do about a failure decides its code; a failure that is not listed is masked as INTERNAL.
Refusals by the rules of the domain are data, not errors: see `schema/user_errors.py`.
"""

from collections.abc import Mapping

from app.domain.failures import BadArgument, Overloaded, ServiceError


def error_code(error: BaseException) -> tuple[str, str, Mapping[str, object]] | None:
    """Return code, message and facts of an error that clients may see; None of any other."""
    match error:
        case BadArgument():
            return "BAD_USER_INPUT", str(error), {}
        case Overloaded():
            return "OVERLOADED", str(error), {"retryAfterSeconds": error.retry_after_seconds}
        case ServiceError():
            return "UNAVAILABLE", str(error), {}
        case _:
            return None

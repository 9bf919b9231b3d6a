"""Failures: why a request gets no answer, whatever the rules say of it.

ServiceError            the service cannot answer now; the request may be repeated
  Overloaded, Unavailable, ProviderUnavailable
AccessError             the request is not the principal's to make, or not now; it changed nothing
  Unauthenticated, Throttled
  Forbidden             MissingScope
BadArgument             a read with an argument that cannot be: an error of the client
  TooManyToSort
"""

import math

from app.domain.access.scope import Scope


class ServiceError(Exception):
    """The service cannot answer now. A retry with the same idempotency key shows whether a change happened."""


class Overloaded(ServiceError):
    """The queue of changes is full. Nothing was recorded; retry after the given seconds."""

    def __init__(self, *, retry_after_seconds: int) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(f"Too many changes are waiting. Try again in {retry_after_seconds} s.")


class Unavailable(ServiceError):
    """The database does not answer. The outcome of a change under way is unknown until it does.

    `reason` is for clients. `details`, which may name hosts, are a note for the log.
    """

    def __init__(self, reason: str, *, details: str | None = None) -> None:
        self.reason, self.details = reason, details
        super().__init__(f"The database is not available: {reason}")
        if details is not None:
            self.add_note(details)


class ProviderUnavailable(ServiceError):
    """The identity provider does not answer, so that no token can be verified. `details` are a note for the log."""

    def __init__(self, *, details: str) -> None:
        super().__init__("The identity provider is not available: its keys cannot be fetched.")
        self.add_note(details)


def in_full(error: BaseException) -> str:
    """Return an error's message and notes for the log. No client may read them."""
    notes: list[str] = getattr(error, "__notes__", [])
    return " | ".join([str(error), *notes])


class BadArgument(Exception):
    """An argument of a read is invalid: a page that is too long, or a cursor that the server did not issue."""


class TooManyToSort(BadArgument):
    """More entries match than can be sorted by what changes all the time."""

    def __init__(self, order: str, *, most: int) -> None:
        super().__init__(
            f"By {order}, at most {most:,} entries can be sorted. Narrow the filter, or choose another order."
        )


class AccessError(Exception):
    """The request was refused before it began."""


class Unauthenticated(AccessError):
    """The request carries no credentials, or none that are valid. The message never says which part was wrong.

    `claimed` is the actor whom the credentials claimed to be, where there is such a one: for the audit alone.
    """

    def __init__(self, message: str, *, claimed: str | None = None) -> None:
        self.claimed = claimed
        super().__init__(message)


class Forbidden(AccessError):
    """The principal lacks a permission."""


class MissingScope(Forbidden):
    """The principal lacks a scope that the subject needs."""

    def __init__(self, scope: Scope, *, subject: str) -> None:
        self.scope = scope
        super().__init__(f"The scope {scope} is missing: '{subject}' needs it.")


class Throttled(AccessError):
    """The principal has used its budget. Repeat the request after the given seconds."""

    def __init__(self, message: str, *, retry_after_seconds: float) -> None:
        self.retry_after_seconds = math.ceil(retry_after_seconds * 10 - 1e-6) / 10  # no one waits for microseconds
        super().__init__(message)

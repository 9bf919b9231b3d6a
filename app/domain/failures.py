"""Why a request is not answered at all, whatever the rules say of it.

ServiceError            the service cannot answer now; the request may be repeated
  Overloaded, Unavailable
BadArgument             a read that asks for what cannot be: a client's mistake
"""


class ServiceError(Exception):
    """The service cannot answer now. Whether a change happened is told by asking again with the same key."""


class Overloaded(ServiceError):
    """Too many changes wait already. Nothing was recorded; try again after the given seconds."""

    def __init__(self, *, retry_after_seconds: int) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(f"Too many changes are waiting. Try again in {retry_after_seconds} s.")


class Unavailable(ServiceError):
    """The database does not answer. The outcome of a change under way is unknown until it does.

    The reason is in our own words, for clients. The details, which may name hosts, are a note for the log.
    """

    def __init__(self, reason: str, *, details: str | None = None) -> None:
        self.reason, self.details = reason, details
        super().__init__(f"The database is not available: {reason}")
        if details is not None:
            self.add_note(details)


def in_full(error: BaseException) -> str:
    """Return what the log is told of an error: its sentence and its notes. No client may read them."""
    notes: list[str] = getattr(error, "__notes__", [])
    return " | ".join([str(error), *notes])


class BadArgument(Exception):
    """A read asks for what cannot be: a page that is too long, a cursor that is none of ours."""

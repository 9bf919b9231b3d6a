"""Which failures of a batch may pass by themselves."""

from pymongo.errors import BulkWriteError, ConnectionFailure, PyMongoError

from app.store.batch_write import LostRaceError

_DUPLICATE_KEY = 11000


def is_conflict(error: Exception) -> bool:
    """Tell whether another transaction was in the way: then this one left nothing behind."""
    if isinstance(error, BulkWriteError):
        return any(fault.get("code") == _DUPLICATE_KEY for fault in error.details.get("writeErrors", ()))
    if isinstance(error, LostRaceError):
        return True
    return (
        isinstance(error, PyMongoError)
        and not isinstance(error, ConnectionFailure)
        and not error.timeout
        and error.has_error_label("TransientTransactionError")
    )


def is_transient(error: Exception) -> bool:
    """Tell whether the same batch may succeed later: a conflict, or a server out of reach.

    That covers a commit with an unknown outcome: the retry finds its own operations if they were committed.
    """
    if is_conflict(error) or isinstance(error, ConnectionFailure):
        return True
    return isinstance(error, PyMongoError) and (
        error.timeout  # of the server's own making, too: then it says so in an ordinary failure
        or error.has_error_label("TransientTransactionError")
        or error.has_error_label("UnknownTransactionCommitResult")
    )

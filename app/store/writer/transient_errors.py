"""Classifies the failures of a batch: which are conflicts, and which may be gone at a retry."""

from pymongo.errors import BulkWriteError, ConfigurationError, ConnectionFailure, OperationFailure, PyMongoError

from app.store.mapping import names
from app.store.writer.writing.statements import LostRaceError

_WRITE_CONFLICT = 112
_DUPLICATE_KEY = 11000
_AGAINST_RULES = 121
_INTERRUPTED = 11601  # another process took the transaction for abandoned
_LASTED_TOO_LONG = 290
_TOO_LARGE_FOR_CACHE = 388
# The last one is of statements outside transactions: a server that steps down while it waits for the majority says so.
_MAY_SUCCEED_LATER = ("TransientTransactionError", "UnknownTransactionCommitResult", "RetryableWriteError")
_ENDED_MEANWHILE = {_INTERRUPTED, _LASTED_TOO_LONG}  # the codes of a statement whose transaction the server ends


def is_conflict(error: Exception) -> bool:
    """Return whether another transaction was in the way: then this one left nothing behind."""
    if isinstance(error, BulkWriteError):
        return any(each.get("code") == _DUPLICATE_KEY for each in error.details.get("writeErrors", ()))
    if isinstance(error, LostRaceError):
        return True
    return (
        isinstance(error, PyMongoError)
        and not isinstance(error, ConnectionFailure)
        and not error.timeout
        and error.has_error_label("TransientTransactionError")
    )


def leaves_nothing(error: Exception) -> bool:
    """Return whether a statement failed so that nothing of the batch can have been committed: no retry looks for it."""
    return isinstance(error, LostRaceError | BulkWriteError) or getattr(error, "code", None) == _WRITE_CONFLICT


def repeated_operations(error: Exception) -> set[str]:
    """Return the operations of the batch that the ledger has already: a retry finds them, and answers with them."""
    errors = error.details.get("writeErrors", ()) if isinstance(error, BulkWriteError) else ()
    of_operations = [each for each in errors if names.OPERATION_ID in each.get("keyPattern", ())]
    return {each["keyValue"][names.OPERATION_ID] for each in of_operations}


def is_too_large(error: Exception) -> bool:
    """Return whether the transaction exceeds the server's cache: then it succeeds in parts only."""
    return _TOO_LARGE_FOR_CACHE in _codes(error)


def is_against_rules(error: Exception) -> bool:
    """Return whether a validator has refused a document: it is our mistake, or the rules of a newer version."""
    return _AGAINST_RULES in _codes(error)


def is_transient(error: Exception) -> bool:
    """Return whether the same batch may succeed later: a conflict, a transaction ended early, or a server out of reach.

    That covers a commit with an unknown outcome: the retry finds its own operations if they were committed.
    """
    if is_conflict(error) or isinstance(error, ConnectionFailure):
        return True
    if isinstance(error, ConfigurationError):
        return True  # a member that has to undo what it knew alone, as after a freeze, says for so long: no sessions
    if isinstance(error, OperationFailure) and error.code in _ENDED_MEANWHILE:
        return True  # the driver labels only the statements that follow
    return isinstance(error, PyMongoError) and (
        error.timeout  # the server's own time limits, too, which come as ordinary failures
        or any(error.has_error_label(label) for label in _MAY_SUCCEED_LATER)
    )


def _codes(error: Exception) -> set[object]:
    errors = error.details.get("writeErrors", ()) if isinstance(error, BulkWriteError) else ()
    return {each.get("code") for each in errors} | {getattr(error, "code", None)}

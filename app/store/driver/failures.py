"""Translates failures of the driver into Unavailable, which a caller may retry.

Rule: the driver's messages name hosts, ports and documents of the server. They go to the log; clients get ours.
"""

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
)

from app.domain.failures import Unavailable
from app.services.background.heartbeat import beat
from app.telemetry.work import current_work

P = ParamSpec("P")
R = TypeVar("R")

_WHOLE_ANSWER = ", full error: "  # of the driver
_REASONS = {13: "our user has no right to what was asked", 18: "it does not accept our user or password"}


def unavailable(error: Exception) -> Unavailable:
    """Return the error for clients, with the driver's message as its details for the log."""
    return Unavailable(reason_of(error), details=described(error))


def described(error: Exception) -> str:
    """Return an error for the log: without the server's whole answer, which may be bytes, but with the code's name."""
    text = f"{type(error).__name__}: {error}"
    if not isinstance(error, OperationFailure) or _WHOLE_ANSWER not in text:
        return text
    code = (error.details or {}).get("codeName", error.code)
    return f"{text.partition(_WHOLE_ANSWER)[0].rstrip('.')} ({code})"


def reason_of(error: Exception) -> str:
    """Return why the database is not available, in words for clients."""
    match error:
        case WaitQueueTimeoutError():
            return "all connections to it are in use"
        # The second: see `app/store/writer/transient_errors.py`.
        case NotPrimaryError() | ConfigurationError() | BulkWriteError() if _steps_down(error):
            return "it takes no changes at the moment"
        case PyMongoError(timeout=True) if not isinstance(error, ServerSelectionTimeoutError):
            return "it did not answer in time"
        case ConnectionFailure():
            return "it does not answer"
        case OperationFailure(code=int(code)) if code in _REASONS:
            return _REASONS[code]
        case _:
            return "it could not do what was asked"


def _steps_down(error: PyMongoError) -> bool:
    return not isinstance(error, BulkWriteError) or error.has_error_label("RetryableWriteError")


@contextmanager
def driver_failures() -> Iterator[None]:
    """Raise Unavailable where the driver fails."""
    try:
        yield
    except PyMongoError as error:
        raise unavailable(error) from error
    finally:
        beat()


def raises_unavailable(
    read: Callable[P, Coroutine[Any, Any, R]],
) -> Callable[P, Coroutine[Any, Any, R]]:
    """Let a coroutine raise Unavailable where the driver fails: every public method of an adapter carries this.

    Its time is counted by the work that waits for it.
    """

    @wraps(read)
    async def call(*arguments: P.args, **named: P.kwargs) -> R:
        work = current_work()
        if work is not None:
            work.enter_database()
        try:  # as `driver_failures`, which would cost each read as much again
            return await read(*arguments, **named)
        except PyMongoError as error:
            raise unavailable(error) from error
        finally:
            if work is not None:
                work.leave_database()
            beat()

    return call

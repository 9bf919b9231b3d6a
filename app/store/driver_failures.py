"""What is said when the driver fails: Unavailable, so that the caller knows to ask again.

Rule: the driver's own words name hosts, ports and documents of the server. They go to the log; here are ours.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import iscoroutinefunction
from typing import ParamSpec, TypeVar

from pymongo.errors import (
    ConnectionFailure,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
)

from app.domain.failures import Unavailable
from app.services.heartbeat import beat

P = ParamSpec("P")
R = TypeVar("R")
Reader = TypeVar("Reader", bound=type)


_AUTHENTICATION = frozenset({13, 18})  # Unauthorized, AuthenticationFailed


def unavailable(error: Exception) -> Unavailable:
    """Return what a failure of the driver means to clients, with its own words for the log."""
    return Unavailable(reason_of(error), details=f"{type(error).__name__}: {error}")


def reason_of(error: Exception) -> str:
    """Return why the database is not available, in words for clients."""
    match error:
        case WaitQueueTimeoutError():
            return "all connections to it are in use"
        case NotPrimaryError():
            return "it takes no changes at the moment"
        case PyMongoError(timeout=True) if not isinstance(error, ServerSelectionTimeoutError):
            return "it did not answer in time"
        case ConnectionFailure():
            return "it does not answer"
        case OperationFailure(code=code) if code in _AUTHENTICATION:
            return "it does not accept our user or password"
        case _:
            return "it could not do what was asked"


@contextmanager
def driver_failures() -> Iterator[None]:
    """Raise Unavailable where the driver fails."""
    try:
        yield
    except PyMongoError as error:
        raise unavailable(error) from error
    finally:
        beat()


def unavailable_on_failure(reader: Reader) -> Reader:
    """Let every public coroutine of a class raise Unavailable where the driver fails."""
    for name, method in list(vars(reader).items()):
        if iscoroutinefunction(method) and not name.startswith("_"):
            setattr(reader, name, _translated(method))
    return reader


def _translated(method: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    @wraps(method)
    async def call(*arguments: P.args, **named: P.kwargs) -> R:
        with driver_failures():
            return await method(*arguments, **named)

    return call

"""What a reader says when the driver fails: Unavailable, so that the caller knows to ask again."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import iscoroutinefunction
from typing import ParamSpec, TypeVar

from pymongo.errors import PyMongoError

from app.domain.failures import Unavailable

P = ParamSpec("P")
R = TypeVar("R")
Reader = TypeVar("Reader", bound=type)


@contextmanager
def driver_failures() -> Iterator[None]:
    """Raise Unavailable where the driver fails."""
    try:
        yield
    except PyMongoError as error:
        raise Unavailable(str(error)) from error


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

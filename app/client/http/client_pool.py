"""Several partners that work at the same time, each over a connection of its own.

Rule: whoever is free takes the next thing, so that things stay in order as far as can be; the first error ends all.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from typing import TypeVar

from app.client.http.api_client import ApiClient, ServerStatus
from app.client.http.connection import Endpoint

T = TypeVar("T")


@contextmanager
def client_pool(endpoint: Endpoint, presence: ServerStatus, *, size: int) -> Iterator[list[ApiClient]]:
    """Give so many partners; their connections are closed in the end."""
    with ExitStack() as stack:
        yield [stack.enter_context(closing(ApiClient(endpoint, presence))) for _ in range(size)]


async def share_out(
    things: Iterable[T], partners: Sequence[ApiClient], act: Callable[[ApiClient, T], Awaitable[None]]
) -> None:
    """Let the partners act on all things; one is taken from `things` when a partner is free for it.

    Raises the first error that an act raises.
    """
    queue = iter(things)

    async def work(partner: ApiClient) -> None:
        for thing in queue:
            await act(partner, thing)

    try:
        async with asyncio.TaskGroup() as group:
            for partner in partners:
                group.create_task(work(partner))
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None

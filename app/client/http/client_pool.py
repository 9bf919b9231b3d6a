"""Several clients that work at the same time, each over a connection of its own.

Rule: a free client takes the next thing, so that things stay in order as far as can be; the first error ends all.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from typing import TypeVar

from app.client.http.connection import Endpoint
from app.client.http.retrying_client import RetryingClient, ServerStatus

T = TypeVar("T")


@contextmanager
def client_pool(endpoint: Endpoint, server_status: ServerStatus, *, size: int) -> Iterator[list[RetryingClient]]:
    """Yield so many clients, and close their connections in the end."""
    with ExitStack() as stack:
        yield [stack.enter_context(closing(RetryingClient(endpoint, server_status))) for _ in range(size)]


async def share_out(
    things: Iterable[T], clients: Sequence[RetryingClient], act: Callable[[RetryingClient, T], Awaitable[None]]
) -> None:
    """Let the clients act on all things; one is taken from `things` when a client is free for it.

    Raises the first error that an act raises.
    """
    queue = iter(things)

    async def work(client: RetryingClient) -> None:
        for thing in queue:
            await act(client, thing)

    try:
        async with asyncio.TaskGroup() as group:
            for client in clients:
                group.create_task(work(client))
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None

"""The import itself: chunk after chunk, several on their way at the same time.

Rule: a chunk is read when a client is free for it, so that as many are held as there are clients; and the last one
with rows to send comes alone, when all others are done.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Protocol

from app.client.files.importing import requests
from app.client.files.importing.chunks import Chunk, chunks_of
from app.client.files.importing.next_run import LAST
from app.client.files.importing.outcome.tally import ImportTally
from app.client.files.importing.reading.rows import Reject, Row
from app.client.http.client_pool import client_pool, share_out
from app.client.http.connection import Endpoint
from app.client.http.progress_display import Advance
from app.client.http.retrying_client import RetryingClient, ServerStatus


class Act(Protocol):
    """What is done with a chunk. Raises CannotGoOn."""

    async def __call__(self, client: RetryingClient, chunk: Chunk, *, name: int | str) -> None:
        """Do it; `name` is the chunk's number, or LAST."""


async def check(endpoint: Endpoint, *, server_status: ServerStatus) -> None:
    """Make sure that the endpoint is a Stockpulse server. Raises CannotGoOn."""
    with closing(RetryingClient(endpoint, server_status)) as client:
        await client.ask_once(requests.probe())


async def run(
    rows: Iterable[Row | Reject],
    act: Act,
    *,
    endpoint: Endpoint,
    connections: int,
    server_status: ServerStatus,
    tally: ImportTally,
    advance: Advance,
) -> None:
    """Act on every chunk of a file. Raises CannotGoOn or UnreadableFile; the tally has what was done until then."""

    async def act_and_tell(client: RetryingClient, chunk: Chunk, name: int | str) -> None:
        await act(client, chunk, name=name)
        advance(chunk.count)

    async def act_on_one_of_many(client: RetryingClient, chunk: Chunk) -> None:
        await act_and_tell(client, chunk, chunk.number)

    began = time.monotonic()
    try:
        with client_pool(endpoint, server_status, size=connections) as clients:
            others = _AllButTheLast(chunks_of(rows))
            await share_out(others, clients, act_on_one_of_many)
            if others.last is not None:
                await act_and_tell(clients[0], others.last, LAST)
    finally:
        tally.seconds = time.monotonic() - began


class _AllButTheLast:
    """Gives out chunks, and keeps the last one that has rows to send."""

    def __init__(self, chunks: Iterable[Chunk]) -> None:
        self._chunks = chunks
        self.last: Chunk | None = None

    def __iter__(self) -> Iterator[Chunk]:
        for chunk in self._chunks:
            if not chunk.rows:
                yield chunk
                continue
            before, self.last = self.last, chunk
            if before is not None:
                yield before

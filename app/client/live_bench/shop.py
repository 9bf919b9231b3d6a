"""The levels that a measurement changes: made before, and read in the end."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial

from app.client.http.connection import Endpoint
from app.client.http.pages import pages
from app.client.http.request import Request
from app.client.http.retrying_client import CannotGoOn, RetryingClient, ServerStatus
from app.client.live_bench import requests
from app.client.live_bench.changes import send_changes

FIRST_CHANGES = 20  # before there are subscribers: they show how far the clocks are apart


async def prepare(endpoint: Endpoint, *, location: str, skus: Sequence[str]) -> None:
    """Make sure of the location, the items and their levels. Raises CannotGoOn."""
    with _client(endpoint) as client:
        await _done(client, requests.location(location))
        for first in range(0, len(skus), requests.ITEMS_AT_ONCE):
            some = skus[first : first + requests.ITEMS_AT_ONCE]
            await _done(client, requests.items(some))
            await _done(client, requests.opening(location, some))


async def clock_difference(endpoint: Endpoint, *, location: str, sku: str) -> float:
    """Return by how many seconds the server's clock is before ours, by what is certain after some changes."""
    sent = await send_changes(endpoint, location=location, skus=[sku], rate=FIRST_CHANGES, seconds=1, connections=1)
    return sent.clock_difference


async def levels_at(endpoint: Endpoint, location: str) -> Mapping[str, tuple[int, int]]:
    """Return the version and the units of each level, as they are in the database. Raises CannotGoOn."""
    with _client(endpoint) as client:
        return {
            node["id"]: (node["version"], node["onHand"])
            async for page in pages(client, partial(requests.levels, location))
            for node in page["nodes"]
        }


async def _done(client: RetryingClient, request: Request) -> None:
    answer = await client.ask_once(request)
    for error in answer["outcome"]["userErrors"][:1]:
        raise CannotGoOn(f"The levels to be changed cannot be made: {error['message']}")


@contextmanager
def _client(endpoint: Endpoint) -> Iterator[RetryingClient]:
    with closing(RetryingClient(endpoint, ServerStatus(patience_seconds=0, say=lambda _: None))) as client:
        yield client

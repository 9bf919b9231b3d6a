"""The export itself: page after page into a sink."""

from collections.abc import Mapping
from typing import Any

from app.client.files.exporting.listing import Listing
from app.client.files.exporting.sink import Sink
from app.client.http.pages import pages
from app.client.http.progress_display import Advance
from app.client.http.retrying_client import RetryingClient


async def count(client: RetryingClient, listing: Listing, where: Mapping[str, Any]) -> int:
    """Return how many entries a list has; a server that can tell is Stockpulse. Raises CannotGoOn at the first try."""
    data = await client.ask_once(listing.count(where))
    total: int = data["page"]["totalCount"]
    return total


async def run(
    client: RetryingClient, listing: Listing, where: Mapping[str, Any], *, sink: Sink, advance: Advance
) -> int:
    """Write a whole list, and return how many rows it had. Raises CannotGoOn."""
    written = 0
    async for page in pages(client, lambda after: listing.page(where, after=after)):
        rows = listing.rows(page["nodes"])
        sink.write(rows)
        written += len(rows)
        advance(len(page["nodes"]))
        del page, rows  # before the next page comes
    sink.finish()
    return written

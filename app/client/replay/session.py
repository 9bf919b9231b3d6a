"""The clients of a replay: what they send, and the tally of what became of it."""

import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

from app.client.http.client_pool import share_out
from app.client.http.progress_display import ProgressDisplay
from app.client.http.retrying_client import CannotGoOn, RetryingClient
from app.client.replay import requests
from app.client.replay.documents import Invoice
from app.client.replay.tally import ReplayTally

T = TypeVar("T")


class ReplaySession:
    """Clients that share a tally. Whatever they do raises CannotGoOn."""

    def __init__(self, clients: Sequence[RetryingClient], *, tally: ReplayTally, display: ProgressDisplay) -> None:
        self.clients, self.tally, self.display = clients, tally, display

    @property
    def one(self) -> RetryingClient:
        """The client that does what one alone has to do."""
        return self.clients[0]

    async def each(self, title: str, things: Iterable[T], act: Callable[[RetryingClient, T], Awaitable[None]]) -> None:
        """Let the clients act on all things, and show how far they are."""
        waiting = list(things)
        with self.display.phase(title, total=len(waiting)) as advance:

            async def act_and_tell(client: RetryingClient, thing: T) -> None:
                await act(client, thing)
                advance(1)

            await share_out(waiting, self.clients, act_and_tell)

    async def create_location(self, location: str) -> None:
        """Make sure that the location exists."""
        data = await self.one.ask(requests.upsert_location(location))
        self.tally.note_catalog(location, data["outcome"])

    async def create_items(self, names: Iterable[tuple[str, str]], *, digest: str) -> None:
        """Make sure that the items exist, each given by its SKU and name."""

        async def create(client: RetryingClient, item: tuple[str, str]) -> None:
            sku, name = item
            data = await client.ask(requests.upsert_item(sku, name, digest=digest))
            self.tally.note_catalog(sku, data["outcome"])

        await self.each("Items", names, create)

    async def play(self, client: RetryingClient, document: Invoice, *, location: str) -> None:
        """Send a document."""
        self.tally.unanswered += 1
        data = await client.ask(requests.play(document, location))
        self.tally.unanswered -= 1
        self.tally.note_document(document, data["outcome"])

    async def play_timed(self, client: RetryingClient, document: Invoice, *, location: str) -> None:
        """Send a document, and note how long the answer took."""
        began = time.monotonic()
        await self.play(client, document, location=location)
        self.tally.latencies_seconds.append(time.monotonic() - began)
        self.tally.lines_answered += len(document.postings)

    def check(self) -> None:
        """Go on only if nothing was refused so far. Raises CannotGoOn."""
        if self.tally.refusals:
            code, refusals = next(iter(self.tally.refusals.items()))
            raise CannotGoOn(f"The server refuses what the sales need ({code}): {refusals.examples[0]}")

"""The replay itself, phase after phase; within a phase the partners work at the same time.

Rule: each phase ends before the next begins, because the next needs it: levels need items, sales need stock.
"""

import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import closing
from typing import TypeVar

from app.partner_client.connection import Endpoint
from app.partner_client.crew import crew, share_out
from app.partner_client.partner import CannotGoOn, Partner, Presence
from app.partner_client.screen import Screen
from app.replay import requests
from app.replay.documents import Document, DocumentKind
from app.replay.plan import Plan
from app.replay.proof import Proof, prove
from app.replay.tally import Tally

KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"

T = TypeVar("T")


class Replay:
    """Plays one plan at one location."""

    def __init__(self, plan: Plan, *, location: str, partners: Sequence[Partner], tally: Tally, screen: Screen) -> None:
        self._plan, self._location = plan, location
        self._partners, self._tally, self._screen = partners, tally, screen

    async def run(self) -> Proof:
        """Play everything and prove it. Raises CannotGoOn; the tally has what was done until then."""
        await self._each("Location", [self._location], self._create_location)
        await self._each("Items", self._plan.names.items(), self._create_item)
        await self._each("Opening stock", self._plan.opening, self._play)
        self._check_opening()
        began = time.monotonic()
        try:
            await self._each("Invoices", self._plan.documents, self._play_timed)
        finally:
            self._tally.played_seconds = time.monotonic() - began
        return await prove(self._partners[0], self._location, tally=self._tally, screen=self._screen)

    async def _create_location(self, partner: Partner, location: str) -> None:
        data = await partner.ask(requests.upsert_location(location))
        self._tally.note_catalog(location, data["outcome"])

    async def _create_item(self, partner: Partner, item: tuple[str, str]) -> None:
        sku, name = item
        data = await partner.ask(requests.upsert_item(sku, name, digest=self._plan.source.digest))
        self._tally.note_catalog(sku, data["outcome"])

    async def _play(self, partner: Partner, document: Document) -> None:
        self._tally.unanswered += 1
        data = await partner.ask(requests.play(document, self._location))
        self._tally.unanswered -= 1
        self._tally.note_document(document, data["outcome"])

    async def _play_timed(self, partner: Partner, document: Document) -> None:
        began = time.monotonic()
        await self._play(partner, document)
        self._tally.latencies_seconds.append(time.monotonic() - began)
        self._tally.lines_answered += len(document.postings)

    def _check_opening(self) -> None:
        if self._tally.refused[DocumentKind.OPENING] and KEY_REUSED in self._tally.refusals:
            raise CannotGoOn(
                f"{self._location} was opened with other stock for this file before: "
                "give the same --opening-stock as then, or another --location."
            )
        if self._tally.refusals:
            code, refusals = next(iter(self._tally.refusals.items()))
            raise CannotGoOn(f"The server refuses what the sales need ({code}): {refusals.examples[0]}")

    async def _each(self, title: str, things: Iterable[T], act: Callable[[Partner, T], Awaitable[None]]) -> None:
        """Let the partners act on all things, and show how far they are."""
        waiting = list(things)
        with self._screen.phase(title, total=len(waiting)) as advance:

            async def act_and_tell(partner: Partner, thing: T) -> None:
                await act(partner, thing)
                advance(1)

            await share_out(waiting, self._partners, act_and_tell)


async def check(endpoint: Endpoint, location: str, *, presence: Presence) -> None:
    """Make sure that the endpoint is a Stockpulse server. Raises NoStockpulse."""
    with closing(Partner(endpoint, presence)) as partner:
        await partner.ask_once(requests.probe(location))


async def run(
    plan: Plan, endpoint: Endpoint, *, location: str, connections: int, presence: Presence, tally: Tally, screen: Screen
) -> Proof:
    """Play a plan over so many connections. Raises CannotGoOn."""
    with crew(endpoint, presence, size=connections) as partners:
        return await Replay(plan, location=location, partners=partners, tally=tally, screen=screen).run()

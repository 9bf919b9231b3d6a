"""The replay itself, phase after phase; within a phase the partners work at the same time.

Rule: each phase ends before the next begins, because the next needs it: levels need items, sales need stock.
"""

import time
from contextlib import closing

from app.client.http.api_client import ApiClient, CannotGoOn, ServerStatus
from app.client.http.client_pool import client_pool
from app.client.http.connection import Endpoint
from app.client.http.progress_display import ProgressDisplay
from app.client.replay import requests
from app.client.replay.documents import Invoice, InvoiceKind
from app.client.replay.plan import ReplayPlan
from app.client.replay.proof import Proof, prove
from app.client.replay.session import ReplaySession
from app.client.replay.tally import ReplayTally

KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"


class Replay:
    """Plays one plan at one location."""

    def __init__(self, plan: ReplayPlan, *, location: str, team: ReplaySession) -> None:
        self._plan, self._location, self._team = plan, location, team
        self._tally = team.tally

    async def run(self) -> Proof:
        """Play everything and prove it. Raises CannotGoOn; the tally has what was done until then."""
        await self._team.create_location(self._location)
        await self._team.create_items(self._plan.names.items(), digest=self._plan.source.digest)
        await self._team.each("Opening stock", self._plan.opening, self._play)
        self._check_opening()
        began = time.monotonic()
        try:
            await self._team.each("Invoices", self._plan.documents, self._play_timed)
        finally:
            self._tally.played_seconds = time.monotonic() - began
        return await prove(self._team.one, self._location, tally=self._tally, screen=self._team.screen)

    async def _play(self, partner: ApiClient, document: Invoice) -> None:
        await self._team.play(partner, document, self._location)

    async def _play_timed(self, partner: ApiClient, document: Invoice) -> None:
        await self._team.play_timed(partner, document, self._location)

    def _check_opening(self) -> None:
        if self._tally.refused[InvoiceKind.OPENING] and KEY_REUSED in self._tally.refusals:
            raise CannotGoOn(
                f"{self._location} was opened with other stock for this file before: "
                "give the same --opening-stock as then, or another --location."
            )
        self._team.check()


async def check(endpoint: Endpoint, location: str, *, presence: ServerStatus) -> None:
    """Make sure that the endpoint is a Stockpulse server. Raises NoStockpulse."""
    with closing(ApiClient(endpoint, presence)) as partner:
        await partner.ask_once(requests.probe(location))


async def run(
    plan: ReplayPlan,
    endpoint: Endpoint,
    *,
    location: str,
    connections: int,
    presence: ServerStatus,
    tally: ReplayTally,
    screen: ProgressDisplay,
) -> Proof:
    """Play a plan over so many connections. Raises CannotGoOn."""
    with client_pool(endpoint, presence, size=connections) as partners:
        return await Replay(plan, location=location, team=ReplaySession(partners, tally=tally, screen=screen)).run()

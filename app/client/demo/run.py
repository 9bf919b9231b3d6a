"""Plays: plans, sends and reads again, until the time is over.

Rule: what is refused is counted and forgotten; the shop is read again, and goes on from there.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from app.client.demo import requests
from app.client.demo.acts import DemoAct
from app.client.demo.planner import Planner
from app.client.demo.shop_view import ShopView
from app.client.demo.trading_day import DemoTime
from app.client.http.client_pool import client_pool, share_out
from app.client.http.connection import Endpoint
from app.client.http.pages import Node, pages
from app.client.http.request import Request
from app.client.http.retrying_client import CannotGoOn, RetryingClient, ServerStatus

CLIENTS = 4  # tills that send at once
TICK_SECONDS = 0.2
READ_DOCUMENTS_SECONDS, READ_LEVELS_SECONDS = 3.0, 15.0
DAY_SECONDS = 60.0  # of a trading day at speed 1
_SHOP = {"item": "Assam Tea, Mini Tin", "supplier": "Harbour Wholesale"}


@dataclass(slots=True)
class DemoTally:
    """What was done: acts by kind, changed levels, and refusals by code."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    changes: int = 0
    seconds: float = 0.0
    reached: DemoTime = field(default_factory=lambda: DemoTime(0.0))


async def check(endpoint: Endpoint, *, server_status: ServerStatus) -> None:
    """Make sure that the endpoint is a Stockpulse server with the demo shop. Raises CannotGoOn."""
    with client_pool(endpoint, server_status, size=1) as [client]:
        answer = await client.ask_once(requests.check())
        found = {name: (answer[name] or {}).get("name") for name in _SHOP}
        if found != _SHOP:
            raise CannotGoOn(
                f"{endpoint.url} holds no demo shop, and this command would mix its sales with what is there: start "
                "`stockpulse serve --demo` on an empty database, and play there."
            )
        if answer["location"] is None:
            raise CannotGoOn(
                f"{endpoint.url} holds the small demo shop, in which nothing is replenished: begin a new database "
                "without STOCKPULSE_DEMO_DAYS=0."
            )


async def play(
    endpoint: Endpoint,
    *,
    speed: float,
    seed: int,
    duration_seconds: float | None,
    server_status: ServerStatus,
    tally: DemoTally,
    say: Callable[[str], None],
) -> None:
    """Play at so many trading days a minute, for so long or for ever. Raises CannotGoOn."""
    run = f"{int(time.time()):x}"
    began = time.monotonic()
    with client_pool(endpoint, server_status, size=CLIENTS) as clients:
        playing = _Playing(clients, Planner(seed=seed, run=run), run=run, tally=tally)
        while duration_seconds is None or tally.seconds < duration_seconds:
            before = tally.reached
            await playing.read(speed)
            await playing.step(DemoTime(tally.seconds * speed / DAY_SECONDS))
            await asyncio.sleep(TICK_SECONDS)
            tally.seconds = time.monotonic() - began
            if tally.reached.day > before.day:
                say(f"{tally.reached}: {tally.done.total():,} things done, {tally.changes:,} levels changed")


class _Playing:
    def __init__(self, clients: Sequence[RetryingClient], planner: Planner, *, run: str, tally: DemoTally) -> None:
        self._clients, self._planner, self._run, self._tally = clients, planner, run, tally
        self._view = ShopView()
        self._sent = 0
        self._documents_read = self._levels_read = float("-inf")

    async def read(self, speed: float) -> None:
        """Read again what is older than it may be; at a higher speed that is less."""
        now = time.monotonic()
        if now - self._levels_read > READ_LEVELS_SECONDS / max(speed, 1):
            self._levels_read = now
            self._view.read_levels(await self._all(requests.levels))
            self._planner.look(self._view)
        if now - self._documents_read > READ_DOCUMENTS_SECONDS / max(speed, 1):
            self._documents_read = now
            found = {
                kind: await self._all(partial(requests.open_documents, text)) for kind, text in requests.OPEN.items()
            }
            self._view.read_documents(found)

    async def _all(self, request: Callable[[str | None], Request]) -> Sequence[Node]:
        return [node async for page in pages(self._clients[0], request) for node in page["nodes"]]

    async def step(self, now: DemoTime) -> None:
        """Send what happens until now."""
        await share_out(self._planner.plan(self._view, now), self._clients, self._send)
        self._tally.reached = now

    async def _send(self, client: RetryingClient, act: DemoAct) -> None:
        self._sent += 1
        outcome = (await client.ask(act.request(f"demo:{self._run}:{self._sent}")))["outcome"]
        if outcome["userErrors"]:
            self._tally.refused[outcome["userErrors"][0]["code"]] += 1
            return
        self._tally.done[act.kind] += 1
        self._tally.changes += act.changes

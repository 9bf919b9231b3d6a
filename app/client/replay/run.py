"""The replay itself, phase after phase; within a phase the clients work at the same time.

Rule: each phase ends before the next begins, because the next needs it: levels need items, sales need stock.
"""

import asyncio
import time
from collections.abc import Coroutine
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from app.client.http.client_pool import client_pool
from app.client.http.connection import Endpoint
from app.client.http.progress_display import ProgressDisplay
from app.client.http.retrying_client import CannotGoOn, RetryingClient, ServerGone, ServerStatus
from app.client.replay import requests
from app.client.replay.documents import InvoiceKind
from app.client.replay.plan import ReplayPlan
from app.client.replay.proof import Proof, prove
from app.client.replay.session import ReplaySession
from app.client.replay.tally import ReplayTally

KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayResult(Generic[T]):
    """The result, or the reason why it stopped without one; `is_interrupted` if that was Ctrl-C."""

    result: T | None = None
    stopped: str | None = None
    is_interrupted: bool = False


def run_to_result(replay: Coroutine[Any, Any, T], *, go_on: str) -> ReplayResult[T]:
    """Run to the end. `go_on` tells the user what to do after an interruption."""
    try:
        return ReplayResult(result=asyncio.run(replay))
    except ServerGone as error:
        return ReplayResult(stopped=f"{error} {go_on}")
    except CannotGoOn as error:
        return ReplayResult(stopped=str(error))
    except KeyboardInterrupt:
        return ReplayResult(stopped=f"Stopped by Ctrl-C. {go_on}", is_interrupted=True)


async def check(endpoint: Endpoint, location: str, *, server_status: ServerStatus) -> None:
    """Make sure that the endpoint is a Stockpulse server. Raises NoStockpulse."""
    with closing(RetryingClient(endpoint, server_status)) as client:
        await client.ask_once(requests.probe(location))


async def run(
    plan: ReplayPlan,
    endpoint: Endpoint,
    *,
    location: str,
    connections: int,
    server_status: ServerStatus,
    tally: ReplayTally,
    display: ProgressDisplay,
) -> Proof:
    """Play a plan over so many connections, and prove it. Raises CannotGoOn; the tally has what was done until then."""
    with client_pool(endpoint, server_status, size=connections) as clients:
        session = ReplaySession(clients, tally=tally, display=display)
        await _open(plan, location, session)
        began = time.monotonic()
        try:
            await session.each("Invoices", plan.documents, partial(session.play_timed, location=location))
        finally:
            tally.played_seconds = time.monotonic() - began
        return await prove(session.one, location, tally=tally, display=display)


async def _open(plan: ReplayPlan, location: str, session: ReplaySession) -> None:
    """Make sure of the location, the items and the opening stock. Raises CannotGoOn."""
    await session.create_location(location)
    await session.create_items(plan.names.items(), digest=plan.source.digest)
    await session.each("Opening stock", plan.opening, partial(session.play, location=location))
    if session.tally.refused[InvoiceKind.OPENING] and KEY_REUSED in session.tally.refusals:
        raise CannotGoOn(
            f"{location} was opened with other stock for this file before: "
            "give the same --opening-stock as then, or another --location."
        )
    session.check()

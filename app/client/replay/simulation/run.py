"""The simulation itself: what all sides need, then one side after the other.

Rule: no side has anything that another has not, except its policy.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing

from app.client.http.client_pool import client_pool
from app.client.http.connection import Endpoint
from app.client.http.progress_display import ProgressDisplay
from app.client.http.retrying_client import RetryingClient, ServerStatus
from app.client.replay.session import ReplaySession
from app.client.replay.simulation import requests
from app.client.replay.simulation.scenario import Scenario
from app.client.replay.simulation.side import Side
from app.client.replay.tally import ReplayTally

SUPPLIER = "REPLAY-SUPPLIER"


class SimulatedBefore(Exception):
    """A location of the simulation exists."""


async def check_places(endpoint: Endpoint, locations: Sequence[str], *, server_status: ServerStatus) -> None:
    """Make sure that everything begins with nothing. Raises NoStockpulse or SimulatedBefore."""
    with closing(RetryingClient(endpoint, server_status)) as client:
        for code in locations:
            if (await client.ask_once(requests.location(code)))["location"] is not None:
                raise SimulatedBefore(
                    f"{code} exists already, and a simulation begins with locations of its own: "
                    "give this one another name with --run."
                )


async def simulate(
    scenario: Scenario,
    sides: Sequence[Side],
    endpoint: Endpoint,
    *,
    simulation: str,
    connections: int,
    server_status: ServerStatus,
    display: ProgressDisplay,
) -> None:
    """Run all sides over so many connections. Raises CannotGoOn; each side has what was done until then."""
    with client_pool(endpoint, server_status, size=connections) as clients:
        await _prepare(scenario, ReplaySession(clients, tally=ReplayTally(), display=display), simulation=simulation)
        for side in sides:
            session = ReplaySession(clients, tally=side.tally, display=display)
            await side.run(session, patience_seconds=server_status.patience_seconds)


async def _prepare(scenario: Scenario, session: ReplaySession, *, simulation: str) -> None:
    """Let all items exist, and one supplier offer them."""
    plan, lead_time_days = scenario.plan, scenario.terms.lead_time_days
    names = {sku: plan.names[sku] for sku in scenario.demand}
    await session.create_items(names.items(), digest=plan.source.digest)
    supplier = requests.upsert_supplier(SUPPLIER, lead_time_days=lead_time_days, simulation=simulation)
    _note(session, SUPPLIER, await session.one.ask(supplier))

    async def offer(client: RetryingClient, sku: str) -> None:
        _note(session, sku, await client.ask(requests.upsert_offer(SUPPLIER, sku, simulation=simulation)))

    await session.each("Offers", names, offer)
    session.check()


def _note(session: ReplaySession, name: str, data: Mapping[str, object]) -> None:
    outcome = data["outcome"]
    assert isinstance(outcome, dict), data
    session.tally.note_catalog(name, outcome)

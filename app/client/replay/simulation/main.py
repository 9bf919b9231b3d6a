"""From a plan and terms to a comparison of policies."""

from app.client.http.connection import Endpoint
from app.client.http.progress_display import ProgressDisplay
from app.client.http.retrying_client import ServerStatus
from app.client.replay.options import ReplayOptions
from app.client.replay.plan import ReplayPlan
from app.client.replay.run import run_to_result
from app.client.replay.simulation.comparison import Comparison
from app.client.replay.simulation.run import simulate
from app.client.replay.simulation.scenario import scenario_of
from app.client.replay.simulation.side import Side
from app.client.replay.simulation.terms import SimulationTerms

BEGIN_AGAIN = "What the server ordered meanwhile cannot be taken back: begin again under another name, with --run."


def simulated(
    plan: ReplayPlan,
    terms: SimulationTerms,
    endpoint: Endpoint,
    options: ReplayOptions,
    *,
    server_status: ServerStatus,
    display: ProgressDisplay,
) -> tuple[Comparison, bool]:
    """Run a simulation; return the comparison, and whether Ctrl-C ended it. Raises NothingToSimulate."""
    scenario = scenario_of(plan, terms)
    places = terms.places(options.location)
    sides = [Side(scenario, method, location=place) for method, place in places.items()]
    playing = simulate(
        scenario,
        sides,
        endpoint,
        simulation=terms.prefix(options.location),
        connections=options.connections,
        server_status=server_status,
        display=display,
    )
    ending = run_to_result(playing, go_on=BEGIN_AGAIN)
    comparison = Comparison(
        scenario=scenario,
        sides=sides,
        connections=options.connections,
        server_status=server_status,
        stopped=ending.stopped,
    )
    return comparison, ending.is_interrupted

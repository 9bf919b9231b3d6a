"""From a plan and terms to a comparison of policies."""

from app.client.http.api_client import Presence
from app.client.http.connection import Endpoint
from app.client.http.progress_display import Screen
from app.client.replay.options import Options
from app.client.replay.plan import Plan
from app.client.replay.run_result import ending_of
from app.client.replay.simulation.comparison import Comparison
from app.client.replay.simulation.run import simulate
from app.client.replay.simulation.scenario import scenario_of
from app.client.replay.simulation.side import Side
from app.client.replay.simulation.terms import Terms

BEGIN_AGAIN = "What the server ordered meanwhile cannot be taken back: begin again under another name, with --run."


def simulated(
    plan: Plan, terms: Terms, endpoint: Endpoint, options: Options, *, presence: Presence, screen: Screen
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
        presence=presence,
        screen=screen,
    )
    ending = ending_of(playing, go_on=BEGIN_AGAIN)
    comparison = Comparison(
        scenario=scenario,
        sides=sides,
        connections=options.connections,
        presence=presence,
        stopped=ending.stopped,
    )
    return comparison, ending.is_interrupted

"""From a plan and terms to a comparison of policies."""

from app.partner_client.connection import Endpoint
from app.partner_client.partner import Presence
from app.partner_client.screen import Screen
from app.replay.ending import ending_of
from app.replay.options import Options
from app.replay.plan import Plan
from app.replay.simulation.comparison import Comparison
from app.replay.simulation.run import simulate
from app.replay.simulation.scenario import scenario_of
from app.replay.simulation.side import Side
from app.replay.simulation.terms import Terms

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

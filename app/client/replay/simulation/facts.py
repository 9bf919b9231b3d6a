"""What the server says of one side in the end, to be held against what the replay counted itself.

Rule: stock-outs are counted in the ledger, line by line, and not taken from a sum of the server.
"""

from dataclasses import dataclass, field
from operator import itemgetter

from app.client.http.pages import pages
from app.client.http.progress_display import ProgressDisplay
from app.client.http.request import Request
from app.client.http.retrying_client import RetryingClient
from app.client.replay.ledger_walk import AccountCounts, LedgerLine
from app.client.replay.proof import Proof, prove, read_levels
from app.client.replay.simulation import requests
from app.client.replay.simulation.shelf import SimulatedShelf
from app.client.replay.simulation.supply import Supplied
from app.client.replay.tally import ReplayTally


@dataclass(slots=True)
class Facts:
    """What the server has of a location: stock-outs in its ledger, levels that it says are out, and its orders."""

    proof: Proof
    stock_outs: int = 0
    out_alerts: int = 0
    units: dict[str, int] = field(default_factory=dict)
    supplied: Supplied = field(default_factory=Supplied)

    def note(self, line: LedgerLine) -> None:
        """Count a movement that took the last available unit."""
        self.stock_outs += _available(line.after.counts) <= 0 < _available(line.after.counts.without(line.change))

    def differences(self, shelf: SimulatedShelf, supplied: Supplied) -> list[str]:
        """Return where the server and the replay disagree, each as a sentence."""
        compared = {
            "stock-outs": (self.stock_outs, shelf.trade.stock_outs),
            "levels that are out": (self.out_alerts, shelf.empty),
            "orders, lines and units": (self.supplied, supplied),
            "units on hand": (sum(self.units.values()), sum(shelf.units.values())),
            "levels that differ": (sum(self.units.get(sku) != count for sku, count in shelf.units.items()), 0),
        }
        return [
            f"{what.capitalize()}: {theirs} by the server, {ours} by the replay."
            for what, (theirs, ours) in compared.items()
            if theirs != ours
        ]


async def facts_of(client: RetryingClient, location: str, *, tally: ReplayTally, display: ProgressDisplay) -> Facts:
    """Read everything that the server has of a location, and prove its books. Raises CannotGoOn."""
    facts = Facts(proof=Proof())
    facts.proof = await prove(client, location, tally=tally, display=display, also=facts.note)
    levels = await read_levels(client, location)
    facts.units = {sku: standing.counts.on_hand for sku, standing in levels.items()}
    facts.out_alerts = (await client.ask(requests.out_alerts(location)))["page"]["totalCount"]
    facts.supplied = await _orders(client, location)
    return facts


async def _orders(client: RetryingClient, location: str) -> Supplied:
    supplied = Supplied()

    def request(after: str | None) -> Request:
        return requests.orders_with_lines(location, after=after)

    async for page in pages(client, request):
        for order in filter(itemgetter("isAutomatic"), page["nodes"]):
            supplied.orders += 1
            supplied.lines += len(order["lines"]["nodes"])
            supplied.units_ordered += sum(line["quantity"] for line in order["lines"]["nodes"])
            supplied.units_received += sum(line["received"] for line in order["lines"]["nodes"])
    return supplied


def _available(counts: AccountCounts) -> int:
    return counts.on_hand - counts.reserved - counts.unavailable

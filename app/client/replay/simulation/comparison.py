"""The closing report of a simulation: the sides beside each other, and the verdict in sentences.

Rule: the verdict is good only if every side lived to the last day, and the server says of it what the replay counted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.client.http.retrying_client import ServerStatus
from app.client.replay.report import Section
from app.client.replay.simulation.figures import days_per_stock_out, facts_figures, out_percent, percent, trade_figures
from app.client.replay.simulation.scenario import Scenario
from app.client.replay.simulation.side import Side


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Everything known at the end, the side that orders nothing first. `stopped` says why it ended early."""

    scenario: Scenario
    sides: Sequence[Side]
    connections: int
    server_status: ServerStatus
    stopped: str | None = None

    @property
    def is_good(self) -> bool:
        """Tell whether all is as it should be."""
        return self.stopped is None and not any(_errors(side) for side in self.sides)

    def verdict(self) -> Iterator[str]:
        """Yield the outcome in sentences."""
        if self.stopped is not None:
            total = len(self.scenario.days)
            lived = ", ".join(f"{side.shelf.trade.days:,} of {total:,} days with {side.name}" for side in self.sides)
            yield f"Simulated: {lived}."
            yield self.stopped
            return
        first, *others = self.sides
        for side in others:
            yield _compared(side, first)
        if self.is_good:
            yield (
                "Proven: at each location ledger and levels agree, and the server's stock-outs, levels, alerts and "
                "orders are those that the replay counted itself."
            )
        for side in self.sides:
            for error in _errors(side):
                yield f"NOT PROVEN at {side.location}: {error}"

    def figures(self) -> dict[str, Section]:
        """Return all figures by section, those of the sides beside each other."""
        return {
            "simulation": self._simulation(),
            "comparison": _beside({side.name: trade_figures(side) for side in self.sides}),
            "proof": _beside({side.name: facts_figures(side) for side in self.sides}),
            "speed": _beside({side.name: self._speed(side) for side in self.sides}),
            "outcome": {"good": self.is_good, "sentences": list(self.verdict())},
        }

    def _simulation(self) -> Section:
        scenario, terms, plan = self.scenario, self.scenario.terms, self.scenario.plan
        return {
            "file": plan.source.name,
            "digest": plan.source.digest,
            "locations": [side.location for side in self.sides],
            "days_of_warm_up": terms.warm_up_days,
            "days_compared": len(scenario.days),
            "lead_time_days": terms.lead_time_days,
            "order_days": terms.order_days,
            "service_level": terms.service_level,
            "items_compared": len(scenario.demand),
            "items_without_a_price": sum(sku not in plan.prices for sku in scenario.demand),
            "items_left_out": scenario.items_left_out,
            "lines_left_out": scenario.lines_left_out,
            "units_left_out": scenario.units_left_out,
            "sales_called_off_the_same_day": scenario.called_off,
            "units_of_opening_stock": sum(scenario.opening.values()),
        }

    def _speed(self, side: Side) -> Section:
        return side.tally.speed(connections=self.connections, server_status=self.server_status)


def _errors(side: Side) -> list[str]:
    """Return what is not as it should be, each as a sentence."""
    if side.facts is None:
        return ["It did not come to an end."]
    proof = side.facts.proof
    differences = [] if proof.holds else [f"Ledger and levels disagree {proof.disagreements.count:,} times."]
    return differences + side.facts.differences(side.shelf, side.supplied)


def _compared(side: Side, first: Side) -> str:
    ours, theirs = side.shelf.trade, first.shelf.trade
    return (
        f"With {side.name}, {percent(ours.units_sold, ours.units_wanted)} % of the units wanted were sold instead of "
        f"{percent(theirs.units_sold, theirs.units_wanted)} %, {ours.lines_short:,} order lines were short instead of "
        f"{theirs.lines_short:,}, items were out of stock on {out_percent(side)} % of their days instead of "
        f"{out_percent(first)} %, and a stock-out lasted {days_per_stock_out(side)} days instead of "
        f"{days_per_stock_out(first)}."
    )


def _beside(sides: Mapping[str, Section]) -> Section:
    """Return rows of figures with a column for each side, without those that one of the sides lacks."""
    rows = [name for name in next(iter(sides.values()), {}) if all(name in figures for figures in sides.values())]
    return {name: {side: figures[name] for side, figures in sides.items()} for name in rows}

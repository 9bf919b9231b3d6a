"""One side of a simulation: a location of its own, run by one policy, day by day.

Rule: a day's steps follow each other, because each needs what the one before did; within a step the clients work at
the same time, and its end does not depend on who comes first.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from app.client.http.client_pool import share_out
from app.client.http.retrying_client import CannotGoOn, RetryingClient
from app.client.replay.documents import Invoice, opening_documents
from app.client.replay.session import ReplaySession
from app.client.replay.simulation import requests
from app.client.replay.simulation.days import Day
from app.client.replay.simulation.facts import Facts, facts_of
from app.client.replay.simulation.numbers import demand_in, demand_on, demands, numbers_for, settings_for
from app.client.replay.simulation.scenario import Scenario
from app.client.replay.simulation.shelf import SimulatedShelf
from app.client.replay.simulation.supply import SimulatedSupplier, Supplied
from app.client.replay.simulation.terms import name_of
from app.client.replay.tally import ReplayTally
from app.domain.limits import MAX_LINES_PER_OPERATION
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.replenishment.stocking_numbers import StockingNumbers

DAYS_BETWEEN_MEASURES = 7  # of demand, where the policy follows it


class Side:
    """What one policy does with the scenario, and what has come of it so far."""

    def __init__(self, scenario: Scenario, method: ReplenishmentMethod, *, location: str) -> None:
        self.method, self.location, self.tally = method, location, ReplayTally()
        self.shelf = SimulatedShelf(scenario.opening, scenario.plan.prices)
        self.supplied = Supplied()
        self.facts: Facts | None = None
        self._scenario = scenario
        self._numbers: dict[str, StockingNumbers] = {}
        self._sold: list[Mapping[str, int]] = [demand_on(day) for day in scenario.warm_up]

    @property
    def name(self) -> str:
        """What the command line calls its policy."""
        return name_of(self.method)

    async def run(self, session: ReplaySession, *, patience_seconds: float) -> None:
        """Open the location, live through all days, and read what the server has of it. Raises CannotGoOn."""
        await self._open(session)
        terms = self._scenario.terms
        supply = SimulatedSupplier(
            self.location, lead_time_days=terms.lead_time_days, patience_seconds=patience_seconds, session=session
        )
        self.supplied = supply.supplied
        began = time.monotonic()
        try:
            with session.display.phase(self.name, total=len(self._scenario.days)) as advance:
                for number, day in enumerate(self._scenario.days):
                    await self._live(number, day, session, supply)
                    advance(1)
        finally:
            self.tally.played_seconds = time.monotonic() - began
        self.facts = await facts_of(session.one, self.location, tally=self.tally, display=session.display)

    async def _open(self, session: ReplaySession) -> None:
        """Fill the shelves, then say what they go by: the other way round, the server would order what comes anyway."""
        await session.create_location(self.location)
        for document in opening_documents(self.shelf.units, reference=f"opening stock of {self.location}"):
            await session.play(session.one, document, location=self.location)
        session.check()
        await self._set(self._scenario.numbers(self.method), session)

    async def _live(self, number: int, day: Day, session: ReplaySession, supply: SimulatedSupplier) -> None:
        self.shelf.deliver(await supply.deliver(number))
        going = [taken for document in day.going if (taken := self.shelf.take(document))]
        coming = [brought for document in day.coming if (brought := self.shelf.bring(document))]
        await self._send(going, session)
        await self._send(coming, session)
        self.shelf.close()
        self._sold.append(demand_in((*going, *coming)))
        await self._decide(number, session)
        await supply.note(number)

    async def _decide(self, number: int, session: ReplaySession) -> None:
        """Do what the server does at its own dates, which are not those of the file."""
        match self.method:
            case ReplenishmentMethod.PERIODIC if number % self._scenario.terms.order_days == 0:
                _check(await session.one.ask(requests.review(self.location)))
            case ReplenishmentMethod.DEMAND_BASED if number % DAYS_BETWEEN_MEASURES == DAYS_BETWEEN_MEASURES - 1:
                await self._set_again(self._measured(), session, number=number)

    def _measured(self) -> dict[str, StockingNumbers]:
        """Return the numbers that changed, by what this side has sold so far."""
        known, terms = self._numbers, self._scenario.terms
        found = {sku: demand for sku, demand in demands(self._sold).items() if sku in known}
        numbers = {sku: numbers_for(demand, terms, method=self.method) for sku, demand in found.items()}
        return {sku: each for sku, each in numbers.items() if each != known[sku]}

    async def _set(self, numbers: Mapping[str, StockingNumbers], session: ReplaySession) -> None:
        """Let the levels go by these numbers."""

        async def configure(client: RetryingClient, sku: str) -> None:
            _check(await client.ask(requests.configure(sku, self.location, settings_for(numbers[sku], self.method))))

        await share_out(numbers, session.clients, configure)
        self._numbers = dict(numbers)

    async def _set_again(self, numbers: Mapping[str, StockingNumbers], session: ReplaySession, *, number: int) -> None:
        """Let these levels go by other numbers."""
        skus = list(numbers)
        for start in range(0, len(skus), MAX_LINES_PER_OPERATION):
            some = skus[start : start + MAX_LINES_PER_OPERATION]
            levels = {sku: (self.shelf.units[sku], settings_for(numbers[sku], self.method)) for sku in some}
            request = requests.configure_again(levels, self.location, part=f"{number}:{start}")
            _check(await session.one.ask(request))
        self._numbers |= numbers

    async def _send(self, documents: Sequence[Invoice], session: ReplaySession) -> None:
        async def play(client: RetryingClient, document: Invoice) -> None:
            await session.play_timed(client, document, location=self.location)

        await share_out(documents, session.clients, play)
        session.check()


def _check(data: Mapping[str, Any]) -> None:
    """Go on only if the server did what was asked. Raises CannotGoOn."""
    for error in data["outcome"]["userErrors"]:
        raise CannotGoOn(f"The server refuses what the simulation needs ({error['code']}): {error['message']}")

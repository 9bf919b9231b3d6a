"""The simulated supplier of one side: takes note of what the server orders, and delivers it after its lead time.

Rule: it sees an order in the evening of the day on which the server submitted it, and brings it in the morning when its
lead time is over. Only what the server has ordered ever comes.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.client.http.pages import Node, pages
from app.client.http.retrying_client import CannotGoOn, RetryingClient
from app.client.replay.session import ReplaySession
from app.client.replay.simulation import requests

FIRST_PAUSE_SECONDS = 0.02
MAX_PAUSE_SECONDS = 0.5

_UNDER_WAY = ("DRAFT", "SUBMITTED")


@dataclass(slots=True)
class Supplied:
    """What was ordered and came, in orders, their lines, and units."""

    orders: int = 0
    lines: int = 0
    units_ordered: int = 0
    units_received: int = 0


class SimulatedSupplier:
    """Deliveries to one location. All methods raise CannotGoOn."""

    def __init__(self, location: str, *, lead_time_days: int, patience_seconds: float, session: ReplaySession) -> None:
        """`patience_seconds` is how long the server may take to order what is needed."""
        self.supplied = Supplied()
        self._location, self._lead_time_days, self._session = location, lead_time_days, session
        self._patience_seconds = patience_seconds
        self._due: dict[int, dict[str, Counter[str]]] = {}  # by day, then by order: what is to come
        self._known: set[str] = set()

    async def note(self, day: int) -> None:
        """Wait until the server has ordered what it needs, and note what was submitted since the last time."""
        submitted = await self._settled()
        new = [identity for identity in submitted if identity not in self._known]
        self._known.update(new)
        for identity in new:
            data = await self._session.one.ask(requests.order(identity))
            lines = {line["item"]["sku"]: line["outstanding"] for line in data["order"]["lines"]["nodes"]}
            self._due.setdefault(day + self._lead_time_days, {})[identity] = Counter(lines)
            self.supplied.orders += 1
            self.supplied.lines += len(lines)
            self.supplied.units_ordered += sum(lines.values())

    async def deliver(self, day: int) -> Counter[str]:
        """Bring what is due; return the units of each item."""
        arrived: Counter[str] = Counter()
        for identity, units in self._due.pop(day, {}).items():
            data = await self._session.one.ask(requests.receive(identity, self._location))
            for error in data["outcome"]["userErrors"]:
                raise CannotGoOn(f"The server does not take in what it ordered: {error['message']}")
            arrived += units
        self.supplied.units_received += arrived.total()
        return arrived

    async def _settled(self) -> Sequence[str]:
        """Return the orders that are submitted, as soon as nothing is short and nothing is a draft.

        What is short is asked for first: a need that is gone has its draft by then, and the draft is seen.
        """
        short: list[Node] = []
        drafts: list[str] = []
        for pause in _pauses(self._patience_seconds):
            short = (await self._session.one.ask(requests.short_levels(self._location)))["page"]["nodes"]
            orders = await _under_way(self._session.one, self._location)
            drafts = [identity for identity, state in orders.items() if state == "DRAFT"]
            if not short and not drafts:
                return list(orders)
            await asyncio.sleep(pause)
        examples = ", ".join(level["item"]["sku"] for level in short) or "none"
        raise CannotGoOn(
            f"The server has not ordered in {self._patience_seconds:g} s what {self._location} needs: "
            f"levels that are short: {examples}; drafts that are not submitted: {len(drafts)}."
        )


async def _under_way(client: RetryingClient, location: str) -> dict[str, str]:
    """Return the state of each order that has not begun to arrive, by its id."""
    return {
        node["id"]: node["state"]
        async for page in pages(client, lambda after: requests.orders(location, states=_UNDER_WAY, after=after))
        for node in page["nodes"]
    }


def _pauses(patience_seconds: float) -> Iterator[float]:
    """Yield pauses that grow, one at least, until together they are as long as patience lasts."""
    waited, pause = 0.0, FIRST_PAUSE_SECONDS
    while not waited or waited < patience_seconds:
        yield pause
        waited += pause
        pause = min(2 * pause, MAX_PAUSE_SECONDS)

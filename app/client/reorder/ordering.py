"""Has the server order, one location after the other, so that one sees how far it is.

Rule: an order is of one location, so that by locations each is written once, however long all of it takes. Each request
has a key: where its answer is lost, asking again waits for the run that is under way, or returns what it came to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from app.client.http.pages import pages
from app.client.http.progress_display import ProgressDisplay
from app.client.http.retrying_client import CannotGoOn, RetryingClient
from app.client.reorder import requests

Where = Mapping[str, Any]


@dataclass(slots=True)
class ReorderTally:
    """What runs came to, in all."""

    reviewed: int = 0
    changed: int = 0
    orders: int = 0
    transfers: int = 0
    declined: int = 0

    def add(self, outcome: Mapping[str, Any]) -> None:
        """Add what one run came to."""
        self.reviewed += outcome["reviewed"]
        self.changed += outcome["changed"]
        self.orders += outcome["purchaseOrderCount"]
        self.transfers += outcome["transferCount"]
        self.declined += outcome["declinedCount"]


async def order(client: RetryingClient, where: Where, *, is_review: bool, display: ProgressDisplay) -> ReorderTally:
    """Order what is needed at the levels that are asked for. Raises CannotGoOn."""
    tally, name = ReorderTally(), uuid4().hex
    parts = await _parts(client, where)
    with display.phase("Reviewing" if is_review else "Ordering", total=len(parts), only_if_long=True) as advance:
        for number, part in enumerate(parts):
            request = requests.run(part, is_review=is_review, key=f"reorder/{name}/{number}")
            outcome = (await client.ask(request))["outcome"]
            if outcome["userErrors"]:
                raise CannotGoOn(" ".join(error["message"] for error in outcome["userErrors"]))
            tally.add(outcome)
            advance(1)
    return tally


async def _parts(client: RetryingClient, where: Where) -> Sequence[Where]:
    """Return what is asked for, location by location; as it is where items are named, for then it is little."""
    if "skus" in where:
        return [where]
    codes = where.get("locations")
    if codes is None:
        codes = [node["code"] async for page in pages(client, requests.locations) for node in page["nodes"]]
    return [{"locations": [code]} for code in dict.fromkeys(codes)]
